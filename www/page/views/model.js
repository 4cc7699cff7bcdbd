/** The model in use, the one that is loading, and the way to another. */

/** @import { ModelInfo } from "../../engine/protocol.js" */
/** @import { Actions } from "../actions.js" */
/** @import { BuiltinModel, Load, State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { builtinOf, builtinShown, isGenerating } from "../derived.js";
import { formatBytes, formatCount, formatPercent, formatTimeLeft } from "../format.js";
import { t } from "../i18n/index.js";
import { bytesPerSecond, secondsLeft } from "../rate.js";
import { barDrawing } from "./bar.js";
import { errorView } from "./error.js";
import { icon } from "./icon.js";
import { modelCardView } from "./model-card.js";
import { noticesView } from "./notices.js";
import { pickerView } from "./picker.js";

/** Below this even a small model takes an hour, and it is said so. */
const SLOW_BYTES_PER_SECOND = 20_000;

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function modelView(state, actions) {
  const { model, load, builtins, awaited, choice, stored, kept } = state;
  // As long as there has been no model, there is nothing else to do.
  const mustChoose = !model && !load && !choice && !awaited && builtins !== null;
  const isOpen = state.pickerOpen || mustChoose;
  const builtin = builtinShown(state);
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
          ${load && canPause(load, stored) ? html`<button data-testid="load-pause" @click=${actions.pauseLoad}>${t("load.pause")}</button>` : nothing}
          ${load ? html`<button data-testid="load-cancel" @click=${actions.cancelLoad}>${t("load.cancel")}</button>` : nothing}
          ${mustChoose || (load && !isOpen) ? nothing : html`
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
      ${model && kept?.why ? html`<p class="warning model-warning" data-testid="not-kept">${icon("warning")} <span>${t(`kept.why.${kept.why}`)}</span></p>` : nothing}
      ${model || builtin?.card.length ? modelCardView(state, builtin, actions) : nothing}
    </section>
  `;
}

/**
 * Whether what has come of a load will still be here when it is paused.
 *
 * @param {Load} load
 * @param {State["stored"]} stored
 */
function canPause({ choice: { source } }, stored) {
  const isKept = source.kind === "hub" || (source.kind === "urls" && source.keep === true);
  return isKept && stored !== null && stored.place !== "memory";
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
      <span lang="en">${description}</span>
      ${larger ? html`<button class="inline" data-testid="larger" @click=${() => actions.proposeReference(larger)}>${t("model.larger", { name: larger })}</button>` : nothing}
    </p>
  `;
}

/** @param {State} state */
function nameOf({ model, load, builtins, awaited }) {
  if (model) return model.name;
  if (load) return load.choice.label;
  if (awaited) return awaited.name;
  return t(builtins === null ? "model.starting" : "model.none");
}

/** @param {State} state */
function factsLine(state) {
  const { model, load, builtins, awaited, choice } = state;
  if (load) return loadText(load, model !== null, builtinOf(builtins, load.choice) !== null, isGenerating(state));
  if (model) return factsOf(model);
  if (awaited) return t("load.starting", { name: awaited.name });
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
function progressView({ choice, allLoadedBytes, allTotalBytes }) {
  const percent = allTotalBytes ? Math.floor((allLoadedBytes / allTotalBytes) * 100) : nothing;
  return html`
    <div
      class="load-bar"
      role="progressbar"
      aria-label=${t("load.loading", { name: choice.label })}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${percent}
      data-testid="load-progress"
      data-state=${allTotalBytes ? "known" : "unknown"}
    >${barDrawing(allTotalBytes ? allLoadedBytes : 0, allTotalBytes ?? 1, "hatch-load")}</div>
  `;
}

/**
 * @param {Load} load
 * @param {boolean} isSecond  another model is in use, whose name stands above
 * @param {boolean} isBuiltin  its files have names that are for nobody to read
 * @param {boolean} waits  for a completion of the model in use to end
 */
function loadText(load, isSecond, isBuiltin, waits) {
  const { choice, waiting } = load;
  const name = choice.label;
  const file = load.file !== null && isBuiltin ? name : load.file;
  const sentences = file === null ? [t("load.starting", { name })] : progressTexts(load, file);
  if (waits && load.allTotalBytes !== null && load.allLoadedBytes >= load.allTotalBytes) sentences.push(t("load.waits"));
  const prefix = isSecond && file !== null && file !== name ? t("load.second", { name }) : "";
  return html`
    <span data-testid="load-text">${prefix}${sentences.join(t("load.and"))}</span>
    <span role="status">${waiting ? html`<span class="load-waiting" data-testid="load-waiting"><span lang="en">${waiting.message}</span> ${t(waiting.isOffline ? "load.waiting.offline" : "load.waiting")}</span>` : nothing}</span>
  `;
}

/**
 * What has come of the file and of all, how fast, and how long it will take.
 *
 * @param {Load} load
 * @param {string} file
 */
function progressTexts({ loadedBytes, totalBytes, allLoadedBytes, allTotalBytes, samples }, file) {
  const texts = [progressText(file, loadedBytes, totalBytes)];
  const isMore = allLoadedBytes > loadedBytes || (allTotalBytes ?? 0) > (totalBytes ?? 0);
  if (isMore && allTotalBytes) texts.push(t("load.in_all", { loaded: formatBytes(allLoadedBytes), total: formatBytes(allTotalBytes) }));
  const perSecond = bytesPerSecond(samples);
  if (perSecond === null || loadedBytes === totalBytes) return texts;
  texts.push(t("load.speed", { speed: formatBytes(perSecond) }));
  const left = secondsLeft(allTotalBytes ?? totalBytes, allTotalBytes ? allLoadedBytes : loadedBytes, perSecond);
  if (left !== null) texts.push(formatTimeLeft(left));
  if (perSecond < SLOW_BYTES_PER_SECOND) texts.push(t("load.slow"));
  return texts;
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
