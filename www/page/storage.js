/** What the browser keeps: settings from visit to visit; the history, and what is typed, for each tab. */

/** @import { HistoryItem, ModelToReopen, Settings, State } from "./types.js" */

const SETTINGS_KEY = "t5-playground.settings";
const HISTORY_KEY = "t5-playground.history";
const PROMPT_KEY = "t5-playground.prompt";
const REPLACED_KEY = "t5-playground.replaced-prompts";
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

/** @returns {string[]} typed texts that others took the place of */
export function readReplacedPrompts() {
  const kept = read(() => sessionStorage, REPLACED_KEY);
  return Array.isArray(kept) ? kept : [];
}

/** The settings that this tab began with or has written since. @type {Settings | null} */
let known = null;

/** What this tab begins with is not its own choice, and never written over another tab's. @param {State} state */
export function startKeeping(state) {
  known = settingsOf(state);
}

/** @param {State} state */
export function keep(state) {
  keepSettings(settingsOf(state));
  // What was typed comes first, as it stands nowhere else; the history takes what room is left.
  let isRoom = keepTyped(state);
  if (!isRoom) {
    remove(() => sessionStorage, HISTORY_KEY);
    isRoom = keepTyped(state);
  }
  let nItems = isRoom ? state.history.length : 0;
  while (!replace(HISTORY_KEY, state.history.slice(0, nItems)) && nItems > 0) nItems >>= 1;
}

/** @param {State} state @returns {boolean} whether all of it is kept */
function keepTyped({ prompt, replacedPrompts }) {
  return [replace(PROMPT_KEY, prompt), replace(REPLACED_KEY, replacedPrompts)].every(Boolean);
}

/**
 * Writes what is of this tab alone; where that cannot be, what was there before is not to come back either.
 *
 * @param {string} key
 * @param {unknown} value
 * @returns {boolean} whether it is kept
 */
function replace(key, value) {
  const isKept = write(() => sessionStorage, key, value);
  if (!isKept) remove(() => sessionStorage, key);
  return isKept;
}

/**
 * Writes those that have changed in this tab, beside what other tabs may have written meanwhile.
 *
 * @param {Settings} settings
 */
function keepSettings(settings) {
  const before = known;
  const changed = Object.entries(settings).filter(([name, value]) => {
    return !before || JSON.stringify(value) !== JSON.stringify(before[/** @type {keyof Settings} */ (name)]);
  });
  known = settings;
  if (changed.length === 0) return;
  write(() => localStorage, SETTINGS_KEY, { ...read(() => localStorage, SETTINGS_KEY), ...Object.fromEntries(changed) });
}

/**
 * @param {State} state
 * @returns {Settings}
 */
function settingsOf({ prompt, options, showsTokens, theme, size, language, weights, endpoint }) {
  return { prompt, options, showsTokens, theme, size, language, weights, endpoint };
}

/**
 * For the next loading of the page in this tab.
 *
 * @param {ModelToReopen | null} model
 */
export function keepModelToReopen(model) {
  if (write(() => sessionStorage, MODEL_KEY, model)) return;
  remove(() => sessionStorage, HISTORY_KEY);
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
 * @returns {boolean} whether it is kept; if not, what was there before still is
 */
function write(storage, key, value) {
  try {
    storage().setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {() => Storage} storage
 * @param {string} key
 */
function remove(storage, key) {
  try {
    storage().removeItem(key);
  } catch {
    // There is none.
  }
}
