/** What becomes of the text in the prompt's field: examples, drafts that were replaced, prompts of the history. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decoderMeter } from "../../www/page/derived.js";
import { EXAMPLES } from "../../www/page/examples.js";
import { after, done, LOADED, STARTED, token } from "./harness/events.mjs";

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
