/** Events as the engine and a person send them, and what the page's state becomes by them. */
import { DEFAULT_OPTIONS } from "../../../www/page/options.js";
import { initialState, reduce } from "../../../www/page/state.js";

/** @typedef {import("../../../www/page/types.js").State} State */

export const choice = { label: "T5", source: { kind: "files", names: ["t5.gguf"] }, files: [], weights: "as_is" };
export const model = { name: "T5", trained_length: 512, config: { eos_token_id: 1 }, notices: [] };
export const usage = { encoder_tokens: 4, decoder_tokens: 3, trained_length: 512 };
const timing = { tokenize_ms: 0, encode_ms: 1, first_token_ms: 2, decode_ms: 30, total_ms: 40, tokens_per_second: 100 };

/**
 * @param {object[]} events
 * @param {State} [state]
 * @returns {State}
 */
export const after = (events, state = initialState()) => {
  for (const event of events) state = reduce(state, /** @type {any} */ (event));
  return state;
};

export const LOADED = [
  { type: "load_requested", choice },
  { type: "loaded", model, load_ms: 120, at_ms: 120 },
];
export const STARTED = [
  ...LOADED,
  { type: "prompt_edited", prompt: "Where is Ganymede?" },
  { type: "run_requested", generation_id: 7, at_ms: 1000 },
  { type: "generation_started", generation_id: 7, encoder_tokens: 4, notices: [], at_ms: 1001 },
];
export const token = (/** @type {number} */ idx, /** @type {string} */ text) => ({
  type: "token", generation_id: 7, token_idx: idx, token_id: 100 + idx, piece: `▁${text.trim()}`, text,
  log_probability: Math.log(0.5), elapsed_ms: 10, at_ms: 1020 + 10 * idx,
});
export const done = (/** @type {string} */ finish_reason, /** @type {string} */ text, options = { ...DEFAULT_OPTIONS, do_sample: true, seed: 42 }) => ({
  type: "generation_done", generation_id: 7, at_ms: 1100,
  result: { text, token_ids: [0, 100, 1], score: -1, finish_reason, usage, timing, options },
});
export const report = (/** @type {string} */ kind, extra = {}) => ({ kind, option: null, message: "It broke.", fatal: false, ...extra });
export const failure = (/** @type {string} */ context, /** @type {object} */ error, generation_id = null) => ({
  type: "error", context, generation_id, error, at_ms: 2000,
});
