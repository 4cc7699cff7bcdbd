/** The words of the trade, for those who learn them here. */

import { html } from "lit/html.js";
import { t } from "../i18n/index.js";

const WORDS = /** @type {const} */ (["prompt", "token", "context", "inference", "completion", "size"]);

export function glossaryView() {
  return html`
    <section class="glossary" aria-labelledby="glossary-title" data-testid="glossary">
      <h2 id="glossary-title">${t("glossary")}</h2>
      <dl>
        ${WORDS.map((word) => html`<div><dt>${t(`glossary.${word}`)}</dt><dd>${t(`glossary.${word}.text`)}</dd></div>`)}
      </dl>
    </section>
  `;
}
