/** What went wrong, where, and what to do about it. */

/** @import { Actions } from "../actions.js" */
/** @import { PageError, State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { t } from "../i18n/index.js";
import { icon } from "./icon.js";

/**
 * @param {State} state
 * @param {Actions} actions
 * @param {PageError["context"][]} contexts  those whose errors are shown at this place
 */
export function errorView({ error, model }, actions, contexts) {
  if (!error || !contexts.includes(error.context)) return nothing;
  const { context, report, choice, lookUp } = error;
  const { kind, message, fatal } = report;
  const isLoad = context === "load" || context === "start";
  const wantsOther = isLoad || kind === "memory";
  return html`
    <div class="error" role="alert" data-testid="error" data-context=${context} data-kind=${kind} data-fatal=${fatal}>
      ${icon("warning")}
      <div>
        <h3>${t(fatal ? "error.fatal" : `error.${context}`)}</h3>
        <p class="error-message" lang="en" data-testid="error-message">${message}</p>
        <p data-testid="error-advice">${t(kind === "memory" && !isLoad ? "advice.prompt_memory" : `advice.${kind}`)} ${isLoad && model ? t("advice.kept") : ""}</p>
        <div class="error-actions">
          ${choice || lookUp ? html`
            <button data-testid="error-retry" @click=${() => actions.retry(error)}>${t(fatal ? "error.reload" : "error.retry")}</button>` : nothing}
          ${wantsOther ? html`
            <button data-testid="error-choose" @click=${actions.chooseModel}>${t("error.choose")}</button>` : nothing}
          <button class="quiet" data-testid="error-dismiss" @click=${actions.dismissError}>
            ${t("error.dismiss")}
          </button>
        </div>
      </div>
    </div>
  `;
}
