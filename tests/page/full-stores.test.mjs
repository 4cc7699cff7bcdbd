/** A browser's stores when they are full. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheStore } from "../../www/engine/store/cache.js";
import { opfsStore } from "../../www/engine/store/opfs.js";
import { FIRST, assertWhole, bytesOf, load, publish } from "./harness/loads.mjs";

/** A browser's Cache Storage that has no room for one entry: it is there whole, or not at all. */
class FullCache {
  /** @type {Map<string, Response>} */
  #entries = new Map();
  #withoutRoom;

  /** @param {string} withoutRoom  the end of that entry's name */
  constructor(withoutRoom) {
    this.#withoutRoom = withoutRoom;
  }

  async put(/** @type {string} */ url, /** @type {Response} */ response) {
    if (url.endsWith(this.#withoutRoom)) throw new DOMException("full", "QuotaExceededError");
    this.#entries.set(url, response);
  }
  async match(/** @type {string} */ url) {
    return this.#entries.get(url)?.clone();
  }
  async keys() {
    return [...this.#entries.keys()].map((url) => ({ url }));
  }
}

test("without room in Cache Storage the model loads all the same, and what came before stays", async () => {
  const weights = bytesOf(5_000_000, 6);
  publish(weights);
  /** @type {[string, number][]} the entry without room: the first, the last, which is shorter, the mark of a whole file */
  const cases = [["/0", 0], [`/${2 ** 22}`, 2 ** 22], ["/whole", weights.length]];
  try {
    for (const [entry, nKept] of cases) {
      const cache = new FullCache(FIRST + entry);
      Object.assign(globalThis, { caches: { open: async () => cache } });
      const store = await cacheStore();
      assert.ok(store);
      const { engine, kept } = await load({ store });
      assertWhole(engine, weights);
      assert.equal(kept.why, "no_room", entry);
      const [{ record, files }] = await store.list();
      assert.equal(record.is_whole, false, entry);
      assert.equal(files.get(FIRST)?.n_bytes ?? 0, nKept, entry);
    }
  } finally {
    Reflect.deleteProperty(globalThis, "caches");
  }
});

test("a file of the file system is let go of, even where its last bytes find no room", async () => {
  let isOpen = false;
  class Handle {
    move() {}
    async createSyncAccessHandle() {
      isOpen = true;
      const flush = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
      return { getSize: () => 0, flush, close: () => (isOpen = false) };
    }
  }
  const folder = { getDirectoryHandle: async () => folder, getFileHandle: async () => new Handle() };
  const navigator = { storage: { getDirectory: async () => folder } };
  const browser = { FileSystemFileHandle: { value: Handle, configurable: true }, navigator: { value: navigator, configurable: true } };
  Object.defineProperties(globalThis, browser);
  try {
    const appender = await (await opfsStore())?.append("model", "file");
    assert.ok(isOpen);
    assert.throws(() => appender?.close(), { name: "QuotaExceededError" });
    assert.ok(!isOpen);
  } finally {
    for (const name of Object.keys(browser)) Reflect.deleteProperty(globalThis, name);
  }
});

