/** The tiny models of tests/golden as repositories of a Hub. */
import { readFile } from "node:fs/promises";

const GOLDEN = new URL("../../golden/", import.meta.url);

/** @param {string} path  inside tests/golden */
async function golden(path) {
  return new Uint8Array(await readFile(new URL(path, GOLDEN)));
}

/** A T5 v1.1 of two layers in two shards. @returns {Promise<import("./hub-server.mjs").Repository>} */
export async function shardedRepository() {
  return {
    license: "apache-2.0",
    files: {
      "README.md": new TextEncoder().encode("---\nlicense: apache-2.0\n---\n# Tiny"),
      "config.json": await golden("models/t5-v1_1/config.json"),
      "tokenizer.json": await golden("models/t5-v1_1/tokenizer.json"),
      "tokenizer_config.json": await golden("models/t5-v1_1/tokenizer_config.json"),
      "model.safetensors.index.json": await golden("safetensors/sharded/model.safetensors.index.json"),
      "model-00001-of-00002.safetensors": await golden("safetensors/sharded/model-00001-of-00002.safetensors"),
      "model-00002-of-00002.safetensors": await golden("safetensors/sharded/model-00002-of-00002.safetensors"),
    },
  };
}

/** The same in both dialects of GGUF, and in several types. @returns {Promise<import("./hub-server.mjs").Repository>} */
export async function ggufRepository() {
  return {
    license: "mit",
    files: {
      "config.json": await golden("models/t5-v1_1/config.json"),
      "tokenizer.json": await golden("models/t5-v1_1/tokenizer.json"),
      "tiny.f32.gguf": await golden("gguf/t5-v1_1.f32.gguf"),
      "tiny.q8_0.gguf": await golden("gguf/t5-v1_1.q8_0.gguf"),
      "tiny.candle.q8_0.gguf": await golden("gguf/t5-v1_1.candle.q8_0.gguf"),
    },
  };
}
