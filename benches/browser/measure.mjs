/** Rounds of measurements: every contender in turn, the ceilings, larger models. Each result is a record. */
import { BUILDS, NEW_TOKENS, PROMPTS } from "./contenders.mjs";
import { callDriver, inFreshPage, loadBytes, openDriver, visit } from "./visit.mjs";

/** @import { Browser } from "../../tests/browser/harness/browsers.mjs" */
/** @import { Contender } from "./contenders.mjs" */
/** @import { Site } from "./site.mjs" */
/** @import { Visit } from "./visit.mjs" */

/**
 * @typedef {{ what: "visit", round: number, contender: string } & Visit} VisitRecord
 * @typedef {{ what: "load", round: number, contender: string, load_ms: number }} LoadRecord
 * @typedef {{ what: "failure", round: number, contender: string, reason: string }} FailureRecord
 * @typedef {"read" | "multiply"} Kernel
 * @typedef {{ what: "ceiling", round: number, build: string, kernel: Kernel, threads: number,
 *   n_bytes: number, bytes_per_s: number }} CeilingRecord
 * @typedef {{ what: "flat", contender: string, n_completions: number, first_bytes: number, last_bytes: number }} FlatRecord
 * @typedef {VisitRecord | LoadRecord | FailureRecord | CeilingRecord | FlatRecord} Measurement
 */

/**
 * Bytes of weights that one decoded token of the flan-t5-small shape reads in Q8_0, 34 bytes for 32 weights:
 * of each of 8 layers q, k, v, o (512 x 384), cross-attention's q and o, and three feed-forward matrices of
 * 1024 x 512; and the head. Keys and values of cross-attention are made once a prompt.
 */
export const BYTES_PER_TOKEN = (34 / 32) * (8 * (6 * 512 * 384 + 3 * 512 * 1024) + 512 * 32_128);

/** What the ceilings read: as many bytes as a token, and as many as fit into a core's cache. */
export const CEILING_BYTES = [BYTES_PER_TOKEN, 600_000];
const CEILING_SECONDS = 0.4;

/**
 * One round. The contender that begins is another each time, so that none profits from its place.
 *
 * @param {object} round
 * @param {Browser} round.browser
 * @param {Site} round.site
 * @param {Contender[]} round.contenders
 * @param {number} round.number
 * @param {(record: Measurement) => void} record
 */
export async function measureRound({ browser, site, contenders, number: round }, record) {
  await measureCeilings(browser, site, round, record);
  const first = (round * 3) % contenders.length;
  for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
    const { name } = contender;
    try {
      record({ what: "visit", round, contender: name, ...(await visit(browser, site, contender)) });
      record({ what: "load", round, contender: name, load_ms: await loadBytes(browser, site, contender) });
    } catch (error) {
      record({ what: "failure", round, contender: name, reason: reasonOf(error) });
    }
  }
}

/**
 * How fast each build reads memory and multiplies, in one worker and in two at once, each with its own memory.
 *
 * @param {Browser} browser
 * @param {Site} site
 * @param {number} round
 * @param {(record: Measurement) => void} record
 */
async function measureCeilings(browser, site, round, record) {
  for (const build of BUILDS) {
    for (const threads of [1, 2]) {
      for (const nBytes of CEILING_BYTES) {
        try {
          for (const [kernel, bytes_per_s] of Object.entries(await ceilings(browser, site, { build, threads, nBytes }))) {
            record({ what: "ceiling", round, build, kernel: /** @type {Kernel} */ (kernel), threads, n_bytes: nBytes, bytes_per_s });
          }
        } catch (error) {
          record({ what: "failure", round, contender: `ceilings/${build}/${threads}`, reason: reasonOf(error) });
        }
      }
    }
  }
}

/**
 * Bytes a second that so many workers of a build read, and multiply, together, each over `nBytes` of its own.
 *
 * @param {Browser} browser
 * @param {Site} site
 * @param {{ build: string, threads: number, nBytes: number }} what
 * @returns {Promise<Record<Kernel, number>>}
 */
export function ceilings(browser, site, what) {
  return inFreshPage(browser, site, (page) => page.evaluate(ceilingsInPage, { ...what, seconds: CEILING_SECONDS }));
}

/**
 * Runs in the page.
 *
 * @param {{ build: string, threads: number, nBytes: number, seconds: number }} what
 * @returns {Promise<Record<Kernel, number>>}
 */
async function ceilingsInPage({ build, threads, nBytes, seconds }) {
  const drive = await import(`${location.origin}/bench/drive.js`);
  const { engineFiles } = await import(`${location.origin}/bench/engine-files.js`);
  const workers = await Promise.all(Array.from({ length: threads }, async () => {
    const call = drive.start("/bench/ceilings.js");
    await call("prepare", { ...engineFiles(build), nBytes });
    return call;
  }));
  const together = async (/** @type {Kernel} */ what) => {
    const all = await Promise.all(workers.map((call) => call("measure", { what, seconds })));
    return all.reduce((sum, speed) => sum + speed, 0);
  };
  return { read: await together("read"), multiply: await together("multiply") };
}

/**
 * Whether memory grows over a hundred completions of varied length.
 *
 * @param {Browser} browser
 * @param {Site} site
 * @param {Contender} contender
 * @param {(record: Measurement) => void} record
 */
export async function measureFlatness(browser, site, contender, record) {
  await inFreshPage(browser, site, async (page) => {
    await openDriver(page, contender);
    await callDriver(page, "load", contender.what);
    const complete = (/** @type {number} */ nTokens, /** @type {number} */ newTokens) => {
      return callDriver(page, "generate", { nTokens, newTokens });
    };
    const longest = await complete(Math.max(...PROMPTS), NEW_TOKENS);
    let last = longest;
    const n_completions = 100;
    for (let i = 0; i < n_completions; i++) last = await complete(2 + ((i * 37) % 160), 1 + ((i * 11) % 24));
    record({ what: "flat", contender: contender.name, n_completions, first_bytes: longest.wasm_bytes, last_bytes: last.wasm_bytes });
  });
}

/** @param {unknown} error */
export function reasonOf(error) {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n").slice(0, 2).join(" ").slice(0, 400);
}
