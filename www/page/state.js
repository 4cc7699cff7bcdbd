/**
 * The state of the page and how events change it: `reduce` is pure, it knows neither the clock nor
 * the document. Events of the engine are in `engine-events.js`.
 */

/** @import { Completion, HistoryItem, Load, ModelChoice, PageEvent, Settings, State, TimedClientEvent } from "./types.js" */
import { DEFAULT_ENDPOINT, DEFAULT_REVISION } from "../engine/reference.js";
import { reduceEngineEvent } from "./engine-events.js";
import { isKeptEvent, reduceKeptEvent } from "./kept-events.js";
import { EXAMPLES } from "./examples.js";
import { DEFAULT_OPTIONS, textsOfOptions } from "./options.js";
import { isGenerating, themeOf } from "./derived.js";
import { t } from "./i18n/index.js";

/** @type {Readonly<Settings>} */
export const DEFAULT_SETTINGS = Object.freeze({
  prompt: "",
  options: { ...DEFAULT_OPTIONS },
  showsTokens: false,
  theme: null,
  size: "normal",
  language: null,
  weights: "as_is",
  endpoint: DEFAULT_ENDPOINT,
});

/** Replaced prompts that can be brought back; those that wait longest for their turn go first. */
const MAX_REPLACED = 20;

/**
 * @param {Partial<Settings>} settings  what was kept from the last visit
 * @param {HistoryItem[]} history
 * @param {string[]} replacedPrompts
 * @returns {State}
 */
export function initialState(settings = {}, history = [], replacedPrompts = []) {
  return {
    ...DEFAULT_SETTINGS,
    ...settings,
    options: { ...DEFAULT_OPTIONS, ...settings.options },
    systemTheme: "light",
    engine: null,
    builtins: null,
    builtinsFailed: false,
    awaited: null,
    model: null,
    choice: null,
    loadMs: null,
    memoryBytes: null,
    kept: null,
    stored: null,
    checks: {},
    removals: {},
    listing: null,
    load: null,
    pickerOpen: false,
    reference: "",
    referenceError: null,
    endpointError: null,
    revision: DEFAULT_REVISION,
    exampleId: null,
    replacedPrompts,
    counted: null,
    uncounted: null,
    optionsOpen: false,
    optionErrors: {},
    completion: null,
    history,
    error: null,
    tokenPlace: null,
    dragging: false,
    copied: null,
    updateReady: false,
    canHaveThreads: false,
    keptOffline: null,
    refusal: null,
    announcement: "",
  };
}

/**
 * @param {State} state
 * @param {PageEvent | TimedClientEvent} event
 * @returns {State}
 */
export function reduce(state, event) {
  switch (event.type) {
    case "builtins_listed":
      return { ...state, builtins: event.builtins, builtinsFailed: event.hasFailed ?? false, awaited: null };
    case "load_requested":
      return {
        ...state,
        load: startedLoad(event.choice),
        // One that nobody asked for leaves alone what a person has opened meanwhile.
        ...(event.isAsked === false ? {} : { pickerOpen: false, listing: null }),
        referenceError: null,
        error: null,
        announcement: t("announce.loading", { name: event.choice.label }),
      };
    case "load_paused":
      return { ...state, announcement: t("announce.paused") };
    case "picker_toggled":
      return { ...state, pickerOpen: event.open, listing: event.open ? state.listing : null };
    case "reference_edited":
      return { ...state, reference: event.reference, referenceError: null };
    case "reference_refused":
      return { ...state, referenceError: { key: "picker.reference.error" } };
    case "weights_chosen":
      return { ...state, weights: event.weights };
    case "endpoint_edited":
      return { ...state, endpoint: event.endpoint, endpointError: null };
    case "endpoint_refused":
      return { ...state, endpointError: { key: "picker.endpoint.error" } };
    case "revision_edited":
      return { ...state, revision: event.revision };
    case "prompt_edited":
      return { ...state, prompt: event.prompt, exampleId: null, refusal: null };
    case "example_chosen":
      return chooseExample(state, event.id);
    case "prompt_restored":
      return restorePrompt(state);
    case "prompt_counted":
      return { ...state, counted: event.counted, uncounted: null };
    case "options_toggled":
      return { ...state, optionsOpen: event.open };
    case "option_edited":
      return {
        ...state,
        options: { ...state.options, [event.name]: event.value },
        optionErrors: { ...state.optionErrors, [event.name]: undefined },
      };
    case "options_reset":
      return { ...state, options: { ...DEFAULT_OPTIONS }, optionErrors: {} };
    case "options_refused":
      return { ...state, optionErrors: event.errors, optionsOpen: true, announcement: saidAgain(state, t("announce.options")) };
    case "run_requested":
      return {
        ...state,
        completion: startedCompletion(state, event.generation_id, event.at_ms),
        optionErrors: {},
        error: null,
        tokenPlace: null,
        refusal: null,
        announcement: t("announce.generating"),
      };
    case "run_refused":
      return { ...state, refusal: event.why, announcement: saidAgain(state, t(event.why.key, event.why.values)) };
    case "history_chosen":
      return chooseHistory(state, event.id);
    case "history_cleared":
      return { ...state, history: [], announcement: t("announce.history_cleared") };
    case "error_dismissed":
      return { ...state, error: null };
    case "tokens_toggled":
      return { ...state, showsTokens: !state.showsTokens, tokenPlace: null };
    case "token_pointed":
      return { ...state, tokenPlace: event.place };
    case "theme_toggled":
      return toggleTheme(state);
    case "system_theme_changed":
      return { ...state, systemTheme: event.theme };
    case "size_toggled":
      return { ...state, size: state.size === "large" ? "normal" : "large" };
    case "language_chosen":
      return { ...state, language: event.language };
    case "drag_changed":
      return { ...state, dragging: event.dragging };
    case "update_found":
      return { ...state, updateReady: true, announcement: t("announce.update") };
    case "threads_possible":
      return { ...state, canHaveThreads: true };
    case "offline_ready":
      return { ...state, keptOffline: event.what };
    case "copied":
      return { ...state, copied: event.copied, announcement: event.copied ? saidAgain(state, t(`announce.${event.copied.outcome}`)) : state.announcement };
    default:
      return isKeptEvent(event) ? reduceKeptEvent(state, event) : reduceEngineEvent(state, event);
  }
}

/**
 * A live region speaks only of what changes: the same sentence twice must not be the same text.
 *
 * @param {State} state
 * @param {string} sentence
 */
function saidAgain({ announcement }, sentence) {
  return announcement === sentence ? `${sentence}\u00a0` : sentence;
}

/**
 * @param {ModelChoice} choice
 * @returns {Load}
 */
function startedLoad(choice) {
  return { choice, file: null, loadedBytes: 0, totalBytes: null, allLoadedBytes: 0, allTotalBytes: null, samples: [], waiting: null };
}

/**
 * @param {State} state
 * @returns {State}
 */
function toggleTheme(state) {
  const theme = themeOf(state) === "dark" ? "light" : "dark";
  return { ...state, theme: theme === state.systemTheme ? null : theme };
}

/**
 * @param {State} state
 * @param {string} id
 * @returns {State}
 */
function chooseExample(state, id) {
  const example = EXAMPLES.find((candidate) => candidate.id === id);
  if (!example) return state;
  const completion = isGenerating(state) ? state.completion : storedCompletion(example);
  return { ...replacePrompt(state, example.prompt), exampleId: id, completion, tokenPlace: null };
}

/**
 * @param {State} state
 * @param {number} id
 * @returns {State}
 */
function chooseHistory(state, id) {
  const item = state.history.find((candidate) => candidate.id === id);
  if (!item) return state;
  return { ...replacePrompt(state, item.prompt), exampleId: null, options: textsOfOptions(item.options), optionErrors: {} };
}

/**
 * Puts another prompt in the box; text that was typed and stands nowhere else can be brought back.
 *
 * @param {State} state
 * @param {string} prompt
 * @returns {State}
 */
function replacePrompt(state, prompt) {
  if (state.prompt === prompt || !isOnlyHere(state)) return { ...state, prompt, refusal: null };
  return { ...state, prompt, refusal: null, replacedPrompts: [...state.replacedPrompts, state.prompt].slice(-MAX_REPLACED) };
}

/**
 * Brings the last replaced text back; what was typed in its place waits behind the others, and so all take turns.
 *
 * @param {State} state
 * @returns {State}
 */
function restorePrompt(state) {
  const prompt = state.replacedPrompts.at(-1);
  if (prompt === undefined) return state;
  const others = state.replacedPrompts.slice(0, -1);
  return { ...state, prompt, refusal: null, replacedPrompts: isOnlyHere(state) ? [state.prompt, ...others] : others, exampleId: null };
}

/**
 * Whether what is typed stands nowhere else.
 *
 * @param {State} state
 */
function isOnlyHere({ prompt, history, replacedPrompts }) {
  return prompt.trim() !== "" && ![...EXAMPLES, ...history].some((other) => other.prompt === prompt) && !replacedPrompts.includes(prompt);
}

/** @type {Completion} */
const BLANK = {
  phase: "starting",
  generationId: null,
  prompt: "",
  modelName: "",
  text: "",
  tokens: [],
  notices: [],
  encoded: 0,
  startedMs: 0,
  firstTokenMs: null,
  decodeMs: 0,
  result: null,
};

/**
 * @param {State} state
 * @param {number} generationId
 * @param {number} startedMs
 * @returns {Completion}
 */
function startedCompletion(state, generationId, startedMs) {
  return { ...BLANK, generationId, prompt: state.prompt, modelName: state.model?.name ?? "", startedMs };
}

/**
 * @param {import("./examples.js").Example} example
 * @returns {Completion | null}
 */
function storedCompletion({ prompt, output }) {
  return output && { ...BLANK, phase: "stored", prompt, modelName: output.model, text: output.text };
}
