/** Loads from a Hub of our own, with an engine and a store that stand in for a browser's. */
import assert from "node:assert/strict";
import { after, afterEach } from "node:test";
import { loadModel } from "../../../www/engine/loader.js";
import { HubServer } from "../../browser/harness/hub-server.mjs";
import { Shelf } from "./shelf.mjs";

/** @typedef {import("../../../www/engine/store/index.js").ModelStore} ModelStore */

export const REPO = "tests/model";
/** Its first file of weights, whose bytes are {@link WEIGHTS}. */
export const FIRST = "model-00001-of-00002.safetensors";
export const N_BYTES = 1_500_000;
export const WEIGHTS = bytesOf(N_BYTES, 1);
const SECOND = bytesOf(500_000, 2);

export const encode = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** The same bytes every time; no two offsets alike for long. @param {number} n @param {number} seed */
export function bytesOf(n, seed) {
  const random = randomOf(seed);
  return Uint8Array.from({ length: n }, () => random() * 256);
}

/** Numbers from 0 to 1 that are the same every time. @param {number} seed */
export function randomOf(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Stands in for the engine: notes the bytes of each file. */
export class Engine {
  /** @type {Map<string, Uint8Array[]>} */
  files = new Map();
  #open = "";
  #nBytes = 0;
  refuses = false;
  /** @type {(file: string, nBytes: number) => void} */
  onPush = () => {};
  beginLoad() {
    this.files.clear();
  }
  beginFile(/** @type {string} */ name) {
    this.#open = name;
    this.#nBytes = 0;
    this.files.set(name, []);
  }
  push(/** @type {Uint8Array} */ chunk) {
    this.files.get(this.#open)?.push(chunk.slice());
    this.#nBytes += chunk.length;
    if (this.refuses) throw { kind: "unsupported_model", message: "It is a model of another kind." };
    this.onPush(this.#open, this.#nBytes);
  }
  finishFile() {}
  finishLoad() {
    return /** @type {any} */ ({ name: "loaded" });
  }
  abandonLoad() {}
}

/** The Hub, from the first test of a file to the last; each finds it as {@link publish} leaves it. */
export const hub = await HubServer.start();
publish();
afterEach(() => {
  hub.reset();
  publish();
});
after(() => hub.stop());

/** Publishes {@link REPO}, in two files of weights. */
export function publish(weights = WEIGHTS) {
  hub.publish(REPO, {
    license: "apache-2.0",
    parameters: { F32: (N_BYTES + 500_000) / 4 },
    files: {
      "config.json": encode(`{"model_type": "t5"}`),
      "tokenizer.json": encode("{}"),
      "README.md": encode("# A model"),
      "model-00001-of-00002.safetensors": weights,
      "model-00002-of-00002.safetensors": SECOND,
    },
  });
}

/** Loads {@link REPO} or another source. @param {{ store?: ModelStore, engine?: Engine, signal?: AbortSignal, source?: any, onWait?: any }} [options] */
export async function load({ store = new Shelf(), engine = new Engine(), signal = new AbortController().signal, source, onWait } = {}) {
  const hubSource = { kind: "hub", endpoint: hub.endpoint, repo: REPO, revision: "main", files: null };
  const loaded = await loadModel({
    engine, source: source ?? hubSource, files: [], weights: "as_is", store, signal, onProgress() {}, onWait,
  });
  return { ...loaded, engine, store };
}

/** Asserts that all bytes of {@link REPO} came. @param {Engine} engine */
export function assertWhole(engine, weights = WEIGHTS) {
  assert.deepEqual([...engine.files.keys()], [FIRST, "model-00002-of-00002.safetensors"]);
  assert.ok(Buffer.concat(engine.files.get(FIRST) ?? []).equals(weights));
  assert.ok(Buffer.concat(engine.files.get("model-00002-of-00002.safetensors") ?? []).equals(SECOND));
}
