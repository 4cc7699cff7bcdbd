/** The button that copies a text, and says for a moment how that went. */

/** @import { Actions } from "../actions.js" */
/** @import { Copied, State } from "../types.js" */
import { html } from "lit/html.js";
import { t } from "../i18n/index.js";
import { icon } from "./icon.js";

/**
 * @param {Copied["what"]} what
 * @param {{ testid: string, isDisabled?: boolean }} button
 * @param {State} state
 * @param {Actions} actions
 */
export function copyButton(what, { testid, isDisabled = false }, { copied }, actions) {
  const outcome = copied?.what === what ? copied.outcome : null;
  return html`
    <button class="quiet" data-testid=${testid} ?disabled=${isDisabled} @click=${() => actions.copy(what)}>
      ${icon(outcome === "copied" ? "check" : "copy")} ${t(outcome ?? "copy")}
    </button>`;
}
