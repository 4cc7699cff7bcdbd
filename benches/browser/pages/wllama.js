/** Drives wllama 2, the last with T5's encoder. On the page: it makes its own worker. */
import { bytesOf } from "./drive.js";
import { promptIds } from "./token-ids.js";

/** @typedef {{ model: string, threads: number }} What */

const LIBRARY = "/peers/wllama2/esm/index.min.js";

/** @type {any} */
let wllama;

const ignore = () => {};

/**
 * @param {Blob} blob
 * @param {number} threads
 */
async function start(blob, threads) {
  const { Wllama } = await import(LIBRARY);
  const paths = {
    "single-thread/wllama.wasm": "/peers/wllama2/esm/single-thread/wllama.wasm",
    "multi-thread/wllama.wasm": "/peers/wllama2/esm/multi-thread/wllama.wasm",
  };
  wllama = new Wllama(paths, { suppressNativeLog: true, logger: { debug: ignore, log: ignore, warn: ignore, error: console.error } });
  await wllama.loadModel([blob], { n_threads: threads, n_ctx: 1024, n_batch: 1024 });
  await wllama.samplingInit({ temp: 0 });
}

/** @param {What} what */
export async function load({ model, threads }) {
  const started = performance.now();
  await start(await (await fetch(model)).blob(), threads);
  return { load_ms: performance.now() - started };
}

/** @param {What} what */
export async function loadBytes({ model, threads }) {
  const blob = new Blob([await bytesOf(model)]);
  // As in ours.js.
  await blob.slice(-1).arrayBuffer();
  const started = performance.now();
  await start(blob, threads);
  return { load_ms: performance.now() - started };
}

/** @param {{ nTokens: number, newTokens: number }} what */
export async function generate({ nTokens, newTokens }) {
  await wllama.kvClear();
  const started = performance.now();
  await wllama.encode(promptIds(nTokens));
  const encoded = performance.now();
  const token_ids = [];
  for (let token = wllama.getDecoderStartToken(); token_ids.length < newTokens; token_ids.push(token)) {
    await wllama.decode([token], {});
    ({ token } = await wllama.samplingSample());
    await wllama.samplingAccept([token]);
  }
  return { encode_ms: encoded - started, decode_ms: performance.now() - encoded, token_ids };
}
