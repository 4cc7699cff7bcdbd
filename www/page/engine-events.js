/** How the engine's events change the page's state; the other half of `reduce` in `state.js`. */

/** @import { ErrorReport } from "../engine/protocol.js" */
/** @import { Completion, HistoryItem, OptionErrors, State, TimedClientEvent } from "./types.js" */
import { isOptionName } from "./options.js";
import { isGenerating } from "./derived.js";
import { t } from "./i18n/index.js";
import { withSample } from "./rate.js";

/** Past completions that are kept; the oldest go first. */
const MAX_HISTORY = 100;

/**
 * @param {State} state
 * @param {TimedClientEvent} event
 * @returns {State}
 */
export function reduceEngineEvent(state, event) {
  switch (event.type) {
    case "engine_ready":
      // That of a second model is not in use yet: `loaded` brings it.
      return state.model ? state : { ...state, engine: event.engine };
    case "load_progress":
      return progress(state, event);
    case "load_waiting":
      return state.load ? { ...state, load: { ...state.load, waiting: { message: event.message, isOffline: event.delay_ms === null } } } : state;
    case "loaded":
      return {
        ...state,
        refusal: null,
        model: event.model,
        engine: event.engine,
        choice: state.load?.choice ?? state.choice,
        loadMs: event.load_ms,
        memoryBytes: event.memory_bytes,
        kept: event.kept,
        load: null,
        counted: null,
        error: state.error && isOver(state.error) ? null : state.error,
        announcement: t("announce.loaded", { name: event.model.name }),
      };
    case "load_cancelled":
      return { ...state, load: null, announcement: t("announce.load_cancelled") };
    case "model_unloaded":
      return {
        ...state,
        model: null,
        kept: null,
        counted: null,
        completion: interrupted(state),
        announcement: event.reason === "asked" ? t("announce.unloaded") : "",
      };
    case "generation_started":
      return update(state, event.generation_id, () => ({ phase: "encoding", notices: event.notices }));
    case "encoding":
      return update(state, event.generation_id, () => ({ encoded: event.n_layers_done / event.n_layers }));
    case "token":
      return update(state, event.generation_id, (completion) => ({
        phase: "decoding",
        text: completion.text + event.text,
        tokens: [...completion.tokens, { id: event.token_id, piece: event.piece, probability: Math.exp(event.log_probability) }],
        firstTokenMs: completion.firstTokenMs ?? event.at_ms - completion.startedMs,
        decodeMs: completion.decodeMs + event.elapsed_ms,
      }));
    case "generation_done":
      return finish({ ...state, memoryBytes: event.memory_bytes }, event);
    case "error":
      return fail(state, event);
    case "tokenized":
      // Only the asker knows for which text: its answer arrives as `prompt_counted`.
      return state;
  }
}

/**
 * @param {State} state
 * @param {Extract<TimedClientEvent, { type: "load_progress" }>} event
 * @returns {State}
 */
function progress(state, { file, loaded_bytes, total_bytes, all_loaded_bytes, all_total_bytes, at_ms }) {
  if (!state.load) return state;
  const samples = withSample(state.load.samples, { at_ms, bytes: all_loaded_bytes });
  return {
    ...state,
    load: {
      ...state.load,
      file,
      loadedBytes: loaded_bytes,
      totalBytes: total_bytes,
      allLoadedBytes: all_loaded_bytes,
      allTotalBytes: all_total_bytes,
      samples,
      waiting: null,
    },
  };
}

/**
 * Whether a model that has loaded is the answer to an error: of a load, and of an engine that has ended.
 *
 * @param {NonNullable<State["error"]>} error
 */
function isOver({ context, report }) {
  return context === "load" || context === "start" || report.fatal;
}

/**
 * Changes the completion that is shown, if it is the one that an event is about.
 *
 * @param {State} state
 * @param {number} generationId
 * @param {(completion: Completion) => Partial<Completion>} change
 * @returns {State}
 */
function update(state, generationId, change) {
  const { completion } = state;
  if (completion?.generationId !== generationId) return state;
  return { ...state, completion: { ...completion, ...change(completion) } };
}

/**
 * @param {State} state
 * @param {Extract<TimedClientEvent, { type: "generation_done" }>} event
 * @returns {State}
 */
function finish(state, { generation_id, result }) {
  const { completion } = state;
  if (completion?.generationId !== generation_id) return state;
  /** @type {HistoryItem} */
  const item = {
    id: (state.history[0]?.id ?? 0) + 1,
    prompt: completion.prompt,
    text: result.text,
    modelName: completion.modelName,
    options: result.options,
    finishReason: result.finish_reason,
    nTokens: completion.tokens.length,
  };
  return {
    ...state,
    completion: { ...completion, phase: "done", text: result.text, result },
    history: [item, ...state.history].slice(0, MAX_HISTORY),
    announcement: t(`announce.done.${result.finish_reason}`, { text: result.text }),
  };
}

/**
 * @param {State} state
 * @param {Extract<TimedClientEvent, { type: "error" }>} event
 * @returns {State}
 */
function fail(state, { context, generation_id, error: report }) {
  if (context === "load" || context === "start") return failLoad(state, context, report);
  const { completion } = state;
  const { option, message } = report;
  const isKnown = option !== null && isOptionName(option);
  /** @type {OptionErrors} */
  const refused = isKnown ? { [option]: { key: "option.error.engine", values: { message } } } : {};
  return {
    ...state,
    completion: completion?.generationId === generation_id ? interrupted(state) : completion,
    // The last count says nothing of a text that could not be counted.
    counted: context === "tokenize" ? null : state.counted,
    uncounted: context === "tokenize" ? state.prompt : state.uncounted,
    error: { context, report, choice: report.fatal && state.load === null ? state.choice : null, lookUp: null },
    optionErrors: { ...state.optionErrors, ...refused },
    optionsOpen: state.optionsOpen || isKnown,
    announcement: "",
  };
}

/**
 * The completion that is shown, of which nothing more will come.
 *
 * @param {State} state
 * @returns {State["completion"]}
 */
function interrupted(state) {
  return state.completion && isGenerating(state) ? { ...state.completion, phase: "error" } : state.completion;
}

/**
 * @param {State} state
 * @param {"load" | "start"} context
 * @param {ErrorReport} report
 * @returns {State}
 */
function failLoad(state, context, report) {
  // A second load is refused while the first goes on, and so it does when the engine of the model in use is lost.
  const goesOn = (report.kind === "state" || report.fatal) && state.load !== null;
  return {
    ...state,
    load: goesOn ? state.load : null,
    error: { context, report, choice: goesOn ? null : (state.load?.choice ?? state.choice), lookUp: null },
    announcement: "",
  };
}
