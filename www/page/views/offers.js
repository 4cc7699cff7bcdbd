/** What a repository offers: each way to take its model, with size, type and memory, and the best one chosen. */

/** @import { WeightType } from "../../engine/protocol.js" */
/** @import { Offer } from "../../engine/offers.js" */
/** @import { Actions } from "../actions.js" */
/** @import { Listing, State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { WASM_LIMIT_BYTES, estimateMemory, fitOf, smallerWeights } from "../../engine/estimate.js";
import { preferredWeights, recommendedOf } from "../../engine/offers.js";
import { isOf } from "../derived.js";
import { formatBytes } from "../format.js";
import { t } from "../i18n/index.js";
import { icon } from "./icon.js";
import { weightsSelect } from "./weights-select.js";

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function offersView(state, actions) {
  const { listing } = state;
  if (!listing) return nothing;
  const { source, offers, license, isGated } = listing;
  const name = source.revision === "main" ? source.repo : `${source.repo}@${source.revision}`;
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    actions.loadOffer();
  };
  return html`
    <form class="offers" data-testid="offers" data-state=${offers === null ? "asking" : "ready"} @submit=${submit}>
      <h3>${t("offers.title", { name })}</h3>
      ${offers === null ? html`<p class="hint">${t("offers.asking")}</p><div class="offer-actions">${closeButton(actions)}</div>` : html`
        <p class="hint">${license ? t("offers.license", { license }) : t("offers.license.none")}</p>
        ${isGated ? html`<p class="warning">${icon("warning")} <span>${t("offers.gated")}</span></p>` : nothing}
        ${offers.length > 0 ? offersList(listing, offers, actions) : html`<p class="warning" data-testid="offers-none">${icon("warning")} <span>${t("offers.none")}</span></p>`}
        ${choiceView(state, listing, actions)}`}
    </form>
  `;
}

/**
 * @param {Listing} listing
 * @param {Offer[]} offers
 * @param {Actions} actions
 */
function offersList({ chosen, deviceBytes }, offers, { dispatch }) {
  const recommended = recommendedOf(offers, deviceBytes)?.id;
  return html`
    <fieldset class="offer-list">
      <legend class="visually-hidden">${t("offers.legend")}</legend>
      ${offers.map((offer) => html`
        <label class="offer" data-testid="offer" data-id=${offer.id}>
          <input
            type="radio"
            name="offer"
            .checked=${offer.id === chosen}
            ?disabled=${offer.lacks !== null}
            @change=${() => dispatch({ type: "offer_chosen", id: offer.id })}
          />
          <span class="offer-name">${nameOf(offer)} ${offer.id === recommended ? html`<em class="recommended">${t("offers.recommended")}</em>` : nothing}</span>
          <span class="hint">${offer.lacks ? t(`offers.lacks.${offer.lacks}`) : t("offers.facts", {
            type: offer.type ?? t("offers.type.unknown"),
            size: formatBytes(offer.n_bytes),
            memory: formatBytes(estimateMemory(offer, preferredWeights(offer))),
          })}</span>
        </label>`)}
    </fieldset>
  `;
}

/** @param {Offer} offer */
function nameOf({ weights }) {
  const [first] = weights;
  return weights.length === 1 ? first.path : t("offers.parts", { name: first.path.replace(/-\d{5}-of-\d{5}/, ""), n: weights.length });
}

/**
 * How the chosen one is held, whether it fits, and the button.
 *
 * @param {State} state
 * @param {Listing} listing
 * @param {Actions} actions
 */
function choiceView({ load, stored }, { source, offers, chosen, weights, deviceBytes }, actions) {
  const { dispatch } = actions;
  const offer = offers?.find(({ id }) => id === chosen);
  if (!offer) return html`<div class="offer-actions">${closeButton(actions)}</div>`;
  const memory = estimateMemory(offer, weights);
  const fit = fitOf(memory, deviceBytes);
  const smaller = fit === "fits" ? null : smallerWeights(offer, deviceBytes);
  const kept = stored?.models.find((model) => isOf(model, source) && model.source.files?.[0] === offer.id);
  const nMissingBytes = offer.n_bytes - (kept?.keptBytes ?? 0);
  const room = stored?.quota != null && stored.usage != null ? stored.quota - stored.usage : null;
  return html`
    <div class="option">
      <label for="offer-weights">${t("picker.weights")}</label>
      ${weightsSelect("offer-weights", weights, (type) => dispatch({ type: "offer_weights_chosen", weights: type }))}
      <p class="hint">${t("picker.weights.hint")}</p>
    </div>
    <p class=${fit === "fits" ? "hint" : "warning"} data-testid="offer-fit" data-fit=${fit}>
      ${fit === "fits" ? nothing : icon("warning")}
      <span>${t(`offers.fit.${fit}`, { memory: formatBytes(memory), limit: formatBytes(WASM_LIMIT_BYTES), device: formatBytes(deviceBytes ?? 0) })}
      ${smaller && smaller !== weights ? html`
        <button type="button" class="inline" data-testid="offer-smaller" @click=${() => dispatch({ type: "offer_weights_chosen", weights: /** @type {WeightType} */ (smaller) })}>
          ${t("offers.smaller", { type: smaller.toUpperCase(), memory: formatBytes(estimateMemory(offer, smaller)) })}
        </button>` : nothing}</span>
    </p>
    ${room !== null && room < nMissingBytes ? html`
      <p class="warning" data-testid="offer-room">${icon("warning")} <span>${t("offers.room", { room: formatBytes(Math.max(0, room)), size: formatBytes(offer.n_bytes) })}</span></p>` : nothing}
    <div class="offer-actions">
      <button class="primary" data-testid="offer-load" ?disabled=${load !== null}>${t("offers.load", { size: formatBytes(offer.n_bytes) })}</button>
      ${closeButton(actions)}
    </div>
  `;
}

/** @param {Actions} actions */
function closeButton({ closeListing }) {
  return html`<button type="button" class="quiet" data-testid="offers-close" @click=${closeListing}>${t("offers.close")}</button>`;
}
