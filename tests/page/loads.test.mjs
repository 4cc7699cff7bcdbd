/** What the state says of the model: its load, its loss, and the one that comes back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { modelToReopen } from "../../www/page/derived.js";
import { bytesPerSecond, secondsLeft, withSample } from "../../www/page/rate.js";
import { after, choice, done, failure, LOADED, report, STARTED, token } from "./harness/events.mjs";

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

test("a load that nobody asked for leaves open what a person has opened", () => {
  const open = after([{ type: "picker_toggled", open: true }]);
  assert.equal(after([{ type: "load_requested", choice, isAsked: false }], open).pickerOpen, true);
  assert.equal(after([{ type: "load_requested", choice }], open).pickerOpen, false);
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
  // A load that is under way goes on.
  assert.deepEqual(sourceOf(modelToReopen(after([{ ...LOADED[0], choice: hub }], after(LOADED)))), hub.source);
  assert.deepEqual(sourceOf(modelToReopen(after([{ ...LOADED[0], choice: stored }]))), stored.source);
  assert.equal(modelToReopen(after([LOADED[0]], after(loaded(hub)))), "impossible");
});
