/** Writes figures for people, as their language does. */

import { language, t } from "./i18n/index.js";

/**
 * @param {Intl.NumberFormatOptions} options
 * @returns {(n: number) => string}  in the language that is set
 */
function formatter(options) {
  /** @type {Partial<Record<string, Intl.NumberFormat>>} */
  const formats = {};
  return (n) => (formats[language()] ??= new Intl.NumberFormat(language(), options)).format(n);
}

/** @param {Intl.NumberFormatOptions["unit"]} unit @param {number} digits  after the point */
const ofUnit = (unit, digits) => formatter({
  // A short byte has no plural: "186 byte".
  style: "unit", unit, unitDisplay: unit === "byte" ? "long" : "short", minimumFractionDigits: digits, maximumFractionDigits: digits,
});

const BYTE_UNITS = /** @type {const} */ (["byte", "kilobyte", "megabyte", "gigabyte"]);
const byteFormats = BYTE_UNITS.map((unit) => [ofUnit(unit, 0), ofUnit(unit, unit === "byte" ? 0 : 1)]);
const percents = [1, 0].map((digits) => formatter({ style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }));
const [rounded, tenths] = [0, 1].map((digits) => formatter({ minimumFractionDigits: digits, maximumFractionDigits: digits }));

export const formatNumber = formatter({});

/** Counts in words, such as `77 million`. */
export const formatCount = formatter({ notation: "compact", compactDisplay: "long", maximumSignificantDigits: 3 });

/** @param {number} nBytes  shown in the decimal units that files and connections are counted in */
export function formatBytes(nBytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(nBytes, 1)) / 3), BYTE_UNITS.length - 1);
  const value = nBytes / 1000 ** power;
  return byteFormats[power][value < 100 ? 1 : 0](value);
}

/** @param {number} ms */
export function formatDuration(ms) {
  return ms < 1000 ? t("unit.milliseconds", { value: rounded(ms) }) : t("unit.seconds", { value: tenths(ms / 1000) });
}

/** @param {number} ms  since 1970 */
export function formatDay(ms) {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium" }).format(ms);
}

/**
 * How long something will still take, roughly: nobody knows it to the second.
 *
 * @param {number} seconds
 */
export function formatTimeLeft(seconds) {
  if (seconds < 60) return t("unit.left.seconds", { n: Math.max(1, Math.ceil(seconds)) });
  if (seconds < 3600) return t("unit.left.minutes", { n: Math.ceil(seconds / 60) });
  return t("unit.left.hours", { n: Math.ceil(seconds / 3600) });
}

/** @param {number} share  0 to 1 */
export function formatPercent(share) {
  return percents[share < 0.9995 ? 0 : 1](share);
}

/** @param {number} perSecond */
export function formatSpeed(perSecond) {
  return (perSecond < 10 ? tenths : rounded)(perSecond);
}

const SIGNS = new Map([["\n", "↵"], ["\r", "↵"], ["\t", "⇥"], [" ", "␣"], ["\u00a0", "␣"]]);

/**
 * A character, or a run of them, that may have no shape of its own, so that it can be read.
 *
 * @param {string} characters
 */
export function visibleCharacters(characters) {
  return Array.from(characters, (character) => {
    const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
    return SIGNS.get(character) ?? (/[\p{C}\p{Z}]/u.test(character) ? `U+${code}` : character);
  }).join("");
}

/**
 * A token's text with its spaces made visible, as the vocabulary writes them.
 *
 * @param {string} text
 */
export function visiblePiece(text) {
  return text.replaceAll(" ", "▁").replaceAll("\n", "↵").replaceAll("\t", "⇥");
}
