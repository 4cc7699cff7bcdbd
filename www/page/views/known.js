/** A list of models that are known to work, with what each takes. */

/** @import { Actions } from "../actions.js" */
/** @import { KnownModel } from "../known-models.js" */
import { html } from "lit/html.js";
import { estimateMemory } from "../../engine/estimate.js";
import { formatBytes, formatCount } from "../format.js";
import { t } from "../i18n/index.js";
import { KNOWN_MODELS } from "../known-models.js";

/** @param {Actions} actions */
export function knownView(actions) {
  return html`
    <details class="known" data-testid="known">
      <summary>${t("known.title")}</summary>
      <p class="hint">${t("known.hint")}</p>
      <dl>
        ${KNOWN_MODELS.map(({ key, models }) => html`
          <div>
            <dt>${t(`known.${key}`)}</dt>
            ${models.map((model) => html`<dd>${modelView(model, actions)}</dd>`)}
          </div>`)}
      </dl>
    </details>
  `;
}

/**
 * @param {KnownModel} model
 * @param {Actions} actions
 */
function modelView({ repo, n_parameters }, actions) {
  const exact = { type: "F32", n_bytes: 4 * n_parameters, n_parameters };
  return html`
    <button type="button" class="inline" data-testid="known-model" @click=${() => actions.lookUp(repo)}>${repo}</button>
    <span class="hint">${t("known.facts", {
      parameters: formatCount(n_parameters),
      size: formatBytes(exact.n_bytes),
      memory: formatBytes(estimateMemory(exact, "q8_0")),
    })}</span>
  `;
}
