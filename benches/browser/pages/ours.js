/** Drives this project, by its client; the client makes the workers. */
import { bytesOf } from "./drive.js";
import { FIRST_WORD, promptIds } from "./token-ids.js";

/** @typedef {{ model: string, build: string, threads: number }} What */

/** @type {Record<string, any>} The last event of each type. */
const last = {};
/** When the first token of the generation came. */
let firstTokenAt = 0;
/** @type {(event: any) => void} */
let hear = () => {};
/** @type {import("../../../www/engine/client.js").EngineClient} */
let client;

/**
 * @param {string} type
 * @param {() => void} start
 * @returns {Promise<any>} the next event of that type
 */
function next(type, start) {
  return new Promise((resolve, reject) => {
    hear = (event) => {
      if (event.type === "error") reject(new Error(event.error.message));
      if (event.type === type) resolve(event);
    };
    start();
  });
}

/**
 * @param {What} what
 * @param {any} source
 * @param {any} options
 */
async function loadFrom({ build, threads }, source, options) {
  const onEvent = (/** @type {any} */ event) => {
    last[event.type] = event;
    if (event.type === "token" && event.token_idx === 0) firstTokenAt = performance.now();
    hear(event);
  };
  const forced = { engine: `build=${build}&threads=${threads}`, onEvent };
  const started = performance.now();
  // Within the time, as of all contenders.
  const { EngineClient } = await import("/app/engine/client.js");
  client = new EngineClient(forced);
  const { model } = await next("loaded", () => client.load(source, options));
  const load_ms = performance.now() - started;
  const loaded_at = performance.timeOrigin + performance.now();
  const engine = last.loaded.engine ?? last.engine_ready.engine;
  if (engine.build !== build || engine.n_threads !== threads) {
    throw new Error(`the engine runs ${engine.build} on ${engine.n_threads} thread(s), not ${build} on ${threads}`);
  }
  return { load_ms, loaded_at, weights_bytes: model.weights_bytes, wasm_bytes: last.loaded.memory_bytes };
}

/** @param {What} what */
export function load(what) {
  return loadFrom(what, {
    kind: "urls", name: "bench", weights: [new URL(what.model, location.origin).href], config: null, tokenizer: null, keep: false,
  }, {});
}

/** @param {What} what */
export async function loadBytes(what) {
  const file = new File([await bytesOf(what.model)], "bench.gguf");
  // Until it can be read, its bytes are still on their way to the browser, as those of a device's file are not.
  await file.slice(-1).arrayBuffer();
  return loadFrom(what, { kind: "files", names: [file.name] }, { files: [file] });
}

/**
 * @param {{ nTokens: number, newTokens: number }} what
 * @returns {Promise<import("./drive.js").Generated>}
 */
export async function generate({ nTokens, newTokens }) {
  const words = promptIds(nTokens).slice(0, -1).map((id) => `w${id - FIRST_WORD}`);
  const started = performance.now();
  const { result, memory_bytes } = await next("generation_done", () => {
    client.generate(words.join(" "), { max_new_tokens: newTokens, min_new_tokens: newTokens });
  });
  const done = performance.now();
  const { encode_ms } = result.timing;
  if (result.usage.encoder_tokens !== nTokens) throw new Error(`the prompt has ${result.usage.encoder_tokens} tokens, not ${nTokens}`);
  // By the clock on the wall as for the others: with every message on the way, and the text's tokens.
  const decode_ms = done - started - encode_ms;
  return { encode_ms, decode_ms, later_ms: done - firstTokenAt, token_ids: result.token_ids.slice(1), wasm_bytes: memory_bytes };
}
