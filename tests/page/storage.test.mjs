/** What the browser keeps, in storages that two tabs share and that each has for itself. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { initialState } from "../../www/page/state.js";
import { FakeStorage } from "./harness/fake-storage.mjs";

/** @typedef {typeof import("../../www/page/storage.js")} Storage */

beforeEach(() => {
  Object.defineProperty(globalThis, "localStorage", { value: new FakeStorage(), configurable: true });
});
afterEach(() => {
  for (const name of ["localStorage", "sessionStorage"]) Reflect.deleteProperty(globalThis, name);
});

let nTabs = 0;

/** A tab of its own: its module, its storage and the state that it begins with. */
async function openTab() {
  nTabs += 1;
  /** @type {Storage} */
  const storage = await import(`../../www/page/storage.js?tab=${nTabs}`);
  const session = new FakeStorage();
  const use = () => Object.defineProperty(globalThis, "sessionStorage", { value: session, configurable: true });
  use();
  const state = initialState(storage.readSettings(), storage.readHistory(), storage.readReplacedPrompts());
  storage.startKeeping(state);
  return {
    state,
    storage,
    session,
    keep: (/** @type {Partial<typeof state>} */ change) => {
      use();
      storage.keep({ ...state, ...change });
    },
    readAgain: () => {
      use();
      return initialState(storage.readSettings(), storage.readHistory(), storage.readReplacedPrompts());
    },
  };
}

test("a tab writes what was changed in it, and not what another one has changed since", async () => {
  const first = await openTab();
  const second = await openTab();
  second.keep({ language: "ko", size: "large" });
  first.keep({ endpoint: "https://hub.example" });
  first.keep({ endpoint: "https://hub.example" });
  const { state } = await openTab();
  assert.deepEqual([state.language, state.size, state.endpoint], ["ko", "large", "https://hub.example"]);
  // What was changed back is a change too.
  second.keep({ language: null, size: "large" });
  assert.equal((await openTab()).state.language, null);
});

test("the prompt, the history and replaced texts of a tab are its own", async () => {
  const first = await openTab();
  const second = await openTab();
  first.keep({ prompt: "of the first", replacedPrompts: ["a draft"] });
  second.keep({ prompt: "of the second" });
  const again = first.readAgain();
  assert.deepEqual([again.prompt, again.replacedPrompts], ["of the first", ["a draft"]]);
  assert.deepEqual(second.readAgain().replacedPrompts, []);
});

test("a browser that forbids storage is worked with all the same", async () => {
  const tab = await openTab();
  const forbidden = { get: () => { throw new DOMException("no", "SecurityError"); }, configurable: true };
  Object.defineProperty(globalThis, "localStorage", forbidden);
  assert.doesNotThrow(() => tab.keep({ size: "large" }));
  assert.equal(tab.readAgain().size, "normal");
});

test("where there is little room, what was typed is kept before the history, and nothing comes back that was replaced", async () => {
  const { session, state, keep, readAgain } = await openTab();
  session.room = 1000;
  const items = Array.from({ length: 8 }, (_, i) => /** @type {any} */ ({ id: 8 - i, prompt: `${8 - i}`.repeat(100), text: "" }));
  keep({ prompt: "hello", history: items });
  assert.equal(readAgain().prompt, "hello");
  assert.deepEqual(readAgain().history.map(({ id }) => id), [8, 7, 6, 5]);
  keep({ prompt: "typed ".repeat(150), history: items });
  assert.equal(readAgain().prompt.length, 900);
  assert.deepEqual(readAgain().history, []);
  keep({ ...state, prompt: "too long ".repeat(200), history: items });
  assert.notEqual(session.getItem("t5-playground.prompt"), JSON.stringify("typed ".repeat(150)));
});

test("the model is opened again even where the history fills all the room", async () => {
  const { session, storage, keep, readAgain } = await openTab();
  keep({ prompt: "hello", history: [/** @type {any} */ ({ id: 1, prompt: "p".repeat(500), text: "" })] });
  session.room = 600;
  storage.keepModelToReopen({ label: "T5", weights: "as_is", source: /** @type {any} */ ({ kind: "hub", repo: "google/flan-t5-small", files: ["model.safetensors"] }) });
  assert.equal(readAgain().prompt, "hello");
  assert.equal(/** @type {any} */ (storage.takeModelToReopen()).label, "T5");
});

test("settings outlive a prompt that there is no room for", async () => {
  const tab = await openTab();
  tab.keep({ endpoint: "https://hub.example" });
  /** @type {any} */ (localStorage).room = 1000;
  tab.keep({ endpoint: "https://hub.example", prompt: "too long ".repeat(200) });
  assert.equal((await openTab()).state.endpoint, "https://hub.example");
});
