/** Drives transformers.js, in a worker as its documentation advises. */
import { bytesOf, serve } from "./drive.js";
import { promptIds } from "./token-ids.js";

/** @typedef {{ folder: string, name: string, threads: number }} What  the model is /models/{folder}/{name} */

const LIBRARY = "/peers/@huggingface/transformers/dist/transformers.min.js";

/** @type {any} */
let library;
/** @type {any} */
let model;
let encode_ms = 0;

/** The WebAssembly memories that were made in this worker. @type {Set<WebAssembly.Memory>} */
const memories = new Set();
const Memory = WebAssembly.Memory;
WebAssembly.Memory = /** @type {any} */ (class extends Memory {
  /** @param {WebAssembly.MemoryDescriptor} descriptor */
  constructor(descriptor) {
    super(descriptor);
    memories.add(this);
  }
});

/** @param {What} what */
async function start({ folder, threads }) {
  library = await import(LIBRARY);
  const { env } = library;
  Object.assign(env, { allowLocalModels: true, allowRemoteModels: false, localModelPath: `/models/${folder}/`, useBrowserCache: false });
  env.useWasmCache = false;
  const runtime = `${location.origin}/peers/onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify`;
  env.backends.onnx.wasm.wasmPaths = { mjs: `${runtime}.mjs`, wasm: `${runtime}.wasm` };
  env.backends.onnx.wasm.numThreads = threads;
}

/** @param {What} what */
async function loadModel({ name }) {
  model = await library.T5ForConditionalGeneration.from_pretrained(name, { dtype: "q8", device: "wasm", local_files_only: true });
  const encoder = model.sessions.model;
  const run = encoder.run.bind(encoder);
  encoder.run = async (/** @type {any[]} */ ...args) => {
    const started = performance.now();
    const output = await run(...args);
    encode_ms += performance.now() - started;
    return output;
  };
}

const wasmBytes = () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);

/** @param {number[]} ids */
function inputs(ids) {
  const shape = [1, ids.length];
  return {
    inputs: new library.Tensor("int64", BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new library.Tensor("int64", new BigInt64Array(ids.length).fill(1n), shape),
  };
}

serve({
  /** @param {What} what */
  async load(what) {
    const started = performance.now();
    await start(what);
    await loadModel(what);
    return { load_ms: performance.now() - started, wasm_bytes: wasmBytes() };
  },

  /** @param {What} what */
  async loadBytes(what) {
    const files = ["config.json", "generation_config.json", "onnx/encoder_model_quantized.onnx", "onnx/decoder_model_merged_quantized.onnx"];
    /** @type {Map<string, ArrayBuffer>} */
    const bytes = new Map();
    for (const file of files) bytes.set(file, await bytesOf(`/models/${what.folder}/${what.name}/${file}`));
    const started = performance.now();
    await start(what);
    library.env.useCustomCache = true;
    library.env.customCache = {
      async match(/** @type {string} */ key) {
        const file = files.find((name) => key.endsWith(name));
        const found = file && bytes.get(file);
        return found && new Response(found, { headers: { "content-length": String(found.byteLength) } });
      },
      async put() {},
    };
    await loadModel(what);
    return { load_ms: performance.now() - started };
  },

  /** @param {{ nTokens: number, newTokens: number }} what */
  async generate({ nTokens, newTokens }) {
    encode_ms = 0;
    const started = performance.now();
    const output = await model.generate({
      ...inputs(promptIds(nTokens)), max_new_tokens: newTokens, min_new_tokens: newTokens, do_sample: false, num_beams: 1,
    });
    const total_ms = performance.now() - started;
    return { encode_ms, decode_ms: total_ms - encode_ms, token_ids: Array.from(output.data, Number).slice(1), wasm_bytes: wasmBytes() };
  },

  /**
   * Follows given tokens and compares each step's probabilities with those of a file of f32 logits, (T, V).
   *
   * @param {{ input_ids: number[], decoder_input_ids: number[], logits: string }} what
   * @returns {Promise<{ divergences: number[], n_equal: number }>} nats a step; steps whose most likely token is equal
   */
  async follow({ input_ids, decoder_input_ids, logits }) {
    const reference = new Float32Array(await bytesOf(logits));
    /** @type {number[]} */
    const divergences = [];
    let n_equal = 0;
    const forced = decoder_input_ids.slice(1);
    class Follow extends library.LogitsProcessor {
      /**
       * @param {unknown} _ids
       * @param {any} scores
       */
      _call(_ids, scores) {
        const found = /** @type {Float32Array} */ (scores.data);
        const expected = reference.subarray(divergences.length * found.length, (divergences.length + 1) * found.length);
        n_equal += Number(argmax(found) === argmax(expected));
        divergences.push(divergence(expected, found));
        found.fill(-Infinity);
        found[forced[divergences.length - 1] ?? 1] = 0;
        return scores;
      }
    }
    const processors = new library.LogitsProcessorList();
    processors.push(new Follow());
    const n = decoder_input_ids.length;
    await model.generate({ ...inputs(input_ids), logits_processor: processors, max_new_tokens: n, do_sample: false, num_beams: 1 });
    if (divergences.length !== n) throw new Error(`${divergences.length} steps instead of ${n}`);
    return { divergences, n_equal };
  },
});

/**
 * Kullback-Leibler divergence of the probabilities of `q` from those of `p`, in nats.
 *
 * @param {Float32Array} p  logits
 * @param {Float32Array} q  logits
 */
function divergence(p, q) {
  const [normP, normQ] = [logSumExp(p), logSumExp(q)];
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const logP = (p[i] ?? NaN) - normP;
    sum += Math.exp(logP) * (logP - ((q[i] ?? NaN) - normQ));
  }
  return sum;
}

/** @param {Float32Array} logits */
function logSumExp(logits) {
  const most = logits[argmax(logits)] ?? NaN;
  return most + Math.log(logits.reduce((sum, x) => sum + Math.exp(x - most), 0));
}

/** @param {Float32Array} logits */
function argmax(logits) {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if ((logits[i] ?? NaN) > (logits[best] ?? NaN)) best = i;
  return best;
}
