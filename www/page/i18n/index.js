/** Looks sentences up, in the language that is set. Every string that a person reads comes through `t`. */

import { en } from "./en.js";
import { ko } from "./ko.js";

/** @typedef {keyof typeof en} Key */
/** @typedef {Record<string, string | number>} Values */
/** A sentence, or one for each plural category of its `n`. @typedef {string | { one?: string, other: string }} Entry */
/** @typedef {"en" | "ko"} Language */

/** In their own words, as who looks for one reads them. @type {Readonly<Record<Language, string>>} */
export const LANGUAGES = { en: "English", ko: "한국어" };

/**
 * @template {string} K
 * @param {Partial<Record<K, Entry>>} dictionary
 * @param {string} locale
 * @param {(key: K, values?: Values) => string} [fallback]  for what the dictionary lacks
 * @returns {(key: K, values?: Values) => string}  puts values in the place of `{name}`; numbers are
 *   written as the locale does
 */
export function translator(dictionary, locale, fallback = (key) => key) {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (key, values = {}) => {
    const entry = dictionary[key];
    if (entry === undefined) return fallback(key, values);
    const one = typeof entry === "string" || plurals.select(Number(values.n)) !== "one" ? undefined : entry.one;
    const sentence = one ?? (typeof entry === "string" ? entry : entry.other);
    return sentence.replace(/\{(\w+)\}/g, (hole, name) => {
      const value = values[name];
      if (value === undefined) return hole;
      return typeof value === "number" ? numbers.format(value) : value;
    });
  };
}

/** @type {(key: Key, values?: Values) => string} */
const english = translator(en, "en");
/** @type {Record<Language, (key: Key, values?: Values) => string>} */
const translators = { en: english, ko: translator(ko, "ko", english) };

/** The first of the visitor's languages that the page speaks. */
export const systemLanguage = (globalThis.navigator?.languages ?? []).map((tag) => tag.split("-")[0]).find(isLanguage) ?? "en";

/** @type {Language} */
let current = "en";

/** @param {unknown} name  what is no language of the page leaves the system's */
export function setLanguage(name) {
  current = isLanguage(name) ? name : systemLanguage;
}

/** The language that is set. */
export const language = () => current;

/** @type {(key: Key, values?: Values) => string} */
export const t = (key, values) => translators[current](key, values);

/**
 * @param {unknown} name
 * @returns {name is Language}
 */
function isLanguage(name) {
  return typeof name === "string" && Object.hasOwn(LANGUAGES, name);
}
