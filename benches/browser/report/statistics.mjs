/** Medians and their spread. */

/**
 * @typedef {object} Statistic
 * @property {number} median
 * @property {number} min
 * @property {number} max
 * @property {number} n  number of values
 */

/**
 * @param {number[]} values
 * @returns {Statistic | null} null of no values
 */
export function statisticOf(values) {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ i) => /** @type {number} */ (sorted[i]);
  const middle = (sorted.length - 1) / 2;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  return { median, min: at(0), max: at(sorted.length - 1), n: sorted.length };
}

/**
 * @param {Statistic | null | undefined} a
 * @param {Statistic | null | undefined} b
 * @returns {number | null} median of a over median of b; null where one is missing
 */
export function ratioOf(a, b) {
  return a && b && b.median > 0 ? a.median / b.median : null;
}
