import assert from "node:assert/strict";
import { test } from "node:test";
import { decoderMeter, encoderMeter, isGenerating, modelToReopen, themeOf } from "../../www/page/derived.js";
import { EXAMPLES } from "../../www/page/examples.js";
import { DEFAULT_OPTIONS } from "../../www/page/options.js";
import { bytesPerSecond, secondsLeft, withSample } from "../../www/page/rate.js";
import { initialState, reduce } from "../../www/page/state.js";

/** @typedef {import("../../www/page/types.js").State} State */
/** @typedef {import("../../www/page/types.js").PageEvent | import("../../www/page/types.js").TimedClientEvent} Event */

const choice = { label: "T5", source: { kind: "files", names: ["t5.gguf"] }, files: [], weights: "as_is" };
const model = { name: "T5", trained_length: 512, config: { eos_token_id: 1 }, notices: [] };
const usage = { encoder_tokens: 4, decoder_tokens: 3, trained_length: 512 };
const timing = { tokenize_ms: 0, encode_ms: 1, first_token_ms: 2, decode_ms: 30, total_ms: 40, tokens_per_second: 100 };

/**
 * @param {object[]} events
 * @param {State} [state]
 * @returns {State}
 */
const after = (events, state = initialState()) => {
  for (const event of events) state = reduce(state, /** @type {any} */ (event));
  return state;
};

const LOADED = [
  { type: "load_requested", choice },
  { type: "loaded", model, load_ms: 120, at_ms: 120 },
];
const STARTED = [
  ...LOADED,
  { type: "prompt_edited", prompt: "Where is Ganymede?" },
  { type: "run_requested", generation_id: 7, at_ms: 1000 },
  { type: "generation_started", generation_id: 7, encoder_tokens: 4, notices: [], at_ms: 1001 },
];
const token = (/** @type {number} */ idx, /** @type {string} */ text) => ({
  type: "token", generation_id: 7, token_idx: idx, token_id: 100 + idx, piece: `▁${text.trim()}`, text,
  log_probability: Math.log(0.5), elapsed_ms: 10, at_ms: 1020 + 10 * idx,
});
const done = (/** @type {string} */ finish_reason, /** @type {string} */ text, options = { ...DEFAULT_OPTIONS, do_sample: true, seed: 42 }) => ({
  type: "generation_done", generation_id: 7, at_ms: 1100,
  result: { text, token_ids: [0, 100, 1], score: -1, finish_reason, usage, timing, options },
});
const report = (/** @type {string} */ kind, extra = {}) => ({ kind, option: null, message: "It broke.", fatal: false, ...extra });
const failure = (/** @type {string} */ context, /** @type {object} */ error, generation_id = null) => ({
  type: "error", context, generation_id, error, at_ms: 2000,
});

test("reduce changes no state that it was given", () => {
  const freeze = (/** @type {any} */ value) => {
    if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };
  const events = [...STARTED, token(0, "On"), token(1, " Jupiter"), done("stop", "On Jupiter"), failure("load", report("network"))];
  const state = events.reduce((s, event) => freeze(reduce(s, /** @type {any} */ (event))), freeze(initialState()));
  assert.equal(state.history.length, 1);
});

test("a load tells its bytes, its speed and its end", () => {
  const progress = (/** @type {number} */ loaded_bytes, /** @type {number} */ at_ms) => ({
    type: "load_progress", file: "t5.gguf", loaded_bytes, total_bytes: 8000, all_loaded_bytes: loaded_bytes, all_total_bytes: 8000, at_ms,
  });
  let state = after([LOADED[0], progress(0, 100), progress(1000, 300)]);
  assert.equal(bytesPerSecond(state.load?.samples ?? []), null);
  state = after([progress(4000, 2100)], state);
  assert.equal(bytesPerSecond(state.load?.samples ?? []), 2000);
  assert.equal(state.load?.loadedBytes, 4000);
  state = after([LOADED[1]], state);
  assert.equal(state.load, null);
  assert.equal(state.model?.name, "T5");
  assert.equal(state.choice, choice);
});

test("a broken connection is told until bytes come again", () => {
  const waiting = { type: "load_waiting", attempt: 1, delay_ms: 250, message: "It broke.", at_ms: 10 };
  let state = after([LOADED[0], waiting]);
  assert.deepEqual(state.load?.waiting, { message: "It broke.", isOffline: false });
  assert.equal(after([{ ...waiting, delay_ms: null }], state).load?.waiting?.isOffline, true);
  state = after([{ type: "load_progress", file: "a", loaded_bytes: 1, total_bytes: 2, all_loaded_bytes: 1, all_total_bytes: 2, at_ms: 20 }], state);
  assert.equal(state.load?.waiting, null);
});

test("the speed is that of the last seconds, and gives the time that is left", () => {
  /** @type {import("../../www/page/rate.js").Sample[]} */
  let samples = [];
  // A gigabyte from the store at once, then a megabyte each second.
  samples = withSample(samples, { at_ms: 0, bytes: 0 });
  samples = withSample(samples, { at_ms: 100, bytes: 1e9 });
  for (let second = 1; second <= 20; second++) samples = withSample(samples, { at_ms: 100 + second * 1000, bytes: 1e9 + second * 1e6 });
  assert.equal(bytesPerSecond(samples), 1e6);
  assert.ok(samples.length < 10);
  assert.equal(secondsLeft(1.1e9, 1.02e9, 1e6), 80);
  assert.equal(secondsLeft(null, 1, 1e6), null);
  assert.equal(secondsLeft(100, 1, null), null);
  assert.equal(secondsLeft(100, 100, 1e6), null);
  // One piece every ten seconds is a speed too.
  assert.equal(bytesPerSecond(withSample(withSample([], { at_ms: 0, bytes: 0 }), { at_ms: 10_000, bytes: 50 })), 5);
});

test("a failed or cancelled load leaves the model that was there", () => {
  const other = { ...choice, label: "Other" };
  const loading = after([...LOADED, { type: "load_requested", choice: other }]);
  const cancelled = after([{ type: "load_cancelled", at_ms: 300 }], loading);
  assert.equal(cancelled.model?.name, "T5");
  assert.equal(cancelled.load, null);
  const failed = after([failure("load", report("network"))], loading);
  assert.equal(failed.model?.name, "T5");
  assert.equal(failed.load, null);
  assert.equal(failed.error?.choice, other);
  assert.equal(failed.choice, choice);
});

test("the engine that is shown is that of the model in use, whatever becomes of a second load", () => {
  const [ready, inUse, next] = [1, 4, 2].map((n_threads) => ({ build: "simd128", n_threads, notices: [] }));
  let state = after([LOADED[0], { type: "engine_ready", engine: ready, at_ms: 10 }]);
  assert.equal(state.engine, ready);
  state = after([{ ...LOADED[1], engine: inUse }, LOADED[0], { type: "engine_ready", engine: ready, at_ms: 210 }], state);
  assert.equal(state.engine, inUse);
  assert.equal(after([{ type: "load_cancelled", at_ms: 300 }], state).engine, inUse);
  assert.equal(after([{ ...LOADED[1], engine: next }], state).engine, next);
});

test("a second load is refused while the first goes on", () => {
  const state = after([LOADED[0], failure("load", report("state"))]);
  assert.notEqual(state.load, null);
  assert.equal(state.error?.report.kind, "state");
  assert.equal(after([LOADED[1]], state).error, null);
});

test("what is wrong with the Hub's endpoint stands at its field until that is edited", () => {
  const state = after([{ type: "endpoint_edited", endpoint: "the mirror" }, { type: "endpoint_refused" }]);
  assert.equal(state.endpointError?.key, "picker.endpoint.error");
  assert.equal(after([{ type: "endpoint_edited", endpoint: "mirror.example" }], state).endpointError, null);
});

test("tokens stream into the completion, which becomes history", () => {
  let state = after(STARTED);
  assert.ok(isGenerating(state));
  assert.equal(state.completion?.phase, "encoding");
  state = after([{ type: "encoding", generation_id: 7, n_layers_done: 2, n_layers: 8, at_ms: 1010 }], state);
  assert.equal(state.completion?.encoded, 0.25);
  state = after([token(0, "On"), token(1, " Jupiter")], state);
  assert.equal(state.completion?.text, "On Jupiter");
  assert.equal(state.completion?.firstTokenMs, 20);
  assert.equal(state.completion?.decodeMs, 20);
  assert.deepEqual(state.completion?.tokens[1], { id: 101, piece: "▁Jupiter", probability: 0.5 });
  assert.equal(decoderMeter(state).nTokens, 2);
  state = after([done("stop", "On Jupiter")], state);
  assert.ok(!isGenerating(state));
  assert.equal(decoderMeter(state).nTokens, usage.decoder_tokens);
  assert.equal(state.history[0].text, "On Jupiter");
  assert.equal(state.history[0].prompt, "Where is Ganymede?");
  assert.match(state.announcement, /On Jupiter/);
});

test("what another generation says is not mixed in", () => {
  const stray = { ...token(0, "stray"), generation_id: 6 };
  const state = after([...STARTED, stray, { ...done("stop", "stray"), generation_id: 6 }]);
  assert.equal(state.completion?.text, "");
  assert.equal(state.history.length, 0);
});

test("a stop before the first token is an end like any other", () => {
  const state = after([...STARTED, done("cancelled", "")]);
  assert.equal(state.completion?.phase, "done");
  assert.equal(state.history[0].finishReason, "cancelled");
});

test("screen readers hear starts and ends, and no token", () => {
  const started = after(STARTED);
  assert.notEqual(started.announcement, "");
  assert.equal(after([token(0, "On"), token(1, " Jupiter")], started).announcement, started.announcement);
});

test("screen readers hear whether a text was copied", () => {
  const copied = after([{ type: "copied", copied: { what: "completion", outcome: "copied" } }]);
  const notCopied = after([{ type: "copied", copied: { what: 1, outcome: "not_copied" } }], copied);
  assert.match(copied.announcement, /^Copied/);
  assert.match(notCopied.announcement, /did not allow/);
  const later = after([{ type: "copied", copied: null }], notCopied);
  assert.equal(later.copied, null);
  assert.equal(later.announcement, notCopied.announcement);
});

test("a fatal error takes the model and nothing else", () => {
  const state = after([
    ...STARTED, token(0, "On"), done("stop", "On"), { type: "prompt_edited", prompt: "typed" },
    { type: "run_requested", generation_id: 8, at_ms: 1500 },
    failure("tokenize", report("internal", { fatal: true })),
    { type: "model_unloaded", reason: "fatal", at_ms: 2001 },
  ]);
  assert.equal(state.model, null);
  assert.equal(state.completion?.phase, "error");
  assert.equal(state.prompt, "typed");
  assert.equal(state.history.length, 1);
  assert.equal(state.error?.choice, choice);
  assert.equal(state.choice, choice);
});

test("whatever takes the model ends the completion that it was making", () => {
  const gone = { type: "model_unloaded", reason: "fatal", at_ms: 2001 };
  for (const context of ["start", "load", "tokenize", "generate"]) {
    const state = after([...STARTED, token(0, "On"), failure(context, report("internal", { fatal: true })), gone]);
    assert.equal(state.completion?.phase, "error", context);
    assert.equal(state.completion?.text, "On");
    assert.equal(state.error?.choice, choice);
  }
});

test("a load goes on when the engine of the model in use is lost", () => {
  const other = { ...choice, label: "Other" };
  const loading = after([...STARTED, { type: "load_requested", choice: other, at_ms: 1500 }]);
  for (const context of ["start", "load", "tokenize", "generate"]) {
    const state = after([failure(context, report("internal", { fatal: true })), { type: "model_unloaded", reason: "fatal", at_ms: 2001 }], loading);
    assert.equal(state.load?.choice, other);
    assert.equal(state.error?.choice, null, "nothing else can be loaded meanwhile");
  }
});

test("an error that belongs to no running generation does not break it", () => {
  const state = after([...STARTED, failure("generate", report("state")), failure("tokenize", report("prompt"))]);
  assert.equal(state.completion?.phase, "encoding");
});

test("the engine's refusal of an option stands at its field until it is edited", () => {
  const refused = report("option", { option: "num_beams", message: "option `num_beams` = 5: must be 1" });
  let state = after([...STARTED, { ...failure("generate", refused), generation_id: 7 }]);
  assert.equal(state.optionErrors.num_beams?.values?.message, refused.message);
  assert.ok(state.optionsOpen);
  state = after([{ type: "option_edited", name: "num_beams", value: "1" }], state);
  assert.equal(state.optionErrors.num_beams, undefined);
});

test("an example takes the place of typed text, which can be brought back", () => {
  const { id, prompt } = EXAMPLES[0];
  let state = after([{ type: "prompt_edited", prompt: "my own words" }, { type: "example_chosen", id }]);
  assert.equal(state.prompt, prompt);
  assert.equal(state.exampleId, id);
  state = after([{ type: "example_chosen", id: EXAMPLES[1].id }], state);
  assert.deepEqual(state.replacedPrompts, ["my own words"]);
  state = after([{ type: "prompt_restored" }], state);
  assert.equal(state.prompt, "my own words");
  assert.deepEqual(state.replacedPrompts, []);
});

test("typed text can be brought back after another prompt was run, or changed", () => {
  const draft = { type: "prompt_edited", prompt: "my draft" };
  const run = { type: "run_requested", generation_id: 8, at_ms: 2000 };
  const past = after([...STARTED, done("stop", "On", /** @type {any} */ ({})), draft, { type: "history_chosen", id: 1 }, run]);
  assert.equal(past.prompt, "Where is Ganymede?");
  assert.equal(after([{ type: "prompt_restored" }], past).prompt, "my draft");

  const example = [...LOADED, draft, { type: "example_chosen", id: EXAMPLES[0].id }];
  assert.equal(after([...example, run, { type: "prompt_restored" }]).prompt, "my draft");
  const both = after([...example, { type: "prompt_edited", prompt: "changed" }, { type: "prompt_restored" }]);
  assert.equal(both.prompt, "my draft");
  assert.deepEqual(both.replacedPrompts, ["changed"], "neither text is lost");
});

test("of several typed texts that others took the place of, each can be brought back", () => {
  const typed = (/** @type {string} */ prompt, /** @type {number} */ example) => [{ type: "prompt_edited", prompt }, { type: "example_chosen", id: EXAMPLES[example].id }];
  let state = after([...typed("first", 0), ...typed("second", 1), ...typed("third", 2)]);
  const shown = [];
  for (let i = 0; i < 4; i++) {
    state = after([{ type: "prompt_restored" }], state);
    shown.push(state.prompt);
  }
  assert.deepEqual(shown, ["third", "second", "first", "third"]);
  assert.equal(new Set([state.prompt, ...state.replacedPrompts]).size, 3);
});

test("a stored result says nothing of tokens, as it has none", () => {
  const { id } = /** @type {import("../../www/page/examples.js").Example} */ (EXAMPLES.find(({ output }) => output));
  const state = after([...LOADED, { type: "example_chosen", id }]);
  assert.equal(state.completion?.phase, "stored");
  assert.deepEqual(decoderMeter(state), { nTokens: null, trainedLength: 512, state: "unknown" });
});

test("a load that nobody asked for leaves open what a person has opened", () => {
  const open = after([{ type: "picker_toggled", open: true }]);
  assert.equal(after([{ type: "load_requested", choice, isAsked: false }], open).pickerOpen, true);
  assert.equal(after([{ type: "load_requested", choice }], open).pickerOpen, false);
});

test("an example shows its stored result, marked as such, before any model has loaded", () => {
  for (const { id, prompt, output } of EXAMPLES) {
    const { completion } = after([{ type: "example_chosen", id }]);
    assert.deepEqual(
      completion && { phase: completion.phase, prompt: completion.prompt, text: completion.text, model: completion.modelName },
      output && { phase: "stored", prompt, text: output.text, model: output.model },
    );
  }
});

test("an example does not touch a completion that is running", () => {
  const state = after([...STARTED, token(0, "On"), { type: "example_chosen", id: EXAMPLES[1].id }]);
  assert.equal(state.completion?.text, "On");
});

test("a past completion brings its prompt, its options and its seed back", () => {
  const past = { do_sample: true, temperature: 0.7, seed: 42 };
  const state = after([
    ...STARTED, done("stop", "On", /** @type {any} */ (past)), { type: "prompt_edited", prompt: "" }, { type: "history_chosen", id: 1 },
  ]);
  assert.equal(state.prompt, "Where is Ganymede?");
  assert.equal(state.options.seed, "42");
  assert.equal(state.options.temperature, "0.7");
  assert.equal(state.options.do_sample, true);
});

test("the meters know within, near, beyond and unknown", () => {
  const counted = (/** @type {number} */ n) => after([{
    type: "prompt_counted", counted: { prompt: "", tokens: Array(n).fill({ id: 5, piece: "a", unknown: false }), notices: [] },
  }], after(LOADED));
  assert.equal(encoderMeter(after(LOADED)).state, "unknown");
  assert.equal(encoderMeter(counted(10)).state, "within");
  assert.equal(encoderMeter(counted(461)).state, "near");
  assert.equal(encoderMeter(counted(512)).state, "near");
  assert.equal(encoderMeter(counted(513)).state, "beyond");
  assert.equal(encoderMeter(after([{ type: "model_unloaded", reason: "asked", at_ms: 0 }], counted(10))).state, "unknown");
});

test("the model in use is opened again from where it is, as long as it is there", () => {
  const hub = { ...choice, source: { kind: "hub", endpoint: "https://hub.example", repo: "owner/name", revision: "main", files: null } };
  const stored = { ...choice, source: { kind: "stored", id: "kept" } };
  const kept = { place: "opfs", id: "kept", why: null, license: null };
  const read = (/** @type {string[]} */ ...ids) => ({ type: "kept_read", kept: { place: "opfs", models: ids.map((id) => ({ id })) } });
  const loaded = (/** @type {object} */ of) => [{ ...LOADED[0], choice: of }, { ...LOADED[1], kept }];
  const sourceOf = (/** @type {any} */ reopened) => reopened?.source ?? reopened;
  for (const of of [hub, stored]) {
    assert.deepEqual(sourceOf(modelToReopen(after(loaded(of)))), stored.source);
    assert.deepEqual(sourceOf(modelToReopen(after([...loaded(of), read("another", "kept")]))), stored.source);
  }
  assert.deepEqual(sourceOf(modelToReopen(after([...loaded(hub), read("another")]))), hub.source);
  assert.equal(modelToReopen(after([...loaded(stored), read("another")])), "impossible");
  assert.equal(modelToReopen(after(LOADED)), "impossible", "files that were picked");
});

test("the theme follows the system until one is chosen, and again after going back", () => {
  let state = after([{ type: "system_theme_changed", theme: "dark" }]);
  assert.equal(themeOf(state), "dark");
  state = after([{ type: "theme_toggled" }], state);
  assert.equal(themeOf(state), "light");
  assert.equal(state.theme, "light");
  state = after([{ type: "theme_toggled" }], state);
  assert.equal(state.theme, null);
});

test("settings of an earlier version take the defaults they lack", () => {
  const state = initialState(/** @type {any} */ ({ prompt: "kept", options: { top_k: "10" } }));
  assert.equal(state.prompt, "kept");
  assert.equal(state.options.top_k, "10");
  assert.equal(state.options.max_new_tokens, DEFAULT_OPTIONS.max_new_tokens);
});
