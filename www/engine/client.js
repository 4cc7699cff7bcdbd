/**
 * The page's end of the engine. Usable without the page:
 *
 *     const client = new EngineClient({ onEvent: (event) => console.log(event) });
 *     client.load({ kind: "hub", endpoint: "https://huggingface.co", repo: "google/flan-t5-small", revision: "main", files: null });
 *     // after the event "loaded":
 *     client.generate("translate English to German: The house is wonderful.", { max_new_tokens: 40 });
 *
 * A model loads in a worker of its own while the one before it keeps its model. The worker that is no
 * longer needed is terminated, which is also what gives its memory back.
 */

/** @import { Compiled, EngineEvent, EngineRequest, Envelope, ErrorReport, GenerationConfig, ModelSource, ThreadNews, ThreadStart, ThreadsWanted, WeightType } from "./protocol.js" */

import { compileEngine, forgetCompiled } from "./compile.js";

/** A worker that says nothing for so many seconds while it loads hangs: it says every second that it is alive. */
const LOADING_PATIENCE_S = 45;

/**
 * What the client says beyond the engine's own events: the model is no longer there, because it was
 * unloaded or because its engine failed.
 *
 * @typedef {{ type: "model_unloaded", reason: "asked" | "fatal" }} ModelUnloaded
 * @typedef {Exclude<EngineEvent, { type: "alive" }>} Said
 * @typedef {Said | ModelUnloaded} ClientEvent
 * @typedef {Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror" | "onmessageerror">} EngineWorker
 */

export class EngineClient {
  /** The worker whose model is in use. @type {EngineWorker | null} */
  #active = null;
  /** Of each worker. @type {Map<EngineWorker, Worker[]>} */
  #threads = new Map();
  /** The worker that is loading a model. @type {EngineWorker | null} */
  #loading = null;
  /** A model that has loaded and waits for a running generation to end. @type {Said | null} */
  #loadedMeanwhile = null;
  /** The model in use goes when its generation has ended. */
  #unloadAsked = false;
  /** @type {number | null} */
  #generationId = null;
  #lastId = 0;
  #onEvent;
  #engine;
  #createWorker;
  /** Counts the seconds in which the loading worker says nothing. @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;
  /** Since its last message; null before its first. @type {number | null} */
  #silentSeconds = null;

  /**
   * @param {object} options
   * @param {(event: ClientEvent) => void} options.onEvent
   * @param {string} [options.engine]  instead of what runs best here: `build=simd128` or `relaxed-simd`,
   *   `threads=N`, both joined by `&`, as in an address
   * @param {(engine: string) => EngineWorker} [options.createWorker]
   */
  constructor({ onEvent, engine = "", createWorker = createModuleWorker }) {
    this.#onEvent = onEvent;
    this.#engine = engine;
    this.#createWorker = createWorker;
  }

  get isLoading() {
    return this.#loading !== null;
  }

  /**
   * Loads a model; the one in use stays until the new one is there. Ends with `loaded`,
   * `load_cancelled` or an error.
   *
   * @param {ModelSource} source
   * @param {{ weights?: WeightType, files?: File[] }} [options]  `files`: those of a `files` source
   */
  load(source, { weights = "as_is", files = [] } = {}) {
    if (this.#loading) {
      return this.#refuse("load", "A model is loading already: cancel that first.");
    }
    this.#loadBy(this.#engine, (worker) => send(worker, { type: "load", source, weights }, files));
  }

  /**
   * @param {string} engine
   * @param {(worker: EngineWorker) => void} ask  for the model
   * @param {string} [whyOneThread]  after a worker with threads that hung
   */
  #loadBy(engine, ask, whyOneThread) {
    /** @type {EngineWorker} */
    let worker;
    try {
      worker = this.#createWorker(engine);
    } catch (cause) {
      // The page's security policy, for one, may forbid workers.
      return this.#onEvent(startFault(cause instanceof Error ? cause.message : String(cause), false));
    }
    this.#loading = worker;
    worker.onmessage = ({ data }) => {
      if (data.type === "threads_wanted") return this.#startThreads(worker, data);
      for (const event of /** @type {EngineEvent[]} */ (data)) {
        if (whyOneThread && event.type === "loaded") event.engine.notices.push({ kind: "one_thread", reason: "failed", message: whyOneThread });
        this.#receive(worker, event);
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#receive(worker, startFault(event.message, true));
    };
    worker.onmessageerror = () => this.#receive(worker, startFault("A message could not be read.", true));
    ask(worker);
    this.#watchLoading(() => {
      this.#dropLoading();
      const message = `the engine did not answer for ${LOADING_PATIENCE_S} seconds`;
      if (whyOneThread) return this.#onEvent(startFault(`Even on one thread ${message}. Reload the page, or try another browser.`, false));
      // What threads wait for each other on is the only thing that can hang.
      const params = new URLSearchParams(engine);
      params.set("threads", "1");
      this.#loadBy(String(params), ask, message);
    });
  }

  /**
   * @param {EngineWorker} worker
   * @param {ThreadsWanted} wanted
   */
  #startThreads(worker, { n, start }) {
    // One that was dropped meanwhile needs none.
    if (worker !== this.#loading) return;
    const threads = Array.from({ length: n }, (_, i) => startThread(i + 1, start, (news) => worker.postMessage(news)));
    this.#threads.set(worker, threads);
  }

  /** Ends a worker with its threads. @param {EngineWorker | null} worker */
  #terminate(worker) {
    if (!worker) return;
    worker.terminate();
    for (const thread of this.#threads.get(worker) ?? []) thread.terminate();
    this.#threads.delete(worker);
  }

  /**
   * Ticks are counted and not the time: that goes on while the whole machine sleeps.
   *
   * @param {() => void} onSilence
   */
  #watchLoading(onSilence) {
    this.#silentSeconds = null;
    const tick = () => {
      if (this.#silentSeconds !== null && ++this.#silentSeconds > LOADING_PATIENCE_S) return onSilence();
      this.#watch = setTimeout(tick, 1000);
    };
    this.#watch = setTimeout(tick, 1000);
  }

  #endWatch() {
    clearTimeout(this.#watch);
  }

  /** The model in use stays. */
  cancelLoad() {
    if (!this.#loading) return;
    this.#dropLoading();
    this.#onEvent({ type: "load_cancelled" });
  }

  /** Gives the memory of the model in use back; a running generation ends first, as after `stop`. */
  unload() {
    if (!this.#active) return;
    if (this.#generationId === null) return this.#dropActive("asked");
    this.#unloadAsked = true;
    this.stop();
  }

  /**
   * @param {string} prompt
   * @param {Partial<GenerationConfig>} options
   * @returns {number | null} the generation's id; null where it was refused
   */
  generate(prompt, options) {
    if (!this.#active || this.#generationId !== null) {
      this.#refuse("generate", this.#active ? "A completion is running already: stop it first." : "No model is loaded yet.");
      return null;
    }
    const generation_id = ++this.#lastId;
    this.#generationId = generation_id;
    send(this.#active, { type: "generate", generation_id, prompt, options });
    return generation_id;
  }

  /** The generation ends with what it has so far, as `cancelled`. */
  stop() {
    if (!this.#active || this.#generationId === null) return;
    send(this.#active, { type: "stop", generation_id: this.#generationId });
  }

  /**
   * @param {string} text
   * @returns {number | null} the id that the event `tokenized` will carry; null where no model is loaded
   */
  tokenize(text) {
    if (!this.#active) return null;
    const request_id = ++this.#lastId;
    send(this.#active, { type: "tokenize", request_id, text });
    return request_id;
  }

  /**
   * @param {EngineWorker} worker
   * @param {EngineEvent} event
   */
  #receive(worker, event) {
    if (worker === this.#loading) this.#silentSeconds = 0;
    if (event.type === "alive") return;
    if (worker === this.#loading) this.#receiveFromLoading(event);
    else if (worker === this.#active) this.#receiveFromActive(event);
    // A worker that was dropped may still have had messages on their way.
  }

  /** @param {Said} event */
  #receiveFromLoading(event) {
    switch (event.type) {
      case "loaded":
        this.#endWatch();
        if (this.#generationId === null) return this.#swap(event);
        // What is being written is not cut off for it.
        this.#loadedMeanwhile = event;
        return;
      case "error":
        this.#dropLoading();
        if (event.context === "start") forgetCompiled();
        // Only the worker that was loading is gone; whatever model was in use still is.
        return this.#onEvent({ ...event, error: { ...event.error, fatal: false } });
      default:
        this.#onEvent(event);
    }
  }

  /** @param {Said} event */
  #receiveFromActive(event) {
    const fatal = event.type === "error" && event.error.fatal;
    const ended = event.type === "generation_done" || (event.type === "error" && event.context === "generate");
    if (ended || fatal) this.#generationId = null;
    this.#onEvent(event);
    if (fatal) this.#dropActive("fatal");
    if (this.#generationId !== null) return;
    if (this.#unloadAsked) this.#dropActive("asked");
    if (this.#loadedMeanwhile) this.#swap(this.#loadedMeanwhile);
  }

  /** @param {Said} loaded */
  #swap(loaded) {
    this.#terminate(this.#active);
    this.#active = this.#loading;
    this.#loading = null;
    this.#loadedMeanwhile = null;
    this.#onEvent(loaded);
  }

  #dropLoading() {
    this.#endWatch();
    this.#terminate(this.#loading);
    this.#loading = null;
    this.#loadedMeanwhile = null;
  }

  /** @param {ModelUnloaded["reason"]} reason */
  #dropActive(reason) {
    this.#terminate(this.#active);
    this.#active = null;
    this.#generationId = null;
    this.#unloadAsked = false;
    this.#onEvent({ type: "model_unloaded", reason });
  }

  /**
   * @param {"load" | "generate"} context
   * @param {string} message
   */
  #refuse(context, message) {
    this.#onEvent({ type: "error", context, generation_id: null, error: { kind: "state", option: null, message, fatal: false } });
  }
}

/**
 * @param {string} engine
 * @returns {EngineWorker}
 */
function createModuleWorker(engine) {
  const url = new URL("./worker.js", import.meta.url);
  url.search = engine;
  const worker = new Worker(url, { type: "module", name: "t5-engine" });
  compileEngine(engine).then((compiled) => {
    /** @type {Compiled} */
    const message = { compiled };
    worker.postMessage(message);
  });
  return worker;
}

/**
 * @param {number} number
 * @param {ThreadStart} start
 * @param {(news: ThreadNews) => void} tell
 */
function startThread(number, start, tell) {
  const thread = new Worker(new URL("./thread.js", import.meta.url), { type: "module", name: `t5-thread-${number}` });
  thread.onmessage = ({ data }) => tell({ thread: number, said: data });
  thread.onerror = (event) => {
    event.preventDefault();
    tell({ thread: number, said: { type: "failed", message: event.message || "a thread's script could not be loaded" } });
  };
  thread.postMessage(start);
  return thread;
}

/**
 * @param {EngineWorker} worker
 * @param {EngineRequest} request
 * @param {File[]} [files]
 */
function send(worker, request, files) {
  /** @type {Envelope} */
  const envelope = { request, files };
  worker.postMessage(envelope);
}

/**
 * The event for a worker that broke outside of any request, or whose script did not arrive.
 *
 * @param {string | undefined} message
 * @param {boolean} fatal
 * @returns {Extract<EngineEvent, { type: "error" }>}
 */
function startFault(message, fatal) {
  /** @type {ErrorReport} */
  const error = {
    kind: "internal",
    option: null,
    message: message || "The engine's files could not be loaded. Check that the page was copied whole, then reload it.",
    fatal,
  };
  return { type: "error", context: "start", generation_id: null, error };
}
