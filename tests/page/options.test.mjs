import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_OPTIONS, countChanged, isOptionName, parseOptions, textsOfOptions } from "../../www/page/options.js";

/** @param {Partial<import("../../www/page/types.js").OptionTexts>} texts */
const parse = (texts) => parseOptions({ ...DEFAULT_OPTIONS, ...texts });

test("the defaults are the engine's", () => {
  const { options, errors } = parse({});
  assert.deepEqual(errors, {});
  assert.deepEqual(options, {
    max_new_tokens: 128,
    min_new_tokens: 0,
    num_beams: 1,
    do_sample: false,
    temperature: 1,
    top_k: 50,
    top_p: 1,
    typical_p: 1,
    repetition_penalty: 1,
    no_repeat_ngram_size: 0,
    stop_strings: [],
    bad_words_ids: [],
  });
});

test("numbers are read with their ranges", () => {
  assert.equal(parse({ temperature: " 0.7 " }).options.temperature, 0.7);
  assert.equal(parse({ min_p: "0.05" }).options.min_p, 0.05);
  assert.equal(parse({ min_p: "0,05" }).options.min_p, 0.05);
  assert.equal(parse({ temperature: "1e-6" }).options.temperature, 1e-6);
  const refused = /** @type {const} */ ([
    ["temperature", "0", "option.error.at_least"],
    ["temperature", "warm", "option.error.number"],
    ["temperature", "", "option.error.empty"],
    ["temperature", "1,000.5", "option.error.number"],
    ["temperature", "Infinity", "option.error.number"],
    ["top_k", "2.5", "option.error.integer"],
    ["top_k", "1,000", "option.error.number"],
    ["top_p", "1.01", "option.error.range"],
    ["top_p", "-0.1", "option.error.range"],
    ["typical_p", "0", "option.error.above"],
    ["max_new_tokens", "0", "option.error.range"],
    ["max_new_tokens", "16385", "option.error.range"],
    ["seed", "-1", "option.error.at_least"],
    ["seed", "9007199254740993", "option.error.range"],
    ["bad_words_ids", "27 x", "option.error.ids"],
  ]);
  for (const [name, text, key] of refused) {
    const { options, errors } = parse({ [name]: text });
    assert.equal(errors[name]?.key, key, `${name} = ${JSON.stringify(text)}`);
    assert.equal(options[name], undefined);
  }
});

test("lists have one entry on each line", () => {
  const { options } = parse({ stop_strings: "User:\n\n\\n\\n\n end", bad_words_ids: "27\n[27, 1782]\n\n" });
  assert.deepEqual(options.stop_strings, ["User:", "\n\n", " end"]);
  assert.deepEqual(options.bad_words_ids, [[27], [27, 1782]]);
});

test("options that were used fill the fields as they were", () => {
  const typed = {
    ...DEFAULT_OPTIONS, do_sample: true, temperature: "0.7", min_p: "0.05", seed: "42",
    stop_strings: "User:\n\\n", bad_words_ids: "27\n27 1782",
  };
  const { options } = parseOptions(typed);
  assert.deepEqual(textsOfOptions(options), typed);
  assert.equal(countChanged(typed), 6);
  assert.equal(countChanged({ ...DEFAULT_OPTIONS }), 0);
});

test("a seed that did nothing does not stay behind", () => {
  assert.equal(textsOfOptions({ do_sample: false, seed: 42 }).seed, "");
});

test("names are told apart from other words", () => {
  assert.ok(isOptionName("top_k"));
  assert.ok(!isOptionName("top_kk"));
});
