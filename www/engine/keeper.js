/**
 * One model on its way here: what is kept of a file comes from the store and the rest from the network,
 * which is kept as it passes. A file is committed when its length and checksum are right, and thrown away
 * when they are wrong. Where nothing can be kept, the model loads all the same and it is said why.
 */

/** @import { Kept } from "./protocol.js" */
/** @import { ByteSource } from "./byte-source.js" */
/** @import { Download, Facts } from "./download.js" */
/** @import { Appender, FileRecord, ModelRecord, ModelStore } from "./store/index.js" */
import { looksLikeWebPage, openChunks, readAll } from "./byte-source.js";
import { fetchFrom } from "./download.js";
import { FileChangedError, LoadError, errorOfHash, errorOfWebPage } from "./load-error.js";
import { Sha256 } from "./sha256.js";

export class ModelKeeper {
  #store;
  #signal;
  #onWait;
  /** @type {Kept["why"]} */
  #why = null;

  /**
   * @param {object} options
   * @param {ModelStore} options.store
   * @param {ModelRecord} options.record  as it was kept before, or new
   * @param {AbortSignal} options.signal
   * @param {Download["onWait"]} [options.onWait]
   */
  constructor({ store, record, signal, onWait }) {
    this.#store = store;
    this.record = record;
    this.wasWhole = record.is_whole;
    this.#signal = signal;
    this.#onWait = onWait;
    if (store.place === "memory") this.#why = "no_store";
  }

  /**
   * Notes the files that the model is made of. What is kept of a file by that name which is not the same
   * any more is thrown away; for one that is, what was learned of it stays.
   *
   * @param {FileRecord[]} files
   */
  async expect(files) {
    const before = await this.#store.get(this.record.id);
    const known = new Map(before?.record.files.map((file) => [file.name, file]));
    this.wasWhole ||= before?.record.is_whole ?? false;
    const merged = [];
    let is_whole = this.wasWhole;
    for (const file of files) {
      const old = known.get(file.name);
      known.delete(file.name);
      if (old && isSame(old, file)) merged.push({ ...old, ...withoutNulls(file) });
      else {
        if (old) await this.forget(file.name);
        is_whole &&= old === undefined;
        merged.push(file);
      }
    }
    for (const name of known.keys()) await this.forget(name);
    this.record = { ...this.record, files: merged, is_whole };
    await this.#put();
  }

  /** A file that was expected is not part of the model after all. @param {string} name */
  async drop(name) {
    await this.forget(name);
    this.record = { ...this.record, files: this.record.files.filter((file) => file.name !== name) };
    await this.#put();
  }

  /**
   * @param {string} name
   * @returns {Promise<ByteSource>}
   * @throws {LoadError} with a sentence
   */
  async open(name) {
    const file = this.#file(name);
    const source = await openChunks(name, this.#chunks(file));
    return { ...source, nBytes: this.#file(name).n_bytes };
  }

  /**
   * @param {string} name  of a small file
   * @param {(loadedBytes: number, totalBytes: number | null) => void} [onProgress]
   */
  async readWhole(name, onProgress) {
    const source = await this.open(name);
    const bytes = await readAll(source, (n) => onProgress?.(n, source.nBytes));
    const { git_oid } = this.#file(name);
    if (git_oid !== null) {
      const found = (await gitOid([bytes])) ?? git_oid;
      if (found !== git_oid) {
        await this.forget(name);
        throw errorOfHash(name, git_oid, found);
      }
      await this.#commit(name, bytes.length);
    }
    return bytes;
  }

  /**
   * Notes that the model has loaded.
   *
   * @returns {Promise<Kept>}
   */
  async finish() {
    const { id, license, files } = this.record;
    const kept = this.#store.place === "memory" ? null : await this.#store.get(id);
    const isWhole = kept !== null && files.every(({ name }) => kept.files.get(name)?.is_whole);
    this.record = { ...this.record, is_whole: isWhole, used_at: Date.now() };
    await this.#put();
    const why = isWhole ? null : (this.#why ?? "no_room");
    return { place: this.#store.place, id: kept ? id : null, why, license };
  }

  /** Throws a file away, or all of the model. @param {string} [name] */
  async forget(name) {
    const { id } = this.record;
    // Another tab may hold it, which will find out itself.
    await (name === undefined ? this.#store.remove(id) : this.#store.removeFile(id, name)).catch(() => {});
  }

  /** @param {FileRecord} file */
  async *#chunks(file) {
    const { id } = this.record;
    const { name } = file;
    const kept = (await this.#store.get(id))?.files.get(name);
    if (kept?.is_whole) return yield* this.#store.read(id, name);

    const hash = new Sha256();
    let received = 0;
    let isHashed = true;
    const take = (/** @type {Uint8Array} */ chunk) => {
      // Hashing takes longer than all the rest. The server may have named a hash before its first bytes.
      if (received === 0) isHashed = this.#needsHash(name);
      if (isHashed) hash.update(chunk);
      received += chunk.length;
      return chunk;
    };
    // Nobody could say whether a part of a file without any mark still belongs to it.
    if (kept && file.sha256 === null && file.validator === null) await this.forget(name);
    else if (kept) {
      for await (const chunk of this.#store.read(id, name)) yield take(chunk);
    }
    if (received === 0 || received !== file.n_bytes) {
      for await (const chunk of this.#fetched(file, received)) yield take(chunk);
    }
    await this.#check(name, received, isHashed ? hash.hex() : null);
  }

  /** Whether the hash of a file is to be checked, now or when what is kept is read again. @param {string} name */
  #needsHash(name) {
    return this.#store.place !== "memory" || this.#file(name).sha256 !== null;
  }

  /**
   * The bytes that are still missing, each chunk kept before it is given on.
   *
   * @param {FileRecord} file
   * @param {number} from
   */
  async *#fetched({ name, url, n_bytes: nBytes, validator }, from) {
    const onFacts = (/** @type {Facts} */ facts) => this.#learn(name, facts);
    /** @type {Appender | null | undefined} */
    let appender;
    // The last bytes may be written only now, and find no room.
    const close = () => {
      const open = appender;
      appender = null;
      return this.#attempt(() => open?.close());
    };
    try {
      for await (const chunk of fetchFrom({ url, name, signal: this.#signal, from, nBytes, validator, onFacts, onWait: this.#onWait })) {
        if (appender === undefined) {
          if (from === 0 && looksLikeWebPage(chunk)) throw errorOfWebPage(url);
          // What the response says of the file is noted before its first bytes are.
          appender = await this.#appender(name);
        }
        try {
          await appender?.write(chunk);
        } catch (cause) {
          // Without room for more the part that there is stays, and the model loads on.
          await close();
          this.#explain(cause);
        }
        yield chunk;
      }
    } catch (cause) {
      await close();
      if (cause instanceof FileChangedError) await this.drop(name);
      else if (cause instanceof LoadError && cause.kind === "damaged_file") await this.forget(name);
      throw cause;
    } finally {
      await close();
    }
  }

  /**
   * @param {string} name
   * @param {number} received  bytes
   * @param {string | null} found  their hash; null where nobody needs it
   */
  async #check(name, received, found) {
    const { sha256, git_oid } = this.#file(name);
    if (sha256 !== null && found !== null && found !== sha256) {
      await this.forget(name);
      throw errorOfHash(name, sha256, found);
    }
    this.#change(name, { n_bytes: received });
    // What git keeps itself is checked when all of it has been read.
    if (git_oid !== null) return;
    this.#change(name, { sha256: found });
    await this.#commit(name, received);
  }

  /** @param {string} name @param {number} received  bytes */
  async #commit(name, received) {
    const { id } = this.record;
    await this.#put();
    const kept = (await this.#store.get(id))?.files.get(name);
    if (kept && !kept.is_whole && kept.n_bytes === received) await this.#attempt(() => this.#store.commit(id, name));
  }

  /** @param {string} name @returns {Promise<Appender | null>} null where nothing can be kept */
  async #appender(name) {
    if (this.#why === "no_room") return null;
    try {
      await this.#put();
      return await this.#store.append(this.record.id, name);
    } catch (cause) {
      this.#explain(cause);
      return null;
    }
  }

  /** @param {unknown} cause  of a store's failure */
  #explain(cause) {
    const name = cause instanceof Error ? cause.name : "";
    this.#why = name === "NoModificationAllowedError" ? "other_tab" : name === "QuotaExceededError" ? "no_room" : "no_store";
  }

  /** @param {string} name @param {Facts} facts */
  #learn(name, { nBytes, validator, sha256 }) {
    const file = this.#file(name);
    this.#change(name, { n_bytes: file.n_bytes ?? nBytes, sha256: file.sha256 ?? sha256, validator: file.validator ?? validator });
  }

  /** @param {string} name @param {Partial<FileRecord>} change */
  #change(name, change) {
    this.record = { ...this.record, files: this.record.files.map((file) => (file.name === name ? { ...file, ...change } : file)) };
  }

  /** @param {string} name @returns {FileRecord} */
  #file(name) {
    const file = this.record.files.find((candidate) => candidate.name === name);
    if (!file) throw new Error(`${name} was not announced.`);
    return file;
  }

  #put() {
    return this.#attempt(() => this.#store.putRecord(this.record));
  }

  /** @param {() => void | Promise<void>} work  of the store, without which the model loads all the same */
  async #attempt(work) {
    try {
      await work();
    } catch (cause) {
      this.#explain(cause);
    }
  }
}

/**
 * Whether what is kept of one may be the beginning of the other.
 *
 * @param {FileRecord} old
 * @param {FileRecord} file
 */
function isSame(old, file) {
  const agree = (/** @type {"sha256" | "git_oid" | "n_bytes"} */ key) => old[key] === null || file[key] === null || old[key] === file[key];
  return old.url === file.url && agree("sha256") && agree("git_oid") && agree("n_bytes");
}

/** @param {FileRecord} file */
function withoutNulls(file) {
  return Object.fromEntries(Object.entries(file).filter(([, value]) => value !== null));
}

/**
 * The name that git gives to a file's content.
 *
 * @param {Uint8Array[]} chunks  all of it
 * @returns {Promise<string | null>} null where the page may not compute it, as without HTTPS
 */
export async function gitOid(chunks) {
  if (!globalThis.crypto?.subtle) return null;
  const n_bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const blob = new Blob([`blob ${n_bytes}\0`, .../** @type {BlobPart[]} */ (chunks)]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", await blob.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
