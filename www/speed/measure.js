/** Measures the engine with a model, by its client and worker, without the page's rendering. */

/** @import { EngineInfo, GenerationResult, ModelInfo, ModelSource, WeightType } from "../engine/protocol.js" */
import { EngineClient } from "../engine/client.js";
import { engineWish } from "../page/engine-wish.js";

/**
 * Medians over the repetitions.
 *
 * @typedef {object} Measured
 * @property {number} encoder_tokens
 * @property {number} encode_ms
 * @property {number} first_token_ms  from the request
 * @property {number} tokens_per_second
 */

/**
 * @typedef {object} Report
 * @property {EngineInfo} engine
 * @property {ModelInfo} model
 * @property {number} load_ms
 * @property {number} memory_bytes  of the WebAssembly module, which never shrinks: its peak
 * @property {Measured[]} runs  one of each prompt length
 */

/**
 * @typedef {object} What
 * @property {ModelSource} source
 * @property {File[]} [files]  those of a `files` source
 * @property {WeightType} [weights]
 * @property {string} word  whose repetition makes the prompts
 * @property {number[]} promptLengths  in tokens; the longest prompt that is no longer is taken
 * @property {number} newTokens
 * @property {number} repeat  runs of each length that count; one more goes before, to warm up
 * @property {(done: number, all: number) => void} [onProgress]
 */

/**
 * @param {What} what
 * @returns {Promise<Report>}
 */
export async function measure({ source, files, weights, word, promptLengths, newTokens, repeat, onProgress }) {
  /** @type {Record<string, any>} The last event of each type. */
  const last = {};
  /** @type {(event: any) => void} */
  let hear = () => {};
  const client = new EngineClient({
    engine: engineWish(),
    onEvent(event) {
      last[event.type] = event;
      hear(event);
    },
  });
  /** @type {(type: string, start: () => void) => Promise<any>} */
  const next = (type, start) => new Promise((resolve, reject) => {
    hear = (event) => {
      if (event.type === "error") reject(new Error(event.error.message));
      if (event.type === type) resolve(event);
    };
    start();
  });

  try {
    const { model, engine, load_ms } = await next("loaded", () => client.load(source, { weights, files }));
    const runs = [];
    const all = promptLengths.length * (repeat + 1);
    for (const length of promptLengths) {
      const prompt = await longestPrompt(length);
      /** @type {GenerationResult[]} */
      const results = [];
      for (let i = 0; i <= repeat; i++) {
        const options = { max_new_tokens: newTokens, min_new_tokens: newTokens };
        const { result } = await next("generation_done", () => client.generate(prompt, options));
        if (i > 0) results.push(result);
        onProgress?.(runs.length * (repeat + 1) + i + 1, all);
      }
      runs.push(mediansOf(results));
    }
    return { engine, model, load_ms, memory_bytes: last.generation_done.memory_bytes, runs };
  } finally {
    client.unload();
  }

  /**
   * The longest run of words that is at most so many tokens.
   *
   * @param {number} nTokens
   */
  async function longestPrompt(nTokens) {
    const words = (/** @type {number} */ n) => Array(n).fill(word).join(" ");
    let [least, most] = [1, nTokens];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      const { tokens } = await next("tokenized", () => client.tokenize(words(middle)));
      if (tokens.length <= nTokens) least = middle;
      else most = middle - 1;
    }
    return words(least);
  }
}

/**
 * @param {GenerationResult[]} results
 * @returns {Measured}
 */
function mediansOf(results) {
  const of = (/** @type {"encode_ms" | "first_token_ms" | "tokens_per_second"} */ name) => {
    const sorted = results.map(({ timing }) => Number(timing[name])).toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? NaN;
  };
  return {
    encoder_tokens: results[0]?.usage.encoder_tokens ?? 0,
    encode_ms: of("encode_ms"),
    first_token_ms: of("first_token_ms"),
    tokens_per_second: of("tokens_per_second"),
  };
}
