/** What the browser keeps: settings from visit to visit, the history for the session. */

/** @import { HistoryItem, Settings, State } from "./types.js" */

const SETTINGS_KEY = "t5-playground.settings";
const HISTORY_KEY = "t5-playground.history";

/** @returns {Partial<Settings>} */
export function readSettings() {
  const kept = read(() => localStorage, SETTINGS_KEY);
  return typeof kept === "object" && kept !== null ? kept : {};
}

/** @returns {HistoryItem[]} */
export function readHistory() {
  const kept = read(() => sessionStorage, HISTORY_KEY);
  return Array.isArray(kept) ? kept : [];
}

/** @param {State} state */
export function keep(state) {
  const { prompt, options, showsTokens, theme, size, language, weights, endpoint } = state;
  write(() => localStorage, SETTINGS_KEY, { prompt, options, showsTokens, theme, size, language, weights, endpoint });
  write(() => sessionStorage, HISTORY_KEY, state.history);
}

// Storage may be forbidden or full, and reaching for it may throw: the page works without.

/**
 * @param {() => Storage} storage
 * @param {string} key
 * @returns {any} null where there is nothing, or nothing that can be read
 */
function read(storage, key) {
  try {
    return JSON.parse(storage().getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/**
 * @param {() => Storage} storage
 * @param {string} key
 * @param {unknown} value
 */
function write(storage, key, value) {
  try {
    storage().setItem(key, JSON.stringify(value));
  } catch {
    // Kept for this visit only.
  }
}
