/** The comparison's arithmetic and its report, on made-up measurements. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BYTES_PER_TOKEN } from "../../benches/browser/measure.mjs";
import { goalsOf, isReached } from "../../benches/browser/report/goals.mjs";
import { report, significant } from "../../benches/browser/report/markdown.mjs";
import { plotOf } from "../../benches/browser/report/plots.mjs";
import { ratioOf, statisticOf } from "../../benches/browser/report/statistics.mjs";
import { sameStart, summaryOf } from "../../benches/browser/report/summary.mjs";
import { promptIds } from "../../benches/browser/pages/token-ids.js";
import { bytesPerToken } from "../../benches/browser/shapes.mjs";

/**
 * A visit in which every warm run takes so long.
 * @param {string} contender
 * @param {{ encode: number, speed: number, round?: number, ids?: number[] }} runs
 * @returns {any}
 */
function visitOf(contender, { encode, speed, round = 0, ids = [7, 8, 9] }) {
  const run = (/** @type {string} */ state, /** @type {number} */ prompt, /** @type {number} */ slower) => ({
    state, prompt, encode_ms: encode * slower, tokens_per_s: speed / slower, later_tokens_per_s: (prompt === 512 ? 0.9 : 1) * speed, first_ids: ids,
  });
  return {
    what: "visit", round, contender, load_ms: 1, ready_ms: 20, weights_bytes: 80e6, memory_bytes: 100e6, wasm_bytes: 100e6,
    code_bytes: 1e6, model_bytes: 82e6, runs: [16, 128, 512].flatMap((n) => [run("cold", n, 2), run("warm", n, 1)]),
  };
}

/** @type {any[]} */
const RECORDS = [
  visitOf("simd128/q8_0/1", { encode: 100, speed: 400 }),
  visitOf("simd128/q8_0/1", { encode: 120, speed: 420, round: 1 }),
  visitOf("simd128/q8_0/2", { encode: 50, speed: 300 }),
  visitOf("transformers.js/q8/1", { encode: 220, speed: 100, ids: [7, 8, 1] }),
  { what: "ceiling", round: 0, build: "simd128", kernel: "multiply", threads: 1, n_bytes: BYTES_PER_TOKEN, bytes_per_s: 500 * BYTES_PER_TOKEN },
  { what: "failure", round: 0, contender: "wllama/q8_0/1", reason: "no such page" },
];
const META = { date: "2001-02-03", browser: "A browser 4", machine: "5 cores", engine: "abc", commit: "def" };

test("statistics", () => {
  assert.deepEqual(statisticOf([3, 1, 2]), { median: 2, min: 1, max: 3, n: 3 });
  assert.deepEqual(statisticOf([4, 1, 2, 3]), { median: 2.5, min: 1, max: 4, n: 4 });
  assert.equal(statisticOf([]), null);
  assert.equal(ratioOf(statisticOf([6]), statisticOf([2])), 3);
  assert.equal(ratioOf(statisticOf([6]), null), null);
});

test("numbers are written with three digits, or whole", () => {
  assert.deepEqual([0, 0.01234, 1.5, 12.34, 123.4, 1234.5].map(significant), ["0", "0.0123", "1.50", "12.3", "123", "1235"]);
});

test("a summary keeps warm and cold apart and joins the rounds", () => {
  const summary = summaryOf(RECORDS, "simd128/q8_0/1");
  assert.deepEqual(summary.warm[128]?.encode_ms, { median: 110, min: 100, max: 120, n: 2 });
  assert.equal(summary.cold[16]?.encode_ms?.median, 220);
  assert.equal(summary.repeats, true);
  assert.deepEqual(summaryOf(RECORDS, "wllama/q8_0/1").failures, ["no such page"]);
  assert.equal(sameStart([7, 8, 1], [7, 8, 9]), 2);
});

test("goals are computed, and what was not measured is not reached", () => {
  const goals = goalsOf(RECORDS, null);
  const find = (/** @type {string} */ text) => goals.find((goal) => goal.text.startsWith(text)) ?? assert.fail(text);
  const decode = find("Q8_0, 1 thread, 128 tokens");
  assert.ok(Math.abs((decode.value ?? 0) - 4.1) < 1e-9 && isReached(decode));
  const later = find("after 512 tokens over after 16");
  assert.ok(Math.abs((later.value ?? 0) - 0.9) < 1e-9 && isReached(later));
  const share = find("share of the ceiling");
  assert.ok(Math.abs((share.value ?? 0) - 410 / 500) < 1e-9 && isReached(share));
  assert.ok(!isReached(find("2 threads over 1, 128 tokens")));
  const q4 = find("decode over Q8_0");
  assert.equal(q4.value, null);
  assert.ok(!isReached(q4));
  const kinds = { q8_0: { mean: 2 }, plain: { mean: 4 }, "transformers.js": { mean: 10 } };
  const quality = goalsOf(RECORDS, /** @type {any} */ ({ trained: kinds })).filter(({ text }) => text.includes("trained") || text.startsWith("the same"));
  assert.deepEqual(quality.slice(0, 2).map(({ value }) => value), [0.5, 0.2]);
});

test("the report says what was reached, what was not, and who failed", () => {
  const text = report({ meta: META, records: RECORDS }, { meta: META, records: [visitOf("simd128/q8_0/1", { encode: 300, speed: 100 })] }, null, []);
  assert.match(text, /Q8_0, 1 thread, 128 tokens, over transformers\.js q8 \| at least 4 x \| 4\.10 x \| reached/);
  assert.match(text, /2 threads over 1, 128 tokens \| at least 1\.5 x \| 0\.732 x \| \*\*not reached\*\*/);
  assert.match(text, /decode over Q8_0, 128 tokens \| at least 1\.3 x \| - \| not measured/);
  assert.match(text, /wllama 2\.4, Q8_0, 1 thread: no such page/);
  assert.match(text, /A browser 4, 2001-02-03, 5 cores, commit def/);
  assert.match(text, /half of Chromium's: \*\*not reached\*\*/);
  assert.match(text, /110 \(100 - 120\)/);
  assert.match(text, /transformers\.js 4\.3, q8, 1 thread \| 2 of 3/);
});

test("the plot has a bar for each that was measured, and the ceiling", () => {
  const svg = plotOf(RECORDS);
  assert.equal(svg.match(/<rect /g)?.length, 1 + 2 * 3);
  assert.match(svg, /ceiling of Q8_0/);
});

test("prompts are the same each time and end with </s>", () => {
  const ids = promptIds(512);
  assert.equal(ids.length, 512);
  assert.equal(ids.at(-1), 1);
  assert.deepEqual(promptIds(16).slice(0, -1), ids.slice(0, 15));
  assert.ok(ids.slice(0, -1).every((id) => id >= 3 && id < 32_100));
});

test("a token's bytes", () => {
  assert.equal(BYTES_PER_TOKEN, 40_873_984);
  assert.ok(bytesPerToken("large", "q4_0") < bytesPerToken("large", "q8_0"));
});
