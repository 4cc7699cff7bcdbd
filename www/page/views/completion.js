/** The completion's side of the desk: the prompt and, marked, what was generated after it. */

/** @import { Actions } from "../actions.js" */
/** @import { Key } from "../i18n/index.js" */
/** @import { Completion, State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { decoderMeter, isGenerating } from "../derived.js";
import { formatDuration, formatPercent, formatSpeed } from "../format.js";
import { t } from "../i18n/index.js";
import { copyButton } from "./copy-button.js";
import { errorView } from "./error.js";
import { meterView } from "./meter.js";
import { noticesView } from "./notices.js";

/** Characters. */
const LONG_PROMPT = 500;

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function completionView(state, actions) {
  const { completion } = state;
  return html`
    <section
      class="card"
      aria-labelledby="completion-title"
      aria-busy=${isGenerating(state)}
      data-testid="completion"
      data-state=${completion?.phase ?? "idle"}
    >
      <div class="card-head">
        <h2 id="completion-title">${t("completion")}</h2>
        ${meterView({ side: "decoder", meter: decoderMeter(state), idle: t(completion?.phase === "stored" ? "meter.stored" : "meter.idle") })}
      </div>
      ${statsView(completion)}
      ${errorView(state, actions, ["generate", "tokenize"])}
      <div class="completion">
        ${completion ? textView(state, completion) : html`<p class="placeholder">${t("completion.empty")}</p>`}
      </div>
      <div class="card-foot">
        ${copyButton("completion", { testid: "copy", isDisabled: !completion }, state, actions)}
        <button
          class="quiet"
          data-testid="toggle-tokens"
          aria-pressed=${state.showsTokens}
          @click=${() => actions.dispatch({ type: "tokens_toggled" })}
        >${t("tokens.show")}</button>
        ${completion ? html`<span class="hint">${sourceOf(completion)}</span>` : nothing}
      </div>
    </section>
  `;
}

/** @param {Completion} completion */
function sourceOf({ phase, modelName }) {
  if (phase === "error") return t("completion.broken");
  return t(phase === "stored" ? "completion.stored" : "completion.by", { model: modelName });
}

/**
 * @param {State} state
 * @param {Completion} completion
 */
function textView(state, completion) {
  const { phase, prompt, text, notices } = completion;
  // A long prompt scrolls, so that what follows it is in view; the keyboard reaches what scrolls.
  const isLong = prompt.length > LONG_PROMPT;
  const isEmpty = phase === "done" && text === "";
  const isWaiting = phase === "starting" || phase === "encoding";
  return html`
    <h3 class="part">${t("completion.prompt")}</h3>
    <p class="completion-prompt" data-testid="completion-prompt" tabindex=${isLong ? 0 : nothing}>${prompt}</p>
    ${/* What there is to say about the prompt stands at the prompt. */ noticesView(notices.filter(({ kind }) => kind === "other"), "completion-notices")}
    <div class="generated">
      <h3 class="part">${t("completion.generated")}</h3>
      <p class="completion-text"><span data-testid="completion-text">${text}</span>${isGenerating(state) ? html`<span class="caret" aria-hidden="true"></span>` : nothing}</p>
      ${isWaiting ? html`<p class="hint">${waitingFor(completion)}</p>` : nothing}
      ${isEmpty ? html`<p class="hint">${t("completion.nothing")}</p>` : nothing}
    </div>
  `;
}

/** @param {Completion} completion */
function waitingFor({ phase, encoded }) {
  return phase === "starting" ? t("completion.waiting") : t("completion.encoding", { percent: formatPercent(encoded) });
}

/**
 * The figures stand above the text, in places that are there from the start: nothing moves.
 *
 * @param {Completion | null} completion
 */
function statsView(completion) {
  const ran = completion !== null && completion.phase !== "stored";
  const result = completion?.result;
  const timing = result?.timing;
  const live = completion && completion.decodeMs > 0 ? (completion.tokens.length / completion.decodeMs) * 1000 : null;
  const speed = timing?.tokens_per_second ?? live;
  const firstToken = completion?.tokens.length ? (timing?.first_token_ms ?? completion.firstTokenMs) : null;
  return html`
    <dl class="stats">
      ${stat("stat-tokens", "stat.tokens", ran ? t("stat.tokens.value", { n: completion.tokens.length }) : null)}
      ${stat("stat-speed", "stat.speed", speed ? t("stat.speed.value", { speed: formatSpeed(speed) }) : null)}
      ${stat("stat-first-token", "stat.first_token", firstToken === null ? null : formatDuration(firstToken))}
      ${stat("stat-total", "stat.total", timing ? formatDuration(timing.total_ms) : null)}
      ${stat("stat-finish", "stat.finish", result ? t(`finish.${result.finish_reason}`) : null)}
      ${stat("seed-used", "stat.seed", result?.options.do_sample ? String(result.options.seed) : null)}
    </dl>
  `;
}

/**
 * @param {string} testid
 * @param {Extract<Key, `stat.${string}`>} label
 * @param {string | null} value
 */
function stat(testid, label, value) {
  return html`<div><dt>${t(label)}</dt><dd data-testid=${testid}>${value ?? t("stat.unknown")}</dd></div>`;
}
