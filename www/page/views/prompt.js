/** The prompt's side of the desk: what is typed, how long it is, and the button that runs it. */

/** @import { Actions } from "../actions.js" */
/** @import { State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { encoderMeter, isGenerating } from "../derived.js";
import { t } from "../i18n/index.js";
import { icon } from "./icon.js";
import { meterView } from "./meter.js";
import { noticesView } from "./notices.js";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function promptView(state, actions) {
  const { dispatch } = actions;
  const { counted, model, prompt, replacedPrompts, uncounted } = state;
  return html`
    <section class="card" aria-labelledby="prompt-title">
      <div class="card-head">
        <h2 id="prompt-title"><label for="prompt">${t("prompt")}</label></h2>
        ${meterView({
          side: "encoder",
          meter: encoderMeter(state),
          idle: t(!model ? "meter.unknown" : prompt === uncounted ? "meter.failed" : "meter.counting"),
          countedLength: counted?.prompt.length,
        })}
      </div>
      <textarea
        id="prompt"
        class="prompt"
        data-testid="prompt"
        spellcheck="false"
        autocomplete="off"
        rows="8"
        placeholder=${t("prompt.placeholder")}
        .value=${live(prompt)}
        @input=${(/** @type {InputEvent} */ { target }) => {
          dispatch({ type: "prompt_edited", prompt: /** @type {HTMLTextAreaElement} */ (target).value });
        }}
      ></textarea>
      <div role="status">${noticesView(counted?.notices ?? [], "prompt-notices")}</div>
      <div class="card-foot">
        ${runButton(state, actions)}
        ${replacedPrompts.length === 0 ? nothing : html`
          <button class="quiet" data-testid="restore-prompt" @click=${actions.restorePrompt}>${t("prompt.restore")}</button>`}
      </div>
    </section>
  `;
}

/**
 * One element for both, so that the focus stays on it.
 *
 * @param {State} state
 * @param {Actions} actions
 */
function runButton(state, actions) {
  const runs = isGenerating(state);
  const { refusal } = state;
  const needed = refusal && t(refusal.key, refusal.values);
  const hint = state.model ? needed : t(state.load || state.awaited ? "run.model_loading" : "run.needs_model");
  return html`
    <button
      class="run"
      data-testid="run"
      data-action=${runs ? "stop" : "run"}
      aria-disabled=${!state.model}
      aria-describedby="run-hint"
      @click=${actions.runOrStop}
    >${icon(runs ? "stop" : "run")} <span>${t(runs ? "stop" : "run")}</span></button>
    <span class="hint" id="run-hint">
      ${hint ?? html`<kbd>${runs ? t("stop.keys") : t("run.keys", { key: isMac ? "⌘" : "Ctrl" })}</kbd>`}
    </span>
  `;
}
