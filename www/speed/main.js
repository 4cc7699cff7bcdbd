/** The Speed page: measures the engine in the visitor's own browser and shows where the machine stands. */

/** @import { Report } from "./measure.js" */
/** @import { RandomType } from "./random-model.js" */
import { html, nothing, render } from "lit/html.js";
import { formatBytes, formatDuration, formatNumber } from "../page/format.js";
import { language, setLanguage, t } from "../page/i18n/index.js";
import { readSettings } from "../page/storage.js";
import { barDrawing } from "../page/views/bar.js";
import { measure } from "./measure.js";
import { randomModel } from "./random-model.js";
import { REFERENCES } from "./references.js";

const PROMPT_LENGTHS = [16, 128, 512];
const NEW_TOKENS = 64;
const REPEAT = 3;
const TYPES = /** @type {const} */ (["q8_0", "q4_0"]);
const NAMES = /** @type {const} */ ({ q8_0: "speed.q8_0", q4_0: "speed.q4_0" });
/** Of the prompt lengths, the one that the machines are compared by. */
const COMPARED = 128;

/**
 * @typedef {object} SpeedState
 * @property {RandomType} type
 * @property {{ done: number, all: number } | null} progress  null while nothing is measured
 * @property {{ type: RandomType, report: Report }[]} reports  the newest first
 * @property {string | null} error
 */

/** @type {SpeedState} */
const state = { type: "q8_0", progress: null, reports: [], error: null };

/** @param {Partial<SpeedState>} change */
function change(change) {
  Object.assign(state, change);
  render(view(state), /** @type {HTMLElement} */ (document.getElementById("app")));
}

async function run() {
  const { type, progress } = state;
  if (progress) return;
  change({ progress: { done: 0, all: 1 }, error: null });
  try {
    const file = randomModel(type);
    const report = await measure({
      source: { kind: "files", names: [file.name] },
      files: [file],
      word: "w1",
      promptLengths: PROMPT_LENGTHS,
      newTokens: NEW_TOKENS,
      repeat: REPEAT,
      onProgress: (done, all) => change({ progress: { done, all } }),
    });
    change({ reports: [{ type, report }, ...state.reports], progress: null });
  } catch (cause) {
    change({ error: cause instanceof Error ? cause.message : String(cause), progress: null });
  }
}

/** @param {SpeedState} state */
function view({ type, progress, reports, error }) {
  return html`
    <div class="page speed" data-testid="speed" data-state=${progress ? "measuring" : error ? "failed" : reports.length ? "measured" : "idle"}>
      <header class="header">
        <div>
          <h1>${t("speed.title")}</h1>
          <p class="tagline">${t("speed.tagline")}</p>
        </div>
        <a class="button" href="./">${t("speed.back")}</a>
      </header>
      <main>
        <section class="panel" aria-labelledby="speed-start">
          <h2 id="speed-start">${t("speed.start")}</h2>
          <p>${t("speed.explanation")}</p>
          <div class="speed-controls">
            <label for="speed-type">${t("speed.weights")}</label>
            <select id="speed-type" data-testid="speed-type" ?disabled=${progress !== null} @change=${choose}>
              ${TYPES.map((name) => html`
                <option value=${name} ?selected=${name === type}>${t(NAMES[name])}</option>`)}
            </select>
            <button class="run" data-testid="speed-run" aria-disabled=${progress !== null} @click=${run}>${t(progress ? "speed.running" : "speed.run")}</button>
          </div>
          ${progress ? html`
            <div
              class="load-bar"
              role="progressbar"
              aria-label=${t("speed.running")}
              aria-valuemin="0"
              aria-valuemax=${progress.all}
              aria-valuenow=${progress.done}
            >${barDrawing(progress.done, progress.all, "hatch-speed")}</div>` : nothing}
          ${error ? html`<p class="field-error" role="alert" data-testid="speed-error">${t("speed.failed", { message: error })}</p>` : nothing}
        </section>
        <p class="visually-hidden" role="status">${progress ? t("speed.running") : reports.length > 0 ? summaryOf(reports[0]) : nothing}</p>
        ${reports.map(reportView)}
      </main>
    </div>
  `;
}

/** For screen readers. @param {{ type: RandomType, report: Report }} measured */
function summaryOf({ type, report }) {
  return report.runs.reduce((text, { encoder_tokens, tokens_per_second }) => {
    return `${text} ${t("speed.tokens", { n: encoder_tokens })}: ${formatNumber(Math.round(tokens_per_second))} ${t("speed.decode")}.`;
  }, `${t(NAMES[type])}.`);
}

/** @param {Event} event */
function choose({ target }) {
  change({ type: /** @type {RandomType} */ (/** @type {HTMLSelectElement} */ (target).value) });
}

/** @param {{ type: RandomType, report: Report }} measured */
function reportView({ type, report: { engine, load_ms, memory_bytes, runs } }) {
  return html`
    <section class="panel" data-testid="speed-report">
      <h2>${t(NAMES[type])}</h2>
      <p class="hint">${t("speed.engine", { build: engine.build, n: engine.n_threads, load: formatDuration(load_ms), memory: formatBytes(memory_bytes) })}</p>
      <div class="speed-table">
        <table>
          <thead>
            <tr>
              <th scope="col">${t("speed.prompt")}</th>
              <th scope="col">${t("speed.encode")}</th>
              <th scope="col">${t("speed.first")}</th>
              <th scope="col">${t("speed.decode")}</th>
            </tr>
          </thead>
          <tbody>
            ${runs.map(({ encoder_tokens, encode_ms, first_token_ms, tokens_per_second }) => html`
              <tr>
                <th scope="row">${t("speed.tokens", { n: encoder_tokens })}</th>
                <td>${formatDuration(encode_ms)}</td>
                <td>${formatDuration(first_token_ms)}</td>
                <td data-testid="speed-decode">${formatNumber(Math.round(tokens_per_second))}</td>
              </tr>`)}
          </tbody>
        </table>
      </div>
      ${comparison(type, runs[PROMPT_LENGTHS.indexOf(COMPARED)]?.tokens_per_second ?? 0)}
    </section>
  `;
}

/**
 * This browser's speed beside those that others were measured at.
 *
 * @param {RandomType} type
 * @param {number} here  tokens a second
 */
function comparison(type, here) {
  const rows = [
    { name: t("speed.here"), speed: here },
    ...REFERENCES.filter((reference) => reference.types.includes(type)).map(({ name, tokens_per_second }) => ({ name, speed: tokens_per_second })),
  ];
  const most = Math.max(...rows.map(({ speed }) => speed));
  return html`
    <h3>${t("speed.comparison", { n: COMPARED })}</h3>
    <dl class="speed-bars">
      ${rows.map(({ name, speed }, i) => html`
        <div>
          <dt>${name}</dt>
          <dd>${barDrawing(speed, most, `hatch-${type}-${i}`)} <span>${formatNumber(Math.round(speed))}</span></dd>
        </div>`)}
    </dl>
  `;
}

setLanguage(readSettings().language);
document.documentElement.lang = language();
document.title = `${t("speed.title")} - T5 Playground`;
change({});
