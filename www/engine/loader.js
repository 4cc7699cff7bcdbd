/**
 * Feeds a model's files to the engine as they arrive, so that no second copy of a file is ever whole
 * in memory. Fetching, checking and the errors of both are here; what the bytes mean is the engine's.
 */

/** @import { ModelInfo, ModelSource, WeightType } from "./protocol.js" */
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
 */

/**
 * @param {object} load
 * @param {ModelSink} load.engine
 * @param {ModelSource} load.source
 * @param {File[]} load.files  those of a `files` source
 * @param {WeightType} load.weights
 * @param {AbortSignal} load.signal
 * @param {(file: string, loadedBytes: number, totalBytes: number | null) => void} load.onProgress
 * @returns {Promise<ModelInfo>}
 * @throws {LoadError} what is wrong with the files' bytes on their way here
 * @throws {DOMException} "AbortError" after `signal`
 * @throws what the engine throws about their content
 */
export async function loadModel({ engine, source, files, weights, signal, onProgress }) {
  const found = await findModelFiles(source, files, { signal, onProgress });
  signal.throwIfAborted();
  engine.beginLoad(found.name, weights, found.config, found.tokenizer, found.tokenizerConfig);
  for (const open of found.weights) {
    const { name, nBytes, chunks } = await open();
    engine.beginFile(name, nBytes ?? undefined);
    let loadedBytes = 0;
    onProgress(name, loadedBytes, nBytes);
    for await (const chunk of chunks) {
      signal.throwIfAborted();
      engine.push(chunk);
      loadedBytes += chunk.length;
      onProgress(name, loadedBytes, nBytes);
    }
    engine.finishFile();
  }
  signal.throwIfAborted();
  return engine.finishLoad();
}
