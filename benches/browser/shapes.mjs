/** Larger models, of random weights in published shapes: do they load, and are they as fast as their bytes allow? */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { NEW_TOKENS, oursName } from "./contenders.mjs";
import { ceilings } from "./measure.mjs";
import { statisticOf } from "./report/statistics.mjs";
import { BUILD } from "./site.mjs";
import { callDriver, inFreshPage, openDriver } from "./visit.mjs";

/** d_model, d_ff, layers of each stack, heads of 64. @type {Record<string, [number, number, number, number]>} */
const SHAPES = { base: [768, 2048, 12, 12], large: [1024, 2816, 24, 16] };
const PROMPT = 128;
const REPEATS = 5;

/**
 * @typedef {object} ShapeResult
 * @property {string} shape
 * @property {string} weights
 * @property {string} build
 * @property {number} threads
 * @property {number} model_bytes
 * @property {number} wasm_bytes
 * @property {number} bytes_per_token
 * @property {number} load_ms
 * @property {import("./report/statistics.mjs").Statistic} tokens_per_s
 * @property {import("./report/statistics.mjs").Statistic} encode_ms
 * @property {import("./report/statistics.mjs").Statistic} [loads_bytes_per_s]  of nothing but loads, of as many bytes
 *   as a token's, on as many threads
 */

/**
 * Bytes of weights that one decoded token reads, as of `BYTES_PER_TOKEN`.
 *
 * @param {string} shape
 * @param {string} weights
 */
export function bytesPerToken(shape, weights) {
  const [d_model, d_ff, n_layers, n_heads] = SHAPES[shape] ?? [0, 0, 0, 0];
  const blockBytes = weights === "q8_0" ? 34 : 18;
  return (blockBytes / 32) * (n_layers * (6 * d_model * 64 * n_heads + 3 * d_ff * d_model) + d_model * 32_128);
}

/**
 * @param {import("../../tests/browser/harness/browsers.mjs").Browser} browser
 * @param {import("./site.mjs").Site} site
 * @param {{ shape: string, weights: string, build: string, threads: number }} which
 * @returns {Promise<ShapeResult>}
 */
export async function measureShape(browser, site, { shape, weights, build, threads }) {
  const model = `/models/shapes/${shape}-${weights}.gguf`;
  const bytes_per_token = bytesPerToken(shape, weights);
  const nBytes = Math.round(bytes_per_token / threads);
  /** @type {number[]} */
  const loads = [];
  for (let i = 0; i < REPEATS; i++) loads.push((await ceilings(browser, site, { build, threads, nBytes })).read);
  return inFreshPage(browser, site, async (page) => {
    await openDriver(page, { driver: "ours.js", inWorker: false });
    const { load_ms } = await callDriver(page, "load", { model, build, threads });
    const runs = [];
    for (let i = 0; i <= REPEATS; i++) runs.push(await callDriver(page, "generate", { nTokens: PROMPT, newTokens: NEW_TOKENS }));
    const warm = runs.slice(1);
    return {
      shape, weights, build, threads, load_ms, bytes_per_token,
      model_bytes: (await stat(join(BUILD, model.slice(1)))).size,
      wasm_bytes: runs.at(-1).wasm_bytes,
      tokens_per_s: /** @type {any} */ (statisticOf(warm.map((run) => (run.token_ids.length * 1e3) / run.decode_ms))),
      encode_ms: /** @type {any} */ (statisticOf(warm.map((run) => run.encode_ms))),
      loads_bytes_per_s: /** @type {any} */ (statisticOf(loads)),
    };
  });
}

export const nameOf = (/** @type {ShapeResult} */ shape) => `${shape.shape} ${oursName(shape.build, shape.weights, shape.threads)}`;
