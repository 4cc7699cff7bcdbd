/** The whole way of a first visit: open, type, run, watch, stop, run again. */
import assert from "node:assert/strict";
import { EVERY_BROWSER } from "./harness/browsers.mjs";
import { inEachBrowser } from "./harness/suite.mjs";
import { hook } from "./harness/playground.mjs";

const PROMPT = "Write a long essay about the sea.";
/** Enough to be stopped in the middle of. */
const LONG = { min_new_tokens: "16000", max_new_tokens: "16000" };

inEachBrowser("the whole way", {}, {
  async "a completion is copied without HTTPS too, and where the browser forbids it, that is said"({ visit }) {
    const page = await visit("?model=none");
    await page.click("example");
    await page.page.evaluate(() => {
      // Only a page that came over HTTPS, or from this device, has it.
      Object.defineProperty(navigator, "clipboard", { value: undefined });
      document.addEventListener("copy", ({ target }) => Object.assign(window, { copied: /** @type {HTMLTextAreaElement} */ (target).value }));
    });
    await page.click("copy");
    await page.page.waitForFunction((selector) => /Copied/.test(document.querySelector(selector)?.textContent ?? ""), {}, `${hook("copy")}:focus`);
    const copied = await page.page.evaluate(() => /** @type {any} */ (window).copied);
    assert.equal(copied, `${await page.value("prompt")}\n${await page.text("completion-text")}`);

    await page.page.evaluate(() => void (document.execCommand = () => false));
    await page.click("copy");
    await page.page.waitForFunction((selector) => /Not copied/.test(document.querySelector(selector)?.textContent ?? ""), {}, hook("copy"));
  },

  async "the built-in model loads by itself, with its progress shown"({ visit, builtin }) {
    const page = await visit();
    await page.modelLoaded();
    assert.ok((await page.text("model-name")).includes((await page.state())["model-name"] ?? "?"));
    const progress = await page.engineEvents("load_progress");
    assert.equal(progress.at(-1).loaded_bytes, builtin.bytes.length);
    assert.equal(progress.at(-1).total_bytes, builtin.bytes.length);
    assert.equal((await page.engineEvents("loaded")).length, 1);
  },

  async "a typed prompt is completed token by token, and the text is that of the tokens"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", PROMPT);
    // Enough for many a frame on a fast machine.
    await page.setOptions({ min_new_tokens: "2000", max_new_tokens: "2000" });
    await page.page.evaluate(watchTokenCount, hook("app"));
    const text = await page.complete();

    const tokens = await page.engineEvents("token");
    assert.deepEqual(tokens.map(({ token_idx }) => token_idx), tokens.map((_, i) => i));
    assert.equal(text, tokens.map((token) => token.text).join(""));
    assert.notEqual(text, "");
    assert.equal(await page.text("completion-prompt"), PROMPT);

    const counts = await page.page.evaluate(() => /** @type {any} */ (window).tokenCounts);
    assert.ok(counts.length > 3, `the page showed only these counts: ${counts}`);
    assert.deepEqual(counts, [...counts].sort((a, b) => a - b), "the count never falls");

    const [{ result }] = await page.engineEvents("generation_done");
    assert.equal(result.text, text);
    assert.equal(Number((await page.state())["n-tokens"]), result.usage.decoder_tokens);
    assert.equal((await page.state())["finish-reason"], result.finish_reason);
  },

  async "a double click runs once, and a key that is held as well"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", PROMPT);
    await page.setOptions({ min_new_tokens: "300", max_new_tokens: "300" });
    await page.page.click(hook("run"), { count: 2 });
    await page.reached({ generation: "done", "finish-reason": "length" });
    await page.page.evaluate(() => {
      for (const repeat of [false, true, true]) document.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, repeat }));
    });
    await page.reached({ generation: "decoding" });
    await page.reached({ generation: "done" });
    await page.page.evaluate(() => document.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, repeat: true })));
    await page.rendered();
    assert.equal((await page.engineEvents("generation_started")).length, 2);
  },

  async "Esc stops a completion at once and keeps what there is of it"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", PROMPT);
    await page.setOptions(LONG);
    await page.runWithKeys();
    await page.tokensShown(3);
    await page.page.keyboard.press("Escape");
    await page.reached({ generation: "done", "finish-reason": "cancelled" });

    const [{ result }] = await page.engineEvents("generation_done");
    assert.ok(result.usage.decoder_tokens >= 3 && result.usage.decoder_tokens < 16000);
    assert.equal(await page.text("completion-text"), result.text);
    assert.equal(await page.attribute("run", "data-action"), "run");
  },

  async "the button stops too, and the next run starts from the beginning"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", PROMPT);
    await page.setOptions(LONG);
    await page.click("run");
    await page.tokensShown(3);
    // Through the DOM: a pointer's click first waits until the button stands still, which takes long while tokens stream.
    await page.page.evaluate((run) => /** @type {HTMLElement} */ (document.querySelector(run)).click(), hook("run"));
    await page.reached({ generation: "done", "finish-reason": "cancelled" });
    const stopped = await page.text("completion-text");

    await page.setOptions({ min_new_tokens: "0", max_new_tokens: "60" });
    const text = await page.complete();
    const least = Math.min(text.length, stopped.length);
    assert.equal(text.slice(0, least), stopped.slice(0, least));
  },

  async "the same seed gives the same text"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", PROMPT);
    await page.setOptions({ do_sample: true, temperature: "1.5", seed: "7", max_new_tokens: "30" });
    const first = await page.complete();
    const second = await page.complete();
    assert.equal(second, first);
    const [one, two] = await page.engineEvents("generation_done");
    assert.deepEqual(two.result.token_ids, one.result.token_ids);
    assert.equal(two.result.options.seed, 7);
  },

  async "a stop that comes before the first token leaves an empty completion, and the model ready"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    // In one task, and of a prompt that takes the encoder far longer than the stop is on its way.
    await page.paste("prompt", Array.from(`${PROMPT} `.repeat(200), (character) => character.charCodeAt(0)));
    await page.page.evaluate((run) => {
      /** @type {HTMLElement} */ (document.querySelector(run)).click();
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    }, hook("run"));
    await page.reached({ generation: "done", "finish-reason": "cancelled", "n-tokens": "0" });
    assert.equal(await page.text("completion-text"), "");
    await page.type("prompt", PROMPT);
    assert.notEqual(await page.complete(), "");
  },

  async "an example fills the prompt, and typed text can be brought back"({ visit }) {
    const page = await visit("?model=none");
    await page.type("prompt", PROMPT);
    await page.click("example");
    assert.notEqual(await page.value("prompt"), PROMPT);
    await page.click("restore-prompt");
    assert.equal(await page.value("prompt"), PROMPT);
  },

  async "the meter counts the prompt's tokens as the engine does"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", PROMPT);
    await page.page.waitForSelector(`${hook("meter-encoder")}[data-for-length="${PROMPT.length}"]`);
    const counted = Number(await page.attribute("meter-encoder", "aria-valuenow"));
    await page.complete();
    const [{ encoder_tokens }] = await page.engineEvents("generation_started");
    assert.equal(counted, encoder_tokens);
    assert.equal(await page.attribute("meter-encoder", "data-state"), "within");
  },
}, EVERY_BROWSER);

/**
 * Runs in the page: keeps each new value of the token count that is shown.
 *
 * @param {string} app  selector of the page's root
 */
function watchTokenCount(app) {
  const root = /** @type {Element} */ (document.querySelector(app));
  /** @type {number[]} */
  const counts = [];
  Object.assign(window, { tokenCounts: counts });
  new MutationObserver(() => {
    const count = Number(root.getAttribute("data-n-tokens"));
    if (count !== counts.at(-1)) counts.push(count);
  }).observe(root, { attributeFilter: ["data-n-tokens"] });
}
