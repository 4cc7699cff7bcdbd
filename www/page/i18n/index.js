/** Looks sentences up. Every string that a person reads comes through `t`. */

import { en } from "./en.js";

/** @typedef {keyof typeof en} Key */
/** @typedef {Record<string, string | number>} Values */
/** A sentence, or one for each plural category of its `n`. @typedef {string | { one?: string, other: string }} Entry */

/**
 * @template {string} K
 * @param {Record<K, Entry>} dictionary
 * @param {string} locale
 * @returns {(key: K, values?: Values) => string}  puts values in the place of `{name}`; numbers are
 *   written as the locale does
 */
export function translator(dictionary, locale) {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (key, values = {}) => {
    const entry = dictionary[key];
    const one = typeof entry === "string" || plurals.select(Number(values.n)) !== "one" ? undefined : entry.one;
    const sentence = one ?? (typeof entry === "string" ? entry : entry.other);
    return sentence.replace(/\{(\w+)\}/g, (hole, name) => {
      const value = values[name];
      if (value === undefined) return hole;
      return typeof value === "number" ? numbers.format(value) : value;
    });
  };
}

export const locale = "en";

/** @type {(key: Key, values?: Values) => string} */
export const t = translator(en, locale);
