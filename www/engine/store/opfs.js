/**
 * Models in the origin-private file system: a folder for each, in it `record.json` and the files, those
 * that are not whole yet with `.part` at the end of their names.
 */

/** @import { KeptFile, KeptModel, ModelStore } from "./index.js" */
import { inPieces } from "../byte-source.js";
import { parseRecord } from "./record.js";

const FOLDER = "t5-playground-models";
const RECORD = "record.json";
const PART = ".part";
/** Another worker that has just ended may hold a file for a moment; another tab that loads, much longer. */
const BUSY_TRIES = 40;
const BUSY_PAUSE_MS = 50;
/** What is wrong must go, even on a machine that is busy. */
const REMOVAL_TRIES = 200;

/** @returns {Promise<ModelStore | null>} null where the browser has none, or closes it to this page */
export async function opfsStore() {
  // Only a worker can write in place; a page reads and removes.
  const canMove = "FileSystemFileHandle" in globalThis && "move" in FileSystemFileHandle.prototype;
  const canWrite = "document" in globalThis || (canMove && "createSyncAccessHandle" in FileSystemFileHandle.prototype);
  if (!canMove || !canWrite) return null;
  try {
    const root = await navigator.storage.getDirectory();
    return new OpfsStore(await root.getDirectoryHandle(FOLDER, { create: true }));
  } catch {
    return null;
  }
}

/** @implements {ModelStore} */
class OpfsStore {
  place = /** @type {const} */ ("opfs");
  #root;

  /** @param {FileSystemDirectoryHandle} root */
  constructor(root) {
    this.#root = root;
  }

  async list() {
    const models = [];
    for await (const [id, handle] of this.#root.entries()) {
      if (handle.kind !== "directory") continue;
      const model = await this.get(id);
      if (model) models.push(model);
      // Without a record nobody knows what it was.
      else await this.remove(id).catch(() => {});
    }
    return models;
  }

  /** @param {string} id @returns {Promise<KeptModel | null>} */
  async get(id) {
    const folder = await this.#folder(id);
    const json = folder && (await fileIn(folder, RECORD));
    const record = json && parseRecord(await json.text());
    if (!record) return null;
    /** @type {Map<string, KeptFile>} */
    const files = new Map();
    for (const { name } of record.files) {
      const whole = await fileIn(folder, encode(name));
      const file = whole ?? (await fileIn(folder, encode(name) + PART));
      if (file) files.set(name, { n_bytes: file.size, is_whole: whole !== null });
    }
    return { record, files };
  }

  /** @type {ModelStore["putRecord"]} */
  async putRecord(record) {
    const folder = await this.#root.getDirectoryHandle(record.id, { create: true });
    const access = await exclusive(await folder.getFileHandle(RECORD, { create: true }));
    try {
      // Spaces cover what was longer, so that one write makes the new record whole.
      const bytes = new TextEncoder().encode(JSON.stringify(record));
      const padded = new Uint8Array(Math.max(bytes.length, access.getSize())).fill(32);
      padded.set(bytes);
      writeAll(access, padded, 0);
      access.flush();
    } finally {
      access.close();
    }
  }

  /** @type {ModelStore["read"]} */
  async *read(id, name) {
    const folder = await this.#folder(id);
    if (!folder) return;
    const file = (await fileIn(folder, encode(name))) ?? (await fileIn(folder, encode(name) + PART));
    if (file) yield* inPieces(file);
  }

  /** @type {ModelStore["append"]} */
  async append(id, name) {
    const folder = await this.#root.getDirectoryHandle(id, { create: true });
    const access = await exclusive(await folder.getFileHandle(encode(name) + PART, { create: true }));
    let at = access.getSize();
    return {
      write(chunk) {
        at += writeAll(access, chunk, at);
      },
      close() {
        try {
          access.flush();
        } finally {
          access.close();
        }
      },
    };
  }

  /** @type {ModelStore["commit"]} */
  async commit(id, name) {
    const folder = await this.#root.getDirectoryHandle(id);
    const part = await folder.getFileHandle(encode(name) + PART);
    await patiently(() => /** @type {any} */ (part).move(encode(name)));
  }

  /** @type {ModelStore["removeFile"]} */
  async removeFile(id, name) {
    const folder = await this.#folder(id);
    for (const entry of [encode(name), encode(name) + PART]) {
      if (folder) await patiently(() => folder.removeEntry(entry), REMOVAL_TRIES);
    }
  }

  /** @type {ModelStore["remove"]} */
  async remove(id, isUnwanted = async () => true) {
    await patiently(async () => {
      if (await isUnwanted()) await this.#root.removeEntry(id, { recursive: true });
    }, REMOVAL_TRIES);
  }

  /** @param {string} id */
  async #folder(id) {
    try {
      return await this.#root.getDirectoryHandle(id);
    } catch {
      return null;
    }
  }
}

/** A name without slashes. @param {string} name */
function encode(name) {
  return encodeURIComponent(name);
}

/**
 * @param {FileSystemDirectoryHandle} folder
 * @param {string} name
 */
async function fileIn(folder, name) {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch {
    return null;
  }
}

/** @param {FileSystemFileHandle} handle */
function exclusive(handle) {
  return patiently(() => /** @type {any} */ (handle).createSyncAccessHandle());
}

/**
 * Does something to a file that another worker may not have let go of yet. What is not there any more
 * counts as done.
 *
 * @template T
 * @param {() => Promise<T>} act
 * @param {number} [most]  tries
 */
async function patiently(act, most = BUSY_TRIES) {
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : "";
      if (name === "NotFoundError") return /** @type {T} */ (undefined);
      if (tries === most || !["NoModificationAllowedError", "InvalidStateError"].includes(name)) throw cause;
    }
    await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE_MS));
  }
}

/**
 * @param {{ write: (bytes: Uint8Array, options: { at: number }) => number, truncate: (size: number) => void }} access
 * @param {Uint8Array} bytes
 * @param {number} at
 * @returns {number} bytes written: all
 * @throws {DOMException} QuotaExceededError; what fitted is there
 */
function writeAll(access, bytes, at) {
  for (let done = 0; done < bytes.length; ) {
    const n = access.write(bytes.subarray(done), { at: at + done });
    if (n === 0) throw new DOMException("The disk is full.", "QuotaExceededError");
    done += n;
  }
  return bytes.length;
}
