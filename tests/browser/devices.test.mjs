/** Small devices: a narrow touch screen, a slow processor, little memory. The page stays usable and says what it gave up. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { EVERY_BROWSER } from "./harness/browsers.mjs";
import { notFound } from "./harness/model-server.mjs";
import { hook } from "./harness/playground.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

const PROMPT = "Write a long essay about the sea.";
/** A model of 100 kB with its tokenizer. */
const TINY_MODEL = fileURLToPath(new URL("../golden/gguf/mt5.q8_0.gguf", import.meta.url));
/** The least height and width of what is touched, in CSS pixels: WCAG 2.2, 2.5.8. */
const LEAST_TARGET = 24;

inEachBrowser("a narrow touch screen", {}, Object.fromEntries([360, 390].map((width) => [
  `${width} pixels: everything is done by touch, and nothing reaches past the side`,
  async (/** @type {import("./harness/suite.mjs").Stage} */ { visit, models }) => {
    const page = await visit("", { viewport: { width, height: 740, isMobile: true, hasTouch: true, deviceScaleFactor: 2 } });
    const tap = async (/** @type {string} */ testid) => {
      await page.page.tap(hook(testid));
      await page.rendered();
      await fitsTheScreen(page, testid);
    };
    await page.modelLoaded();
    await fitsTheScreen(page, "the model is there");
    await tap("example");
    await tap("run");
    await page.reached({ generation: "done" });
    await tap("toggle-tokens");
    await tap("generated-token");
    assert.match(await page.text("token-detail"), /1/);
    const unknown = "漢".repeat(200);
    await page.paste("prompt", Array.from(unknown, (character) => character.charCodeAt(0)));
    await page.page.waitForSelector(`${hook("meter-encoder")}[data-for-length="${unknown.length}"]`);
    await fitsTheScreen(page, "one token of many characters");
    await page.page.tap(`${hook("options")} > summary`);
    await page.page.waitForSelector(`${hook("options")}[open]`);
    await fitsTheScreen(page, "options");
    await page.page.tap(`${hook("model-card")} > summary`);
    await page.page.waitForSelector(`${hook("model-card")}[open]`);
    await fitsTheScreen(page, "the model's card");
    await tap("size-toggle");
    await tap("theme-toggle");
    await page.loadReference(models.put("tests/missing-with-quite-a-long-name-that-has-no-space/model.gguf", notFound));
    await page.failed({ context: "load", kind: "network" });
    await fitsTheScreen(page, "an error");
  },
])), ["chromium"]);

inEachBrowser("a slow processor", {}, {
  async "typing and Stop get through while tokens stream, and the page says which tokens it leaves out"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    const session = await page.page.createCDPSession();
    await session.send("Emulation.setCPUThrottlingRate", { rate: 6 });
    await page.type("prompt", PROMPT);
    await page.setOptions({ min_new_tokens: "16000", max_new_tokens: "16000" });
    await page.click("toggle-tokens");
    await page.runWithKeys();
    await page.tokensShown(300);
    await page.page.waitForSelector(hook("tokens-earlier"));
    assert.ok((await page.page.$$(hook("generated-token"))).length <= 200);

    await page.page.focus(hook("prompt"));
    await page.page.keyboard.type(" And more.");
    assert.equal(await page.value("prompt"), `${PROMPT} And more.`);
    await page.reached({ generation: "decoding" });
    await page.page.keyboard.press("Escape");
    await page.reached({ generation: "done", "finish-reason": "cancelled" });

    const [{ result }] = await page.engineEvents("generation_done");
    assert.ok(result.usage.decoder_tokens < 16_000);
    await page.rendered();
    assert.equal(await page.page.$(hook("tokens-earlier")), null);
    assert.equal((await page.page.$$(hook("generated-token"))).length, Math.min(result.usage.decoder_tokens, 1000));
  },
}, ["chromium"]);

inEachBrowser("little memory", { isolation: false }, {
  async "a model that does not fit is refused for its memory, and a smaller one loads"({ visit, pages }) {
    pages.memoryLimit = 10e6;
    const page = await visit();
    assert.match(await page.failed({ context: "load", kind: "memory" }), /out of memory/);
    assert.match(await page.text("error-advice"), /smaller model/);
    await page.type("prompt", PROMPT);
    await page.chooseFiles([TINY_MODEL]);
    await page.modelLoaded();
    await page.setOptions({ max_new_tokens: "5" });
    await page.complete();
    await page.reached({ error: "none" });
    assert.equal(await page.text("completion-prompt"), PROMPT);
  },

  async "memory that ends at a place where the engine can only stop is called that too"({ visit, pages }) {
    pages.memoryLimit = 0;
    const page = await visit();
    await page.failed({ context: "start", kind: "memory" });
    pages.repair();
    await page.click("error-retry");
    await page.modelLoaded();
  },

  async "a prompt too long for the memory is refused, and the model and the prompt are still there"({ visit, pages }) {
    pages.memoryLimit = 30e6;
    const page = await visit();
    await page.modelLoaded();
    await page.setOptions({ max_new_tokens: "5" });
    const long = "house ".repeat(6000);
    await page.paste("prompt", Array.from(long, (character) => character.charCodeAt(0)));
    await page.rendered();
    await page.runWithKeys();
    assert.match(await page.failed({ context: "generate", kind: "memory" }), /out of memory/);
    assert.match(await page.text("error-advice"), /Shorten the prompt/);
    await page.reached({ model: "loaded" });
    assert.equal(await page.value("prompt"), long);

    await page.type("prompt", "Hello.");
    await page.complete();
    await page.reached({ error: "none" });
  },
}, EVERY_BROWSER);

/**
 * Nothing is wider than the screen, and what can be touched is large enough for a finger.
 *
 * @param {import("./harness/playground.mjs").Playground} page
 * @param {string} when
 */
async function fitsTheScreen(page, when) {
  const { width, inner, small } = await page.page.evaluate((least) => {
    const touched = [...document.querySelectorAll("button, select, summary, input, textarea, label.button")];
    const small = touched.filter((element) => element.checkVisibility() && !element.matches(".visually-hidden, .skip")).flatMap((element) => {
      const box = element.getBoundingClientRect();
      // A box that is ticked has its label to be touched as well.
      const isTicked = element instanceof HTMLInputElement && element.type === "checkbox";
      return isTicked || (box.width >= least && box.height >= least) ? [] : [`${element.outerHTML.slice(0, 80)}: ${box.width} x ${box.height}`];
    });
    return { width: document.documentElement.scrollWidth, inner: innerWidth, small };
  }, LEAST_TARGET);
  assert.ok(width <= inner, `${when}: the page is ${width} pixels wide on a screen of ${inner}`);
  assert.deepEqual(small, [], when);
}
