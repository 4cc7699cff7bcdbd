/** The tokens of the prompt, as it is typed, and those generated for it. */

/** @import { Actions } from "../actions.js" */
/** @import { State, TokenPlace } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { isGenerating } from "../derived.js";
import { formatPercent, visiblePiece } from "../format.js";
import { language, t } from "../i18n/index.js";
import { barDrawing } from "./bar.js";

/** More chips than these would only slow the page down. */
const MAX_CHIPS = 1000;
/** While tokens stream, the last of them are what a slow device can draw as they come. */
const MAX_LIVE_CHIPS = 200;

/**
 * @typedef {object} Chip
 * @property {string} piece
 * @property {number} id
 * @property {boolean} isSpecial  drawn apart: unknown, or not text by itself
 * @property {number | null} probability
 * @property {string} detail  a sentence that says all about it
 */

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function tokensView(state, actions) {
  if (!state.showsTokens) return nothing;
  const lists = { prompt: promptChips(state), generated: generatedChips(state) };
  const { tokenPlace } = state;
  const pointed = tokenPlace && lists[tokenPlace.list][tokenPlace.idx];
  return html`
    <section class="tokens" aria-labelledby="tokens-title" data-testid="tokens">
      <h2 id="tokens-title">${t("tokens")}</h2>
      <p class="token-detail" data-testid="token-detail">${pointed ? pointed.detail : t("tokens.hint")}</p>
      <h3>${t("tokens.prompt")}</h3>
      ${state.model ? chipsView("prompt", lists.prompt, state.counted?.tokens.length ?? 0, state, actions) : html`<p class="hint">${t("tokens.needs_model")}</p>`}
      <h3>${t("tokens.generated")}</h3>
      ${chipsView("generated", lists.generated, lists.generated.length, state, actions)}
    </section>
  `;
}

/**
 * @param {State} state
 * @returns {Chip[]} those that are shown
 */
function promptChips({ counted }) {
  return (counted?.tokens ?? []).slice(0, MAX_CHIPS).map((token, idx) => chipOf(token, ({ id, piece, unknown }) => ({
    piece: visiblePiece(piece),
    id,
    isSpecial: unknown || isSpecial(piece),
    probability: null,
    detail: t(unknown ? "tokens.detail.unknown" : "tokens.detail.prompt", { n: idx + 1, piece: visiblePiece(piece), id: String(id) }),
  })));
}

/**
 * @param {State} state
 * @returns {Chip[]}
 */
function generatedChips({ completion }) {
  return (completion?.tokens ?? []).map((token, idx) => chipOf(token, ({ id, piece, probability }) => ({
    piece: visiblePiece(piece),
    id,
    isSpecial: isSpecial(piece),
    probability,
    detail: t("tokens.detail.generated", {
      n: idx + 1,
      piece: visiblePiece(piece),
      id: String(id),
      probability: formatPercent(probability),
    }),
  })));
}

/** Chips by the token that they show, with their language: a token that has come stays as it is. @type {WeakMap<object, { chip: Chip, language: string }>} */
const chipsOfTokens = new WeakMap();

/**
 * @template {object} T
 * @param {T} token
 * @param {(token: T) => Chip} make
 * @returns {Chip}  the same for the same token
 */
function chipOf(token, make) {
  const known = chipsOfTokens.get(token);
  if (known?.language === language()) return known.chip;
  const chip = make(token);
  chipsOfTokens.set(token, { chip, language: language() });
  return chip;
}

/**
 * Whether a piece stands for no text, such as `</s>`, or for one byte of a character, such as `<0xEA>`.
 *
 * @param {string} piece
 */
function isSpecial(piece) {
  return /^<.+>$/.test(piece);
}

/**
 * One stop of the Tab key for the whole list; the arrow keys move inside it.
 *
 * @param {TokenPlace["list"]} list
 * @param {Chip[]} chips
 * @param {number} nTokens  of which some may have no chip
 * @param {State} state
 * @param {Actions} actions
 */
function chipsView(list, chips, nTokens, state, { dispatch }) {
  if (chips.length === 0) {
    const isStored = list === "generated" && state.completion?.phase === "stored";
    return html`<p class="hint">${t(isStored ? "tokens.stored" : "tokens.none")}</p>`;
  }
  const isStreaming = list === "generated" && isGenerating(state);
  const first = isStreaming ? Math.max(chips.length - MAX_LIVE_CHIPS, 0) : 0;
  const shown = chips.slice(first, first + MAX_CHIPS);
  const pointed = state.tokenPlace?.list === list ? state.tokenPlace.idx : first;
  // What was pointed at may be gone, or no longer be shown: the Tab key stops at one that is shown.
  const current = Math.min(Math.max(pointed, first), first + shown.length - 1);
  const point = (/** @type {Event} */ { target }) => {
    const idx = indexOfChip(target);
    if (idx !== null) dispatch({ type: "token_pointed", place: { list, idx } });
  };
  return html`
    ${first > 0 ? html`<p class="hint" data-testid="tokens-earlier">${t("tokens.earlier", { n: first })}</p>` : nothing}
    <ol class="chips" @mouseover=${point} @focusin=${point} @keydown=${moveFocus}>
      ${repeat(shown, (_, i) => first + i, (chip, i) => guard([chip, first + i === current], () => chipView(list, chip, first + i, first + i === current)))}
    </ol>
    ${nTokens > first + shown.length ? html`<p class="hint">${t("tokens.more", { n: nTokens - first - shown.length })}</p>` : nothing}
  `;
}

/**
 * @param {TokenPlace["list"]} list
 * @param {Chip} chip
 * @param {number} idx
 * @param {boolean} isCurrent  the one that the Tab key reaches
 */
function chipView(list, { piece, id, isSpecial, probability, detail }, idx, isCurrent) {
  return html`<li
    class="token ${isSpecial ? "special" : ""}"
    data-testid="${list}-token"
    data-id=${id}
    data-idx=${idx}
    data-probability=${probability ?? nothing}
    tabindex=${isCurrent ? 0 : -1}
    aria-label=${detail}
  ><span aria-hidden="true">${piece}</span>${probability === null ? nothing : barDrawing(probability, 1, `hatch-${list}-${idx}`)}</li>`;
}

/** @param {KeyboardEvent} event */
function moveFocus(event) {
  const chip = event.target instanceof Element ? event.target.closest(".token") : null;
  const targets = {
    ArrowRight: chip?.nextElementSibling,
    ArrowLeft: chip?.previousElementSibling,
    Home: chip?.parentElement?.firstElementChild,
    End: chip?.parentElement?.lastElementChild,
  };
  const target = targets[/** @type {keyof typeof targets} */ (event.key)];
  if (!(target instanceof HTMLElement)) return;
  event.preventDefault();
  target.focus();
}

/**
 * @param {EventTarget | null} target
 * @returns {number | null}
 */
function indexOfChip(target) {
  const chip = target instanceof Element ? target.closest(".token") : null;
  return chip instanceof HTMLElement ? Number(chip.dataset.idx) : null;
}
