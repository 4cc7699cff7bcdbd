/** What the model will not see as it was typed, and what else was done otherwise than asked. */

/** @import { Notice } from "../../engine/protocol.js" */
import { html, nothing } from "lit/html.js";
import { visibleCharacters } from "../format.js";
import { t } from "../i18n/index.js";
import { icon } from "./icon.js";

/** More than these are counted, not shown. */
const MAX_CHARACTERS = 12;

/**
 * @param {Notice[]} notices
 * @param {string} testid
 */
export function noticesView(notices, testid) {
  if (notices.length === 0) return nothing;
  return html`
    <ul class="notices" data-testid=${testid}>
      ${grouped(notices).map(({ kind, sentence }) => html`<li data-kind=${kind}>${icon("info")} <span lang=${kind === "other" ? "en" : nothing}>${sentence}</span></li>`)}
    </ul>
  `;
}

/**
 * One sentence for each notice, and one for all tensors of which the same is to be said.
 *
 * @param {Notice[]} notices
 * @returns {{ kind: Notice["kind"], sentence: string }[]}
 */
function grouped(notices) {
  /** @type {Map<string, { asked: string, used: string, n: number }>} */
  const changed = new Map();
  const sentences = [];
  for (const notice of notices) {
    if (notice.kind !== "tensor_type_changed") {
      sentences.push({ kind: notice.kind, sentence: sentenceOf(notice) });
      continue;
    }
    const { asked, used } = notice;
    const n = (changed.get(`${asked} ${used}`)?.n ?? 0) + 1;
    changed.set(`${asked} ${used}`, { asked, used, n });
  }
  for (const values of changed.values()) {
    sentences.push({ kind: /** @type {const} */ ("tensor_type_changed"), sentence: t("notice.tensor_type_changed", values) });
  }
  return sentences;
}

/** @param {Exclude<Notice, { kind: "tensor_type_changed" }>} notice */
function sentenceOf(notice) {
  switch (notice.kind) {
    case "unknown_characters":
    case "whitespace_changed":
      return t(`notice.${notice.kind}`, { characters: listOf(notice.characters) });
    case "lone_surrogates":
      return t("notice.lone_surrogates", { n: notice.n_characters });
    case "beyond_trained_length":
      return t("notice.beyond_trained_length", { n: notice.encoder_tokens, max: notice.trained_length });
    case "one_thread":
      return t(`notice.one_thread.${notice.reason}`, { message: notice.message });
    case "other":
      return notice.message;
  }
}

/** @param {string[]} characters */
function listOf(characters) {
  const named = characters.map((character) => {
    if (/^[\r\n]+$/.test(character)) return t("notice.newline");
    if (/^\t+$/.test(character)) return t("notice.tab");
    if (/^ +$/.test(character)) return t("notice.spaces");
    return t("notice.character", { character: visibleCharacters(character) });
  });
  const distinct = [...new Set(named)];
  const shown = distinct.slice(0, MAX_CHARACTERS);
  if (distinct.length > shown.length) shown.push(t("notice.more", { n: distinct.length - shown.length }));
  return shown.join(t("list.and"));
}
