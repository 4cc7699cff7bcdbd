/** @import { Actions } from "../actions.js" */
/** @import { State } from "../types.js" */
import { html } from "lit/html.js";
import { EXAMPLE_IDS } from "../examples.js";
import { t } from "../i18n/index.js";

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function examplesView({ exampleId }, { dispatch }) {
  return html`
    <section class="examples" aria-labelledby="examples-title">
      <h2 id="examples-title">${t("examples")}</h2>
      <ul>
        ${EXAMPLE_IDS.map((id) => html`
          <li>
            <button
              class="chip"
              data-testid="example"
              data-id=${id}
              aria-pressed=${exampleId === id}
              @click=${() => dispatch({ type: "example_chosen", id })}
            >${t(`example.${id}`)}</button>
          </li>`)}
      </ul>
    </section>
  `;
}
