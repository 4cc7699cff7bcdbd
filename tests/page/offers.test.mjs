import assert from "node:assert/strict";
import { test } from "node:test";
import { WASM_LIMIT_BYTES, estimateMemory, fitOf, smallerWeights } from "../../www/engine/estimate.js";
import { offersOf, preferredWeights, recommendedOf } from "../../www/engine/offers.js";

const file = (/** @type {string} */ path, n_bytes = 100) => ({ path, n_bytes, sha256: null, git_oid: null });
const listing = (/** @type {ReturnType<typeof file>[]} */ files, parameters = /** @type {Record<string, number> | null} */ (null)) => {
  return { files, license: null, isGated: false, parameters };
};
const BESIDE = [file("config.json"), file("tokenizer.json"), file("tokenizer_config.json"), file("README.md"), file("pytorch_model.bin", 300e6)];
const SMALL = listing([...BESIDE, file("model.safetensors", 308e6)], { F32: 76.96e6 });

test("a repository of exact weights is one offer, with what stands beside it", () => {
  const [offer, ...rest] = offersOf(SMALL);
  assert.deepEqual(rest, []);
  assert.equal(offer.type, "F32");
  assert.equal(offer.format, "safetensors");
  assert.equal(offer.n_bytes, 308e6 + 300);
  assert.deepEqual(offer.beside.map(({ path }) => path), ["config.json", "tokenizer.json", "tokenizer_config.json"]);
  assert.equal(preferredWeights(offer), "q8_0");
});

test("shards are one offer in order, and a set with a gap is none", () => {
  const shards = [file("model-00002-of-00002.safetensors", 5), file("model-00001-of-00002.safetensors", 5)];
  const [offer, ...rest] = offersOf(listing([...BESIDE, ...shards]));
  assert.deepEqual(rest, []);
  assert.deepEqual(offer.weights.map(({ path }) => path), ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]);
  assert.deepEqual(offersOf(listing([...BESIDE, shards[0]])), []);
});

test("GGUF files are told apart by their types, and the best is recommended", () => {
  const names = ["flan.Q2_K.gguf", "flan.Q4_K_M.gguf", "flan-q8_0.gguf", "flan.F16.gguf", "flan_bf16.gguf", "mystery.gguf", "big-00001-of-00002.gguf"];
  const offers = offersOf(listing(names.map((name, i) => file(`q/${name}`, 50e6 + i))));
  assert.deepEqual(offers.map(({ type }) => type), ["Q2_K", "Q4_K_M", "Q8_0", "F16", "BF16", null]);
  assert.equal(recommendedOf(offers, null)?.id, "q/flan-q8_0.gguf");
  assert.equal(preferredWeights(offers[0]), "as_is");
  assert.equal(preferredWeights(offers[3]), "q8_0");
});

test("what lacks its configuration is offered with the reason, and not recommended", () => {
  const [bare] = offersOf(listing([file("model.safetensors"), file("tokenizer.json")]));
  assert.equal(bare.lacks, "no_config");
  const [mute] = offersOf(listing([file("model.safetensors"), file("config.json")]));
  assert.equal(mute.lacks, "no_tokenizer");
  const [byt5] = offersOf(listing([file("model.safetensors"), file("config.json"), file("tokenizer_config.json")]));
  assert.equal(byt5.lacks, null);
  for (const vocabulary of ["spiece.model", "vocab.json"]) {
    const [slow] = offersOf(listing([file("model.safetensors"), file("config.json"), file("tokenizer_config.json"), file(vocabulary)]));
    assert.equal(slow.lacks, "no_tokenizer", vocabulary);
  }
  assert.equal(recommendedOf([bare, mute], null), null);
  assert.equal(recommendedOf([bare, byt5], null), byt5);
});

test("of two that are as good, the one with room is recommended", () => {
  const offers = offersOf(listing([file("xxl.q8_0.gguf", 12e9), file("xxl.q4_0.gguf", 3e9)]));
  assert.equal(recommendedOf(offers, null)?.id, "xxl.q4_0.gguf");
  assert.equal(recommendedOf(offers.slice(0, 1), null)?.id, "xxl.q8_0.gguf", "better than none: it is said that it does not fit");
});

test("memory is estimated from the number of weights and their bits", () => {
  const [small] = offersOf(SMALL);
  const within = (/** @type {number} */ value, /** @type {number} */ least, /** @type {number} */ most) => assert.ok(value >= least && value <= most, String(value));
  within(estimateMemory(small, "q8_0"), 100e6, 115e6);
  within(estimateMemory(small, "as_is"), 308e6, 345e6);
  within(estimateMemory(small, "q4_0"), 60e6, 75e6);
  const gguf = { type: "Q8_0", n_bytes: 82e6, n_parameters: null };
  within(estimateMemory(gguf, "as_is"), 100e6, 115e6);
  within(estimateMemory(gguf, "q4_0"), 60e6, 75e6);
  assert.equal(estimateMemory({ type: null, n_bytes: 1e6, n_parameters: null }, "q4_0"), estimateMemory({ type: null, n_bytes: 1e6, n_parameters: null }, "as_is"));
});

test("what does not fit is offered smaller", () => {
  const xl = { type: "F32", n_bytes: 11.4e9, n_parameters: 2.85e9 };
  assert.equal(fitOf(estimateMemory(xl, "as_is"), null), "too_large");
  assert.equal(smallerWeights(xl, null), "q8_0");
  assert.equal(smallerWeights(xl, 4 * 2 ** 30), "q5_0");
  const xxl = { type: "F32", n_bytes: 44e9, n_parameters: 11e9 };
  assert.equal(smallerWeights(xxl, null), "q2_k");
  assert.equal(smallerWeights({ ...xxl, n_parameters: 40e9 }, null), null);
  assert.equal(fitOf(WASM_LIMIT_BYTES, null), "fits");
  assert.equal(fitOf(WASM_LIMIT_BYTES, 4 * 2 ** 30), "tight");
});
