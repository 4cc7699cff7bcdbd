/** A place for models that lives as long as a test. */
import assert from "node:assert/strict";

/** @typedef {import("../../../www/engine/store/index.js").ModelStore} ModelStore */
/** @typedef {import("../../../www/engine/store/index.js").ModelRecord} ModelRecord */

/** A store in memory, which can be full and which outlives the load that writes to it. @implements {ModelStore} */
export class Shelf {
  place = /** @type {const} */ ("opfs");
  /** @type {Map<string, ModelRecord>} */
  records = new Map();
  /** @type {Map<string, { bytes: Uint8Array[], n_bytes: number, is_whole: boolean }>} */
  files = new Map();
  room = Infinity;

  async list() {
    const models = await Promise.all([...this.records.keys()].map((id) => this.get(id)));
    return models.filter((model) => model !== null);
  }
  async get(/** @type {string} */ id) {
    const record = this.records.get(id);
    if (!record) return null;
    const kept = record.files.flatMap(({ name }) => {
      const file = this.files.get(`${id} ${name}`);
      return file ? [/** @type {const} */ ([name, { n_bytes: file.n_bytes, is_whole: file.is_whole }])] : [];
    });
    return { record: structuredClone(record), files: new Map(kept) };
  }
  async putRecord(/** @type {ModelRecord} */ record) {
    this.records.set(record.id, structuredClone(record));
  }
  async *read(/** @type {string} */ id, /** @type {string} */ name) {
    for (const chunk of this.files.get(`${id} ${name}`)?.bytes ?? []) yield chunk.slice();
  }
  async append(/** @type {string} */ id, /** @type {string} */ name) {
    const key = `${id} ${name}`;
    const file = this.files.get(key) ?? { bytes: [], n_bytes: 0, is_whole: false };
    this.files.set(key, file);
    return {
      write: (/** @type {Uint8Array} */ chunk) => {
        const fits = chunk.subarray(0, Math.max(0, this.room));
        file.bytes.push(fits.slice());
        file.n_bytes += fits.length;
        this.room -= fits.length;
        if (fits.length < chunk.length) throw new DOMException("full", "QuotaExceededError");
      },
      close() {},
    };
  }
  async commit(/** @type {string} */ id, /** @type {string} */ name) {
    const file = this.files.get(`${id} ${name}`);
    assert.ok(file && !file.is_whole, "only a part is committed");
    file.is_whole = true;
  }
  async removeFile(/** @type {string} */ id, /** @type {string} */ name) {
    this.files.delete(`${id} ${name}`);
  }
  async remove(/** @type {string} */ id) {
    this.records.delete(id);
    for (const key of [...this.files.keys()]) if (key.startsWith(`${id} `)) this.files.delete(key);
  }

  /** Bytes of what is kept, whole or not. */
  get n_bytes() {
    return [...this.files.values()].reduce((sum, file) => sum + file.n_bytes, 0);
  }
}
