/** What follows from the state, and is therefore not kept in it. */

/** @import { HubSource, KeptSummary, ModelToReopen, State, Theme } from "./types.js" */

/** @param {State} state */
export function isGenerating(state) {
  const phase = state.completion?.phase;
  return phase === "starting" || phase === "encoding" || phase === "decoding";
}

/**
 * @param {State} state
 * @returns {Theme}
 */
export function themeOf(state) {
  return state.theme ?? state.systemTheme;
}

/**
 * What `models/index.json` says of the model in use, if that came with the page.
 *
 * @param {State} state
 */
export function builtinInUse({ builtins, choice, model }) {
  return model && builtinOf(builtins, choice);
}

/**
 * The same of the model that the page shows: the one in use, or else the one that loads, or that will.
 *
 * @param {State} state
 */
export function builtinShown(state) {
  if (state.model) return builtinInUse(state);
  return state.load ? builtinOf(state.builtins, state.load.choice) : state.awaited;
}

/**
 * What `models/index.json` says of a choice, if that is one of the models that came with the page.
 *
 * @param {State["builtins"]} builtins
 * @param {State["choice"]} choice
 */
export function builtinOf(builtins, choice) {
  const source = choice?.source;
  if (source?.kind !== "urls") return null;
  return builtins?.find(({ name, file, parts }) => source.name === name && source.weights[0].endsWith(`/${parts?.[0].file ?? file}`)) ?? null;
}

/**
 * Whether a model came from a repository.
 *
 * @param {KeptSummary} model
 * @param {HubSource} repository
 * @returns {model is KeptSummary & { source: HubSource }}
 */
export function isOf(model, { endpoint, repo, revision }) {
  const { source } = model;
  return source.kind === "hub" && source.endpoint === endpoint && source.repo === repo && source.revision === revision;
}

/**
 * Whether a kept model is being checked.
 *
 * @param {State["checks"][string] | undefined} check
 */
export function isChecking(check) {
  return check !== undefined && check !== null && !Array.isArray(check);
}

/**
 * Where all of the model in use is kept; null where it is not, or was deleted while in use.
 *
 * @param {State} state
 */
export function keptInUse({ kept, stored }) {
  if (!kept?.id || kept.why !== null) return null;
  return stored && stored.models.every(({ id }) => id !== kept.id) ? null : { place: kept.place, id: kept.id };
}

/**
 * How to open the model in use again, or the one that is loading, after the page has been loaded anew.
 *
 * @param {State} state
 * @returns {ModelToReopen | "impossible" | null} null where there is none; files that were picked are gone then,
 *   and so is a model that was opened from what is kept and then deleted there
 */
export function modelToReopen(state) {
  const { builtins, load, model } = state;
  const choice = load?.choice ?? (model ? state.choice : null);
  if (!choice) return null;
  const builtin = builtinOf(builtins, choice);
  // By its id: another version of the page may have another file of it.
  if (builtin) return { builtin: builtin.id };
  const { label, source, weights } = choice;
  const kept = load ? null : keptInUse(state);
  if (kept) return { label, weights, source: { kind: "stored", id: kept.id } };
  const isGone = source.kind === "files" || (source.kind === "stored" && !load);
  return isGone ? "impossible" : { label, weights, source };
}

/**
 * The text that is completed: the prompt and what was generated after it, as on the page.
 *
 * @param {{ prompt: string, text: string }} completion
 */
export function completionText({ prompt, text }) {
  return `${prompt}\n${text}`;
}

/**
 * One side of the context window.
 *
 * @typedef {object} Meter
 * @property {number | null} nTokens  null while unknown
 * @property {number | null} trainedLength
 * @property {"within" | "near" | "beyond" | "unknown"} state
 */

/** From this share of the trained length on, the end is near. */
const NEAR = 0.9;

/**
 * Tokens of the prompt that is typed.
 *
 * @param {State} state
 * @returns {Meter}
 */
export function encoderMeter(state) {
  return meter(state.counted?.tokens.length ?? null, state.model?.trained_length ?? null);
}

/**
 * Tokens generated so far for the completion that is shown, by the window of the model that made it; unknown of a
 * stored one, which has no tokens.
 *
 * @param {State} state
 * @returns {Meter}
 */
export function decoderMeter(state) {
  const { completion, model } = state;
  const usage = completion?.result?.usage;
  const nTokens = completion?.phase === "stored" ? null : usage?.decoder_tokens ?? completion?.tokens.length ?? 0;
  return meter(nTokens, usage?.trained_length ?? model?.trained_length ?? null);
}

/**
 * @param {number | null} nTokens
 * @param {number | null} trainedLength
 * @returns {Meter}
 */
function meter(nTokens, trainedLength) {
  if (trainedLength === null || nTokens === null) return { nTokens, trainedLength, state: "unknown" };
  if (nTokens > trainedLength) return { nTokens, trainedLength, state: "beyond" };
  return { nTokens, trainedLength, state: nTokens >= NEAR * trainedLength ? "near" : "within" };
}
