/** Says that a new version of the page is ready, and lets the person choose when to use it. */

/** @import { Actions } from "../actions.js" */
/** @import { State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { isGenerating, modelToReopen } from "../derived.js";
import { t } from "../i18n/index.js";
import { icon } from "./icon.js";

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function updateView(state, actions) {
  if (!state.updateReady) return nothing;
  return html`
    <div class="update" data-testid="update">
      <p>${icon("info")} ${t(modelToReopen(state) === "impossible" ? "update.model_goes" : "update")}</p>
      <button data-testid="use-update" ?disabled=${isGenerating(state)} @click=${actions.loadPageAgain}>${t("update.use")}</button>
    </div>
  `;
}
