/** Which engine this copy of the page asks for. */
import { chooseBuild, wishOf } from "../engine/builds.js";

/** `./build.sh dist --no-threads` made this copy. */
export const IS_WITHOUT_THREADS = document.documentElement.dataset.threads === "off";

/**
 * What the address asks of the engine, with `?build=...` and `?threads=N`; else what runs best is chosen.
 *
 * @returns {string} as the worker's address has it
 */
export function engineWish() {
  const asked = new URLSearchParams(Array.from(new URLSearchParams(location.search)).filter(([name]) => name === "build" || name === "threads"));
  // This copy does not even bring the builds with threads.
  if (IS_WITHOUT_THREADS) asked.set("threads", "1");
  return asked.toString();
}

/**
 * @param {boolean} willBeIsolated  at the next visit
 * @returns {string[]} the folders of the engine's builds that this browser uses, now and at the next visit
 */
export function buildsInUse(willBeIsolated) {
  try {
    const { instructions, nThreads } = chooseBuild(wishOf(new URLSearchParams(engineWish())));
    const withThreads = `${instructions}-threads`;
    if (nThreads > 1) return [withThreads];
    return willBeIsolated ? [instructions, withThreads] : [instructions];
  } catch {
    // The address asks for a build that there is not; the engine says so.
    return [];
  }
}
