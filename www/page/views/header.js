/** @import { Actions } from "../actions.js" */
/** @import { Language } from "../i18n/index.js" */
/** @import { State } from "../types.js" */
import { html } from "lit/html.js";
import { themeOf } from "../derived.js";
import { LANGUAGES, language, t } from "../i18n/index.js";
import { icon } from "./icon.js";

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function headerView(state, { dispatch }) {
  const isDark = themeOf(state) === "dark";
  return html`
    <header class="header">
      <div>
        <h1>${t("title")}</h1>
        <p class="tagline">${t("tagline")}</p>
      </div>
      <div class="header-tools">
        ${Object.entries(LANGUAGES).filter(([code]) => code !== language()).map(([code, name]) => html`
          <button
            class="tool language"
            lang=${code}
            data-testid="language-${code}"
            @click=${() => dispatch({ type: "language_chosen", language: /** @type {Language} */ (code) })}
          >${name}</button>`)}
        <button
          class="tool"
          data-testid="size-toggle"
          aria-pressed=${state.size === "large"}
          @click=${() => dispatch({ type: "size_toggled" })}
        >${icon("size")} <span>${t("size")}</span></button>
        <button class="tool" data-testid="theme-toggle" @click=${() => dispatch({ type: "theme_toggled" })}>
          ${icon(isDark ? "sun" : "moon")} <span>${t(isDark ? "theme.to_light" : "theme.to_dark")}</span>
        </button>
      </div>
    </header>
  `;
}
