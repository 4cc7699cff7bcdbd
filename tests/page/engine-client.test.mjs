import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { EngineClient } from "../../www/engine/client.js";

/** Notes what it is sent; events are sent from it by hand. */
class FakeWorker {
  /** @type {any[]} */
  requests = [];
  isTerminated = false;
  engine = "";
  /** @type {any} */
  onmessage = null;
  /** @type {any} */
  onerror = null;
  /** @type {any} */
  onmessageerror = null;
  /** @type {any[]} */
  news = [];
  postMessage(/** @type {any} */ message) {
    if ("said" in message) this.news.push(message);
    else this.requests.push(message.request);
  }
  terminate() {
    this.isTerminated = true;
  }
  emit(/** @type {object[]} */ ...events) {
    this.onmessage({ data: events });
  }
}

/** @type {import("../../www/engine/protocol.js").ModelSource} */
const SOURCE = { kind: "files", names: ["a.gguf"] };
const LOADED = { type: "loaded", model: {}, load_ms: 1 };
const DONE = { type: "generation_done", generation_id: 1, result: {} };
const error = (/** @type {string} */ context, fatal = false) => ({
  type: "error", context, generation_id: context === "generate" ? 1 : null,
  error: { kind: "internal", option: null, message: "It broke.", fatal },
});

function setUp() {
  /** @type {FakeWorker[]} */
  const workers = [];
  /** @type {any[]} */
  const events = [];
  const client = new EngineClient({
    engine: "build=simd128",
    onEvent: (event) => events.push(event),
    createWorker(engine) {
      const worker = new FakeWorker();
      worker.engine = engine;
      workers.push(worker);
      return worker;
    },
  });
  /** Loads a model and returns its worker. */
  const load = () => {
    client.load(SOURCE);
    const worker = workers[workers.length - 1];
    worker.emit(LOADED);
    return worker;
  };
  return { client, workers, events, load, types: () => events.map(({ type }) => type) };
}

test("a new model replaces the old one only when it is there", () => {
  const { client, workers, load } = setUp();
  const first = load();
  client.load(SOURCE, { weights: "q8_0" });
  assert.equal(client.tokenize("still the first"), 1);
  assert.equal(first.requests.at(-1).type, "tokenize");
  assert.ok(!first.isTerminated);
  workers[1].emit(LOADED);
  assert.ok(first.isTerminated);
  client.tokenize("now the second");
  assert.equal(workers[1].requests.at(-1).text, "now the second");
});

test("a load that fails or is cancelled costs only its own worker", () => {
  const { client, workers, events, load } = setUp();
  const first = load();
  client.load(SOURCE);
  workers[1].emit(error("load", true));
  assert.ok(workers[1].isTerminated);
  assert.equal(events.at(-1).error.fatal, false);
  client.load(SOURCE);
  client.cancelLoad();
  assert.ok(workers[2].isTerminated);
  assert.equal(events.at(-1).type, "load_cancelled");
  workers[2].emit(LOADED);
  assert.equal(events.at(-1).type, "load_cancelled");
  assert.ok(!first.isTerminated);
  assert.ok(!client.isLoading);
});

test("a second load is refused while one is running", () => {
  const { client, workers, events } = setUp();
  client.load(SOURCE);
  client.load(SOURCE);
  assert.equal(workers.length, 1);
  assert.equal(events.at(-1).error.kind, "state");
  workers[0].emit(LOADED);
  assert.equal(events.at(-1).type, "loaded");
});

test("a worker that hangs while it loads is replaced by one on one thread, and then given up", (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  // In one leap the mock would run no timer that another one sets.
  const pass = (/** @type {number} */ seconds) => {
    for (let n = 0; n < seconds; n++) mock.timers.tick(1000);
  };
  const { client, workers, events } = setUp();
  client.load(SOURCE, { weights: "q4_0" });
  // Until it has said something, its script may still be on its way.
  pass(600);
  assert.equal(workers.length, 1);
  for (let minute = 0; minute < 5; minute++) {
    workers[0].emit({ type: "alive" });
    pass(40);
  }
  assert.equal(workers.length, 1);
  pass(10);
  assert.equal(workers.length, 2);
  assert.ok(workers[0].isTerminated);
  assert.equal(workers[1].engine, "build=simd128&threads=1");
  assert.deepEqual(workers[1].requests, workers[0].requests);
  assert.equal(events.length, 0);

  workers[1].emit({ type: "alive" });
  pass(30);
  workers[1].emit({ ...LOADED, engine: { notices: [] } });
  assert.match(events[0].engine.notices[0].message, /did not answer for 45 seconds/);
  pass(600);
  assert.equal(events.length, 1);

  client.load(SOURCE);
  for (const worker of [2, 3]) {
    workers[worker].emit({ type: "alive" });
    pass(50);
  }
  assert.ok(workers[3].isTerminated);
  assert.equal(events.at(-1).context, "start");
  assert.match(events.at(-1).error.message, /Even on one thread/);
  assert.ok(!workers[1].isTerminated, "the model in use stays");
});

test("threads are the page's, tell the engine what they say, and end with it", (t) => {
  /** @type {any[]} */
  const threads = [];
  const { Worker } = globalThis;
  globalThis.Worker = /** @type {any} */ (class extends FakeWorker {
    /** @param {URL} _url @param {WorkerOptions} options */
    constructor(_url, { name }) {
      super();
      threads.push(Object.assign(this, { name }));
    }
    postMessage(/** @type {any} */ start) {
      this.start = start;
    }
  });
  t.after(() => (globalThis.Worker = Worker));
  const { client, workers, events } = setUp();
  client.load(SOURCE);
  workers[0].onmessage({ data: { type: "threads_wanted", n: 2, start: { bindings: "a" } } });
  assert.deepEqual(threads.map(({ name, start }) => [name, start.bindings]), [["t5-thread-1", "a"], ["t5-thread-2", "a"]]);
  threads[1].onmessage({ data: { type: "ready" } });
  threads[0].onerror({ preventDefault() {}, message: undefined });
  assert.deepEqual(workers[0].news[0], { thread: 2, said: { type: "ready" } });
  assert.match(workers[0].news[1].said.message, /could not be loaded/);
  assert.deepEqual(events, []);
  workers[0].emit(LOADED);
  assert.ok(threads.every(({ isTerminated }) => !isTerminated));
  client.unload();
  assert.ok(threads.every(({ isTerminated }) => isTerminated));

  client.load(SOURCE);
  client.cancelLoad();
  workers[1].onmessage({ data: { type: "threads_wanted", n: 2, start: {} } });
  assert.equal(threads.length, 2, "a worker that was dropped gets none");
});

test("a script that does not arrive is an error at the start", () => {
  const { client, workers, events } = setUp();
  client.load(SOURCE);
  workers[0].onerror({ preventDefault() {}, message: undefined });
  assert.equal(events.at(-1).context, "start");
  assert.match(events.at(-1).error.message, /could not be loaded/);
  assert.ok(workers[0].isTerminated);
});

test("a worker that is forbidden is an error at the start", () => {
  /** @type {any[]} */
  const events = [];
  const client = new EngineClient({
    onEvent: (event) => events.push(event),
    createWorker() {
      throw new Error("Workers are forbidden here.");
    },
  });
  client.load(SOURCE);
  assert.equal(events[0].context, "start");
  assert.equal(events[0].error.message, "Workers are forbidden here.");
  assert.ok(!client.isLoading);
});

test("a stop names the generation that runs, and none where none does", () => {
  const { client, load } = setUp();
  const worker = load();
  client.stop();
  assert.equal(worker.requests.length, 1);
  const id = client.generate("prompt", {});
  client.stop();
  assert.deepEqual(worker.requests.at(-1), { type: "stop", generation_id: id });
});

test("one generation at a time, and none without a model", () => {
  const { client, events, load } = setUp();
  assert.equal(client.generate("prompt", {}), null);
  const worker = load();
  assert.equal(client.generate("prompt", {}), 1);
  assert.equal(client.generate("prompt", {}), null);
  assert.equal(events.at(-1).error.kind, "state");
  worker.emit(DONE);
  assert.equal(client.generate("prompt", {}), 2);
});

test("an error ends its generation, and the model goes on", () => {
  const { client, load } = setUp();
  const worker = load();
  client.generate("prompt", {});
  worker.emit(error("generate"));
  assert.ok(!worker.isTerminated);
  assert.equal(client.generate("prompt", {}), 2);
});

test("a fatal error ends in no model, after the error was told", () => {
  const { client, load, types } = setUp();
  const worker = load();
  client.generate("prompt", {});
  worker.emit(error("generate", true));
  assert.ok(worker.isTerminated);
  assert.deepEqual(types().slice(-2), ["error", "model_unloaded"]);
  assert.equal(client.tokenize("gone"), null);
  assert.ok(!load().isTerminated);
  assert.notEqual(client.generate("prompt", {}), null);
});

test("a model that loads during a generation waits until that has ended, and may be given up meanwhile", () => {
  const { client, workers, load, types } = setUp();
  const first = load();
  client.generate("prompt", {});
  client.load(SOURCE);
  workers[1].emit(LOADED);
  client.cancelLoad();
  assert.ok(workers[1].isTerminated);
  assert.equal(types().at(-1), "load_cancelled");
  client.load(SOURCE);
  workers[2].emit(LOADED);
  assert.equal(first.requests.at(-1).type, "generate", "it is not stopped");
  assert.ok(!first.isTerminated);
  first.emit(DONE);
  assert.ok(first.isTerminated);
  assert.deepEqual(types().slice(-2), ["generation_done", "loaded"]);
});

test("a model that waits takes over where the old one fails instead", () => {
  const { client, workers, load, types } = setUp();
  const first = load();
  client.generate("prompt", {});
  client.load(SOURCE);
  workers[1].emit(LOADED);
  first.emit(error("generate", true));
  assert.deepEqual(types().slice(-3), ["error", "model_unloaded", "loaded"]);
  assert.ok(!workers[1].isTerminated);
});

test("unloading gives the memory back", () => {
  const { client, events, load } = setUp();
  const worker = load();
  client.unload();
  assert.ok(worker.isTerminated);
  assert.deepEqual(events.at(-1), { type: "model_unloaded", reason: "asked" });
});

test("unloading during a generation first stops it, so that it ends with what it has", () => {
  const { client, load, types } = setUp();
  const worker = load();
  const id = client.generate("prompt", {});
  client.unload();
  assert.deepEqual(worker.requests.at(-1), { type: "stop", generation_id: id });
  assert.ok(!worker.isTerminated);
  worker.emit(DONE);
  assert.ok(worker.isTerminated);
  assert.deepEqual(types().slice(-2), ["generation_done", "model_unloaded"]);
  assert.ok(!load().isTerminated, "the next model stays");
});

test("a model that waits takes over where the old one is unloaded", () => {
  const { client, workers, load, types } = setUp();
  const first = load();
  client.generate("prompt", {});
  client.load(SOURCE);
  workers[1].emit(LOADED);
  client.unload();
  first.emit(DONE);
  assert.deepEqual(types().slice(-3), ["generation_done", "model_unloaded", "loaded"]);
  assert.ok(!workers[1].isTerminated);
  assert.ok(!client.isLoading);
});
