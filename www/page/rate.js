/** How fast bytes arrive, and how long the rest will take; pure. */

/** So many bytes had come at that time. @typedef {{ at_ms: number, bytes: number }} Sample */

/** The speed is that of the last seconds: a part that was kept comes faster than what is fetched. */
const WINDOW_MS = 5000;
/** A speed over less than this would only flicker. */
const LEAST_MS = 500;

/**
 * @param {Sample[]} samples  in order of time
 * @param {Sample} sample  the newest
 * @returns {Sample[]} those that the speed is measured by
 */
export function withSample(samples, sample) {
  const first = samples.findIndex(({ at_ms }) => sample.at_ms - at_ms <= WINDOW_MS);
  // One from before the window, so that a slow connection still has two.
  return [...samples.slice(first < 0 ? -1 : Math.max(0, first - 1)), sample];
}

/**
 * @param {Sample[]} samples
 * @returns {number | null} bytes per second; null while it is too early to say
 */
export function bytesPerSecond(samples) {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at_ms - first.at_ms <= LEAST_MS) return null;
  return ((last.bytes - first.bytes) / (last.at_ms - first.at_ms)) * 1000;
}

/**
 * @param {number | null} total  bytes
 * @param {number} loaded  bytes
 * @param {number | null} perSecond
 * @returns {number | null} seconds; null where nobody can say
 */
export function secondsLeft(total, loaded, perSecond) {
  return total === null || !perSecond || loaded >= total ? null : (total - loaded) / perSecond;
}
