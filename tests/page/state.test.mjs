import assert from "node:assert/strict";
import { test } from "node:test";
import { decoderMeter, encoderMeter, isGenerating, themeOf } from "../../www/page/derived.js";
import { DEFAULT_OPTIONS } from "../../www/page/options.js";
import { initialState, reduce } from "../../www/page/state.js";
import { after, done, failure, LOADED, report, STARTED, token, usage } from "./harness/events.mjs";

test("reduce changes no state that it was given", () => {
  const freeze = (/** @type {any} */ value) => {
    if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };
  const events = [...STARTED, token(0, "On"), token(1, " Jupiter"), done("stop", "On Jupiter"), failure("load", report("network"))];
  const state = events.reduce((s, event) => freeze(reduce(s, /** @type {any} */ (event))), freeze(initialState()));
  assert.equal(state.history.length, 1);
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

test("a completion is measured by the window of the model that made it", () => {
  const long = done("stop", "On Jupiter");
  const result = { ...long.result, usage: { ...usage, decoder_tokens: 600, trained_length: 1024 } };
  const state = after([...STARTED, { ...long, result }, ...LOADED]);
  assert.deepEqual(decoderMeter(state), { nTokens: 600, trainedLength: 1024, state: "within" });
});

test("each press of Run that does nothing is heard, and its reason is seen until something changes", () => {
  const refused = { type: "run_refused", why: { key: "run.needs_prompt" } };
  const first = after([...LOADED, refused]);
  const second = after([refused], first);
  assert.notEqual(second.announcement, first.announcement, "a live region speaks only of what changes");
  assert.equal(second.announcement.trim(), first.announcement.trim());
  assert.equal(second.refusal?.key, "run.needs_prompt");
  assert.equal(after([{ type: "prompt_edited", prompt: "a" }], second).refusal, null);
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

test("a model that has loaded is the answer to an engine that ended, and not to what was refused", () => {
  for (const context of ["load", "start", "generate", "tokenize"]) {
    const fatal = after([...LOADED, failure(context, report("internal", { fatal: true })), LOADED[1]]);
    assert.equal(fatal.error, null, context);
  }
  const refused = after([...LOADED, failure("generate", report("option")), LOADED[1]]);
  assert.equal(refused.error?.context, "generate");
});

test("a prompt whose tokens could not be counted is known until one is counted", () => {
  const failed = after([...LOADED, { type: "prompt_edited", prompt: "x" }, failure("tokenize", report("tokenizer"))]);
  assert.equal(failed.uncounted, "x");
  assert.equal(after([LOADED[1]], failed).uncounted, "x");
  const counted = after([{ type: "prompt_counted", counted: { prompt: "y", tokens: [], notices: [] } }], failed);
  assert.equal(counted.uncounted, null);
});
