/** Starts the engine: its build, its memory and its threads. */

/** @import { Build, EngineWish } from "./builds.js" */
/** @import { EngineInfo, ThreadNews, ThreadStart } from "./protocol.js" */
import { chooseBuild, filesOf, oneThread } from "./builds.js";

/** Of all builds: those without threads lack what only threads need. */
/** @typedef {typeof import("./wasm/simd128-threads/t5_playground.js")} Bindings */
/** @typedef {InstanceType<Bindings["Engine"]>} Engine */

const PAGE_BYTES = 65_536;
/** What `--initial-memory` in scripts/threads.toml says, and the page that wasm-bindgen adds. */
const INITIAL_PAGES = 65;
/** Shared memory cannot move, so browsers set its greatest size aside; not all have room for 4 GiB. */
const MAXIMUM_PAGES = [65_536, 32_768, 16_384, 8_192];
/** Threads run kernels, which need little. */
const STACK_BYTES = 4 * PAGE_BYTES;
/** So long runs the engine's code before the browser compiles it anew to run fast. */
const WARM_UP_MS = 30;
/** A model does not wait longer than this for threads: one that never starts must not hold it up for good. */
const THREADS_PATIENCE_MS = 30_000;

/**
 * @typedef {object} Started
 * @property {Engine} engine
 * @property {() => string | undefined} lastPanic
 * @property {() => EngineInfo} info
 * @property {() => void} warmUp  has the browser compile what takes the most time, while bytes are on their way
 * @property {() => Promise<void>} useThreads  lets those threads compute that help the loaded model, or
 *   all that were wished for, once they have started
 */

/**
 * @param {EngineWish} wish
 * @param {Promise<WebAssembly.Module | null>} compiling  the build that the wish chooses; null: to be compiled here
 * @param {(message: string) => void} onThreadLost  a thread broke that had started
 * @returns {Promise<Started>}
 */
export async function startEngine(wish, compiling, onThreadLost) {
  const build = chooseBuild(wish);
  const { notices } = build;
  /** @type {Bindings} */
  let bindings;
  /** @type {Promise<unknown>} */
  let threadsStarted = Promise.resolve();
  if (build.nThreads > 1) {
    try {
      bindings = await load(build, "-threads");
      const memory = sharedMemory();
      await bindings.default({ module_or_path: (await compiling) ?? filesOf(build.instructions, "-threads").wasm, memory });
      threadsStarted = startThreads(build, bindings, memory, onThreadLost).catch((error) => {
        notices.push(oneThread("failed", error instanceof Error ? error.message : String(error)));
      });
    } catch (error) {
      notices.push(oneThread("failed", error instanceof Error ? error.message : String(error)));
      bindings = await loadPlain(build, null);
    }
  } else {
    bindings = await loadPlain(build, compiling);
  }
  const engine = new bindings.Engine();
  return {
    engine,
    lastPanic: () => bindings.lastPanic(),
    info: () => ({ ...engine.info(), notices }),
    warmUp() {
      const rehearsal = new bindings.WarmUp();
      const end = performance.now() + WARM_UP_MS;
      while (performance.now() < end) rehearsal.step();
      rehearsal.free();
    },
    async useThreads() {
      await threadsStarted;
      engine.useThreads(wish.threads);
    },
  };
}

/**
 * @param {Build} build
 * @param {Promise<WebAssembly.Module | null> | null} compiling
 * @returns {Promise<Bindings>}
 */
async function loadPlain(build, compiling) {
  const bindings = await load(build, "");
  await bindings.default({ module_or_path: (await compiling) ?? filesOf(build.instructions, "").wasm });
  return bindings;
}

/**
 * @param {Build} build
 * @param {"" | "-threads"} suffix
 * @returns {Promise<Bindings>}
 */
function load(build, suffix) {
  return import(filesOf(build.instructions, suffix).bindings.href);
}

/** @throws {RangeError} where the browser has no room even for the smallest */
function sharedMemory() {
  for (const maximum of MAXIMUM_PAGES.slice(0, -1)) {
    try {
      return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared: true });
    } catch {
      // The next is smaller.
    }
  }
  return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAXIMUM_PAGES.at(-1), shared: true });
}

/**
 * Resolves when all threads wait for work. The page ends them with this worker.
 *
 * @param {Build} build
 * @param {Bindings} bindings
 * @param {WebAssembly.Memory} memory
 * @param {(message: string) => void} onLost
 */
async function startThreads(build, bindings, memory, onLost) {
  /** @type {ThreadStart} */
  const start = {
    bindings: filesOf(build.instructions, "-threads").bindings.href,
    module: bindings.compiledModule(),
    memory,
    stackBytes: STACK_BYTES,
  };
  const { promise, resolve, reject } = withResolvers();
  const timer = setTimeout(() => {
    reject(new Error(`the threads did not start within ${THREADS_PATIENCE_MS / 1000} s`));
  }, THREADS_PATIENCE_MS);
  const ready = new Set();
  onNews = ({ thread, said }) => {
    if (said.type === "ready") {
      ready.add(thread);
      if (ready.size === build.nThreads - 1) resolve(undefined);
    } else if (ready.has(thread)) onLost(said.message);
    else reject(new Error(said.message));
  };
  // The page starts them, as a worker that starts another may hang for ever in Firefox: it waits until its
  // child is registered, on a condition variable that the child waits for events on, and one signal wakes one.
  self.postMessage({ type: "threads_wanted", n: build.nThreads - 1, start });
  await promise.finally(() => clearTimeout(timer));
}

/** @type {(news: ThreadNews) => void} */
let onNews = () => {};

/** The page tells of a thread that it started for this engine. @param {ThreadNews} news */
export function hearOfThread(news) {
  onNews(news);
}

/** As Promise.withResolvers, which not all browsers have. */
function withResolvers() {
  /** @type {(value?: unknown) => void} */
  let resolve = () => {};
  /** @type {(reason: Error) => void} */
  let reject = () => {};
  const promise = new Promise((onValue, onReason) => ([resolve, reject] = [onValue, onReason]));
  return { promise, resolve, reject };
}
