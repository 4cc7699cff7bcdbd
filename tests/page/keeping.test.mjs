/** Fetching and keeping, against a Hub of our own: cuts, ends, full disks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Engine, FIRST, N_BYTES, REPO, WEIGHTS, assertWhole, hub, load, randomOf } from "./harness/loads.mjs";
import { Shelf } from "./harness/shelf.mjs";

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

