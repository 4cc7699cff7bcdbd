/** One side of the context window: tokens against the trained length, as a bar and in words. */

/** @import { Meter } from "../derived.js" */
import { html } from "lit/html.js";
import { ifDefined } from "lit/directives/if-defined.js";
import { t } from "../i18n/index.js";
import { barDrawing } from "./bar.js";
import { icon } from "./icon.js";

/**
 * @param {object} options
 * @param {"encoder" | "decoder"} options.side
 * @param {Meter} options.meter
 * @param {string} options.idle  what is said while there is nothing to count
 * @param {number} [options.countedLength]  length of the text that was counted, in UTF-16 units
 */
export function meterView({ side, meter, idle, countedLength }) {
  const { nTokens, trainedLength, state } = meter;
  const words = wordsOf(meter) ?? idle;
  return html`
    <div class="meter" data-state=${state}>
      <p class="meter-text" data-testid="meter-${side}-text">
        ${state === "beyond" ? icon("warning") : ""}${words}
      </p>
      <div
        class="bar"
        role="meter"
        aria-label=${t(`meter.${side}`)}
        aria-valuemin="0"
        aria-valuenow=${nTokens ?? 0}
        aria-valuemax=${trainedLength ?? 0}
        aria-valuetext=${words}
        data-testid="meter-${side}"
        data-state=${state}
        data-for-length=${ifDefined(countedLength)}
      >${barDrawing(state === "unknown" ? 0 : nTokens ?? 0, trainedLength ?? 1, `hatch-${side}`)}</div>
    </div>
  `;
}

/**
 * @param {Meter} meter
 * @returns {string | null} null where nothing is known
 */
function wordsOf({ nTokens, trainedLength, state }) {
  if (!nTokens && state === "unknown") return null;
  if (nTokens === null || trainedLength === null) return t("meter.tokens", { n: nTokens ?? 0 });
  return t(state === "beyond" ? "meter.beyond" : "meter.of", { n: nTokens, max: trainedLength });
}
