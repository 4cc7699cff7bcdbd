import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { inPieces, looksLikeWebPage, openChunks, readAll } from "../../www/engine/byte-source.js";
import { sortByRole } from "../../www/engine/file-roles.js";
import { errorOfNoResponse, errorOfStatus } from "../../www/engine/load-error.js";
import { loadModel } from "../../www/engine/loader.js";
import { describesItself, shardNames } from "../../www/engine/model-parts.js";
import { parseEndpoint, parseReference } from "../../www/engine/reference.js";
import { memoryStore } from "../../www/engine/store/memory.js";
import { wellFormed } from "../../www/engine/well-formed.js";

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

test("what a person types names a model", () => {
  const hub = { kind: "hub", endpoint: "https://huggingface.co", repo: "google/flan-t5-small", revision: "main", files: null };
  assert.deepEqual(parseReference(" google/flan-t5-small "), hub);
  assert.deepEqual(parseReference("google/flan-t5-small@refs/pr/1"), { ...hub, revision: "refs/pr/1" });
  assert.deepEqual(parseReference("google/flan-t5-small", { endpoint: "https://mirror.example", revision: "v2" }), {
    ...hub, endpoint: "https://mirror.example", revision: "v2",
  });
  assert.deepEqual(parseReference("google/flan-t5-small", { revision: " " }), hub);
  assert.deepEqual(parseReference("https://huggingface.co/google/flan-t5-small"), hub);
  assert.deepEqual(parseReference("https://huggingface.co/google/flan-t5-small/tree/v2"), { ...hub, revision: "v2" });
  const file = {
    kind: "hub", endpoint: "https://huggingface.co", repo: "owner/name", revision: "main", files: ["q/t5 small.gguf"],
  };
  assert.deepEqual(parseReference("owner/name/t5.gguf"), { ...file, files: ["t5.gguf"] });
  assert.deepEqual(parseReference("https://huggingface.co/owner/name/blob/main/q/t5%20small.gguf"), file);
  assert.deepEqual(parseReference("https://huggingface.co/owner/name/blob/refs%2Fpr%2F1/q/t5%20small.gguf"), { ...file, revision: "refs/pr/1" });
  const other = parseReference("https://example.org/models/t5.gguf?download=true");
  assert.deepEqual(other, {
    kind: "urls", name: "t5.gguf", weights: ["https://example.org/models/t5.gguf?download=true"], config: null, tokenizer: null, keep: true,
  });
  assert.equal(parseReference("https://example.org/100%.gguf")?.kind, "urls", "a name that was not encoded");
  for (const nothing of ["", "flan-t5-small", "owner/name/readme.md", "https://example.org/", "https://", "a b/c", "javascript:alert(1)/x.gguf"]) {
    assert.equal(parseReference(nothing), null, nothing);
  }
});

test("a Hub's endpoint is the default, an address, or a host to be asked over HTTPS", () => {
  const endpoints = {
    " ": "https://huggingface.co",
    "hf-mirror.com": "https://hf-mirror.com",
    "localhost:8000/hub/": "https://localhost:8000/hub",
    " HTTP://Mirror.example// ": "http://mirror.example",
  };
  for (const [typed, endpoint] of Object.entries(endpoints)) assert.equal(parseEndpoint(typed), endpoint, typed);
  for (const nothing of ["https://", "the mirror", "ftp://mirror.example", "javascript:alert(1)"]) assert.equal(parseEndpoint(nothing), null, nothing);
});

test("chosen files are sorted by what they are for", () => {
  const files = (/** @type {string[]} */ ...names) => names.map((name) => ({ name }));
  const roles = sortByRole(files("tokenizer_config.json", "generation_config.json", "config.json", "model.safetensors", "tokenizer.json"));
  assert.deepEqual(roles.weights, files("model.safetensors"));
  assert.equal(roles.config?.name, "config.json");
  assert.equal(roles.tokenizer?.name, "tokenizer.json");
  assert.equal(roles.tokenizerConfig?.name, "tokenizer_config.json");
  assert.equal(sortByRole(files("t5.gguf")).config, null);
  assert.equal(sortByRole(files("no-extension")).weights.length, 1);
  const shards = files("m-00002-of-00002.safetensors", "config.json", "m-00001-of-00002.safetensors", "model.safetensors.index.json");
  assert.deepEqual(sortByRole(shards).weights.map(({ name }) => name), ["m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors"]);
  assert.throws(() => sortByRole(shards.slice(1)), /m-00002-of-00002\.safetensors is missing/);
  assert.throws(() => sortByRole(files("model.safetensors")), /config\.json/);
  assert.throws(() => sortByRole(files("a.gguf", "b.gguf")), /several models/);
  assert.throws(() => sortByRole(files("a.gguf", "b.safetensors", "config.json")), /several models/);
  assert.throws(() => sortByRole(files("a.safetensors", "b.safetensors", "config.json")), /several models/);
  assert.throws(() => sortByRole(files("pytorch_model.bin", "config.json")), /pytorch_model\.bin/);
  assert.throws(() => sortByRole(files("config.json")), /no model among/);
});

test("halves of surrogate pairs are replaced and counted, pairs are not", () => {
  assert.deepEqual(wellFormed("a\ud83db\ude00 \ud83d\ude00\0"), { text: "a\ufffdb\ufffd \ud83d\ude00\0", nLoneSurrogates: 2 });
  assert.deepEqual(wellFormed("plain"), { text: "plain", nLoneSurrogates: 0 });
});

test("failures of the network are sentences that say what to do", () => {
  const url = "https://hub.example/a/b.gguf";
  assert.match(errorOfStatus(404, url).message, /no file at https:\/\/hub\.example\/a\/b\.gguf/);
  assert.match(errorOfStatus(403, url).message, /hub\.example refuses/);
  assert.match(errorOfStatus(429, url).message, /too many requests/);
  assert.match(errorOfStatus(503, url).message, /fault of its own/);
  assert.match(errorOfNoResponse(url, { online: false, reachable: false }).message, /offline/);
  assert.match(errorOfNoResponse(url, { online: true, reachable: true }).message, /CORS/);
  assert.match(errorOfNoResponse(url, { online: true, reachable: false }).message, /cannot be reached\. Check/);
  assert.match(errorOfNoResponse(url, { online: true, reachable: null }).message, /cannot be reached, or it does not let.*CORS/);
});

test("a web page is told from a model by its first bytes", () => {
  for (const page of ["<!DOCTYPE html><html>", "\n  <html lang=en>", "\ufeff<!-- hi --><html>"]) assert.ok(looksLikeWebPage(bytes(page)), page);
  for (const other of ["GGUF\x03", "{\"a\": 1}", "", "<xml>"]) assert.ok(!looksLikeWebPage(bytes(other)), other);
});

test("a GGUF file says itself what it holds, or not", () => {
  assert.ok(describesItself(bytes("GGUF\x03\0\0\0general.architecture")));
  assert.ok(!describesItself(bytes("GGUF\x02\0\0\0shared.weight")));
  assert.ok(!describesItself(bytes("PK general.architecture")));
});

test("an index names each shard once, in order", () => {
  const index = { weight_map: { a: "model-2.safetensors", b: "model-1.safetensors", c: "model-2.safetensors" } };
  assert.deepEqual(shardNames(JSON.stringify(index)), ["model-1.safetensors", "model-2.safetensors"]);
  assert.deepEqual(shardNames("[]"), []);
  assert.deepEqual(shardNames("not json"), []);
});

test("a stream keeps its bytes in order, whatever the size of its chunks", async () => {
  const whole = new Uint8Array(10_000).map((_, i) => i % 251);
  for (const size of [1, 1000, 4096, 20_000]) {
    const source = await openChunks("file", (async function* () {
      for (let at = 0; at < whole.length; at += size) yield whole.slice(at, at + size);
    })());
    assert.deepEqual(source.head, whole.slice(0, 4096));
    assert.deepEqual(await readAll(source), whole);
  }
});

test("a file is read whole, by a browser that fills a buffer and by one that does not", async () => {
  for (const size of [0, 1, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1, 5_000_000]) {
    const whole = new Uint8Array(size).map((_, i) => i % 251);
    const slicesOnly = Object.assign(new Blob([whole]), { stream: () => new ReadableStream() });
    for (const blob of [new Blob([whole]), slicesOnly]) {
      const source = await openChunks("file", inPieces(blob));
      assert.deepEqual(source.head, whole.slice(0, 4096));
      assert.deepEqual(await readAll(source), whole);
    }
  }
});

// A server with a repository in the Hub's layout and a few bad manners.

/** @type {import("node:http").Server} */
let server;
let base = "";
/** @type {string[]} */
let asked = [];
const CONFIG = JSON.stringify({ model_type: "t5" });
const FILES = new Map([
  ["/own/single/resolve/main/config.json", CONFIG],
  ["/own/single/resolve/main/tokenizer.json", "{}"],
  ["/own/single/resolve/main/model.safetensors", "weights of one file"],
  ["/own/sharded/resolve/main/config.json", CONFIG],
  ["/own/sharded/resolve/main/model.safetensors.index.json", JSON.stringify({ weight_map: { a: "m-1.safetensors", b: "m-2.safetensors" } })],
  ["/own/sharded/resolve/main/m-1.safetensors", "first"],
  ["/own/sharded/resolve/main/m-2.safetensors", "second"],
  ["/own/pytorch/resolve/main/config.json", CONFIG],
  ["/own/whole/resolve/main/whole.gguf", "GGUF general.architecture"],
  ["/100%.gguf", "GGUF general.architecture"],
  ["/own/candle/resolve/main/candle.gguf", "GGUF shared.weight"],
  ["/own/candle/resolve/main/config.json", CONFIG],
]);

before(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const body = FILES.get(path);
    if (body !== undefined) return response.end(body);
    if (path === "/page.gguf") return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<html>");
    if (path === "/sniffed.gguf") return response.writeHead(200, { "content-type": "application/octet-stream" }).end("<!doctype html>");
    if (path === "/private.gguf") return response.writeHead(403).end();
    if (path === "/endless.gguf") return response.writeHead(200).write("GGUF general.architecture");
    if (path === "/cut.gguf") {
      response.writeHead(200, { "content-length": 100_000 });
      return response.write(`GGUF${"x".repeat(50_000)}`, () => response.destroy());
    }
    return response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  base = `http://127.0.0.1:${address.port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

/** Stands in for the engine, and notes what it was given. */
class Notes {
  /** @type {string[]} */
  calls = [];
  text = "";
  beginLoad(/** @type {unknown[]} */ ...args) {
    const [name, weights, config, tokenizer, tokenizerConfig] = args;
    const has = (/** @type {unknown} */ value) => (value === undefined ? "-" : "+");
    this.calls.push(`load ${name} ${weights} ${has(config)}${has(tokenizer)}${has(tokenizerConfig)}`);
  }
  beginFile(/** @type {string} */ name, /** @type {number | undefined} */ nBytes) {
    this.calls.push(`file ${name} ${nBytes}`);
  }
  push(/** @type {Uint8Array} */ chunk) {
    this.text += new TextDecoder().decode(chunk);
  }
  finishFile() {
    this.calls.push("end");
  }
  abandonLoad() {
    this.text = "";
  }
  finishLoad() {
    return /** @type {any} */ ({ name: "loaded" });
  }
}

/**
 * @param {any} source
 * @param {{ files?: File[], signal?: AbortSignal, onProgress?: (...args: any[]) => void }} [options]
 */
async function load(source, { files = [], signal = new AbortController().signal, onProgress = () => {} } = {}) {
  asked = [];
  const engine = new Notes();
  await loadModel({ engine, source, files, weights: "as_is", store: memoryStore, signal, onProgress });
  return engine;
}
const hub = (/** @type {string} */ repo) => ({ kind: "hub", endpoint: base, repo, revision: "main", files: null });
const url = (/** @type {string} */ path) => ({ kind: "urls", name: "named", weights: [base + path], config: null, tokenizer: null });

test("a repository with one weights file", async () => {
  const { calls, text } = await load(hub("own/single"));
  assert.deepEqual(calls, ["load own/single as_is ++-", "file model.safetensors 19", "end"]);
  assert.equal(text, "weights of one file");
});

test("a repository with shards", async () => {
  const { calls, text } = await load(hub("own/sharded"));
  assert.deepEqual(calls, ["load own/sharded as_is +--", "file m-1.safetensors 5", "end", "file m-2.safetensors 6", "end"]);
  assert.equal(text, "firstsecond");
});

test("repositories that cannot be read say why", async () => {
  await assert.rejects(load(hub("own/pytorch")), /no model\.safetensors/);
  await assert.rejects(load(hub("own/absent")), /own\/absent has no config\.json.*\.gguf/);
});

test("a GGUF file with everything inside is fetched alone, candle's with what stands beside it", async () => {
  const whole = await load(url("/own/whole/resolve/main/whole.gguf"));
  assert.deepEqual(whole.calls.slice(0, 1), ["load named as_is ---"]);
  assert.deepEqual(asked, ["/own/whole/resolve/main/whole.gguf"]);
  const notEncoded = await load(url("/100%.gguf"));
  assert.deepEqual(notEncoded.calls.slice(1, 2), ["file 100%.gguf 25"]);
  const candle = await load(url("/own/candle/resolve/main/candle.gguf"));
  assert.deepEqual(candle.calls.slice(0, 1), ["load named as_is +--"]);
  assert.equal(candle.text, "GGUF shared.weight");
});

test("bad answers are told apart", async () => {
  await assert.rejects(load(url("/absent.gguf")), { kind: "network", message: /HTTP 404/ });
  await assert.rejects(load(url("/private.gguf")), { kind: "network", message: /HTTP 403/ });
  await assert.rejects(load(url("/page.gguf")), { kind: "network", message: /web page, not a model/ });
  await assert.rejects(load(url("/sniffed.gguf")), { kind: "network", message: /web page, not a model/ });
  await assert.rejects(load(url("/cut.gguf")), { kind: "network", message: /in the middle of cut\.gguf: [\d,]+ of 100,000 bytes/ });
  server.closeAllConnections();
  await assert.rejects(load({ ...url("/"), weights: ["http://127.0.0.1:1/none.gguf"] }), { kind: "network", message: /127\.0\.0\.1:1 cannot be reached/ });
});

test("a load is cancelled while bytes are still to come", async () => {
  const controller = new AbortController();
  const onProgress = (/** @type {{ loaded: number }} */ { loaded }) => loaded > 0 && controller.abort();
  FILES.set("/long.gguf", `GGUF general.architecture${"x".repeat(5_000_000)}`);
  await assert.rejects(load(url("/long.gguf"), { signal: controller.signal, onProgress }), { name: "AbortError" });
  const waiting = new AbortController();
  const request = load(url("/endless.gguf"), { signal: waiting.signal });
  waiting.abort();
  await assert.rejects(request, { name: "AbortError" });
});

test("files of this device are read in their roles", async () => {
  const files = [new File(["{}"], "tokenizer.json"), new File(["weights"], "t5.safetensors"), new File([CONFIG], "config.json")];
  const { calls, text } = await load({ kind: "files", names: files.map(({ name }) => name) }, { files });
  assert.deepEqual(calls, ["load t5 as_is ++-", "file t5.safetensors 7", "end"]);
  assert.equal(text, "weights");
});

test("a file that cannot be read any more says so", async () => {
  const broken = { name: "gone.gguf", size: 10, slice: () => ({ arrayBuffer: () => Promise.reject(new Error("NotReadableError")) }) };
  await assert.rejects(load({ kind: "files", names: ["gone.gguf"] }, { files: [/** @type {any} */ (broken)] }), { kind: "damaged_file", message: /gone\.gguf cannot be read/ });
});
