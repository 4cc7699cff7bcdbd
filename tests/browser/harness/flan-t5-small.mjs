/**
 * A repository in the shape of google/flan-t5-small with random weights: 308 MB of F32 safetensors, made
 * piece by piece as they are asked for.
 */

import { FLAN_T5_SMALL, numberedWords } from "../../../www/speed/random-model.js";

const { d_model: D_MODEL, d_kv, d_ff: D_FF, num_heads, num_layers: N_LAYERS, vocab_size: VOCAB_SIZE } = FLAN_T5_SMALL;
const INNER = num_heads * d_kv;

/** About a megabyte of weights of the usual size, over and over; a prime, so that rows do not repeat at once. */
const POOL = Float32Array.from({ length: 262_139 }, (_, i) => 0.05 * Math.sin(i * i * 0.7 + i));

/** @returns {import("./hub-server.mjs").Repository} */
export function flanT5Small() {
  const tensors = tensorsOf();
  /** @type {Record<string, unknown>} */
  const entries = {};
  let offset = 0;
  for (const [name, shape] of tensors) {
    const end = offset + 4 * shape.reduce((product, n) => product * n, 1);
    entries[name] = { dtype: "F32", shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(entries));
  const header = Buffer.alloc(8 + json.length);
  header.writeBigUInt64LE(BigInt(json.length));
  json.copy(header, 8);
  return {
    license: "apache-2.0",
    parameters: { F32: offset / 4 },
    files: {
      "config.json": encode(JSON.stringify({ model_type: "t5", ...FLAN_T5_SMALL, feed_forward_proj: "gated-gelu", tie_word_embeddings: false })),
      "tokenizer.json": encode(numberedWords()),
      "model.safetensors": { n_bytes: header.length + offset, read: (start, end) => bytesBetween(header, start, end) },
    },
  };
}

/**
 * @param {Buffer} header
 * @param {number} start
 * @param {number} end
 */
function* bytesBetween(header, start, end) {
  if (start < header.length) yield header.subarray(start, end);
  const pool = new Uint8Array(POOL.buffer);
  for (let at = Math.max(start, header.length); at < end; ) {
    const inPool = (at - header.length) % pool.length;
    const piece = pool.subarray(inPool, inPool + end - at);
    yield piece;
    at += piece.length;
  }
}

/** @returns {[string, number[]][]} */
function tensorsOf() {
  /** @type {[string, number[]][]} */
  const tensors = [["shared.weight", [VOCAB_SIZE, D_MODEL]], ["lm_head.weight", [VOCAB_SIZE, D_MODEL]]];
  for (const stack of ["encoder", "decoder"]) {
    tensors.push([`${stack}.final_layer_norm.weight`, [D_MODEL]]);
    tensors.push([`${stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`, [32, num_heads]]);
    const kinds = stack === "encoder" ? ["SelfAttention", "DenseReluDense"] : ["SelfAttention", "EncDecAttention", "DenseReluDense"];
    for (let block = 0; block < N_LAYERS; block++) {
      for (const [layer, kind] of kinds.entries()) {
        const prefix = `${stack}.block.${block}.layer.${layer}`;
        tensors.push([`${prefix}.layer_norm.weight`, [D_MODEL]]);
        const shapes = kind === "DenseReluDense"
          ? { wi_0: [D_FF, D_MODEL], wi_1: [D_FF, D_MODEL], wo: [D_MODEL, D_FF] }
          : { q: [INNER, D_MODEL], k: [INNER, D_MODEL], v: [INNER, D_MODEL], o: [D_MODEL, INNER] };
        for (const [name, shape] of Object.entries(shapes)) tensors.push([`${prefix}.${kind}.${name}.weight`, shape]);
      }
    }
  }
  return tensors;
}

/** @param {string} text */
function encode(text) {
  return new TextEncoder().encode(text);
}
