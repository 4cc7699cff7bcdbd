/**
 * Which build of the engine this browser runs best, and with how many threads. There are four: with the
 * instructions of `simd128` or `relaxed-simd`, each with and without threads.
 */

/** @import { Notice } from "./protocol.js" */

/** @typedef {"simd128" | "relaxed-simd"} Instructions */
/** @typedef {Extract<Notice, { kind: "one_thread" }>} OneThreadNotice */

/** As in `src/kernels/team.rs`. */
const MAX_THREADS = 8;

/**
 * What may be asked for instead of what is best, to measure or to test.
 *
 * @typedef {object} EngineWish
 * @property {Instructions} [build]
 * @property {number} [threads]  at most so many; all of them, whether they help or not
 */

/**
 * @typedef {object} Build
 * @property {Instructions} instructions
 * @property {number} nThreads  more than one: the build with threads
 * @property {OneThreadNotice[]} notices  why it has no threads, where one would expect them
 */

/**
 * A wish in words, as the address of the worker and of the page may have it.
 *
 * @param {URLSearchParams} params
 * @returns {EngineWish}
 * @throws {RangeError} for what there is not
 */
export function wishOf(params) {
  const build = params.get("build") ?? undefined;
  if (build !== undefined && build !== "simd128" && build !== "relaxed-simd") {
    throw new RangeError(`There is no engine build "${build}": there are simd128 and relaxed-simd.`);
  }
  const threads = params.get("threads");
  if (threads === null) return { build };
  const n = Number(threads);
  if (!(Number.isInteger(n) && n >= 1 && n <= MAX_THREADS)) {
    throw new RangeError(`The engine cannot run on "${threads}" threads: 1 to ${MAX_THREADS} are possible.`);
  }
  return { build, threads: n };
}

/**
 * @param {EngineWish} wish
 * @returns {Build}
 */
export function chooseBuild({ build, threads }) {
  const instructions = build ?? (WebAssembly.validate(RELAXED_SIMD) ? "relaxed-simd" : "simd128");
  const wanted = threads ?? Math.min(navigator.hardwareConcurrency, MAX_THREADS);
  if (!(wanted > 1)) return { instructions, nThreads: 1, notices: [] };
  // WebKitGTK isolates pages and yet has no shared memory.
  const reason = !self.crossOriginIsolated ? "not_isolated" : typeof SharedArrayBuffer === "undefined" ? "no_shared_memory" : null;
  if (reason) return { instructions, nThreads: 1, notices: [oneThread(reason)] };
  return { instructions, nThreads: wanted, notices: [] };
}

/**
 * Where the files of a build lie.
 *
 * @param {Instructions} instructions
 * @param {"" | "-threads"} suffix
 * @returns {{ bindings: URL, wasm: URL }}
 */
export function filesOf(instructions, suffix) {
  const bindings = new URL(`./wasm/${instructions}${suffix}/t5_playground.js`, import.meta.url);
  return { bindings, wasm: new URL("t5_playground_bg.wasm", bindings) };
}

/**
 * @param {OneThreadNotice["reason"]} reason
 * @param {string} [message]
 * @returns {OneThreadNotice}
 */
export function oneThread(reason, message = "") {
  return { kind: "one_thread", reason, message };
}

/** A module with one function: two splats and an i8x16.relaxed_swizzle (0xfd, 0x100) of them. */
const RELAXED_SIMD = Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // magic number and version
  1, 5, 1, 0x60, 0, 1, 0x7b, // one type: () -> v128
  3, 2, 1, 0, // one function of it
  10, 15, 1, 13, 0, // its code, without locals:
  0x41, 1, 0xfd, 15, 0x41, 2, 0xfd, 15, 0xfd, 0x80, 2, 0x0b,
);
