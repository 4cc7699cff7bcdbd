/** What this project holds itself to, each goal computed from the measurements of one browser. */
import { BYTES_PER_TOKEN } from "../measure.mjs";
import { BUILDS, PROMPTS, oursName } from "../contenders.mjs";
import { ratioOf } from "./statistics.mjs";
import { ceilingOf, summaryOf } from "./summary.mjs";

/** @import { Measurement } from "../measure.mjs" */
/** @import { Divergences } from "../divergence.mjs" */
/** @import { ContenderSummary } from "./summary.mjs" */

/**
 * @typedef {object} Goal
 * @property {string} area
 * @property {string} text
 * @property {"least" | "most"} bound  whether the value must be at least or at most the limit
 * @property {number} limit
 * @property {number | null} value  null where it could not be measured
 * @property {string} unit
 */

/** @param {Goal} goal */
export function isReached({ value, bound, limit }) {
  return value !== null && (bound === "least" ? value >= limit : value <= limit);
}

/**
 * The build that the page takes in a browser: the last of BUILDS that ran.
 *
 * @param {Measurement[]} records
 */
export function chosenBuild(records) {
  const ran = (/** @type {string} */ build) => Object.keys(summaryOf(records, oursName(build, "q8_0", 1)).warm).length > 0;
  return BUILDS.findLast(ran) ?? "simd128";
}

/**
 * @param {Measurement[]} records
 * @param {Divergences | null} divergences
 * @returns {Goal[]}
 */
export function goalsOf(records, divergences) {
  const build = chosenBuild(records);
  const of = (/** @type {string} */ weights, /** @type {number} */ threads) => summaryOf(records, oursName(build, weights, threads));
  const [q8, q8x2, q4] = [of("q8_0", 1), of("q8_0", 2), of("q4_0", 1)];
  const peer = summaryOf(records, "transformers.js/q8/1");
  const ceiling = ceilingOf(records, { build, kernel: "multiply", threads: 1, n_bytes: BYTES_PER_TOKEN });
  const decode = (/** @type {ContenderSummary} */ who, /** @type {number} */ prompt, state = /** @type {"warm" | "cold"} */ ("warm")) => who[state][prompt]?.tokens_per_s;
  const encode = (/** @type {ContenderSummary} */ who, /** @type {number} */ prompt, state = /** @type {"warm" | "cold"} */ ("warm")) => who[state][prompt]?.encode_ms;
  const later = (/** @type {number} */ prompt) => q8.warm[prompt]?.later_tokens_per_s;
  const share = () => {
    const speed = decode(q8, 128);
    return speed && ceiling ? (speed.median * BYTES_PER_TOKEN) / ceiling.median : null;
  };
  const flat = records.filter((record) => record.what === "flat");
  const growth = flat.length ? Math.max(...flat.map((record) => record.last_bytes - record.first_bytes)) : null;
  const biggest = Math.max(0, ...BUILDS.map((name) => summaryOf(records, oursName(name, "q8_0", 1)).code_bytes ?? 0));
  const slower = PROMPTS.map((prompt) => ratioOf(decode(q8x2, prompt), decode(q8, prompt)));
  const known = (/** @type {(number | null)[]} */ values) => (values.includes(null) ? null : Math.min(.../** @type {number[]} */ (values)));
  const wasmRoom = q8.wasm_bytes && q8.weights_bytes ? (q8.wasm_bytes - 1.15 * q8.weights_bytes) / 1e6 : null;
  const divergence = (/** @type {string} */ model, /** @type {string} */ of, /** @type {string} */ over) => {
    const [a, b] = [divergences?.[model]?.[of], divergences?.[model]?.[over]];
    return a && b ? a.mean / b.mean : null;
  };
  const unchanged = divergences?.trained?.q8_0;

  /** @type {(area: string, text: string, bound: Goal["bound"], limit: number, value: number | null, unit?: string) => Goal} */
  const goal = (area, text, bound, limit, value, unit = "x") => ({ area, text, bound, limit, value, unit });
  return [
    goal("1 Decode", "Q8_0, 1 thread, 128 tokens, over transformers.js q8", "least", 4, ratioOf(decode(q8, 128), decode(peer, 128))),
    goal("1 Decode", "share of the ceiling (its bytes over the product's bandwidth)", "least", 0.65, share()),
    goal("1 Decode", "after 512 tokens over after 16, once the first token is there", "least", 0.85, ratioOf(later(512), later(16))),
    goal("1 Decode", "2 threads over 1, 128 tokens", "least", 1.5, ratioOf(decode(q8x2, 128), decode(q8, 128))),
    goal("1 Decode", "2 threads over 1, at the prompt where it helps least", "least", 1, known(slower)),
    goal("2 Encode", "512 tokens, Q8_0, 1 thread, over transformers.js q8", "least", 2, ratioOf(encode(peer, 512), encode(q8, 512))),
    goal("2 Encode", "2 threads over 1, 512 tokens", "least", 1.7, ratioOf(encode(q8, 512), encode(q8x2, 512))),
    goal("3 Q4_0", "decode over Q8_0, 128 tokens", "least", 1.3, ratioOf(decode(q4, 128), decode(q8, 128))),
    goal("3 Q4_0", "encode over Q8_0, 512 tokens", "least", 1, ratioOf(encode(q8, 512), encode(q4, 512))),
    goal("4 Load", "from bytes in memory, of transformers.js's time", "most", 0.1, ratioOf(q8.load_ms, peer.load_ms)),
    goal("4 Load", "ready after the last byte", "most", 300, q8.ready_ms?.median ?? null, "ms"),
    goal("5 Memory", "above an empty page, of transformers.js's", "most", 0.25, ratioOf(q8.memory_bytes, peer.memory_bytes)),
    goal("5 Memory", "WebAssembly memory beyond 1.15 x the weights", "most", 24, wasmRoom, "MB"),
    goal("5 Memory", "growth over 100 completions of varied length", "most", 0, growth === null ? null : growth / 1e6, "MB"),
    goal("6 Download", "engine, the largest build, with gzip", "most", 1.4, biggest ? biggest / 1e6 : null, "MB"),
    goal("7 Quality", "divergence of Q8_0, trained weights, over the plain kernel's", "most", 1.5, divergence("trained", "q8_0", "plain")),
    goal("7 Quality", "the same, over that of transformers.js q8", "most", 0.25, divergence("trained", "q8_0", "transformers.js")),
    goal("7 Quality", "divergence of Q8_0, random weights, over the plain kernel's", "most", 1.5, divergence("random", "q8_0", "plain")),
    goal("7 Quality", "the same, over that of transformers.js q8", "most", 0.25, divergence("random", "q8_0", "transformers.js")),
    goal("7 Quality", "prompts whose greedy text Q8_0 changes, ties aside", "most", 0, unchanged?.n_changed ?? null, ""),
    goal("8 Cold", "first prompt of a page (16 tokens) over warm", "most", 4, ratioOf(encode(q8, 16, "cold"), encode(q8, 16))),
    goal("8 Cold", "its decode over warm", "least", 0.7, ratioOf(decode(q8, 16, "cold"), decode(q8, 16))),
  ];
}

/**
 * This browser against another, in which the same was measured: how much of its speed there is here.
 *
 * @param {Measurement[]} records
 * @param {Measurement[]} others
 * @returns {{ text: string, value: number | null }[]}
 */
export function againstOtherBrowser(records, others) {
  return BUILDS.flatMap((build) => ["q8_0", "q4_0"].flatMap((weights) => [1, 2].flatMap((threads) => {
    const name = oursName(build, weights, threads);
    const [here, there] = [summaryOf(records, name), summaryOf(others, name)];
    return PROMPTS.flatMap((prompt) => [
      { text: `${name}: encode ${prompt} tokens`, value: ratioOf(there.warm[prompt]?.encode_ms, here.warm[prompt]?.encode_ms) },
      { text: `${name}: decode after ${prompt}`, value: ratioOf(here.warm[prompt]?.tokens_per_s, there.warm[prompt]?.tokens_per_s) },
    ]);
  })));
}
