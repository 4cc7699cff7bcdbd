/**
 * What finding a model's files takes, wherever they are: records of them, the weights opened, and what stands
 * beside weights that do not describe themselves.
 */

/** @import { ModelSource, WeightType } from "./protocol.js" */
/** @import { ByteSource } from "./byte-source.js" */
/** @import { Download } from "./download.js" */
/** @import { FileRecord, FileRole, ModelRecord, ModelStore } from "./store/index.js" */
import { openUrl, readAll } from "./byte-source.js";
import { ModelKeeper } from "./keeper.js";
import { HttpError, LoadError } from "./load-error.js";
import { totalBytes } from "./store/index.js";

/**
 * Everything that the engine needs to begin.
 *
 * @typedef {object} ModelFiles
 * @property {string} name
 * @property {string} [config]  text of config.json
 * @property {Uint8Array} [tokenizer]  bytes of tokenizer.json
 * @property {string} [tokenizerConfig]  text of tokenizer_config.json
 * @property {(() => Promise<ByteSource>)[]} weights  opened one at a time, in this order
 * @property {boolean} [isInParts]  whether they are parts of one file
 * @property {() => number | null} totalBytes  of all files, where all are known by now
 * @property {() => Promise<void>} close  lets go of what is open
 * @property {ModelKeeper | null} keeper  null where nothing is to be kept
 */

/**
 * @typedef {object} Reading
 * @property {AbortSignal} signal
 * @property {ModelStore} store
 * @property {WeightType} weights
 * @property {(file: string, loadedBytes: number, totalBytes: number | null) => void} onProgress
 * @property {Download["onWait"]} [onWait]
 */

/**
 * Opens the weights, and reads what goes with them; what stands `beside` only for weights that do not
 * describe themselves.
 *
 * @param {string} name
 * @param {{ weights: FileRecord[], named: FileRecord[], beside: FileRecord[], absent: number[] }} files
 *   `absent`: the statuses that mean that a file beside the weights is not there
 * @param {ModelKeeper} keeper
 * @param {Reading} reading
 * @returns {Promise<ModelFiles>}
 */
export async function withCompanions(name, { weights, named, beside, absent }, keeper, reading) {
  await keeper.expect([...weights, ...named, ...beside]);
  const first = await keeper.open(weights[0].name);
  try {
    const isWhole = describesItself(first.head);
    if (isWhole) for (const file of beside) await keeper.drop(file.name);
    const companions = await readCompanions(isWhole ? named : [...named, ...beside], absent, keeper, reading);
    return assembled(name, companions, keeper, first);
  } catch (error) {
    await first.chunks.return(undefined);
    throw error;
  }
}

/**
 * @param {FileRecord[]} files
 * @param {number[]} absent
 * @param {ModelKeeper} keeper
 * @param {Reading} reading
 */
export async function readCompanions(files, absent, keeper, { onProgress }) {
  /** @type {Map<FileRole, Uint8Array>} */
  const read = new Map();
  for (const { name, role } of files) {
    const onBytes = (/** @type {number} */ loaded, /** @type {number | null} */ total) => onProgress(name, loaded, total);
    const bytes = await optional(() => keeper.readWhole(name, onBytes), absent);
    if (bytes) read.set(role, bytes);
    else await keeper.drop(name);
  }
  return read;
}

/**
 * @param {string} name
 * @param {Map<FileRole, Uint8Array>} companions
 * @param {ModelKeeper} keeper
 * @param {ByteSource} [first]  of the weights' files, which is open already
 * @returns {ModelFiles}
 */
export function assembled(name, companions, keeper, first) {
  const names = keeper.record.files.filter(({ role }) => role === "weights").map((file) => file.name);
  return {
    name,
    config: textOf(companions.get("config")),
    tokenizer: companions.get("tokenizer"),
    tokenizerConfig: textOf(companions.get("tokenizer_config")),
    weights: names.map((file, i) => async () => (i === 0 && first ? first : keeper.open(file))),
    totalBytes: () => totalBytes(keeper.record),
    close: async () => void (await first?.chunks.return(undefined)),
    keeper,
  };
}

/**
 * Whether a GGUF file says itself what model it holds; candle's dialect has no metadata at all.
 *
 * @param {Uint8Array} head
 */
export function describesItself(head) {
  const text = new TextDecoder("latin1").decode(head);
  return text.startsWith("GGUF") && text.includes("general.architecture");
}

/**
 * The addresses of the weights: those that were given, or where they are an index the shards that it
 * names, each once, in order.
 *
 * @param {string[]} urls
 * @param {Reading} reading
 * @returns {Promise<string[]>}
 */
export async function inShards(urls, reading) {
  const [indexUrl] = urls;
  if (!new URL(indexUrl).pathname.endsWith(".index.json")) return urls;
  const names = shardNames(textOf(await readAll(await openUrl(indexUrl, reading))) ?? "");
  if (names.length === 0) {
    throw new LoadError("damaged_file", `${indexUrl} does not say which files hold the weights.`);
  }
  return names.map((name) => new URL(name.split("/").map(encodeURIComponent).join("/"), indexUrl).href);
}

/**
 * @param {string} indexJson  text of a model.safetensors.index.json
 * @returns {string[]}
 */
export function shardNames(indexJson) {
  try {
    const { weight_map } = JSON.parse(indexJson);
    return [...new Set(/** @type {string[]} */ (Object.values(weight_map)))].sort();
  } catch {
    return [];
  }
}

/**
 * @param {ModelSource} source
 * @param {string} name
 * @param {string} id
 * @param {WeightType} weights
 * @returns {ModelRecord}
 */
export function newRecord(source, name, id, weights) {
  return { id, name, source, weights, files: [], license: null, is_whole: false, used_at: Date.now() };
}

/**
 * @param {string} name
 * @param {FileRole} role
 * @param {string} url
 * @returns {FileRecord}
 */
export function fileRecord(name, role, url) {
  return { name, role, url, n_bytes: null, sha256: null, git_oid: null, validator: null };
}

/**
 * @param {ModelRecord} record
 * @param {Reading} reading
 */
export function keeperOf(record, { store, signal, onWait }) {
  return new ModelKeeper({ store, record, signal, onWait });
}

/**
 * @template T
 * @param {() => Promise<T>} open
 * @param {number[]} absent
 * @returns {Promise<T | undefined>} undefined where there is no such file
 */
export async function optional(open, absent) {
  try {
    return await open();
  } catch (error) {
    if (error instanceof HttpError && absent.includes(error.status)) return undefined;
    throw error;
  }
}

/** @param {Uint8Array | undefined} bytes */
export function textOf(bytes) {
  return bytes && new TextDecoder().decode(bytes);
}
