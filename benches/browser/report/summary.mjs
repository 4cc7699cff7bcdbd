/** Records of a run, put together: of each contender the medians. */
import { statisticOf } from "./statistics.mjs";

/** @import { Measurement } from "../measure.mjs" */
/** @import { Statistic } from "./statistics.mjs" */

/**
 * @typedef {object} Speed  of one prompt length
 * @property {Statistic | null} encode_ms
 * @property {Statistic | null} tokens_per_s
 * @property {Statistic | null} later_tokens_per_s  after the first token
 */

/**
 * @typedef {object} ContenderSummary
 * @property {Record<number, Speed>} warm  by the prompt's tokens
 * @property {Record<number, Speed>} cold
 * @property {Statistic | null} load_ms  from bytes in memory
 * @property {Statistic | null} ready_ms  after the last byte
 * @property {Statistic | null} memory_bytes
 * @property {number | null} wasm_bytes  the most
 * @property {number | null} weights_bytes
 * @property {number | null} code_bytes
 * @property {number | null} model_bytes
 * @property {Record<number, number[]>} first_ids  by the prompt's tokens
 * @property {boolean} repeats  whether every run of a prompt gave the same first tokens
 * @property {string[]} failures
 */

/**
 * @param {Measurement[]} records
 * @param {string} name
 * @returns {ContenderSummary}
 */
export function summaryOf(records, name) {
  const visits = records.filter((record) => record.what === "visit").filter((record) => record.contender === name);
  const loads = records.filter((record) => record.what === "load").filter((record) => record.contender === name);
  const failures = records.filter((record) => record.what === "failure").filter((record) => record.contender === name);
  const runs = visits.flatMap((visit) => visit.runs);
  const speeds = (/** @type {"cold" | "warm"} */ state) => {
    const lengths = [...new Set(runs.filter((run) => run.state === state).map((run) => run.prompt))];
    return Object.fromEntries(lengths.map((prompt) => {
      const these = runs.filter((run) => run.state === state && run.prompt === prompt);
      const speed = {
        encode_ms: statisticOf(these.map((run) => run.encode_ms)),
        tokens_per_s: statisticOf(these.map((run) => run.tokens_per_s)),
        later_tokens_per_s: statisticOf(these.flatMap((run) => run.later_tokens_per_s ?? [])),
      };
      return [prompt, speed];
    }));
  };
  /** @type {Record<number, number[]>} */
  const first_ids = {};
  let repeats = true;
  for (const run of runs) {
    const known = (first_ids[run.prompt] ??= run.first_ids);
    repeats &&= known.join() === run.first_ids.join();
  }
  const most = (/** @type {(number | null)[]} */ values) => {
    const known = values.filter((value) => value !== null);
    return known.length ? Math.max(...known) : null;
  };
  const told = (/** @type {(number | null)[]} */ values) => statisticOf(values.filter((value) => value !== null));
  return {
    warm: speeds("warm"),
    cold: speeds("cold"),
    load_ms: statisticOf(loads.map((load) => load.load_ms)),
    ready_ms: told(visits.map((visit) => visit.ready_ms)),
    memory_bytes: told(visits.map((visit) => visit.memory_bytes)),
    wasm_bytes: most(visits.map((visit) => visit.wasm_bytes)),
    weights_bytes: most(visits.map((visit) => visit.weights_bytes)),
    code_bytes: most(visits.map((visit) => visit.code_bytes)),
    model_bytes: most(visits.map((visit) => visit.model_bytes)),
    first_ids,
    repeats,
    failures: [...new Set(failures.map((failure) => failure.reason))],
  };
}

/**
 * @param {Measurement[]} records
 * @param {{ build: string, kernel: "read" | "multiply", threads: number, n_bytes: number }} which
 * @returns {Statistic | null} bytes a second
 */
export function ceilingOf(records, { build, kernel, threads, n_bytes }) {
  const these = records.filter((record) => record.what === "ceiling").filter((record) => {
    return record.build === build && record.kernel === kernel && record.threads === threads && record.n_bytes === n_bytes;
  });
  return statisticOf(these.map((record) => record.bytes_per_s));
}

/**
 * How many of the first tokens are those of another.
 *
 * @param {number[] | undefined} ids
 * @param {number[] | undefined} others
 */
export function sameStart(ids = [], others = []) {
  const differs = ids.findIndex((id, i) => id !== others[i]);
  return differs < 0 ? ids.length : differs;
}
