/** What is measured of a contender in a fresh page. */
import { NEW_TOKENS, PROMPTS } from "./contenders.mjs";
import { peakContentMemory } from "./memory.mjs";
import { downloadOf } from "./site.mjs";

/** @import { Browser, Page } from "../../tests/browser/harness/browsers.mjs" */
/** @import { Contender } from "./contenders.mjs" */
/** @import { Site } from "./site.mjs" */

/** Longest time for one load or completion, in milliseconds. */
const PATIENCE_MS = 170_000;

/**
 * @typedef {object} Visit  what a visit of a page found
 * @property {number} load_ms  engine and model, from the first request on
 * @property {number | null} ready_ms  from the model's last byte until it can generate; null where it is not told
 * @property {number | null} weights_bytes  of the model in memory; null where it is not told
 * @property {number | null} memory_bytes  peak of the page's process above that of an empty page
 * @property {number | null} wasm_bytes  WebAssembly memory at the end; null where it is not told
 * @property {number} code_bytes  of the engine, with gzip
 * @property {number} model_bytes
 * @property {Run[]} runs
 */

/**
 * @typedef {object} Run  one completion
 * @property {"cold" | "settling" | "warm"} state
 * @property {number} prompt  tokens
 * @property {number} encode_ms
 * @property {number} tokens_per_s  of decoding: of all that follows the encoder
 * @property {number | null} later_tokens_per_s  of the tokens after the first; null where it is not told
 * @property {number[]} first_ids  the first generated tokens
 */

/**
 * @param {Browser} browser
 * @param {Site} site
 * @param {Contender} contender
 * @returns {Promise<Visit>}
 */
export function visit(browser, site, contender) {
  return inFreshPage(browser, site, async (page) => {
    const pid = browser.process()?.pid ?? 0;
    const empty = await peakContentMemory(pid);
    await openDriver(page, contender);
    site.fetched = [];
    const loaded = await callDriver(page, "load", contender.what);
    const model = site.fetched.find(({ path }) => path === contender.what.model);
    /** @type {Run[]} */
    const runs = [];
    let { wasm_bytes = null } = loaded;
    const pass = async (/** @type {Run["state"]} */ state, /** @type {number[]} */ prompts) => {
      for (const nTokens of prompts) {
        const generated = await callDriver(page, "generate", { nTokens, newTokens: NEW_TOKENS });
        wasm_bytes = generated.wasm_bytes ?? wasm_bytes;
        const tokens_per_s = (generated.token_ids.length * 1e3) / generated.decode_ms;
        const later_tokens_per_s = generated.later_ms ? ((generated.token_ids.length - 1) * 1e3) / generated.later_ms : null;
        runs.push({ state, prompt: nTokens, encode_ms: generated.encode_ms, tokens_per_s, later_tokens_per_s, first_ids: generated.token_ids.slice(0, 16) });
      }
    };
    const { cold, settling, warm } = contender.passes;
    await pass("cold", cold);
    for (let i = 0; i < settling; i++) await pass("settling", PROMPTS);
    for (let i = 0; i < warm; i++) await pass("warm", PROMPTS);
    const peak = await peakContentMemory(pid);
    return {
      load_ms: loaded.load_ms,
      ready_ms: loaded.loaded_at && model ? Math.max(0, loaded.loaded_at - model.sent_at) : null,
      weights_bytes: loaded.weights_bytes ?? null,
      memory_bytes: peak && empty ? peak - empty : null,
      wasm_bytes,
      ...(await downloadOf(site.fetched)),
      runs,
    };
  });
}

/**
 * How long a fresh page takes to load engine and model when the model's bytes are there already.
 *
 * @param {Browser} browser
 * @param {Site} site
 * @param {Contender} contender
 * @returns {Promise<number>} milliseconds
 */
export function loadBytes(browser, site, contender) {
  return inFreshPage(browser, site, async (page) => {
    await openDriver(page, contender);
    return (await callDriver(page, "loadBytes", contender.what)).load_ms;
  });
}

/**
 * @template T
 * @param {Browser} browser
 * @param {Site} site
 * @param {(page: Page) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function inFreshPage(browser, site, use) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${site.origin}/bench/blank.html`);
    return await use(page);
  } finally {
    await context.close();
  }
}

/**
 * @param {Page} page
 * @param {{ driver: string, inWorker: boolean }} contender
 */
export async function openDriver(page, { driver, inWorker }) {
  await page.evaluate(async (/** @type {string} */ url, /** @type {boolean} */ isWorker) => {
    const drive = await import(`${location.origin}/bench/drive.js`);
    Object.assign(window, { callDriver: await drive.open(url, isWorker) });
  }, `/bench/${driver}`, inWorker);
}

/**
 * @param {Page} page
 * @param {string} method
 * @param {object} args
 * @returns {Promise<any>}
 */
export function callDriver(page, method, args) {
  return page.evaluate((/** @type {string} */ name, /** @type {object} */ what) => /** @type {any} */ (window).callDriver(name, what), method, args);
}
