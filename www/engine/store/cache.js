/**
 * Models in Cache Storage, for browsers without a file system: a record is an entry, a file a run of
 * entries named by the offset of their first byte, each put at once and whole.
 */

/** @import { KeptFile, KeptModel, ModelStore } from "./index.js" */
import { parseRecord } from "./record.js";

const CACHE = "t5-playground-models";
/** Nothing is fetched from here: a name for entries that no request of a page can have. */
const BASE = "https://models.invalid/";
/** Bytes of one entry; the last of a file is shorter. What has not filled one is lost with the page. */
const ENTRY_BYTES = 2 ** 22;

/** @returns {Promise<ModelStore | null>} null where the browser has none, or closes it to this page */
export async function cacheStore() {
  try {
    return new CacheStore(await caches.open(CACHE));
  } catch {
    return null;
  }
}

/** @implements {ModelStore} */
class CacheStore {
  place = /** @type {const} */ ("cache");
  #cache;

  /** @param {Cache} cache */
  constructor(cache) {
    this.#cache = cache;
  }

  async list() {
    const ids = new Set((await this.#cache.keys()).map(({ url }) => decodeURIComponent(url.slice(BASE.length).split("/")[0])));
    const models = [];
    for (const id of ids) {
      const model = await this.get(id);
      if (model) models.push(model);
      else await this.remove(id);
    }
    return models;
  }

  /** @param {string} id @returns {Promise<KeptModel | null>} */
  async get(id) {
    const entry = await this.#cache.match(recordUrl(id));
    const record = entry && parseRecord(await entry.text());
    if (!record) return null;
    /** @type {Map<string, KeptFile>} */
    const files = new Map();
    for (const { name } of record.files) {
      const { n_bytes } = await this.#entries(id, name);
      const is_whole = (await this.#cache.match(wholeUrl(id, name))) !== undefined;
      if (n_bytes > 0 || is_whole) files.set(name, { n_bytes, is_whole });
    }
    return { record, files };
  }

  /** @type {ModelStore["putRecord"]} */
  async putRecord(record) {
    await this.#cache.put(recordUrl(record.id), new Response(JSON.stringify(record)));
  }

  /** @type {ModelStore["read"]} */
  async *read(id, name) {
    for (const url of (await this.#entries(id, name)).urls) {
      const entry = await this.#cache.match(url);
      if (entry) yield new Uint8Array(await entry.arrayBuffer());
    }
  }

  /** @type {ModelStore["append"]} */
  async append(id, name) {
    let { n_bytes: at, last } = await this.#entries(id, name);
    // The last entry is filled up, so that entries always start at whole multiples.
    const buffer = new Uint8Array(ENTRY_BYTES);
    let used = 0;
    if (last && at % ENTRY_BYTES !== 0) {
      const bytes = new Uint8Array(await last.arrayBuffer());
      buffer.set(bytes);
      used = bytes.length;
      at -= used;
    }
    const put = async () => {
      const headers = { "X-Bytes": String(used) };
      await this.#cache.put(entryUrl(id, name, at), new Response(buffer.slice(0, used), { headers }));
    };
    return {
      async write(chunk) {
        for (let done = 0; done < chunk.length; ) {
          const part = chunk.subarray(done, done + ENTRY_BYTES - used);
          buffer.set(part, used);
          used += part.length;
          done += part.length;
          if (used < ENTRY_BYTES) break;
          await put();
          at += used;
          used = 0;
        }
      },
      async close() {
        if (used > 0) await put();
      },
    };
  }

  /** @type {ModelStore["commit"]} */
  async commit(id, name) {
    await this.#cache.put(wholeUrl(id, name), new Response(""));
  }

  /** @type {ModelStore["removeFile"]} */
  async removeFile(id, name) {
    await this.#removeAll(fileUrl(id, name));
  }

  /** @type {ModelStore["remove"]} */
  async remove(id) {
    await this.#removeAll(modelUrl(id));
  }

  /** @param {string} prefix */
  async #removeAll(prefix) {
    for (const request of await this.#cache.keys()) {
      if (request.url.startsWith(prefix)) await this.#cache.delete(request);
    }
  }

  /**
   * The entries of a file up to the first gap.
   *
   * @param {string} id
   * @param {string} name
   */
  async #entries(id, name) {
    const urls = [];
    let n_bytes = 0;
    /** @type {Response | undefined} */
    let last;
    for (;;) {
      const url = entryUrl(id, name, n_bytes);
      const entry = await this.#cache.match(url);
      const length = Number(entry?.headers.get("x-bytes") ?? 0);
      if (!entry || length === 0) break;
      urls.push(url);
      n_bytes += length;
      last = entry;
      if (length < ENTRY_BYTES) break;
    }
    return { urls, n_bytes, last };
  }
}

/** @param {string} id */
const modelUrl = (id) => `${BASE}${encodeURIComponent(id)}/`;
/** @param {string} id */
const recordUrl = (id) => `${modelUrl(id)}record`;
/** @param {string} id @param {string} name */
const fileUrl = (id, name) => `${modelUrl(id)}files/${encodeURIComponent(name)}/`;
/** @param {string} id @param {string} name */
const wholeUrl = (id, name) => `${fileUrl(id, name)}whole`;
/** @param {string} id @param {string} name @param {number} at */
const entryUrl = (id, name, at) => `${fileUrl(id, name)}${at}`;
