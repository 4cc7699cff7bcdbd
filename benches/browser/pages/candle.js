/** Drives candle-transformers' quantized T5, in a worker. */
import { bytesOf, serve } from "./drive.js";
import { promptIds } from "./token-ids.js";

/** @typedef {{ model: string, config: string }} What */

/** @type {WebAssembly.Memory} */
let memory;
/** @type {any} */
let candle;

const BINDINGS = "/candle/candle_peer.js";

/**
 * @param {ArrayBuffer} gguf
 * @param {string} config
 */
async function start(gguf, config) {
  const { default: init, Candle } = await import(BINDINGS);
  ({ memory } = await init());
  candle = new Candle(new Uint8Array(gguf), config);
}

serve({
  /** @param {What} what */
  async load({ model, config }) {
    const started = performance.now();
    await start(await bytesOf(model), await (await fetch(config)).text());
    return { load_ms: performance.now() - started, wasm_bytes: memory.buffer.byteLength };
  },

  /** @param {What} what */
  async loadBytes({ model, config }) {
    const [gguf, json] = [await bytesOf(model), await (await fetch(config)).text()];
    const started = performance.now();
    await start(gguf, json);
    return { load_ms: performance.now() - started };
  },

  /** @param {{ nTokens: number, newTokens: number }} what */
  async generate({ nTokens, newTokens }) {
    const started = performance.now();
    candle.encode(Uint32Array.from(promptIds(nTokens)));
    const encoded = performance.now();
    const token_ids = [];
    for (let token = 0; token_ids.length < newTokens; token_ids.push(token)) token = candle.step(token);
    const done = performance.now();
    return { encode_ms: encoded - started, decode_ms: done - encoded, token_ids, wasm_bytes: memory.buffer.byteLength };
  },
});
