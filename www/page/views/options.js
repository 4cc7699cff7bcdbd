/** All options of a generation, under the names of Hugging Face's `GenerationConfig`. */

/** @import { Actions } from "../actions.js" */
/** @import { OptionGroup, OptionSpec } from "../options.js" */
/** @import { State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { t } from "../i18n/index.js";
import { DEFAULT_OPTIONS, OPTION_GROUPS, SAMPLING_ONLY, countChanged } from "../options.js";

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function optionsView(state, actions) {
  const { dispatch } = actions;
  const nChanged = countChanged(state.options);
  return html`
    <details
      class="options"
      data-testid="options"
      ?open=${state.optionsOpen}
      @toggle=${(/** @type {Event} */ { currentTarget }) => {
        dispatch({ type: "options_toggled", open: /** @type {HTMLDetailsElement} */ (currentTarget).open });
      }}
    >
      <summary>
        <h2>${t("options")}</h2>
        <span class="hint">${nChanged === 0 ? t("options.defaults") : t("options.changed", { n: nChanged })}</span>
      </summary>
      <div class="option-groups">
        ${OPTION_GROUPS.map((group) => groupView(group, state, actions))}
      </div>
      <button class="quiet" data-testid="options-reset" ?disabled=${nChanged === 0} @click=${() => dispatch({ type: "options_reset" })}>
        ${t("options.reset")}
      </button>
    </details>
  `;
}

/**
 * @param {OptionGroup} group
 * @param {State} state
 * @param {Actions} actions
 */
function groupView({ group, options }, state, actions) {
  const isSamplingOff = group === "sampling" && state.options.do_sample === false;
  return html`
    <fieldset>
      <legend>
        ${t(`options.group.${group}`)}
        ${isSamplingOff ? html`<span class="hint">${t("options.sampling_off")}</span>` : nothing}
      </legend>
      ${options.map((spec) => {
        const isIdle = isSamplingOff && SAMPLING_ONLY.has(spec.name);
        return html`<div class="option ${isIdle ? "idle" : ""}">${fieldView(spec, state, actions)}</div>`;
      })}
    </fieldset>
  `;
}

/**
 * @param {OptionSpec} spec
 * @param {State} state
 * @param {Actions} actions
 */
function fieldView({ name, kind }, { options, optionErrors }, { dispatch }) {
  const error = optionErrors[name];
  const id = `option-${name}`;
  const describedBy = `${id}-hint ${error ? `${id}-error` : ""}`;
  const edit = (/** @type {Event} */ { target }) => {
    const field = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (target);
    const value = field.type === "checkbox" ? /** @type {HTMLInputElement} */ (field).checked : field.value;
    dispatch({ type: "option_edited", name, value });
  };
  const value = options[name];
  const isText = kind === "texts" || kind === "id_lists";
  let control;
  if (typeof value === "boolean") {
    control = html`<input type="checkbox" id=${id} data-testid=${id} aria-describedby=${describedBy} .checked=${live(value)} @change=${edit} />`;
  } else if (isText) {
    control = html`<textarea id=${id} data-testid=${id} rows="2" spellcheck="false" aria-invalid=${!!error} aria-describedby=${describedBy} .value=${live(value)} @input=${edit}></textarea>`;
  } else {
    control = html`<input id=${id} data-testid=${id} inputmode=${kind === "integer" ? "numeric" : "decimal"} autocomplete="off" spellcheck="false" aria-invalid=${!!error} aria-describedby=${describedBy} .value=${live(value)} @input=${edit} />`;
  }
  return html`
    <label for=${id}><code>${name}</code>${value === DEFAULT_OPTIONS[name] ? nothing : html` <span class="changed">${defaultOf(DEFAULT_OPTIONS[name])}</span>`}</label>
    ${control}
    ${error ? html`<p class="field-error" id="${id}-error" data-testid="option-error-${name}">${t(error.key, error.values)}</p>` : nothing}
    <p class="hint" id="${id}-hint">${t(`option.${name}`)}</p>
  `;
}

/** @param {string | boolean} value */
function defaultOf(value) {
  if (value === false) return t("option.default", { value: t("option.off") });
  return t("option.default", { value: value === "" ? t("option.empty") : String(value) });
}
