/** What the browser keeps: settings from visit to visit; the history, and what is typed, for each tab. */

/** @import { HistoryItem, ModelToReopen, Settings, State } from "./types.js" */

const SETTINGS_KEY = "t5-playground.settings";
const HISTORY_KEY = "t5-playground.history";
const PROMPT_KEY = "t5-playground.prompt";
const MODEL_KEY = "t5-playground.model-to-reopen";

/** @returns {Partial<Settings>} */
export function readSettings() {
  const kept = read(() => localStorage, SETTINGS_KEY);
  const settings = typeof kept === "object" && kept !== null ? kept : {};
  const prompt = read(() => sessionStorage, PROMPT_KEY);
  // Another tab may have written its own prompt to the settings since.
  return typeof prompt === "string" ? { ...settings, prompt } : settings;
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
  write(() => sessionStorage, PROMPT_KEY, prompt);
}

/**
 * For the next loading of the page in this tab.
 *
 * @param {ModelToReopen | null} model
 */
export function keepModelToReopen(model) {
  write(() => sessionStorage, MODEL_KEY, model);
}

/** @returns {ModelToReopen | null} once: the visit after it begins as usual */
export function takeModelToReopen() {
  const model = read(() => sessionStorage, MODEL_KEY);
  if (model !== null) write(() => sessionStorage, MODEL_KEY, null);
  return model;
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
