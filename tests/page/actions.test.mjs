/** What a person does, with an engine and a Hub that only note what they are asked. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Actions } from "../../www/page/actions.js";
import { initialState } from "../../www/page/state.js";
import { Store } from "../../www/page/store.js";

const REPO = "google/flan-t5-base";

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
  return { store, actions, loads };
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
