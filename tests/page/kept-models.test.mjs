/** The list of what the browser keeps: what is deleted, what cannot be, and what a check said. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptModels } from "../../www/page/kept-models.js";
import { initialState } from "../../www/page/state.js";
import { Store } from "../../www/page/store.js";

const record = (/** @type {string} */ id) => ({
  id, name: id, source: { kind: "stored", id }, weights: "as_is", files: [], license: null, is_whole: true, used_at: 0,
});

/** @param {string[]} ids  of what is kept */
async function setUp(...ids) {
  // Not every version of Node has it.
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  const store = new Store(initialState());
  const models = new Map(ids.map((id) => [id, record(id)]));
  /** What another tab is fetching. @type {Set<string>} */
  const held = new Set();
  let beforeRemoval = async (/** @type {string} */ _id) => {};
  const shelf = {
    place: "opfs",
    list: async () => [...models.values()].map((kept) => ({ record: kept, files: new Map() })),
    get: async (/** @type {string} */ id) => ({ record: models.get(id), files: new Map() }),
    async remove(/** @type {string} */ id, isUnwanted = async () => true) {
      if (held.has(id)) throw new DOMException("It is open elsewhere.", "NoModificationAllowedError");
      await beforeRemoval(id);
      if (await isUnwanted()) models.delete(id);
    },
  };
  const kept = new KeptModels(store.dispatch, Promise.resolve(/** @type {any} */ (shelf)));
  await kept.refresh();
  const listed = () => store.state.stored?.models.map(({ id }) => id);
  return { store, kept, models, held, listed, onRemoval: (/** @type {typeof beforeRemoval} */ act) => (beforeRemoval = act) };
}

test("of models to delete one that another tab fetches stays, and it is said why", async () => {
  const { store, kept, held, listed } = await setUp("a", "b", "c");
  held.add("a");
  const over = kept.remove(["a", "b", "c"]);
  assert.deepEqual(store.state.removals, { a: "running", b: "running", c: "running" });
  await over;
  assert.deepEqual(listed(), ["a"]);
  assert.deepEqual(store.state.removals, { a: "failed" });
  assert.match(store.state.announcement, /could not be deleted/);

  held.clear();
  await kept.remove(["a"]);
  assert.deepEqual(listed(), []);
  assert.deepEqual(store.state.removals, {});
});

test("a model that a load makes anew while it is deleted is said to be there", async () => {
  const { store, kept, models } = await setUp("a");
  models.delete = () => true;
  await kept.remove(["a"]);
  assert.deepEqual(store.state.removals, { a: "failed" });
});

test("a load that is given up leaves what another tab fetches", async () => {
  const { store, kept, models, held, listed } = await setUp("a", "b");
  for (const id of ["a", "b"]) models.set(id, { ...record(id), is_whole: false });
  held.add("a");
  for (const id of ["a", "b"]) await kept.removePart({ kind: "stored", id });
  assert.deepEqual(listed(), ["a"]);
  assert.deepEqual(store.state.removals, {}, "nobody asked for its deletion");
});

test("what a check said of a model goes with it, and is not said of the next with its id", async () => {
  const { store, kept, models } = await setUp("a", "b");
  store.dispatch({ type: "check_ended", id: "a", bad: ["model.gguf"] });
  store.dispatch({ type: "check_ended", id: "b", bad: [] });
  await kept.remove(["a"]);
  // It had begun before.
  store.dispatch({ type: "check_went_on", id: "a", share: 0.9 });
  store.dispatch({ type: "check_ended", id: "a", bad: ["model.gguf"] });
  models.set("a", record("a"));
  await kept.refresh();
  assert.deepEqual(store.state.checks, { b: [] });
});

test("what a given-up load has left goes, unless another tab has all of it by then", async () => {
  for (const isFinished of [false, true]) {
    const { kept, models, listed, onRemoval } = await setUp("a");
    models.set("a", { ...record("a"), is_whole: false });
    onRemoval(async (id) => {
      if (isFinished) models.set(id, record(id));
    });
    await kept.removePart({ kind: "stored", id: "a" });
    assert.deepEqual(listed(), isFinished ? ["a"] : []);
  }
});

test("a check that could not be made is not said to have found something", async () => {
  const { store } = await setUp("a");
  store.dispatch({ type: "check_ended", id: "a", bad: null });
  assert.match(store.state.announcement, /could not be made/);
  store.dispatch({ type: "check_ended", id: "a", bad: ["model.gguf"] });
  assert.match(store.state.announcement, /something is wrong/);
});
