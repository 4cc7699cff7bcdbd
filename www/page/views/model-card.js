/** All that is known about the model in use. */

/** @import { ModelInfo } from "../../engine/protocol.js" */
/** @import { Actions } from "../actions.js" */
/** @import { BuiltinModel } from "../types.js" */
import { html } from "lit/html.js";
import { formatBytes, formatDuration, formatNumber } from "../format.js";
import { t } from "../i18n/index.js";

/**
 * @param {ModelInfo} model
 * @param {BuiltinModel["card"]} card  of a model that comes with the page
 * @param {number | null} loadMs
 * @param {number | null} memoryBytes
 * @param {Actions} actions
 */
export function modelCardView(model, card, loadMs, memoryBytes, actions) {
  const { config } = model;
  /** @type {[string, unknown][]} */
  const facts = [
    [t("model.architecture"), model.architecture],
    [t("model.parameters"), formatNumber(model.n_parameters)],
    [t("model.size"), formatBytes(model.weights_bytes)],
    [t("model.memory"), memoryBytes === null ? t("stat.unknown") : formatBytes(memoryBytes)],
    [t("model.types"), model.tensor_types.map(({ type, n_tensors, n_bytes }) => {
      return html`<span class="line">${t("model.type", { type, n: n_tensors, size: formatBytes(n_bytes) })}</span>`;
    })],
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
    [t("model.load_time"), loadMs === null ? t("stat.unknown") : formatDuration(loadMs)],
  ];
  return html`
    <details class="model-card" data-testid="model-card">
      <summary>${t("model.card")}</summary>
      ${card.map(({ title, text }) => html`<section lang="en"><h3>${title}</h3><p>${text}</p></section>`)}
      <dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      <button class="quiet" data-testid="unload" @click=${actions.unload}>${t("model.unload")}</button>
    </details>
  `;
}

/** @param {ModelInfo} model */
function tokenizerOf({ tokenizer }) {
  switch (tokenizer) {
    case "tokenizer_json":
    case "sentencepiece":
    case "bytes":
      return t(`tokenizer.${tokenizer}`);
    case null:
      return t("tokenizer.none");
    default:
      return tokenizer;
  }
}
