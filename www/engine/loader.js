/**
 * Feeds a model's files to the engine as they arrive, so that no second copy of a file is ever whole
 * in memory. Fetching, keeping, checking and the errors of all are here; what the bytes mean is the engine's.
 */

/** @import { Kept, ModelInfo, ModelSource, WeightType } from "./protocol.js" */
/** @import { Download } from "./download.js" */
/** @import { ModelStore } from "./store/index.js" */
import { FILE_FAULTS, FileChangedError } from "./load-error.js";
import { findModelFiles } from "./model-files.js";

/**
 * The part of the engine that takes a model in.
 *
 * @typedef {object} ModelSink
 * @property {(name: string, weights: WeightType, config?: string, tokenizer?: Uint8Array, tokenizerConfig?: string) => void} beginLoad
 * @property {(fileName: string, nBytes?: number) => void} beginFile
 * @property {(chunk: Uint8Array) => void} push
 * @property {() => void} finishFile
 * @property {() => ModelInfo} finishLoad
 * @property {() => void} abandonLoad
 */

/**
 * @typedef {object} Load
 * @property {ModelSink} engine
 * @property {ModelSource} source
 * @property {File[]} files  those of a `files` source
 * @property {WeightType} weights
 * @property {ModelStore} store  where what is fetched is kept
 * @property {AbortSignal} signal
 * @property {(progress: Progress) => void} onProgress
 * @property {Download["onWait"]} [onWait]
 */

/** Bytes of one file and of all. @typedef {{ file: string, loaded: number, total: number | null, allLoaded: number, allTotal: number | null }} Progress */

/** Most that the engine takes at once. */
const PUSH_BYTES = 2 ** 20;

/**
 * @param {Load} load
 * @returns {Promise<{ model: ModelInfo, kept: Kept }>}
 * @throws {LoadError} what is wrong with the files' bytes on their way here
 * @throws {DOMException} "AbortError" after `signal`
 * @throws what the engine throws about their content
 */
export async function loadModel(load) {
  try {
    return await loadOnce(load);
  } catch (error) {
    if (!(error instanceof FileChangedError)) throw error;
    // What was kept belongs to a file that is no more, and has been thrown away.
    load.engine.abandonLoad();
    return loadOnce(load);
  }
}

/** @param {Load} load */
async function loadOnce({ engine, source, files, weights, store, signal, onProgress, onWait }) {
  const count = counter(onProgress);
  const found = await findModelFiles(source, files, { signal, store, weights, onWait, onProgress: (file, loaded, total) => count(null, file, loaded, total) });
  const { keeper } = found;
  try {
    signal.throwIfAborted();
    engine.beginLoad(found.name, weights, found.config, found.tokenizer, found.tokenizerConfig);
    for (const [i, open] of found.weights.entries()) {
      const { name, nBytes, chunks } = await open();
      if (!found.isInParts) engine.beginFile(name, nBytes ?? undefined);
      else if (i === 0) engine.beginFile(found.name);
      let loadedBytes = 0;
      count(found.totalBytes(), name, loadedBytes, nBytes);
      for await (const chunk of chunks) {
        signal.throwIfAborted();
        // A copy of what is pushed lies in the engine's memory meanwhile, and a browser may hand over a whole file.
        for (let at = 0; at < chunk.length; at += PUSH_BYTES) engine.push(chunk.subarray(at, at + PUSH_BYTES));
        loadedBytes += chunk.length;
        count(found.totalBytes(), name, loadedBytes, nBytes);
      }
      if (!found.isInParts || i === found.weights.length - 1) engine.finishFile();
    }
    signal.throwIfAborted();
    const model = engine.finishLoad();
    return { model, kept: (await keeper?.finish()) ?? NOT_KEPT };
  } catch (error) {
    await found.close();
    // What the engine refuses at its first load is not worth its room, and a part of it may be what is wrong.
    if (keeper && !keeper.wasWhole && isRefusal(error)) await keeper.forget();
    throw error;
  }
}

/**
 * Adds up the bytes of all files.
 *
 * @param {(progress: Progress) => void} onProgress
 * @returns {(allTotal: number | null, file: string, loaded: number, total: number | null) => void}
 */
function counter(onProgress) {
  /** @type {Map<string, number>} */
  const byFile = new Map();
  return (allTotal, file, loaded, total) => {
    byFile.set(file, loaded);
    const allLoaded = [...byFile.values()].reduce((sum, n) => sum + n, 0);
    onProgress({ file, loaded, total, allLoaded, allTotal });
  };
}

/** @param {unknown} error  what the engine throws are reports, which are no Errors */
function isRefusal(error) {
  return !(error instanceof Error) && typeof error === "object" && error !== null && "kind" in error && FILE_FAULTS.includes(String(error.kind));
}

/** A model of this device stays where it was. @type {Kept} */
const NOT_KEPT = { place: "none", id: null, why: null, license: null };
