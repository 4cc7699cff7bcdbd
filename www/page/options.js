/** The options of a generation as a form: which there are, what stands in them, what it means. */

/** @import { GenerationConfig } from "../engine/protocol.js" */
/** @import { OptionErrors, OptionName, OptionTexts, Sentence } from "./types.js" */

/**
 * @typedef {object} NumberOption
 * @property {OptionName} name
 * @property {"integer" | "number"} kind
 * @property {number} min
 * @property {number} max
 * @property {boolean} [aboveMin]  `min` itself is not allowed
 * @property {boolean} [optional]  an empty field is allowed
 */
/** @typedef {{ name: OptionName, kind: "boolean" | "texts" | "id_lists" }} OtherOption */
/** @typedef {NumberOption | OtherOption} OptionSpec */
/** @typedef {{ group: "length" | "sampling" | "repetition" | "words", options: OptionSpec[] }} OptionGroup */

const MAX = Number.MAX_SAFE_INTEGER;

/** Ranges as in the engine, which checks them again. @type {OptionGroup[]} */
export const OPTION_GROUPS = [
  {
    group: "length",
    options: [
      { name: "max_new_tokens", kind: "integer", min: 1, max: 16_384 },
      { name: "min_new_tokens", kind: "integer", min: 0, max: 16_384 },
      { name: "num_beams", kind: "integer", min: 1, max: MAX },
    ],
  },
  {
    group: "sampling",
    options: [
      { name: "do_sample", kind: "boolean" },
      { name: "temperature", kind: "number", min: 1e-6, max: 1e6 },
      { name: "top_k", kind: "integer", min: 0, max: MAX },
      { name: "top_p", kind: "number", min: 0, max: 1 },
      { name: "min_p", kind: "number", min: 0, max: 1, optional: true },
      { name: "typical_p", kind: "number", min: 0, max: 1, aboveMin: true },
      { name: "seed", kind: "integer", min: 0, max: MAX, optional: true },
    ],
  },
  {
    group: "repetition",
    options: [
      { name: "repetition_penalty", kind: "number", min: 1e-6, max: 1e6 },
      { name: "no_repeat_ngram_size", kind: "integer", min: 0, max: MAX },
    ],
  },
  {
    group: "words",
    options: [
      { name: "stop_strings", kind: "texts" },
      { name: "bad_words_ids", kind: "id_lists" },
    ],
  },
];

/** Those that act only while `do_sample` is on. @type {ReadonlySet<OptionName>} */
export const SAMPLING_ONLY = new Set(["temperature", "top_k", "top_p", "min_p", "typical_p", "seed"]);

/** The engine's own defaults, as they stand in the fields. @type {Readonly<OptionTexts>} */
export const DEFAULT_OPTIONS = Object.freeze({
  max_new_tokens: "128",
  min_new_tokens: "0",
  num_beams: "1",
  do_sample: false,
  temperature: "1",
  top_k: "50",
  top_p: "1",
  min_p: "",
  typical_p: "1",
  seed: "",
  repetition_penalty: "1",
  no_repeat_ngram_size: "0",
  stop_strings: "",
  bad_words_ids: "",
});

/**
 * Reads the fields.
 *
 * @param {OptionTexts} texts
 * @returns {{ options: Partial<GenerationConfig>, errors: OptionErrors }}  an empty field is left out
 */
export function parseOptions(texts) {
  /** @type {Record<string, unknown>} */
  const options = {};
  /** @type {OptionErrors} */
  const errors = {};
  for (const spec of OPTION_GROUPS.flatMap(({ options }) => options)) {
    const { value, error } = parseField(spec, texts[spec.name]);
    if (error) errors[spec.name] = error;
    else if (value !== undefined) options[spec.name] = value;
  }
  return { options, errors };
}

/** @typedef {{ value?: unknown, error?: Sentence }} Field */

/**
 * @param {OptionSpec} spec
 * @param {string | boolean} text
 * @returns {Field}
 */
function parseField(spec, text) {
  if (typeof text === "boolean") return { value: text };
  switch (spec.kind) {
    case "texts":
      return { value: linesOf(text).map((line) => line.replaceAll("\\n", "\n")) };
    case "id_lists":
      return parseIdLists(text);
    case "integer":
    case "number":
      return parseNumber(spec, text.trim());
    default:
      return {};
  }
}

/**
 * @param {NumberOption} spec
 * @param {string} text
 * @returns {Field}
 */
function parseNumber({ kind, min, max, aboveMin, optional }, text) {
  if (text === "") return optional ? {} : { error: { key: "option.error.empty" } };
  // The keypads of many languages have a comma for the point.
  const value = Number(kind === "number" ? text.replace(",", ".") : text);
  if (!Number.isFinite(value)) return { error: { key: "option.error.number" } };
  if (kind === "integer" && !Number.isInteger(value)) return { error: { key: "option.error.integer" } };
  if (value >= min && value <= max && !(aboveMin && value === min)) return { value };
  const values = { min: String(min), max: String(max) };
  if (value < min && max >= 1e6) return { error: { key: "option.error.at_least", values } };
  return { error: { key: aboveMin ? "option.error.above" : "option.error.range", values } };
}

/**
 * @param {string} text  a list of ids on each line, such as `27 1782`
 * @returns {Field}
 */
function parseIdLists(text) {
  const lists = linesOf(text).map((line) => line.split(/[\s,[\]]+/).filter(Boolean).map(Number));
  const valid = lists.every((ids) => ids.length > 0 && ids.every((id) => Number.isSafeInteger(id) && id >= 0));
  return valid ? { value: lists } : { error: { key: "option.error.ids" } };
}

/** @param {string} text */
function linesOf(text) {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/**
 * What stands in the fields for options that were used, so that they can be used again.
 *
 * @param {Partial<GenerationConfig>} options
 * @returns {OptionTexts}
 */
export function textsOfOptions(options) {
  /** @type {OptionTexts} */
  const texts = { ...DEFAULT_OPTIONS };
  for (const { name } of OPTION_GROUPS.flatMap(({ options }) => options)) {
    const value = options[name];
    if (value === undefined || value === null) continue;
    texts[name] = typeof value === "boolean" ? value : textOfValue(value);
  }
  // Without sampling the seed does nothing, and a fixed one would stay behind unseen.
  if (!options.do_sample) texts.seed = "";
  return texts;
}

/** @param {number | string[] | number[][]} value */
function textOfValue(value) {
  if (typeof value === "number") return String(value);
  const lines = value.map((line) => (typeof line === "string" ? line.replaceAll("\n", "\\n") : line.join(" ")));
  return lines.join("\n");
}

/**
 * How many options differ from their defaults.
 *
 * @param {OptionTexts} texts
 */
export function countChanged(texts) {
  return OPTION_GROUPS.flatMap(({ options }) => options).filter(({ name }) => texts[name] !== DEFAULT_OPTIONS[name]).length;
}

/**
 * @param {string} name
 * @returns {name is OptionName}
 */
export function isOptionName(name) {
  return name in DEFAULT_OPTIONS;
}

/**
 * Draws a seed where sampling needs one and none was given, so that every run can be repeated.
 *
 * @param {Partial<GenerationConfig>} options
 * @returns {Partial<GenerationConfig>}
 */
export function withSeed(options) {
  if (!options.do_sample || options.seed !== undefined) return options;
  return { ...options, seed: crypto.getRandomValues(new Uint32Array(1))[0] };
}
