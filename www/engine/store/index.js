/**
 * Where models are kept in this browser, behind one small interface: the origin-private file system where
 * there is one, Cache Storage otherwise, and where both are closed to this page nothing is kept.
 *
 * A model is a record and its files. A file is a part until it has been checked and committed; bytes are
 * only ever added at a part's end, so whatever moment ends the page leaves nothing or a part to go on from.
 */

/** @import { ModelSource, WeightType } from "../protocol.js" */
import { cacheStore } from "./cache.js";
import { memoryStore } from "./memory.js";
import { opfsStore } from "./opfs.js";

/** @typedef {"weights" | "config" | "tokenizer" | "tokenizer_config"} FileRole */

/**
 * A file of a model and how to know it again.
 *
 * @typedef {object} FileRecord
 * @property {string} name  unique in the model
 * @property {FileRole} role
 * @property {string} url
 * @property {number | null} n_bytes
 * @property {string | null} sha256  hexadecimal
 * @property {string | null} git_oid  hexadecimal, of a small file that git keeps itself
 * @property {string | null} validator  of the response that its first bytes came with
 */

/**
 * @typedef {object} ModelRecord
 * @property {string} id
 * @property {string} name  to show
 * @property {ModelSource} source  how to ask for it again
 * @property {WeightType} weights  how it was last held in memory
 * @property {FileRecord[]} files
 * @property {string | null} license  as its repository states it
 * @property {boolean} is_whole  it has been loaded, and all of its files are committed
 * @property {number} used_at  milliseconds since 1970
 */

/** What there is of a file. @typedef {{ n_bytes: number, is_whole: boolean }} KeptFile */
/** @typedef {{ record: ModelRecord, files: Map<string, KeptFile> }} KeptModel */

/**
 * Adds to the end of a part; one at a time for a file.
 *
 * @typedef {object} Appender
 * @property {(chunk: Uint8Array) => void | Promise<void>} write  QuotaExceededError where there is no room
 * @property {() => void | Promise<void>} close
 */

/**
 * @typedef {object} ModelStore
 * @property {"opfs" | "cache" | "memory"} place
 * @property {() => Promise<KeptModel[]>} list
 * @property {(id: string) => Promise<KeptModel | null>} get
 * @property {(record: ModelRecord) => Promise<void>} putRecord
 * @property {(id: string, name: string) => AsyncGenerator<Uint8Array>} read  what there is of a file
 * @property {(id: string, name: string) => Promise<Appender>} append  NoModificationAllowedError while
 *   another tab does; in a worker only
 * @property {(id: string, name: string) => Promise<void>} commit  makes a part a whole file
 * @property {(id: string, name: string) => Promise<void>} removeFile
 * @property {(id: string, isUnwanted?: () => Promise<boolean>) => Promise<void>} remove  asks before each try, where
 *   another tab may hold a file for a while
 */

/** @returns {Promise<ModelStore>} the best that this browser has */
export async function openStore() {
  return (await opfsStore()) ?? (await cacheStore()) ?? memoryStore;
}

/**
 * @param {KeptModel} model
 * @returns {number} bytes
 */
export function keptBytes({ files }) {
  return [...files.values()].reduce((sum, file) => sum + file.n_bytes, 0);
}

/**
 * @param {ModelRecord} record
 * @returns {number | null} bytes of all its files; null where one's length is not known
 */
export function totalBytes({ files }) {
  return files.reduce((/** @type {number | null} */ sum, { n_bytes }) => (sum === null || n_bytes === null ? null : sum + n_bytes), 0);
}
