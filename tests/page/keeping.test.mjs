/** Fetching and keeping, against a Hub of our own: cuts, ends, full disks, wrong bytes. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { loadModel } from "../../www/engine/loader.js";
import { cacheStore } from "../../www/engine/store/cache.js";
import { opfsStore } from "../../www/engine/store/opfs.js";
import { HubServer } from "../browser/harness/hub-server.mjs";

/** @typedef {import("../../www/engine/store/index.js").ModelStore} ModelStore */
/** @typedef {import("../../www/engine/store/index.js").ModelRecord} ModelRecord */

const REPO = "tests/model";
const N_BYTES = 1_500_000;
const encode = (/** @type {string} */ text) => new TextEncoder().encode(text);
const WEIGHTS = bytesOf(N_BYTES, 1);
const SECOND = bytesOf(500_000, 2);

/** The same bytes every time; no two offsets alike for long. @param {number} n @param {number} seed */
function bytesOf(n, seed) {
  const random = randomOf(seed);
  return Uint8Array.from({ length: n }, () => random() * 256);
}

/** Numbers from 0 to 1 that are the same every time. @param {number} seed */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A store in memory, which can be full and which outlives the load that writes to it. @implements {ModelStore} */
class Shelf {
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

/** Stands in for the engine: notes the bytes of each file. */
class Engine {
  /** @type {Map<string, Uint8Array[]>} */
  files = new Map();
  #open = "";
  #nBytes = 0;
  refuses = false;
  /** @type {(file: string, nBytes: number) => void} */
  onPush = () => {};
  beginLoad() {
    this.files.clear();
  }
  beginFile(/** @type {string} */ name) {
    this.#open = name;
    this.#nBytes = 0;
    this.files.set(name, []);
  }
  push(/** @type {Uint8Array} */ chunk) {
    this.files.get(this.#open)?.push(chunk.slice());
    this.#nBytes += chunk.length;
    if (this.refuses) throw { kind: "unsupported_model", message: "It is a model of another kind." };
    this.onPush(this.#open, this.#nBytes);
  }
  finishFile() {}
  finishLoad() {
    return /** @type {any} */ ({ name: "loaded" });
  }
  abandonLoad() {}
}

/** @type {HubServer} */
let hub;
before(async () => {
  hub = await HubServer.start();
  publish();
});
afterEach(() => {
  hub.reset();
  publish();
});
after(() => hub.stop());

function publish(weights = WEIGHTS) {
  hub.publish(REPO, {
    license: "apache-2.0",
    parameters: { F32: (N_BYTES + 500_000) / 4 },
    files: {
      "config.json": encode(`{"model_type": "t5"}`),
      "tokenizer.json": encode("{}"),
      "README.md": encode("# A model"),
      "model-00001-of-00002.safetensors": weights,
      "model-00002-of-00002.safetensors": SECOND,
    },
  });
}

const FIRST = "model-00001-of-00002.safetensors";

/** @param {{ store?: ModelStore, engine?: Engine, signal?: AbortSignal, source?: any, onWait?: any }} [options] */
async function load({ store = new Shelf(), engine = new Engine(), signal = new AbortController().signal, source, onWait } = {}) {
  const hubSource = { kind: "hub", endpoint: hub.endpoint, repo: REPO, revision: "main", files: null };
  const loaded = await loadModel({
    engine, source: source ?? hubSource, files: [], weights: "as_is", store, signal, onProgress() {}, onWait,
  });
  return { ...loaded, engine, store };
}

/** @param {Engine} engine */
function assertWhole(engine, weights = WEIGHTS) {
  assert.deepEqual([...engine.files.keys()], [FIRST, "model-00002-of-00002.safetensors"]);
  assert.ok(Buffer.concat(engine.files.get(FIRST) ?? []).equals(weights));
  assert.ok(Buffer.concat(engine.files.get("model-00002-of-00002.safetensors") ?? []).equals(SECOND));
}

test("a sharded repository is found by its listing, page by page, and kept whole", async () => {
  hub.pageSize = 2;
  const { engine, store, kept } = await load();
  assertWhole(engine);
  assert.deepEqual({ ...kept, id: null }, { place: "opfs", id: null, why: null, license: "apache-2.0" });
  assert.equal(hub.requests.filter((request) => request.includes("cursor")).length, 2);
  const [model] = await store.list();
  assert.equal(model.record.is_whole, true);
  assert.deepEqual([...model.files.values()].map((file) => file.is_whole), [true, true, true, true]);
});

test("a kept model opens without the network, and by its Hub id where that is unreachable", async () => {
  const { store, kept } = await load();
  hub.requests = [];
  assertWhole((await load({ store, source: { kind: "stored", id: kept.id } })).engine);
  assert.deepEqual(hub.requests, []);
  const { endpoint } = hub;
  await hub.stop();
  assertWhole((await load({ store, source: { kind: "hub", endpoint, repo: REPO, revision: "main", files: null } })).engine);
  await assert.rejects(load({ source: { kind: "hub", endpoint, repo: REPO, revision: "main", files: null } }), /cannot be reached/);
  await hub.restart();
});

test("a model that is not kept any more is to be fetched again, which waiting would not do", async () => {
  await assert.rejects(load({ source: { kind: "stored", id: "gone" } }), { kind: "network", message: /Fetch it again/ });
});

test("a connection that is cut at 20 places goes on where it was, and nothing is sent twice", async () => {
  const random = randomOf(20);
  const cuts = Array.from({ length: 20 }, () => Math.floor(random() * N_BYTES)).sort((a, b) => a - b);
  hub.faults.set(FIRST, { cuts });
  /** @type {any[]} */
  const waits = [];
  const { engine, kept } = await load({ onWait: (/** @type {any} */ wait) => waits.push(wait) });
  assertWhole(engine);
  assert.equal(kept.why, null);
  assert.deepEqual(cuts, [], "every cut was made");
  assert.equal(hub.servedBytes, N_BYTES + 500_000);
  assert.ok(waits.length > 0 && waits.every(({ message }) => /broke in the middle|cannot be reached/.test(message)));
});

test("a load that ends at 20 moments goes on from what is kept, and nothing is fetched twice", async () => {
  const store = new Shelf();
  const random = randomOf(21);
  const moments = Array.from({ length: 20 }, () => Math.floor(random() * N_BYTES)).sort((a, b) => a - b);
  for (const moment of moments) {
    const engine = new Engine();
    const controller = new AbortController();
    // The tab ends as soon as this much has come; a part is always the beginning of the file.
    engine.onPush = (file, nBytes) => file === FIRST && nBytes >= moment && controller.abort();
    hub.faults.set(FIRST, { holdAt: [moment] });
    await assert.rejects(load({ store, engine, signal: controller.signal }), { name: "AbortError" });
    const [{ files }] = await store.list();
    assert.ok((files.get(FIRST)?.n_bytes ?? 0) >= moment && !files.get(FIRST)?.is_whole);
  }
  hub.faults.clear();
  const before = hub.served.get(FIRST) ?? 0;
  const kept = (await store.list())[0].files.get(FIRST)?.n_bytes ?? 0;
  const { engine } = await load({ store });
  assertWhole(engine);
  assert.equal((hub.served.get(FIRST) ?? 0) - before, N_BYTES - kept, "only what was missing");
});

test("without room the model loads all the same, its part stays, and goes on when there is room", async () => {
  const store = new Shelf();
  store.room = 1_000_000;
  const { engine, kept } = await load({ store });
  assertWhole(engine);
  assert.equal(kept.why, "no_room");
  assert.equal(store.n_bytes, 1_000_000);
  assert.equal((await store.list())[0].record.is_whole, false);
  hub.served.clear();
  store.room = Infinity;
  const again = await load({ store });
  assertWhole(again.engine);
  assert.equal(again.kept.why, null);
  assert.equal(hub.served.get(FIRST), N_BYTES + 22 - 1_000_000, "22 bytes of config.json and tokenizer.json came first");
});

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

test("a flipped bit is refused wherever it is, and nothing of that file is kept", async () => {
  const random = randomOf(22);
  for (const flip of [0, N_BYTES - 1, ...Array.from({ length: 6 }, () => Math.floor(random() * N_BYTES))]) {
    hub.faults.set(FIRST, { flip });
    const store = new Shelf();
    await assert.rejects(load({ store }), { kind: "damaged_file", message: /checksum/ });
    assert.equal((await store.list())[0].files.has(FIRST), false, `byte ${flip}`);
    hub.faults.clear();
    assertWhole((await load({ store })).engine);
  }
});

test("a bit that was flipped in what is kept of a file is refused too", async () => {
  const store = new Shelf();
  const controller = new AbortController();
  const engine = new Engine();
  engine.onPush = (file, nBytes) => file === FIRST && nBytes >= 10 && controller.abort();
  await assert.rejects(load({ store, engine, signal: controller.signal }), { name: "AbortError" });
  const part = [...store.files].find(([key]) => key.endsWith(FIRST))?.[1];
  assert.ok(part);
  part.bytes[0][5] ^= 8;
  await assert.rejects(load({ store }), /checksum/);
  assertWhole((await load({ store })).engine);
});

test("a small file is checked as git does", async () => {
  const config = encode(`{"model_type": "t5"}`);
  hub.publish(REPO, { files: { "config.json": config, "tokenizer.json": encode("{}"), "model.safetensors": WEIGHTS } });
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (url, init) => {
    if (!String(url).endsWith("config.json")) return realFetch(url, init);
    return new Response(`{"model_type": "t6"}`);
  };
  try {
    await assert.rejects(load(), { kind: "damaged_file", message: /config\.json did not arrive as it was published/ });
  } finally {
    globalThis.fetch = realFetch;
  }
});

test("a file that has changed on the server starts anew", async () => {
  const store = new Shelf();
  const controller = new AbortController();
  const engine = new Engine();
  engine.onPush = (file, nBytes) => file === FIRST && nBytes >= 100_000 && controller.abort();
  await assert.rejects(load({ store, engine, signal: controller.signal }), { name: "AbortError" });
  const changed = bytesOf(N_BYTES, 3);
  publish(changed);
  const { engine: second, kept } = await load({ store });
  assertWhole(second, changed);
  assert.equal(kept.why, null);
  // Kept whole, and changed again.
  publish(WEIGHTS);
  assertWhole((await load({ store })).engine);
});

test("a file that changes while it is fetched starts anew, though only its ETag says so", async () => {
  const versions = [bytesOf(N_BYTES, 4), bytesOf(N_BYTES, 5)];
  let version = 0;
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (_url, init) => {
    const from = Number(/(\d+)-$/.exec(new Headers(init?.headers).get("range") ?? "")?.[1] ?? 0);
    const bytes = versions[version].subarray(from);
    const headers = { ETag: `"v${version}"`, "Content-Length": String(bytes.length) };
    if (version > 0) return new Response(bytes, { status: from > 0 ? 206 : 200, headers });
    version = 1;
    let sent = false;
    const body = new ReadableStream({
      pull(controller) {
        if (sent) return controller.error(new Error("cut"));
        controller.enqueue(bytes.subarray(0, 500_000));
        sent = true;
      },
    });
    return new Response(body, { headers });
  };
  try {
    const source = { kind: "urls", name: "named", weights: ["http://host.example/m.gguf"], config: null, tokenizer: null, keep: true };
    const { engine, kept } = await load({ source });
    assert.ok(Buffer.concat(engine.files.get("m.gguf") ?? []).equals(versions[1]));
    assert.equal(kept.why, null);
  } finally {
    globalThis.fetch = realFetch;
  }
});

test("a file loads while another tab fetches it, though nothing says of which file that tab's part is", async () => {
  const part = WEIGHTS.subarray(0, 100_000);
  /** @type {BodyInit} */
  let body = new ReadableStream({ start: (controller) => controller.enqueue(part), pull: (controller) => controller.error(new Error("cut")) });
  const realFetch = globalThis.fetch;
  globalThis.fetch = async (url) => (String(url).endsWith("m.gguf") ? new Response(body) : new Response(null, { status: 404 }));
  try {
    const source = { kind: "urls", name: "named", weights: ["http://host.example/m.gguf"], config: null, tokenizer: null, keep: true };
    const store = new Shelf();
    const controller = new AbortController();
    const engine = new Engine();
    engine.onPush = () => controller.abort();
    await assert.rejects(load({ store, engine, signal: controller.signal, source }), { name: "AbortError" });
    body = WEIGHTS;
    const held = async () => {
      throw new DOMException("held", "NoModificationAllowedError");
    };
    Object.assign(store, { append: held, removeFile: held });
    const { engine: second, kept } = await load({ store, source });
    assert.ok(Buffer.concat(second.files.get("m.gguf") ?? []).equals(WEIGHTS));
    assert.equal(kept.why, "other_tab");
    assert.equal(store.n_bytes, part.length);
  } finally {
    globalThis.fetch = realFetch;
  }
});

test("a server without ranges sends what is here once more, and it is not taken twice", async () => {
  const cuts = [500_000];
  hub.faults.set(FIRST, { cuts, noRanges: true });
  const { engine } = await load();
  assertWhole(engine);
  assert.deepEqual(cuts, []);
});

test("what the engine refuses is not kept", async () => {
  const store = new Shelf();
  const engine = new Engine();
  engine.refuses = true;
  await assert.rejects(load({ store, engine }), { kind: "unsupported_model" });
  assert.deepEqual(await store.list(), []);
  assert.equal(store.n_bytes, 0);
});

test("every wrong answer has its own message", async () => {
  /** @type {[import("../browser/harness/hub-server.mjs").Fault, RegExp][]} */
  const answers = [
    [{ status: 404 }, /no file at .* \(HTTP 404\)/],
    [{ status: 401 }, /wants a login for .* \(HTTP 401\)/],
    [{ status: 403 }, /refuses to give .* \(HTTP 403\)/],
    [{ html: true }, /web page, not a model/],
    [{ length: N_BYTES - 7 }, /wrong size: it should be 1,500,000 bytes, but the server has 1,499,993/],
    [{ length: N_BYTES + 7 }, /wrong size: it should be 1,500,000 bytes, but the server has 1,500,007/],
    [{ endless: true }, /wrong size: it should be 1,500,000 bytes, but the server sends more and does not stop/],
  ];
  for (const [fault, message] of answers) {
    hub.faults.set(FIRST, fault);
    const store = new Shelf();
    await assert.rejects(load({ store }), { message });
    assert.equal((await store.list())[0].files.has(FIRST), false, String(message));
  }
  hub.publish("tests/gated", { gated: "manual", files: { "model.gguf": WEIGHTS } });
  const source = { kind: "hub", endpoint: hub.endpoint, revision: "main", files: null };
  await assert.rejects(load({ source: { ...source, repo: "tests/gated" } }), { message: /wants a login/ });
  await assert.rejects(load({ source: { ...source, repo: "tests/absent" } }), { message: /HTTP 401.*does not exist/ });
});

test("a fault of the server is waited out, and told when it does not pass", async () => {
  hub.faults.set(FIRST, { status: 503 });
  /** @type {any[]} */
  const waits = [];
  await assert.rejects(load({ onWait: (/** @type {any} */ wait) => waits.push(wait.delay_ms) }), { message: /fault of its own \(HTTP 503\)/ });
  assert.deepEqual(waits, [250, 500, 1000, 2000]);
  const onWait = () => hub.faults.clear();
  hub.faults.set(FIRST, { status: 500 });
  assertWhole((await load({ onWait })).engine);
});
