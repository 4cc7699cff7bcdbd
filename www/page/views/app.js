/** The whole page: every view is a function of the state that returns a template. */

/** @import { Actions } from "../actions.js" */
/** @import { State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { isGenerating, modelToReopen } from "../derived.js";
import { t } from "../i18n/index.js";
import { completionView } from "./completion.js";
import { examplesView } from "./examples.js";
import { glossaryView } from "./glossary.js";
import { headerView } from "./header.js";
import { historyView } from "./history.js";
import { modelView } from "./model.js";
import { optionsView } from "./options.js";
import { promptView } from "./prompt.js";
import { engineNoticesView } from "./threads.js";
import { tokensView } from "./tokens.js";
import { updateView } from "./update.js";

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function appView(state, actions) {
  const { completion, engine, error } = state;
  // A page of its own then, beside this one.
  const isGoneThen = isGenerating(state) || modelToReopen(state) === "impossible";
  return html`
    <div
      class="page"
      data-testid="app"
      data-started=${state.builtins !== null}
      data-model=${state.model ? "loaded" : "none"}
      data-model-name=${state.model?.name ?? ""}
      data-load=${state.load ? "loading" : "idle"}
      data-generation=${completion?.phase ?? "idle"}
      data-finish-reason=${completion?.result?.finish_reason ?? ""}
      data-n-tokens=${completion?.tokens.length ?? 0}
      data-error=${error?.context ?? "none"}
      data-error-kind=${error?.report.kind ?? ""}
    >
      <a class="skip" href="#prompt">${t("skip")}</a>
      ${headerView(state, actions)}
      <main>
        ${updateView(state, actions)}
        ${modelView(state, actions)}
        ${examplesView(state, actions)}
        <div class="desk">
          ${promptView(state, actions)}
          ${completionView(state, actions)}
        </div>
        ${tokensView(state, actions)}
        ${optionsView(state, actions)}
        ${historyView(state, actions)}
        ${glossaryView()}
      </main>
      <footer class="footer">
        <p>${t("footer")} <a href="speed.html" target=${isGoneThen ? "_blank" : nothing} @click=${actions.leave}>${t("footer.speed")}</a></p>
        ${state.keptOffline ? html`<p data-testid="kept-offline" data-what=${state.keptOffline}>${t(`footer.offline.${state.keptOffline}`)}</p>` : nothing}
        ${engine ? html`<p data-testid="engine">${t("footer.engine", { version: engine.version, build: engine.build, n: engine.n_threads })}</p>${engineNoticesView(engine, state, actions)}` : nothing}
      </footer>
      <p class="visually-hidden" role="status" aria-live="polite" data-testid="announcer">${state.announcement}</p>
      ${state.dragging ? html`<div class="drop" data-testid="drop-target"><p>${t("drop")}</p></div>` : nothing}
    </div>
  `;
}
