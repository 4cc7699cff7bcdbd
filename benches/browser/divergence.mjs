/** Divergence from f32 of this project, of the plain kernel and of transformers.js, along the same tokens. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { reasonOf } from "./measure.mjs";
import { BUILD, ROOT } from "./site.mjs";
import { callDriver, inFreshPage, openDriver } from "./visit.mjs";

/**
 * @typedef {object} Divergence
 * @property {number} mean  nats a step
 * @property {number} n_steps
 * @property {number} n_equal  steps whose most likely token is f32's
 * @property {number} [n_prompts]  of the comparison of greedy texts
 * @property {number} [n_changed]  texts that are others, where f32 holds no tie
 * @property {number} [n_ties]  texts that are others after a tie
 * @property {number} [widest_tie]  how much more probability the likelier of such two had, as a share of its own
 *
 * @typedef {Record<string, Record<string, Divergence>>} Divergences  by model (`random`, `trained`) and kind
 */

const MODELS = { random: [], trained: ["--prompts", join(ROOT, "train/prompts.txt")] };

/**
 * @param {import("../../tests/browser/harness/browsers.mjs").Browser} browser
 * @param {import("./site.mjs").Site} site
 * @returns {Promise<Divergences>}
 */
export async function measureDivergences(browser, site) {
  /** @type {Divergences} */
  const all = {};
  for (const [model, options] of Object.entries(MODELS)) {
    const folder = join(BUILD, "models", model);
    const { stdout } = await promisify(execFile)(process.env.PYTHON ?? "python3", [
      join(ROOT, "benches/browser/models/divergence.py"),
      "--hf", join(folder, "hf"),
      "--cli", join(ROOT, "target/release/t5-playground"),
      "--q8-0", join(folder, "ours-q8_0.gguf"),
      "--q4-0", join(folder, "ours-q4_0.gguf"),
      "--out", join(folder, "cases"),
      ...options,
    ], { maxBuffer: 1e8 });
    /** @type {Record<string, Divergence>} */
    const kinds = JSON.parse(stdout);
    try {
      kinds["transformers.js"] = await followInTransformers(browser, site, model);
    } catch (error) {
      console.error(`transformers.js could not follow the ${model} model: ${reasonOf(error)}`);
    }
    all[model] = kinds;
  }
  return all;
}

/**
 * @param {import("../../tests/browser/harness/browsers.mjs").Browser} browser
 * @param {import("./site.mjs").Site} site
 * @param {string} model
 * @returns {Promise<Divergence>}
 */
async function followInTransformers(browser, site, model) {
  const cases = JSON.parse(await readFile(join(BUILD, "models", model, "cases/cases.json"), "utf8"));
  return inFreshPage(browser, site, async (page) => {
    await openDriver(page, { driver: "transformers.js", inWorker: true });
    await callDriver(page, "load", { folder: model, name: "onnx", threads: 1 });
    /** @type {number[]} */
    const divergences = [];
    let n_equal = 0;
    for (const [i, followed] of cases.entries()) {
      const found = await callDriver(page, "follow", { ...followed, logits: `/models/${model}/cases/logits-${i}.f32` });
      divergences.push(...found.divergences);
      n_equal += found.n_equal;
    }
    return { mean: divergences.reduce((sum, x) => sum + x, 0) / divergences.length, n_steps: divergences.length, n_equal };
  });
}
