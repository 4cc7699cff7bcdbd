/** Who is compared, and how each is measured. */

/**
 * @typedef {object} Contender
 * @property {string} name  in records and options
 * @property {"ours" | "transformers.js" | "candle" | "wllama"} peer
 * @property {string} title
 * @property {string} driver  module of pages/
 * @property {boolean} inWorker  whether the driver runs in a worker
 * @property {Record<string, string | number>} what  for the driver's `load`
 * @property {number} threads
 * @property {{ cold: number[], settling: number, warm: number }} passes  prompt lengths of the first pass of a fresh
 *   page; passes over all lengths that do not count; passes that do
 */

export const PROMPTS = [16, 128, 512];
export const NEW_TOKENS = 64;
export const BUILDS = ["simd128", "relaxed-simd"];
export const WEIGHTS = ["q8_0", "q4_0"];
const THREADS = [1, 2];

/** @returns {Contender} */
function ours(/** @type {string} */ build, /** @type {string} */ weights, /** @type {number} */ threads) {
  return {
    name: oursName(build, weights, threads),
    peer: "ours",
    title: `this project, ${weights.toUpperCase()}, ${build}, ${threadsText(threads)}`,
    driver: "ours.js",
    inWorker: false,
    what: { model: `/models/random/ours-${weights}.gguf`, build, threads },
    threads,
    passes: { cold: PROMPTS, settling: 1, warm: 2 },
  };
}

/** @param {string} build @param {string} weights @param {number} threads */
export const oursName = (build, weights, threads) => `${build}/${weights}/${threads}`;

/** @param {number} threads */
const threadsText = (threads) => (threads === 1 ? "1 thread" : `${threads} threads`);

/** @param {number} threads @returns {Contender} */
const transformers = (threads) => ({
  name: `transformers.js/q8/${threads}`,
  peer: "transformers.js",
  title: `transformers.js 4.3, q8, ${threadsText(threads)}`,
  driver: "transformers.js",
  inWorker: true,
  what: { folder: "random", name: "onnx", threads },
  threads,
  // Its threads are warm after more than one pass.
  passes: { cold: PROMPTS, settling: 1, warm: 1 },
});

/** @type {Contender[]} */
export const CONTENDERS = [
  ...WEIGHTS.flatMap((weights) => BUILDS.flatMap((build) => THREADS.map((threads) => ours(build, weights, threads)))),
  ...THREADS.map(transformers),
  {
    name: "candle/q8_0/1",
    peer: "candle",
    title: "candle-transformers 0.11, Q8_0, 1 thread",
    driver: "candle.js",
    inWorker: true,
    what: { model: "/models/random/candle-q8_0.gguf", config: "/models/random/hf/config.json" },
    threads: 1,
    passes: { cold: [16], settling: 0, warm: 1 },
  },
  {
    name: "wllama/q8_0/1",
    peer: "wllama",
    title: "wllama 2.4, Q8_0, 1 thread",
    driver: "wllama.js",
    inWorker: false,
    what: { model: "/models/random/llama-q8_0.gguf", threads: 1 },
    threads: 1,
    passes: { cold: [16], settling: 0, warm: 1 },
  },
];
