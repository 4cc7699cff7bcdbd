import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { formatBytes } from "../../www/page/format.js";
import { en } from "../../www/page/i18n/en.js";
import { translator } from "../../www/page/i18n/index.js";
import { ko } from "../../www/page/i18n/ko.js";

/** The places for values in a sentence, in the order of the alphabet. */
const placesOf = (/** @type {string} */ sentence) => [...new Set(sentence.match(/\{\w+\}/g))].sort();

test("values are put in, numbers as the language writes them", () => {
  const t = translator({ size: "{name} has {n} parameters", bare: "none" }, "en");
  assert.equal(t("size", { name: "T5", n: 76961152 }), "T5 has 76,961,152 parameters");
  assert.equal(t("bare"), "none");
});

test("sizes have the unit that fits, in the plural where there is one", () => {
  assert.deepEqual([0, 1, 186, 1500, 300e6].map(formatBytes), ["0 bytes", "1 byte", "186 bytes", "1.5 kB", "300 MB"]);
});

test("text in a value is not read as a place", () => {
  const t = translator({ said: "It said: {text}" }, "en");
  assert.equal(t("said", { text: "{n} and $& and {text}" }), "It said: {n} and $& and {text}");
});

test("n chooses the plural, and a language without one goes on", () => {
  const entries = { tokens: { one: "{n} token", other: "{n} tokens" } };
  const english = translator(entries, "en");
  assert.deepEqual([0, 1, 2].map((n) => english("tokens", { n })), ["0 tokens", "1 token", "2 tokens"]);
  const korean = translator({ tokens: { other: "토큰 {n}개" } }, "ko");
  assert.equal(korean("tokens", { n: 1 }), "토큰 1개");
});

test("what a language lacks is said in English", () => {
  const english = translator({ here: "Here", size: "{n} bytes" }, "en");
  const korean = translator(/** @type {Partial<Record<"here" | "size", string>>} */ ({ here: "여기" }), "ko", english);
  assert.deepEqual([korean("here"), korean("size", { n: 1234 })], ["여기", "1,234 bytes"]);
});

test("the Korean dictionary has the keys of the English one", () => {
  const missing = Object.keys(en).filter((key) => !(key in ko));
  const surplus = Object.keys(ko).filter((key) => !(key in en));
  const advice = (/** @type {string} */ verb, /** @type {string[]} */ keys) => `${verb} www/page/i18n/ko.js: ${keys.join(", ")}`;
  assert.deepEqual(missing, [], advice("say these in Korean in", missing));
  assert.deepEqual(surplus, [], advice("these are not in en.js; take them out of", surplus));
});

test("a Korean sentence has the places of the English one", () => {
  for (const [key, entry] of Object.entries(en)) {
    const korean = ko[/** @type {keyof typeof en} */ (key)];
    const sentenceOf = (/** @type {import("../../www/page/i18n/index.js").Entry} */ one) => (typeof one === "string" ? one : one.other);
    if (korean !== undefined) assert.deepEqual(placesOf(sentenceOf(korean)), placesOf(sentenceOf(entry)), key);
  }
});

test("every entry of the dictionary is used, and no file of the page names one that is missing", async () => {
  const www = new URL("../../www/", import.meta.url);
  const names = (await readdir(www, { recursive: true })).filter((name) => /^(page|speed)\/(?!i18n).*\.js$/.test(name));
  const source = (await Promise.all(names.map((name) => readFile(new URL(name, www), "utf8")))).join("\n");
  // A key is written whole, or as a template such as `finish.${reason}`.
  const whole = new Set(source.match(/(?<=")[a-z]\w*(\.\w+)*(?=")/g));
  const templates = [...source.matchAll(/`([a-z][\w.]*(?:\$\{[^}`]*\}[\w.]*)+)`/g)]
    .map(([, template]) => new RegExp(`^${template.replaceAll(".", "\\.").replace(/\$\{[^}]*\}/g, "[\\w.]+")}$`));
  const unused = Object.keys(en).filter((key) => !whole.has(key) && !templates.some((template) => template.test(key)));
  assert.deepEqual(unused, []);
});

test("each plural uses its n", () => {
  for (const [key, entry] of Object.entries(en)) {
    if (typeof entry !== "string" && "one" in entry && entry.one !== entry.other) {
      assert.match(entry.other, /\{n\}/, key);
    }
  }
});
