/** Where another model can come from: this page, this device, the web. */

/** @import { Actions } from "../actions.js" */
/** @import { State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { DEFAULT_ENDPOINT, DEFAULT_REVISION } from "../../engine/reference.js";
import { formatBytes } from "../format.js";
import { t } from "../i18n/index.js";
import { keptView } from "./kept.js";
import { knownView } from "./known.js";
import { offersView } from "./offers.js";
import { weightsSelect } from "./weights-select.js";

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function pickerView(state, actions) {
  return html`
    <div class="picker" id="picker">
      ${state.stored && state.stored.models.length > 0 ? keptView(state, actions) : nothing}
      ${builtinsView(state, actions)}
      ${filesView(actions)}
      ${referenceView(state, actions)}
      ${offersView(state, actions)}
      ${knownView(actions)}
      ${advancedView(state, actions)}
      ${state.stored && state.stored.models.length === 0 ? keptView(state, actions) : nothing}
    </div>
  `;
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function builtinsView({ builtins, builtinsFailed, load }, actions) {
  const hint = builtinsFailed ? "picker.builtin.failed" : builtins?.length === 0 ? "picker.builtin.none" : "picker.builtin.hint";
  return html`
    <div class="source">
      <h3>${t("picker.builtin")}</h3>
      <p class="hint">${t(hint)}</p>
      ${(builtins ?? []).map((builtin) => html`
        <button class="builtin" data-testid="builtin" data-id=${builtin.id} ?disabled=${load !== null} @click=${() => actions.loadBuiltin(builtin)}>
          <strong>${builtin.name}</strong> <span class="hint">${formatBytes(builtin.n_bytes)}</span>
          <span class="builtin-text" lang="en">${builtin.description}</span>
        </button>`)}
    </div>
  `;
}

/** @param {Actions} actions */
function filesView(actions) {
  const choose = (/** @type {Event} */ { currentTarget }) => {
    const input = /** @type {HTMLInputElement} */ (currentTarget);
    const files = Array.from(input.files ?? []);
    if (files.length === 0) return;
    // Of a folder, those directly in it, as of one that is dropped: its folders are other models, such as checkpoints.
    const direct = files.filter((file) => file.webkitRelativePath.split("/").length <= 2);
    actions.loadFiles(direct.length > 0 ? direct : files);
    // So that choosing the same file again is heard.
    input.value = "";
  };
  return html`
    <div class="source">
      <h3>${t("picker.files")}</h3>
      <p class="hint" id="files-hint">${t("picker.files.hint")}</p>
      <div class="file-buttons">
        <label class="button file">
          ${t("picker.files.button")}
          <input type="file" multiple class="visually-hidden" data-testid="file-input" aria-describedby="files-hint" @change=${choose} />
        </label>
        <label class="button file">
          ${t("picker.folder.button")}
          <input type="file" webkitdirectory class="visually-hidden" data-testid="folder-input" aria-describedby="files-hint" @change=${choose} />
        </label>
      </div>
    </div>
  `;
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function referenceView({ reference, referenceError }, actions) {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    actions.loadReference();
  };
  return html`
    <form class="source" @submit=${submit} novalidate>
      <h3>${t("picker.reference")}</h3>
      <label class="hint" for="reference">${t("picker.reference.label")}</label>
      <div class="joined">
        <input
          id="reference"
          data-testid="reference-input"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          inputmode="url"
          placeholder=${t("picker.reference.placeholder")}
          aria-invalid=${referenceError !== null}
          aria-describedby="reference-hint reference-error"
          .value=${live(reference)}
          @input=${(/** @type {Event} */ { target }) => {
            actions.dispatch({ type: "reference_edited", reference: /** @type {HTMLInputElement} */ (target).value });
          }}
        />
        <button data-testid="reference-load">${t("picker.reference.load")}</button>
      </div>
      ${referenceError ? html`<p class="field-error" id="reference-error" data-testid="reference-error">${t(referenceError.key, referenceError.values)}</p>` : nothing}
      <p class="hint" id="reference-hint">${t("picker.reference.hint")}</p>
    </form>
  `;
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function advancedView({ weights, endpoint, endpointError, revision }, { dispatch }) {
  const valueOf = (/** @type {Event} */ { target }) => /** @type {HTMLInputElement} */ (target).value;
  return html`
    <details class="advanced" data-testid="advanced">
      <summary>${t("picker.advanced")}</summary>
      <div class="advanced-fields">
        <div class="option">
          <label for="weights">${t("picker.weights")}</label>
          ${weightsSelect("weights", weights, (type) => dispatch({ type: "weights_chosen", weights: type }))}
          <p class="hint" id="weights-hint">${t("picker.weights.hint")}</p>
        </div>
        <div class="option">
          <label for="endpoint">${t("picker.endpoint")}</label>
          <input id="endpoint" data-testid="endpoint-input" inputmode="url" autocomplete="off" spellcheck="false" placeholder=${DEFAULT_ENDPOINT} aria-invalid=${endpointError !== null} aria-describedby="endpoint-error" .value=${live(endpoint)} @input=${(/** @type {Event} */ event) => dispatch({ type: "endpoint_edited", endpoint: valueOf(event) })} />
          ${endpointError ? html`<p class="field-error" id="endpoint-error" data-testid="endpoint-error">${t(endpointError.key, endpointError.values)}</p>` : nothing}
        </div>
        <div class="option">
          <label for="revision">${t("picker.revision")}</label>
          <input id="revision" data-testid="revision-input" autocomplete="off" spellcheck="false" placeholder=${DEFAULT_REVISION} .value=${live(revision)} @input=${(/** @type {Event} */ event) => dispatch({ type: "revision_edited", revision: valueOf(event) })} />
        </div>
      </div>
    </details>
  `;
}
