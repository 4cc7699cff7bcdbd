import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { PromptCounter } from "../../www/page/prompt-counter.js";
import { initialState } from "../../www/page/state.js";

function setUp() {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {string[]} */
  const asked = [];
  /** @type {any[]} */
  const counted = [];
  const counter = new PromptCounter({ tokenize: (text) => asked.push(text) }, (answer) => counted.push(answer));
  const model = /** @type {any} */ ({ name: "T5" });
  const watch = (/** @type {string} */ prompt, of = model) => counter.watch({ ...initialState(), prompt, model: of });
  const answer = (/** @type {number} */ request_id) => counter.receive({ type: "tokenized", request_id, tokens: [], notices: [] });
  return { asked, counted, counter, watch, answer };
}

test("typing is counted once it pauses", () => {
  const { asked, watch } = setUp();
  watch("");
  mock.timers.tick(0);
  for (const prompt of ["a", "ab", "abc"]) {
    watch(prompt);
    mock.timers.tick(100);
  }
  assert.deepEqual(asked, [""]);
  mock.timers.tick(50);
  assert.deepEqual(asked, ["", "abc"]);
  watch("abc");
  mock.timers.tick(1000);
  assert.equal(asked.length, 2);
});

test("an answer that typing has overtaken is dropped", () => {
  const { counted, watch, answer } = setUp();
  watch("first");
  mock.timers.tick(0);
  watch("second");
  answer(1);
  mock.timers.tick(150);
  answer(1);
  assert.equal(counted.length, 0);
  answer(2);
  assert.equal(counted[0].prompt, "second");
});

test("nothing is asked without a model, and all is asked again of another", () => {
  const { asked, watch } = setUp();
  watch("text", null);
  mock.timers.tick(1000);
  assert.deepEqual(asked, []);
  watch("text");
  mock.timers.tick(0);
  watch("text", /** @type {any} */ ({ name: "another" }));
  mock.timers.tick(0);
  assert.deepEqual(asked, ["text", "text"]);
});

test("a text that the engine ended by is not asked for again, but another is", () => {
  const { asked, counter, watch } = setUp();
  watch("long");
  mock.timers.tick(0);
  counter.giveUp();
  watch("long", /** @type {any} */ ({ name: "loaded again" }));
  mock.timers.tick(1000);
  assert.deepEqual(asked, ["long"]);
  watch("short", /** @type {any} */ ({ name: "loaded again" }));
  mock.timers.tick(1000);
  assert.deepEqual(asked, ["long", "short"]);
});
