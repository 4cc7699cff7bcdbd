/** The completions of this session, newest first. */

/** @import { Actions } from "../actions.js" */
/** @import { HistoryItem, State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import { isGenerating } from "../derived.js";
import { t } from "../i18n/index.js";
import { copyButton } from "./copy-button.js";
import { icon } from "./icon.js";

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function historyView(state, actions) {
  const { history } = state;
  return html`
    <section class="history" aria-labelledby="history-title" data-testid="history">
      <div class="section-head">
        <h2 id="history-title" tabindex="-1" data-testid="history-title">${t("history")}</h2>
        ${history.length === 0 ? nothing : html`
          <button class="quiet" data-testid="history-clear" @click=${actions.clearHistory}>
            ${t("history.clear")}
          </button>`}
      </div>
      ${history.length === 0 ? html`<p class="hint">${t("history.empty")}</p>` : html`
        <ol>${repeat(history, ({ id }) => id, (item) => itemView(item, state, actions))}</ol>`}
    </section>
  `;
}

/**
 * @param {HistoryItem} item
 * @param {State} state
 * @param {Actions} actions
 */
function itemView(item, state, actions) {
  const { id, prompt, text, modelName, nTokens, finishReason, options } = item;
  return html`
    <li data-testid="history-item" data-id=${id}>
      <p class="history-prompt" data-testid="history-prompt">${prompt}</p>
      <p class="history-text" data-testid="history-text">${text}</p>
      <div class="history-foot">
        <span class="hint">${t("history.facts", { model: modelName, n: nTokens, finish: t(`finish.${finishReason}`) })}</span>
        <button
          class="quiet"
          data-testid="history-again"
          ?disabled=${!state.model || isGenerating(state)}
          @click=${() => actions.runAgain(id)}
        >${icon("again")} ${t(options.do_sample ? "history.again" : "history.again.plain")}</button>
        ${copyButton(id, { testid: "history-copy" }, state, actions)}
      </div>
    </li>
  `;
}
