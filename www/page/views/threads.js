/** What there is to say about the engine, and the way to its threads where a reload is all that they need. */

/** @import { EngineInfo } from "../../engine/protocol.js" */
/** @import { Actions } from "../actions.js" */
/** @import { State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { isGenerating, modelToReopen } from "../derived.js";
import { t } from "../i18n/index.js";
import { noticesView } from "./notices.js";

/**
 * @param {EngineInfo} engine
 * @param {State} state
 * @param {Actions} actions
 */
export function engineNoticesView({ notices }, state, actions) {
  const others = notices.filter((notice) => !(state.canHaveThreads && notice.kind === "one_thread" && notice.reason === "not_isolated"));
  const isOffered = others.length < notices.length;
  return html`
    ${noticesView(others, "engine-notices")}
    ${isOffered ? html`
      <div class="offer-threads" data-testid="threads-offer">
        <p>${t(modelToReopen(state) === "impossible" ? "threads.offer.model_goes" : "threads.offer")}</p>
        <button data-testid="use-threads" ?disabled=${isGenerating(state)} @click=${actions.loadPageAgain}>${t("threads.use")}</button>
      </div>` : nothing}
  `;
}
