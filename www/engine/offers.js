/** What of a repository's files makes a model that can be loaded here; pure. */

/** @import { WeightType } from "./protocol.js" */
/** @import { HubFile, Listing } from "./hub.js" */
import { estimateMemory, fitOf } from "./estimate.js";

/**
 * One way to take the model of a repository.
 *
 * @typedef {object} Offer
 * @property {string} id  path of its first file
 * @property {"gguf" | "safetensors"} format
 * @property {string | null} type  of its weights, as GGUF names it; null where nobody says
 * @property {HubFile[]} weights  in order
 * @property {HubFile[]} beside  config.json and the like, what there is of them
 * @property {number} n_bytes  to fetch
 * @property {number | null} n_parameters
 * @property {"no_config" | "no_tokenizer" | null} lacks  what it cannot do without
 */

/** What may stand beside weights, in the folder of the file or at the top. */
const BESIDE = ["config.json", "tokenizer.json", "tokenizer_config.json"];
/** What only other tokenizers than ByT5's need, which is read here from tokenizer_config.json alone. */
const FOREIGN_VOCABULARY = /(^|\/)([^/]+\.model|vocab\.(json|txt))$/i;
const GGUF_TYPE = /(?:^|[._-])(bf16|f16|f32|q\d(?:_k(?:_[a-z]+)?|_[01]))(?=\.gguf$|[._-])/i;
/** safetensors' names of types, and bytes of each. @type {Record<string, number>} */
const BYTES = { F32: 4, F16: 2, BF16: 2 };

/**
 * @param {Listing} listing
 * @returns {Offer[]}
 */
export function offersOf({ files, parameters }) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const hasForeignVocabulary = files.some(({ path }) => FOREIGN_VOCABULARY.test(path));
  /** @type {Offer[]} */
  const offers = [];
  for (const file of files) {
    // A GGUF file in parts is not read here.
    if (!/\.gguf$/i.test(file.path) || /-\d{5}-of-\d{5}\.gguf$/i.test(file.path)) continue;
    const type = GGUF_TYPE.exec(file.path)?.[1].toUpperCase() ?? null;
    offers.push(offer("gguf", type, [file], besideOf(file.path, byPath), null, false));
  }
  for (const weights of safetensorsOf(files)) {
    const n_bytes = sizeOf(weights);
    const type = typeOf(parameters, n_bytes);
    const n_parameters = type === null ? null : Math.round(n_bytes / BYTES[type]);
    offers.push(offer("safetensors", type, weights, besideOf(weights[0].path, byPath), n_parameters, hasForeignVocabulary));
  }
  return offers;
}

/**
 * The offer that most people want: exact enough, small, and with room in memory.
 *
 * @param {Offer[]} offers
 * @param {number | null} deviceBytes  memory of the device, where it says
 * @returns {Offer | null}
 */
export function recommendedOf(offers, deviceBytes) {
  const usable = offers.filter(({ lacks }) => lacks === null);
  const fitting = usable.filter((candidate) => {
    return fitOf(estimateMemory(candidate, preferredWeights(candidate)), deviceBytes) !== "too_large";
  });
  const ranked = (fitting.length > 0 ? fitting : usable).map((candidate) => ({ candidate, rank: rankOf(candidate) }));
  ranked.sort((a, b) => a.rank - b.rank || a.candidate.n_bytes - b.candidate.n_bytes);
  return ranked[0]?.candidate ?? null;
}

/**
 * How an offer's weights are best held: exact ones are quantized to 8 bits, which changes next to nothing.
 *
 * @param {Offer} offer
 * @returns {WeightType}
 */
export function preferredWeights({ type }) {
  return type === null || /^(F32|F16|BF16)$/.test(type) ? "q8_0" : "as_is";
}

/** The best first: 8 bits, then a little fewer, then exact but long, then few bits. @param {Offer} offer */
function rankOf({ format, type }) {
  const order = ["Q8_0", "Q6_K", "Q5_K", "Q5_1", "Q5_0", "F16", "BF16", "F32", null, "Q4_K", "Q4_1", "Q4_0", "Q3_K", "Q2_K"];
  const rank = order.indexOf(type === null ? null : type.replace(/_[SML]$|_XL$/, ""));
  return (rank < 0 ? order.length : rank) * 2 + (format === "safetensors" ? 1 : 0);
}

/**
 * @param {Offer["format"]} format
 * @param {string | null} type
 * @param {HubFile[]} weights
 * @param {HubFile[]} beside
 * @param {number | null} n_parameters
 * @param {boolean} hasForeignVocabulary  so tokenizer_config.json is not ByT5's
 * @returns {Offer}
 */
function offer(format, type, weights, beside, n_parameters, hasForeignVocabulary) {
  const has = (/** @type {string} */ name) => beside.some(({ path }) => path.split("/").pop() === name);
  const hasTokenizer = has("tokenizer.json") || (has("tokenizer_config.json") && !hasForeignVocabulary);
  // A GGUF file usually holds both itself.
  const lacks = format === "gguf" ? null : !has("config.json") ? "no_config" : !hasTokenizer ? "no_tokenizer" : null;
  const n_bytes = sizeOf(weights) + (format === "gguf" ? 0 : sizeOf(beside));
  return { id: weights[0].path, format, type, weights, beside, n_bytes, n_parameters, lacks };
}

/**
 * The safetensors files, each set of shards together and in order; a set with a gap is left out.
 *
 * @param {HubFile[]} files
 * @returns {HubFile[][]}
 */
function safetensorsOf(files) {
  /** @type {Map<string, HubFile[]>} */
  const sets = new Map();
  for (const file of files) {
    if (!/\.safetensors$/i.test(file.path) || /adapter/i.test(file.path)) continue;
    const stem = file.path.replace(/-\d{5}(-of-\d{5}\.safetensors)$/i, "$1");
    sets.set(stem, [...(sets.get(stem) ?? []), file]);
  }
  return [...sets.values()]
    .map((set) => set.sort((a, b) => (a.path < b.path ? -1 : 1)))
    .filter((set) => set.length === Number(/-of-(\d{5})\.safetensors$/i.exec(set[0].path)?.[1] ?? 1));
}

/**
 * @param {string} path
 * @param {Map<string, HubFile>} byPath
 */
function besideOf(path, byPath) {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return BESIDE.map((name) => byPath.get(folder + name) ?? byPath.get(name)).filter((file) => file !== undefined);
}

/**
 * The type of a set of safetensors: the one that, at its number of parameters, gives the size.
 *
 * @param {Record<string, number> | null} parameters
 * @param {number} n_bytes
 */
function typeOf(parameters, n_bytes) {
  const [main] = Object.entries(parameters ?? {}).sort(([, a], [, b]) => b - a);
  if (!main) return null;
  const isClose = (/** @type {string} */ type) => Math.abs(n_bytes / (BYTES[type] * main[1]) - 1) < 0.1;
  return [main[0], "F32", "F16"].find((type) => type in BYTES && isClose(type)) ?? null;
}

/** @param {HubFile[]} files */
function sizeOf(files) {
  return files.reduce((sum, { n_bytes }) => sum + n_bytes, 0);
}
