/** The choice of how many bits a weight keeps. */

/** @import { WeightType } from "../../engine/protocol.js" */
import { html } from "lit/html.js";
import { BITS } from "../../engine/estimate.js";
import { t } from "../i18n/index.js";

/** The most exact first. */
const TYPES = /** @type {WeightType[]} */ (Object.keys(BITS)).filter((type) => type !== "f32");

/**
 * @param {string} id
 * @param {WeightType} weights
 * @param {(weights: WeightType) => void} onChoice
 */
export function weightsSelect(id, weights, onChoice) {
  const choose = (/** @type {Event} */ { target }) => onChoice(/** @type {WeightType} */ (/** @type {HTMLSelectElement} */ (target).value));
  return html`
    <select id=${id} data-testid="${id}-select" .value=${weights} @change=${choose}>
      <option value="as_is" ?selected=${weights === "as_is"}>${t("weights.as_is")}</option>
      <option value="f32" ?selected=${weights === "f32"}>${t("weights.exact", { type: "F32" })}</option>
      ${TYPES.map((type) => html`
        <option value=${type} ?selected=${weights === type}>${t("weights.bits", { type: type.toUpperCase(), bits: bitsOf(type) })}</option>`)}
    </select>
  `;
}

/** @param {WeightType} type */
function bitsOf(type) {
  return Math.round(10 * BITS[/** @type {keyof typeof BITS} */ (type)]) / 10;
}
