/** How much memory a model will take, and whether there is that much; pure. */

/** @import { WeightType } from "./protocol.js" */

/** Bits of a weight in memory, the scales of its block included. @type {Record<Exclude<WeightType, "as_is">, number>} */
export const BITS = {
  f32: 32, f16: 16, q8_0: 8.5, q6_k: 6.5625, q5_1: 6, q5_0: 5.5, q5_k: 5.5, q4_1: 5, q4_0: 4.5, q4_k: 4.5, q3_k: 3.4375, q2_k: 2.625,
};

/** Types that are offered where a model does not fit, the most exact first. @type {WeightType[]} */
const SMALLER = ["q8_0", "q6_k", "q5_0", "q4_0", "q3_k", "q2_k"];

/** The most that WebAssembly can address, less what the engine, the words and a completion take. */
export const WASM_LIMIT_BYTES = 4 * 2 ** 30 - 256 * 2 ** 20;
/** The engine itself, the tokenizer, and room to work in. */
const OVERHEAD_BYTES = 24e6;
/** Of a device's memory, what one page may expect to get. */
const DEVICE_SHARE = 0.5;

/**
 * @param {{ type: string | null, n_bytes: number, n_parameters: number | null }} offer
 * @param {WeightType} weights  how they will be held
 * @returns {number} bytes
 */
export function estimateMemory({ type, n_bytes, n_parameters }, weights) {
  const bitsInFile = type === null ? null : bitsOf(type);
  const count = n_parameters ?? (bitsInFile === null ? null : (8 * n_bytes) / bitsInFile);
  // Without a type nobody can say better than the file's own size.
  const weightBytes = weights === "as_is" || count === null ? n_bytes : (count * BITS[weights]) / 8;
  return Math.round(weightBytes * 1.02 + OVERHEAD_BYTES);
}

/**
 * @param {number} bytes
 * @param {number | null} deviceBytes  memory of the device, where it says
 * @returns {"fits" | "tight" | "too_large"}
 */
export function fitOf(bytes, deviceBytes) {
  if (bytes > WASM_LIMIT_BYTES) return "too_large";
  return deviceBytes !== null && bytes > DEVICE_SHARE * deviceBytes ? "tight" : "fits";
}

/**
 * The most exact type with which a model fits that does not fit as asked.
 *
 * @param {Parameters<typeof estimateMemory>[0]} offer
 * @param {number | null} deviceBytes
 * @returns {WeightType | null} null where none is small enough
 */
export function smallerWeights(offer, deviceBytes) {
  const estimates = SMALLER.map((type) => ({ type, fit: fitOf(estimateMemory(offer, type), deviceBytes) }));
  return (estimates.find(({ fit }) => fit === "fits") ?? estimates.find(({ fit }) => fit !== "too_large"))?.type ?? null;
}

/** @param {string} type  as GGUF or safetensors name it, such as `Q4_K_M` */
function bitsOf(type) {
  const key = type.toLowerCase().replace(/_(s|m|l|xl)$/, "").replace("bf16", "f16");
  return key in BITS ? BITS[/** @type {keyof typeof BITS} */ (key)] : null;
}
