/**
 * Finds the files of a model, wherever they are: the weights, and the configuration and tokenizer
 * that go with weights which do not hold their own.
 */

/** @import { ModelSource } from "./protocol.js" */
/** @import { ByteSource } from "./byte-source.js" */
import { openFile, openUrl, readAll } from "./byte-source.js";
import { sortByRole } from "./file-roles.js";
import { HttpError, LoadError } from "./load-error.js";
import { hubUrl } from "./reference.js";

/**
 * Everything that the engine needs to begin.
 *
 * @typedef {object} ModelFiles
 * @property {string} name
 * @property {string} [config]  text of config.json
 * @property {Uint8Array} [tokenizer]  bytes of tokenizer.json
 * @property {string} [tokenizerConfig]  text of tokenizer_config.json
 * @property {(() => Promise<ByteSource>)[]} weights  opened one at a time, in this order
 */

/**
 * @typedef {object} Reading
 * @property {AbortSignal} signal
 * @property {(file: string, loadedBytes: number, totalBytes: number | null) => void} onProgress
 */

const NOT_FOUND = [404, 410];
/** Storage services answer 403 for what is not there, when their lists are private. */
const NOT_FOUND_OR_REFUSED = [401, 403, ...NOT_FOUND];

/**
 * @param {ModelSource} source
 * @param {File[]} files  those of a `files` source
 * @param {Reading} reading
 * @returns {Promise<ModelFiles>}
 */
export async function findModelFiles(source, files, reading) {
  if (source.kind === "files") return localFiles(files, reading);
  if (source.kind === "hub") return hubFiles(source, reading);
  return urlFiles(source, reading);
}

/**
 * @param {File[]} files
 * @param {Reading} reading
 * @returns {Promise<ModelFiles>}
 */
async function localFiles(files, reading) {
  const { weights, config, tokenizer, tokenizerConfig } = sortByRole(files);
  const read = async (/** @type {File | null} */ file) => (file ? readWhole(await openFile(file), reading) : undefined);
  return {
    name: weights[0].name.replace(/(-\d{5}-of-\d{5})?\.(gguf|safetensors)$/i, ""),
    config: textOf(await read(config)),
    tokenizer: await read(tokenizer),
    tokenizerConfig: textOf(await read(tokenizerConfig)),
    weights: weights.map((file) => () => openFile(file)),
  };
}

/**
 * @param {Extract<ModelSource, { kind: "hub" }>} source
 * @param {Reading} reading
 * @returns {Promise<ModelFiles>}
 */
async function hubFiles({ endpoint, repo, revision }, reading) {
  const urlOf = (/** @type {string} */ path) => hubUrl(endpoint, repo, revision, path);
  const beside = await companions(urlOf, NOT_FOUND, reading);
  if (beside.config === undefined) {
    throw new LoadError(
      "network",
      `${repo} has no config.json. If it holds GGUF files, name one of them: ${repo}/name-of-the-file.gguf`,
    );
  }
  const single = await optional(openUrl(urlOf("model.safetensors"), reading.signal), NOT_FOUND);
  if (single) return { name: repo, ...beside, weights: [async () => single] };
  const urls = await optional(shardUrls(urlOf("model.safetensors.index.json"), reading), NOT_FOUND);
  if (urls) return { name: repo, ...beside, weights: urls.map((url) => () => openUrl(url, reading.signal)) };
  throw new LoadError(
    "unsupported_model",
    `${repo} has no model.safetensors (its weights may be in PyTorch's own format, which is not read here). ` +
      `Another repository may have the same model as .safetensors or .gguf.`,
  );
}

/**
 * @param {Extract<ModelSource, { kind: "urls" }>} source
 * @param {Reading} reading
 * @returns {Promise<ModelFiles>}
 */
async function urlFiles({ name, weights, config, tokenizer }, reading) {
  const urls = weights[0].endsWith(".index.json") ? await shardUrls(weights[0], reading) : weights;
  const first = await openUrl(urls[0], reading.signal);
  const named = {
    config: config === null ? undefined : textOf(await readUrl(config, reading)),
    tokenizer: tokenizer === null ? undefined : await readUrl(tokenizer, reading),
  };
  // What was not named is looked for beside weights that need it.
  const isWhole = describesItself(first.head) || named.config !== undefined;
  const beside = isWhole ? null : await companions((path) => new URL(path, urls[0]).href, NOT_FOUND_OR_REFUSED, reading);
  return {
    name,
    config: named.config ?? beside?.config,
    tokenizer: named.tokenizer ?? beside?.tokenizer,
    tokenizerConfig: beside?.tokenizerConfig,
    weights: [async () => first, ...urls.slice(1).map((url) => () => openUrl(url, reading.signal))],
  };
}

/**
 * Whether a GGUF file says itself what model it holds; candle's dialect has no metadata at all.
 *
 * @param {Uint8Array} head
 */
export function describesItself(head) {
  const text = new TextDecoder("latin1").decode(head);
  return text.startsWith("GGUF") && text.includes("general.architecture");
}

/**
 * The small files that stand beside the weights in the Hub's layout; those that are absent are undefined.
 *
 * @param {(path: string) => string} urlOf
 * @param {number[]} absent  the statuses that mean so
 * @param {Reading} reading
 */
async function companions(urlOf, absent, reading) {
  const read = (/** @type {string} */ path) => optional(readUrl(urlOf(path), reading), absent);
  const [config, tokenizer, tokenizerConfig] = await Promise.all([
    read("config.json"),
    read("tokenizer.json"),
    read("tokenizer_config.json"),
  ]);
  return { config: textOf(config), tokenizer, tokenizerConfig: textOf(tokenizerConfig) };
}

/**
 * The addresses of the shards that an index names, each once, in order.
 *
 * @param {string} indexUrl
 * @param {Reading} reading
 * @returns {Promise<string[]>}
 */
async function shardUrls(indexUrl, reading) {
  const names = shardNames(textOf(await readUrl(indexUrl, reading)) ?? "");
  if (names.length === 0) {
    throw new LoadError("damaged_file", `${indexUrl} does not say which files hold the weights.`);
  }
  return names.map((name) => new URL(name.split("/").map(encodeURIComponent).join("/"), indexUrl).href);
}

/**
 * @param {string} indexJson  text of a model.safetensors.index.json
 * @returns {string[]}
 */
export function shardNames(indexJson) {
  try {
    const { weight_map } = JSON.parse(indexJson);
    return [...new Set(/** @type {string[]} */ (Object.values(weight_map)))].sort();
  } catch {
    return [];
  }
}

/**
 * @param {string} url
 * @param {Reading} reading
 */
async function readUrl(url, reading) {
  return readWhole(await openUrl(url, reading.signal), reading);
}

/**
 * @param {ByteSource} source
 * @param {Reading} reading
 */
function readWhole(source, { onProgress }) {
  return readAll(source, (nBytes) => onProgress(source.name, nBytes, source.nBytes));
}

/**
 * @template T
 * @param {Promise<T>} opening
 * @param {number[]} absent
 * @returns {Promise<T | undefined>} undefined where there is no such file
 */
async function optional(opening, absent) {
  try {
    return await opening;
  } catch (error) {
    if (error instanceof HttpError && absent.includes(error.status)) return undefined;
    throw error;
  }
}

/** @param {Uint8Array | undefined} bytes */
function textOf(bytes) {
  return bytes && new TextDecoder().decode(bytes);
}
