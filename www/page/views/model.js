/** The model in use, the one that is loading, and the way to another. */

/** @import { ModelInfo } from "../../engine/protocol.js" */
/** @import { Actions } from "../actions.js" */
/** @import { BuiltinModel, Load, State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { builtinInUse } from "../derived.js";
import { formatBytes, formatCount, formatPercent } from "../format.js";
import { t } from "../i18n/index.js";
import { barDrawing } from "./bar.js";
import { errorView } from "./error.js";
import { modelCardView } from "./model-card.js";
import { noticesView } from "./notices.js";
import { pickerView } from "./picker.js";

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function modelView(state, actions) {
  const { model, load, builtins, choice } = state;
  // As long as there has been no model, there is nothing else to do.
  const mustChoose = !model && !load && !choice && builtins !== null;
  const isOpen = state.pickerOpen || mustChoose;
  const builtin = builtinInUse(state);
  return html`
    <section class="model" aria-labelledby="model-title" data-testid="model">
      <div class="model-bar">
        <div class="model-now">
          <h2 id="model-title">${t("model")}</h2>
          <p class="model-name" data-testid="model-name">${nameOf(state)}</p>
          <p class="model-facts">${factsLine(state)}</p>
        </div>
        <div class="model-actions">
          ${!model && !load && choice ? html`
            <button data-testid="load-again" @click=${() => actions.load(choice)}>${t("load.again", { name: choice.label })}</button>` : nothing}
          ${load ? html`<button data-testid="load-cancel" @click=${actions.cancelLoad}>${t("load.cancel")}</button>` : nothing}
          ${load || mustChoose ? nothing : html`
            <button
              data-testid="change-model"
              aria-expanded=${isOpen}
              aria-controls="picker"
              @click=${() => actions.dispatch({ type: "picker_toggled", open: !isOpen })}
            >${t(isOpen ? "model.change.close" : "model.change")}</button>`}
        </div>
      </div>
      ${load ? progressView(load) : html`<div class="load-bar"></div>`}
      ${errorView(state, actions, ["load", "start"])}
      ${builtin ? purposeView(builtin, actions) : nothing}
      ${isOpen ? pickerView(state, actions) : nothing}
      ${model ? noticesView(model.notices, "model-notices") : nothing}
      ${model ? modelCardView(model, builtin?.card ?? [], state.loadMs, state.memoryBytes, actions) : nothing}
      ${load && !model ? html`<p class="model-note">${t("load.note")}</p>` : nothing}
    </section>
  `;
}

/**
 * What a built-in model is for, and the way to a larger one.
 *
 * @param {BuiltinModel} builtin
 * @param {Actions} actions
 */
function purposeView({ description, larger }, actions) {
  return html`
    <p class="model-purpose" data-testid="model-purpose">
      ${description}
      ${larger ? html`<button class="inline" data-testid="larger" @click=${() => actions.proposeReference(larger)}>${t("model.larger", { name: larger })}</button>` : nothing}
    </p>
  `;
}

/** @param {State} state */
function nameOf({ model, load, builtins }) {
  if (model) return model.name;
  if (load) return load.choice.label;
  return t(builtins === null ? "model.starting" : "model.none");
}

/** @param {State} state */
function factsLine({ model, load, builtins, choice }) {
  if (load) return loadText(load, model !== null);
  if (model) return factsOf(model);
  if (choice) return t("model.gone.hint");
  return builtins ? t("model.none.hint") : nothing;
}

/** @param {ModelInfo} model */
function factsOf({ n_parameters, weights_bytes, tensor_types }) {
  return t("model.facts", {
    parameters: formatCount(n_parameters),
    size: formatBytes(weights_bytes),
    types: tensor_types.map(({ type }) => type).join(t("list.and")),
  });
}

/** @param {Load} load */
function progressView({ choice, loadedBytes, totalBytes }) {
  const percent = totalBytes ? Math.floor((loadedBytes / totalBytes) * 100) : nothing;
  return html`
    <div
      class="load-bar"
      role="progressbar"
      aria-label=${t("load.loading", { name: choice.label })}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${percent}
      data-testid="load-progress"
      data-state=${totalBytes ? "known" : "unknown"}
    >${barDrawing(totalBytes ? loadedBytes : 0, totalBytes ?? 1, "hatch-load")}</div>
  `;
}

/**
 * @param {Load} load
 * @param {boolean} isSecond  another model is in use, whose name stands above
 */
function loadText({ choice, file, loadedBytes, totalBytes, bytesPerSecond }, isSecond) {
  const name = choice.label;
  const sentence = file === null ? t("load.starting", { name }) : progressText(file, loadedBytes, totalBytes);
  const speed = bytesPerSecond === null || loadedBytes === totalBytes ? "" : t("load.speed", { speed: formatBytes(bytesPerSecond) });
  const prefix = isSecond && file !== null && file !== name ? t("load.second", { name }) : "";
  return html`<span data-testid="load-text">${prefix}${sentence}${speed}</span>`;
}

/**
 * @param {string} file
 * @param {number} loadedBytes
 * @param {number | null} totalBytes
 */
function progressText(file, loadedBytes, totalBytes) {
  const loaded = formatBytes(loadedBytes);
  if (!totalBytes) return t("load.no_total", { file, loaded });
  const total = formatBytes(totalBytes);
  if (loadedBytes >= totalBytes) return t("load.finishing", { file, total });
  return t("load.of_total", { file, loaded, total, percent: formatPercent(loadedBytes / totalBytes) });
}
