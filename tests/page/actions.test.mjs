/** What a person does, with an engine and a Hub that only note what they are asked. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { DEFAULT_ENDPOINT } from "../../www/engine/reference.js";
import { Actions } from "../../www/page/actions.js";
import { initialState } from "../../www/page/state.js";
import { takeModelToReopen } from "../../www/page/storage.js";
import { Store } from "../../www/page/store.js";
import { FakeStorage } from "./harness/fake-storage.mjs";

const REPO = "google/flan-t5-base";

const NOTHING_KEPT = /** @type {const} */ ({ place: "opfs", models: [], usage: null, quota: null, isPersistent: true });

/** Requests to the Hub that wait, each to be given its answer. @type {((answer: Response | Error) => void)[]} */
let waiting = [];
const realFetch = globalThis.fetch;

beforeEach(() => {
  // Not every version of Node has it; without a network the Hub is asked once.
  Object.defineProperty(globalThis, "navigator", { value: { onLine: false }, configurable: true });
  waiting = [];
  globalThis.fetch = () => new Promise((resolve, reject) => {
    waiting.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
  });
});
afterEach(() => {
  globalThis.fetch = realFetch;
  Reflect.deleteProperty(globalThis, "sessionStorage");
});

/** Answers every request that waits. @param {() => Response | Error} answer */
function answerAll(answer) {
  for (const give of waiting.splice(0)) give(answer());
}
const notFound = () => new Response("", { status: 404 });
const noNetwork = () => new TypeError("Failed to fetch");
const noFiles = () => new Response("[]");

function setUp() {
  const store = new Store(initialState());
  /** What the engine was asked to load. @type {any[]} */
  const loads = [];
  const client = { isLoading: false, load: (/** @type {any} */ source, /** @type {any} */ { weights }) => loads.push({ source, weights }) };
  const actions = new Actions(store, /** @type {any} */ (client), /** @type {any} */ ({}), /** @type {any} */ ({}), () => {});
  return { store, actions, client, loads };
}

test("a look-up that was given up does nothing when it fails", async () => {
  for (const failure of [notFound, noNetwork]) {
    const { store, actions, loads } = setUp();
    const over = actions.lookUp(REPO);
    actions.dispatch({ type: "picker_toggled", open: false });
    answerAll(failure);
    await over;
    assert.deepEqual(loads, []);
    assert.equal(store.state.error, null);
  }
});

test("a look-up that ends in a load is over where another load goes on", async () => {
  const { store, actions, client } = setUp();
  const over = actions.lookUp(REPO);
  client.isLoading = true;
  answerAll(notFound);
  await over;
  assert.equal(store.state.listing, null, "nothing asks for ever");
});

test("trying a failed look-up again looks up, and loads nothing", async () => {
  const { store, actions, loads } = setUp();
  const over = actions.lookUp(REPO);
  answerAll(noNetwork);
  await over;
  const { error } = store.state;
  assert.equal(error?.report.kind, "network");
  actions.dispatch({ type: "picker_toggled", open: false });
  const again = actions.retry(/** @type {any} */ (error));
  answerAll(noFiles);
  await again;
  assert.deepEqual(loads, []);
  assert.equal(store.state.error, null);
  assert.deepEqual(store.state.listing?.offers, []);
  assert.ok(store.state.pickerOpen, "where they can be seen");
});

test("without a network a kept model opens as it was kept", async () => {
  const { actions, loads } = setUp();
  const source = /** @type {const} */ ({ kind: "hub", endpoint: DEFAULT_ENDPOINT, repo: REPO, revision: "main", files: ["model.safetensors"] });
  const model = { id: "kept", name: REPO, source, weights: "q8_0", license: null, isWhole: true, usedAt: 0, keptBytes: 1, totalBytes: 1 };
  actions.dispatch({ type: "kept_read", kept: { ...NOTHING_KEPT, models: [/** @type {any} */ (model)] } });
  const over = actions.lookUp(REPO);
  answerAll(noNetwork);
  await over;
  assert.deepEqual(loads, [{ source: { kind: "stored", id: "kept" }, weights: "q8_0" }]);
});

test("a whole address is loaded, whatever is set as the Hub", () => {
  const { store, actions, loads } = setUp();
  actions.dispatch({ type: "endpoint_edited", endpoint: "the mirror" });
  actions.focus = () => {};
  actions.lookUp(REPO);
  assert.notEqual(store.state.endpointError, null);
  actions.lookUp("https://example.org/t5.gguf");
  assert.deepEqual(loads.map(({ source }) => source.name), ["t5.gguf"]);
});

test("of two look-ups the second counts, though the first is answered too", async () => {
  const { store, actions } = setUp();
  const first = actions.lookUp(REPO);
  const early = waiting.splice(0);
  const second = actions.lookUp("google/flan-t5-small");
  for (const give of early) give(noFiles());
  await first;
  assert.equal(store.state.listing?.offers, null);
  answerAll(noFiles);
  await second;
  assert.deepEqual(store.state.listing?.offers, []);
});

const choice = { label: "T5", source: { kind: "files", names: ["t5.gguf"] }, files: [], weights: "as_is" };

test("without a model a run is refused with the reason that the page shows", () => {
  for (const [change, key] of /** @type {const} */ ([
    [{}, "run.needs_model"],
    [{ load: { choice } }, "run.model_loading"],
    [{ awaited: { id: "builtin" } }, "run.model_loading"],
  ])) {
    /** @type {any[]} */
    const events = [];
    const store = { state: { ...initialState(), prompt: "Hello.", ...change }, dispatch: (/** @type {any} */ event) => events.push(event) };
    const unused = /** @type {any} */ (null);
    new Actions(/** @type {any} */ (store), unused, unused, unused, () => {}).run();
    assert.deepEqual(events, [{ type: "run_refused", why: { key } }]);
  }
});

test("the model is to be opened again after a click that leaves the page, and only then", () => {
  const { actions } = setUp();
  actions.dispatch(/** @type {any} */ ({ type: "load_requested", choice: { label: "T5", source: { kind: "hub", repo: REPO }, files: [], weights: "as_is" } }));
  actions.dispatch(/** @type {any} */ ({ type: "loaded", model: { name: "T5", notices: [] }, load_ms: 1, at_ms: 1 }));
  Object.defineProperty(globalThis, "sessionStorage", { value: new FakeStorage(), configurable: true });
  const click = (/** @type {object} */ how) => /** @type {any} */ ({ currentTarget: { target: "" }, ...how });
  for (const elsewhere of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { currentTarget: { target: "_blank" } }]) {
    actions.leave(click(elsewhere));
    assert.equal(takeModelToReopen(), null);
  }
  for (const here of [click({}), undefined]) {
    actions.leave(here);
    assert.deepEqual(takeModelToReopen(), { label: "T5", weights: "as_is", source: { kind: "hub", repo: REPO } });
  }
});
