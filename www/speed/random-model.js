/**
 * A GGUF file in the shape of google/flan-t5-small with random weights: what speed and memory depend on,
 * made in the page, so that nothing has to be downloaded to measure.
 */

/** The shape, by the names of T5Config. */
export const FLAN_T5_SMALL = { d_model: 512, d_kv: 64, d_ff: 1024, num_heads: 6, num_layers: 8, num_decoder_layers: 8, vocab_size: 32_128 };

const { d_model: D_MODEL, d_kv: D_KV, d_ff: D_FF, num_heads: N_HEADS, num_layers: N_LAYERS, vocab_size: VOCAB_SIZE } = FLAN_T5_SMALL;
const N_PIECES = 32_100;
const INNER = N_HEADS * D_KV;

/** GGUF's numbers of its tensor types, and the layout of a block of 32 weights: an f16 scale, then integers. */
const F32 = 0;
const TYPES = {
  q8_0: { id: 8, blockBytes: 34 },
  q4_0: { id: 2, blockBytes: 18 },
};
const BLOCK = 32;
/** 2^-11 and 2^-7 as f16: with evenly drawn integers, weights of about the usual initialization. */
const SCALE = { q8_0: 0x1000, q4_0: 0x2000 };

const ALIGNMENT = 32;

/** @typedef {keyof typeof TYPES} RandomType */
/** @typedef {{ name: string, shape: number[] }} Tensor  shape as GGUF has it: the length of a row first */

/**
 * @param {RandomType} type  of the matrices; norms and position biases are F32
 * @returns {File}
 */
export function randomModel(type) {
  const tensors = flanT5Small();
  const header = new Bytes();
  header.u32(0x46554747).u32(3).u64(tensors.length).u64(METADATA.length + 1);
  for (const [key, value] of METADATA) header.entry(key, value);
  header.entry("tokenizer.huggingface.json", numberedWords());

  /** @type {BlobPart[]} */
  const parts = [];
  const pool = randomBlocks(type);
  let offset = 0;
  for (const { name, shape } of tensors) {
    const isMatrix = shape.length === 2 && !name.endsWith("attn_rel_b.weight");
    const n = shape.reduce((product, length) => product * length, 1);
    const n_bytes = isMatrix ? (n / BLOCK) * TYPES[type].blockBytes : 4 * n;
    header.text(name).u32(shape.length);
    for (const length of shape) header.u64(length);
    header.u32(isMatrix ? TYPES[type].id : F32).u64(offset);
    parts.push(...(isMatrix ? repeated(pool, n_bytes) : [new Float32Array(n).fill(1)]));
    const padding = -n_bytes & (ALIGNMENT - 1);
    parts.push(new Uint8Array(padding));
    offset += n_bytes + padding;
  }
  const start = header.finish();
  return new File([start, new Uint8Array(-start.length & (ALIGNMENT - 1)), ...parts], `flan-t5-small, random ${type}.gguf`);
}

/** @type {[string, string | number][]} A number that is no integer is a 32-bit float. */
const METADATA = [
  ["general.architecture", "t5"],
  ["general.name", "flan-t5-small, random weights"],
  ["t5.attention.head_count", N_HEADS],
  ["t5.attention.key_length", D_KV],
  ["t5.attention.value_length", D_KV],
  ["t5.attention.layer_norm_epsilon", 1e-6],
  ["t5.attention.relative_buckets_count", 32],
  ["t5.attention.relative_max_distance", 128],
  ["t5.block_count", N_LAYERS],
  ["t5.context_length", 512],
  ["t5.decoder_block_count", N_LAYERS],
  ["t5.decoder_start_token_id", 0],
  ["t5.embedding_length", D_MODEL],
  ["t5.feed_forward_length", D_FF],
  ["t5.feed_forward_proj", "gated-gelu"],
  ["tokenizer.ggml.eos_token_id", 1],
  ["tokenizer.ggml.padding_token_id", 0],
];

/** @returns {Tensor[]} */
function flanT5Small() {
  /** @type {Tensor[]} */
  const tensors = [];
  const add = (/** @type {string} */ name, /** @type {number[]} */ ...shape) => tensors.push({ name: `${name}.weight`, shape });
  const attention = (/** @type {string} */ prefix, /** @type {string} */ kind) => {
    add(`${prefix}.${kind}_norm`, D_MODEL);
    for (const matrix of ["q", "k", "v"]) add(`${prefix}.${kind}_${matrix}`, D_MODEL, INNER);
    add(`${prefix}.${kind}_o`, INNER, D_MODEL);
  };
  add("token_embd", D_MODEL, VOCAB_SIZE);
  add("output", D_MODEL, VOCAB_SIZE);
  for (const stack of ["enc", "dec"]) {
    add(`${stack}.output_norm`, D_MODEL);
    add(`${stack}.blk.0.attn_rel_b`, N_HEADS, 32);
    for (let layer = 0; layer < N_LAYERS; layer++) {
      const prefix = `${stack}.blk.${layer}`;
      attention(prefix, "attn");
      if (stack === "dec") attention(prefix, "cross_attn");
      add(`${prefix}.ffn_norm`, D_MODEL);
      add(`${prefix}.ffn_gate`, D_MODEL, D_FF);
      add(`${prefix}.ffn_up`, D_MODEL, D_FF);
      add(`${prefix}.ffn_down`, D_FF, D_MODEL);
    }
  }
  return tensors;
}

/** The text of a tokenizer.json whose pieces are w0, w1, ...: a prompt of n of them has n + 1 tokens. */
export function numberedWords() {
  const special = ["<pad>", "</s>", "<unk>"];
  const words = Array.from({ length: N_PIECES - special.length }, (_, i) => [`▁w${i}`, -10]);
  const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true };
  return JSON.stringify({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => {
      return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
    }),
    normalizer: null,
    pre_tokenizer: metaspace,
    decoder: metaspace,
    post_processor: {
      type: "TemplateProcessing",
      single: [{ Sequence: { id: "A", type_id: 0 } }, { SpecialToken: { id: "</s>", type_id: 0 } }],
      pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 0 } }],
      special_tokens: { "</s>": { id: "</s>", ids: [1], tokens: ["</s>"] } },
    },
    model: { type: "Unigram", unk_id: 2, vocab: [...special.map((piece) => [piece, 0]), ...words], byte_fallback: false },
  });
}

/**
 * About a megabyte of random blocks with the same scale.
 *
 * @param {RandomType} type
 */
function randomBlocks(type) {
  const { blockBytes } = TYPES[type];
  const bytes = new Uint8Array(31_013 * blockBytes); // a prime: rows do not repeat at once
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += blockBytes) view.setUint16(at, SCALE[type], true);
  return bytes;
}

/**
 * @param {Uint8Array<ArrayBuffer>} pool
 * @param {number} nBytes
 */
function repeated(pool, nBytes) {
  const parts = [];
  for (let left = nBytes; left > 0; left -= pool.length) parts.push(pool.subarray(0, Math.min(left, pool.length)));
  return parts;
}

/** What a GGUF header is written with: little-endian numbers, texts with their length in front. */
class Bytes {
  /** @type {number[]} */
  #bytes = [];

  /** @param {number} n */
  u32(n) {
    this.#bytes.push(n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24);
    return this;
  }

  /** @param {number} n  below 2^53 */
  u64(n) {
    return this.u32(n >>> 0).u32(Math.floor(n / 2 ** 32));
  }

  /** @param {string} text */
  text(text) {
    const utf8 = new TextEncoder().encode(text);
    this.u64(utf8.length);
    for (const byte of utf8) this.#bytes.push(byte);
    return this;
  }

  /**
   * @param {string} key
   * @param {string | number} value
   */
  entry(key, value) {
    this.text(key);
    if (typeof value === "string") this.u32(8).text(value);
    else if (Number.isInteger(value)) this.u32(4).u32(value);
    else this.u32(6).u32(new Uint32Array(new Float32Array([value]).buffer)[0] ?? 0);
  }

  finish() {
    return Uint8Array.from(this.#bytes);
  }
}
