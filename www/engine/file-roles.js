/** Sorts the files that someone chose or dropped by what each is for. */

import { LoadError } from "./load-error.js";

/**
 * @template {{ name: string }} F
 * @typedef {object} FileRoles
 * @property {F[]} weights  in the order of their shards
 * @property {F | null} config
 * @property {F | null} tokenizer
 * @property {F | null} tokenizerConfig
 */

/**
 * @template {{ name: string }} F
 * @param {F[]} files
 * @returns {FileRoles<F>}
 * @throws {LoadError} where they do not make one model
 */
export function sortByRole(files) {
  /** @type {FileRoles<F> & { gguf: F[], safetensors: F[], foreign: F[], unknown: F[] }} */
  const roles = { weights: [], config: null, tokenizer: null, tokenizerConfig: null, gguf: [], safetensors: [], foreign: [], unknown: [] };
  for (const file of files) {
    const name = file.name.toLowerCase();
    if (name.endsWith(".gguf")) roles.gguf.push(file);
    else if (name.endsWith(".safetensors")) roles.safetensors.push(file);
    else if (/\.(bin|pt|pth|ckpt|h5|msgpack|onnx|tflite)$/.test(name)) roles.foreign.push(file);
    else if (!name.endsWith(".json")) roles.unknown.push(file);
    else if (/tokenizer[_-]config/.test(name)) roles.tokenizerConfig ??= file;
    else if (/tokenizer/.test(name)) roles.tokenizer ??= file;
    // That of an adapter or a processor may come first.
    else if (name === "config.json") roles.config = file;
    else if (/config/.test(name) && !/generation[_-]config/.test(name)) roles.config ??= file;
    // Other .json files (generation_config, special_tokens_map, the index of shards) are not needed.
  }
  const { config, tokenizer, tokenizerConfig } = roles;
  return { weights: weightsAmong(roles), config, tokenizer, tokenizerConfig };
}

/**
 * @template {{ name: string }} F
 * @param {{ gguf: F[], safetensors: F[], foreign: F[], unknown: F[], config: F | null }} roles
 * @returns {F[]}
 */
function weightsAmong({ gguf, safetensors, foreign, unknown, config }) {
  if (gguf.length + Math.min(safetensors.length, 1) > 1) {
    const names = [...gguf, ...safetensors].map((file) => file.name).join(", ");
    throw new LoadError("damaged_file", `These are several models (${names}). Choose the files of one.`);
  }
  if (gguf.length === 1) return gguf;
  if (safetensors.length > 0) {
    if (!config) {
      throw new LoadError(
        "damaged_file",
        "A .safetensors file holds no configuration. Choose config.json and tokenizer.json together with it.",
      );
    }
    return wholeSet(safetensors);
  }
  if (foreign.length > 0) {
    throw new LoadError(
      "unsupported_model",
      `${foreign[0].name} is of a kind that is not read here. Choose a .gguf or .safetensors file of the model.`,
    );
  }
  // A file by an unknown name may still be a model: the engine looks at its first bytes.
  if (unknown.length === 1) return unknown;
  throw new LoadError(
    "damaged_file",
    "There is no model among these files. Choose a .gguf file, or a .safetensors file with its config.json and tokenizer.json.",
  );
}

/**
 * Puts shards (`model-00001-of-00003.safetensors`) in order and checks that none is missing.
 *
 * @template {{ name: string }} F
 * @param {F[]} files
 * @returns {F[]}
 */
function wholeSet(files) {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const shard = sorted[0].name.match(/^(.*-)\d{5}-of-(\d{5})(\.safetensors)$/i);
  if (!shard) {
    if (sorted.length > 1) {
      throw new LoadError(
        "damaged_file",
        `These are several models (${sorted.map((file) => file.name).join(", ")}). Choose the files of one.`,
      );
    }
    return sorted;
  }
  const [, stem, count, extension] = shard;
  const names = new Set(sorted.map((file) => file.name));
  for (let i = 1; i <= Number(count); i++) {
    const name = `${stem}${String(i).padStart(5, "0")}-of-${count}${extension}`;
    if (!names.has(name)) throw new LoadError("damaged_file", `${name} is missing: choose all ${Number(count)} parts together.`);
  }
  return sorted;
}
