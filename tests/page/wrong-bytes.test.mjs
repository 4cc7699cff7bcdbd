/** Fetching and keeping what a server sends wrong: other bytes, another file, other answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Engine, FIRST, N_BYTES, REPO, WEIGHTS, assertWhole, bytesOf, encode, hub, load, publish, randomOf } from "./harness/loads.mjs";
import { Shelf } from "./harness/shelf.mjs";

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
