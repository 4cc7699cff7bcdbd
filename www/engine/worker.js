/**
 * The engine's worker: requests come in as envelopes, events go out (`protocol.d.ts`).
 *
 * A generation is pulled step by step, for some milliseconds or one step that takes longer. Then the worker
 * returns to its event loop, so that a stop or a tokenize request is heard.
 */

/** @import { Engine, Started } from "./start.js" */
/** @import { Compiled, EngineEvent, EngineRequest, Envelope, ErrorReport, ThreadNews } from "./protocol.js" */
/** @import { Progress } from "./loader.js" */
import { wishOf } from "./builds.js";
import { isAbort } from "./byte-source.js";
import { LoadError } from "./load-error.js";
import { loadModel } from "./loader.js";
import { hearOfThread, startEngine } from "./start.js";
import { openStore } from "./store/index.js";
import { wellFormed } from "./well-formed.js";

/** @typedef {Extract<EngineEvent, { type: "error" }>["context"]} Context */
/** @typedef {Omit<Extract<EngineEvent, { type: "load_waiting" }>, "type">} Wait */

/** Progress is reported at most this often, so that the page is not kept busy with it. */
const PROGRESS_INTERVAL_MS = 250;
/** The page takes a worker that is silent for much longer, while it loads, for one that hangs. */
const ALIVE_INTERVAL_MS = 1000;
/** Tokens that come faster are told together: waking the page for each takes a processor from the engine's threads. */
const TURN_INTERVAL_MS = 8;
/** A completion that nobody sees, so that the browser compiles what runs before the first that somebody waits for. */
const REHEARSAL = { prompt: "one two three four five six seven eight nine ten", options: { min_new_tokens: 16, max_new_tokens: 16 } };
const REHEARSAL_MS = 100;

/** @type {AbortController | null} */
let loading = null;
/** @type {{ generation_id: number, stopAsked: boolean } | null} */
let running = null;
/** Whether a rehearsal goes on, which whatever else is asked for ends. */
let rehearsing = false;
/** True once the engine is gone: nothing that it says after that can be trusted. */
let dead = false;

/** What the panic hook noted. @type {Started["lastPanic"]} */
let lastPanic = () => undefined;

/** The page compiles the engine while this worker starts. @type {(module: WebAssembly.Module | null) => void} */
let onCompiled = () => {};
/** @type {Promise<WebAssembly.Module | null>} */
const compiling = new Promise((resolve) => (onCompiled = resolve));
// The handler stands before the engine does: requests that come early wait for it.
const engineStarted = start();
const alive = setInterval(() => post({ type: "alive" }), ALIVE_INTERVAL_MS);
post({ type: "alive" });
self.addEventListener("message", (/** @type {MessageEvent<Compiled | Envelope | ThreadNews>} */ { data }) => {
  if ("compiled" in data) onCompiled(data.compiled);
  else if ("thread" in data) hearOfThread(data);
  else handle(data);
});

/** @returns {Promise<Started | null>} null where it could not start, which has been reported */
async function start() {
  try {
    const wish = wishOf(new URL(self.location.href).searchParams);
    const started = await startEngine(wish, compiling, (message) => fail("start", null, new Error(message)));
    lastPanic = started.lastPanic;
    post({ type: "engine_ready", engine: started.info() });
    return started;
  } catch (error) {
    fail("start", null, error);
    return null;
  }
}

/** @param {Envelope} envelope */
async function handle({ request, files = [] }) {
  const started = await engineStarted;
  if (!started || dead) return;
  const { engine } = started;
  switch (request.type) {
    case "load":
      return load(started, request, files);
    case "cancel_load":
      return loading?.abort();
    case "generate":
      return generate(engine, request);
    case "stop":
      if (running?.generation_id === request.generation_id) running.stopAsked = true;
      return;
    case "tokenize":
      return tokenize(engine, request);
  }
}

/**
 * @param {Started} started
 * @param {Extract<EngineRequest, { type: "load" }>} request
 * @param {File[]} files
 */
async function load({ engine, warmUp, useThreads, info }, { source, weights }, files) {
  if (loading || running) {
    const message = loading ? "A model is loading already: cancel that first." : "A completion is running: stop it first.";
    return fail("load", null, busy(message));
  }
  endRehearsal(engine);
  loading = new AbortController();
  const startedMs = performance.now();
  const progress = progressReporter();
  try {
    const { signal } = loading;
    const store = await openStore();
    const onWait = (/** @type {Wait} */ wait) => post({ type: "load_waiting", ...wait });
    const coming = loadModel({ engine, source, files, weights, store, signal, onProgress: progress.say, onWait });
    // What is asked for from elsewhere takes its time to come.
    if (source.kind === "urls" || source.kind === "hub") warmUp();
    const { model, kept } = await coming;
    progress.end();
    await useThreads();
    const load_ms = performance.now() - startedMs;
    post({ type: "loaded", model, engine: info(), load_ms, memory_bytes: engine.memoryBytes(), kept });
    rehearse(engine);
  } catch (error) {
    progress.end();
    if (isAbort(error)) {
      post({ type: "load_cancelled" });
    } else {
      fail("load", null, error);
    }
    if (!dead) engine.abandonLoad();
  } finally {
    clearInterval(alive);
    loading = null;
  }
}

/** Reports the first and last bytes of each file at once, and those between now and then; none is left unsaid. */
function progressReporter() {
  let lastFile = "";
  let lastTime = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;
  const say = (/** @type {Progress} */ { file, loaded, total, allLoaded, allTotal }) => {
    lastFile = file;
    lastTime = performance.now();
    post({ type: "load_progress", file, loaded_bytes: loaded, total_bytes: total, all_loaded_bytes: allLoaded, all_total_bytes: allTotal });
  };
  return {
    say(/** @type {Progress} */ progress) {
      clearTimeout(later);
      const since = performance.now() - lastTime;
      if (progress.file !== lastFile || progress.loaded === progress.total || since >= PROGRESS_INTERVAL_MS) return say(progress);
      // Where nothing follows, this is what stands.
      later = setTimeout(() => say(progress), PROGRESS_INTERVAL_MS - since);
    },
    end: () => clearTimeout(later),
  };
}

/** @param {Engine} engine  with a model that nobody has used yet */
async function rehearse(engine) {
  const end = performance.now() + REHEARSAL_MS;
  try {
    engine.startGeneration(0, REHEARSAL.prompt, REHEARSAL.options, 0);
    rehearsing = true;
    await eventLoopTurn();
    while (rehearsing && performance.now() < end) {
      if (engine.step().type === "generation_done") rehearsing = false;
      await eventLoopTurn();
    }
    endRehearsal(engine);
  } catch (error) {
    rehearsing = false;
    // Nobody asked for it, so nobody is told, unless nothing can be asked for any more.
    if (explain(error).fatal) fail("load", null, error);
  }
}

/** @param {Engine} engine */
function endRehearsal(engine) {
  if (rehearsing) engine.stop();
  rehearsing = false;
}

/**
 * @param {Engine} engine
 * @param {Extract<EngineRequest, { type: "generate" }>} request
 */
async function generate(engine, { generation_id, prompt, options }) {
  try {
    if (running) throw busy("A completion is running already: stop it first.");
    endRehearsal(engine);
    const { text, nLoneSurrogates } = wellFormed(prompt);
    const started = engine.startGeneration(generation_id, text, options, nLoneSurrogates);
    running = { generation_id, stopAsked: false };
    post(started);
    do {
      await eventLoopTurn();
    } while (!takeSteps(engine, running.stopAsked));
    running = null;
  } catch (error) {
    if (running?.generation_id === generation_id) running = null;
    fail("generate", generation_id, error);
  }
}

/**
 * Takes the steps of a turn. The first token is told at once, as somebody waits for it.
 *
 * @param {Engine} engine
 * @param {boolean} stopAsked
 * @returns {boolean} whether the generation is over
 */
function takeSteps(engine, stopAsked) {
  const end = performance.now() + TURN_INTERVAL_MS;
  /** @type {EngineEvent[]} */
  const events = [];
  try {
    while (true) {
      const event = stopAsked ? engine.stop() : engine.step();
      events.push(event);
      if (event.type === "generation_done") return true;
      if (event.type !== "token" || event.token_idx === 0 || performance.now() >= end) return false;
    }
  } finally {
    // Also before an error: what there is stays.
    post(...events);
  }
}

/**
 * @param {Engine} engine
 * @param {Extract<EngineRequest, { type: "tokenize" }>} request
 */
function tokenize(engine, { request_id, text }) {
  try {
    const { text: clean, nLoneSurrogates } = wellFormed(text);
    const { tokens, notices } = engine.tokenize(clean, nLoneSurrogates);
    post({ type: "tokenized", request_id, tokens, notices });
  } catch (error) {
    fail("tokenize", null, error);
  }
}

const turns = new MessageChannel();

/** Resolves after the messages that are waiting now; a timer would wait 4 ms and more. */
function eventLoopTurn() {
  return new Promise((resolve) => {
    turns.port1.onmessage = resolve;
    turns.port2.postMessage(null);
  });
}

/**
 * @param {Context} context
 * @param {number | null} generation_id
 * @param {unknown} cause
 */
function fail(context, generation_id, cause) {
  const error = explain(cause);
  dead ||= error.fatal;
  post({ type: "error", context, generation_id, error });
}

/**
 * The engine throws reports; whatever else is thrown is a fault, after which it must be replaced.
 *
 * @param {unknown} cause
 * @returns {ErrorReport}
 */
function explain(cause) {
  if (cause instanceof LoadError) return cause.report();
  if (isReport(cause)) return cause;
  const message = panicMessage() ?? trapMessage(cause);
  const outOfMemory = /memory allocation|out of memory|allocation failed|memory\.grow/i.test(message);
  return { kind: outOfMemory ? "memory" : "internal", option: null, message, fatal: true };
}

/**
 * Whatever panics leaves a message; the one thing that traps without one is memory that could not be had.
 *
 * @param {unknown} cause
 */
function trapMessage(cause) {
  if (cause instanceof WebAssembly.RuntimeError && /unreachable/i.test(cause.message)) {
    return "out of memory: the engine's memory could not grow any further";
  }
  return cause instanceof Error ? cause.message : String(cause);
}

/** @returns {string | undefined} what the panic hook noted, where the engine is there to be asked */
function panicMessage() {
  try {
    return lastPanic();
  } catch {
    return undefined;
  }
}

/**
 * @param {unknown} cause
 * @returns {cause is ErrorReport}
 */
function isReport(cause) {
  return typeof cause === "object" && cause !== null && !(cause instanceof Error) && "kind" in cause && "message" in cause;
}

/**
 * @param {string} message
 * @returns {ErrorReport}
 */
function busy(message) {
  return { kind: "state", option: null, message, fatal: false };
}

/** @param {EngineEvent[]} events  in the order in which they happened */
function post(...events) {
  self.postMessage(events);
}
