/** The models that this browser keeps: open, go on fetching, check, delete; and how much room there is. */

/** @import { Actions } from "../actions.js" */
/** @import { KeptSummary, State } from "../types.js" */
import { html, nothing } from "lit/html.js";
import { isChecking } from "../derived.js";
import { formatBytes, formatDay, formatPercent } from "../format.js";
import { t } from "../i18n/index.js";
import { barDrawing } from "./bar.js";

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function keptView(state, actions) {
  const { stored } = state;
  if (!stored) return nothing;
  const { place, models, usage, quota, isPersistent } = stored;
  return html`
    <section class="kept" data-testid="kept" data-place=${place} data-n=${models.length}>
      <h3>${t("kept.title")}</h3>
      <p class="hint">${t(`kept.place.${place}`)} ${models.length > 0 && !isPersistent ? t("kept.not_persistent") : ""}</p>
      ${models.length > 0 ? html`<ul>${models.map((model) => modelView(state, model, actions))}</ul>` : nothing}
      ${usage === null || quota === null || place === "memory" ? nothing : html`
        <div class="kept-room">
          <div class="bar">${barDrawing(usage, quota, "hatch-quota")}</div>
          <p class="hint" data-testid="kept-quota">${t("kept.quota", { usage: formatBytes(usage), quota: formatBytes(quota) })}</p>
        </div>`}
      ${models.length > 1 ? html`
        <button type="button" class="quiet" data-testid="kept-delete-all" @click=${actions.deleteAllKept}>${t("kept.delete_all", { n: models.length })}</button>` : nothing}
    </section>
  `;
}

/**
 * @param {State} state
 * @param {KeptSummary} model
 * @param {Actions} actions
 */
function modelView({ checks, removals, load, kept }, model, actions) {
  const { id, name, isWhole, keptBytes, totalBytes, usedAt } = model;
  const check = checks[id];
  const removal = removals[id];
  const facts = isWhole
    ? t("kept.facts", { size: formatBytes(keptBytes), day: formatDay(usedAt) })
    : t("kept.part", { size: formatBytes(keptBytes), total: totalBytes === null ? t("stat.unknown") : formatBytes(totalBytes) });
  return html`
    <li data-testid="kept-model" data-id=${id} data-whole=${isWhole}>
      <div class="kept-name"><strong>${name}</strong> <span class="hint">${facts}${kept?.id === id && kept.why === null ? t("kept.in_use") : ""}</span></div>
      <div class="kept-actions">
        <button type="button" data-testid="kept-open" ?disabled=${load !== null} @click=${() => actions.openKept(model)}>${t(isWhole ? "kept.open" : "kept.resume")}</button>
        ${isWhole ? html`<button type="button" class="quiet" data-testid="kept-check" aria-disabled=${isChecking(check)} @click=${() => actions.checkKept(id)}>${t("kept.check")}</button>` : nothing}
        <button type="button" class="quiet" data-testid="kept-delete" aria-label=${t("kept.delete.label", { name })} @click=${() => actions.deleteKept(id)}>${t("kept.delete")}</button>
      </div>
      ${check === undefined ? nothing : html`<p class=${Array.isArray(check) && check.length === 0 ? "hint" : isChecking(check) ? "hint" : "field-error"} data-testid="kept-checked">${checkText(check)}</p>`}
      ${removal === undefined ? nothing : html`<p class=${removal === "running" ? "hint" : "field-error"} data-testid="kept-removal" data-state=${removal}>${t(`kept.delete.${removal}`)}</p>`}
    </li>
  `;
}

/** @param {State["checks"][string]} check */
function checkText(check) {
  if (check === null) return t("kept.checked.failed");
  if (!Array.isArray(check)) return t("kept.checking", { percent: formatPercent(check.share) });
  return check.length === 0 ? t("kept.checked.good") : t("kept.checked.bad", { names: check.join(t("list.and")) });
}
