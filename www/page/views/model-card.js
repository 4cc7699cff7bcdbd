/** All that is known about the model in use, and, of one that comes with the page, about the model that loads. */

/** @import { ModelInfo } from "../../engine/protocol.js" */
/** @import { Actions } from "../actions.js" */
/** @import { BuiltinModel, State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { keptInUse } from "../derived.js";
import { formatBytes, formatDuration, formatNumber } from "../format.js";
import { t } from "../i18n/index.js";
import { barDrawing } from "./bar.js";

/**
 * @param {State} state
 * @param {BuiltinModel | null} builtin  the model, if it comes with the page
 * @param {Actions} actions
 */
export function modelCardView(state, builtin, actions) {
  const { model } = state;
  return html`
    <details class="model-card" data-testid="model-card">
      <summary>${t("model.card")}</summary>
      ${(builtin?.card ?? []).map(({ title, text }) => html`<section lang="en"><h3>${title}</h3><p>${text}</p></section>`)}
      ${model ? html`
        <dl>${factsOf(model, state, builtin).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
        <button class="quiet" data-testid="unload" @click=${actions.unload}>${t("model.unload")}</button>` : nothing}
    </details>
  `;
}

/**
 * @param {ModelInfo} model
 * @param {State} state
 * @param {BuiltinModel | null} builtin
 * @returns {[string, unknown][]} names and what is to be said
 */
function factsOf(model, state, builtin) {
  const { loadMs, memoryBytes, kept } = state;
  const { config } = model;
  const place = keptInUse(state)?.place ?? "none";
  /** A built-in model is kept with the page, whose footer says so. @type {[string, unknown][]} */
  const keeping = builtin ? [] : [[t("model.kept"), t(place === "none" ? "model.kept.no" : `model.kept.${place}`)]];
  return [
    [t("model.architecture"), model.architecture],
    [t("model.parameters"), formatNumber(model.n_parameters)],
    [t("model.size"), formatBytes(model.weights_bytes)],
    [t("model.memory"), memoryBytes === null ? t("stat.unknown") : formatBytes(memoryBytes)],
    [t("model.types"), model.tensor_types.map(({ type, n_tensors, n_bytes }, i) => html`
      <span class="line">${t("model.type", { type, n: n_tensors, size: formatBytes(n_bytes) })}</span>
      <span class="line bar">${barDrawing(n_bytes, model.weights_bytes, `hatch-type-${i}`)}</span>`)],
    [t("model.encoder"), t("model.layers", { n: config.num_layers })],
    [t("model.decoder"), t("model.layers", { n: config.num_decoder_layers })],
    [t("model.width"), t("model.width.value", {
      d_model: String(config.d_model),
      d_ff: String(config.d_ff),
      act: config.feed_forward_proj,
      heads: config.num_heads,
      d_kv: String(config.d_kv),
    })],
    [t("model.vocabulary"), t("model.vocabulary.value", { n: config.vocab_size })],
    [t("model.tokenizer"), tokenizerOf(model)],
    [t("model.trained_length"), t("model.trained_length.value", { n: model.trained_length })],
    [t("model.license"), builtin?.license ?? kept?.license ?? t("model.license.none")],
    ...keeping,
    [t("model.load_time"), loadMs === null ? t("stat.unknown") : formatDuration(loadMs)],
  ];
}

/** @param {ModelInfo} model */
function tokenizerOf({ tokenizer }) {
  switch (tokenizer) {
    case "tokenizer_json":
    case "sentence_piece":
    case "bytes":
      return t(`tokenizer.${tokenizer}`);
    case null:
      return t("tokenizer.none");
    default:
      return tokenizer;
  }
}
