/** No violation of WCAG 2.2 AA that axe can find, in any state of the page, light and dark; and where the focus is. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { ggufRepository } from "./harness/golden.mjs";
import { gated, notFound } from "./harness/model-server.mjs";
import { hook } from "./harness/playground.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

inEachBrowser("WCAG 2.2 AA", {}, Object.fromEntries((/** @type {const} */ (["light", "dark"])).map((scheme) => [
  `${scheme}: the page without a model, loaded, generating, failed, and the Speed page`,
  async (/** @type {import("./harness/suite.mjs").Stage} */ { visit, models, hub, builtin }) => {
    const page = await visit("?model=none", { scheme });
    await page.page.evaluate(AXE);
    await hasNoViolations(page, "without a model");

    hub.publish("tests/gguf", await ggufRepository());
    await page.setEndpoint(hub.endpoint);
    await page.loadReference("tests/gguf");
    await page.page.waitForSelector(`${hook("offers")}[data-state="ready"]`);
    await page.page.click(`${hook("known")} > summary`);
    await hasNoViolations(page, "with what a repository offers");
    await page.click("offer-load");
    await page.modelLoaded();
    await page.click("change-model");
    await page.page.waitForSelector(`${hook("kept")}[data-n="1"]`);
    await page.click("kept-check");
    await page.page.waitForSelector(hook("kept-checked"));
    await hasNoViolations(page, "with what is kept");

    await page.chooseFiles([builtin.path]);
    await page.modelLoaded();
    await page.click("example");
    await page.complete();
    await page.click("toggle-tokens");
    await page.setOptions({ temperature: "0.5" });
    await page.page.click(`${hook("model-card")} > summary`);
    await page.paste("prompt", [0x61, 0xd800, 0x62]);
    await page.page.waitForSelector(hook("prompt-notices"));
    await hasNoViolations(page, "with a completion, its tokens, options and notices");

    await page.setOptions({ min_new_tokens: "16000", max_new_tokens: "16000" });
    await page.runWithKeys();
    await page.tokensShown(3);
    await hasNoViolations(page, "generating");
    await page.page.keyboard.press("Escape");
    await page.reached({ generation: "done" });

    await page.setOptions({ max_new_tokens: "-1" });
    await page.runWithKeys();
    await page.page.waitForSelector(hook("option-error-max_new_tokens"));
    await page.loadReference(models.put("tests/missing/model.gguf", notFound));
    await page.failed({ context: "load", kind: "network" });
    await page.click("language-ko");
    await hasNoViolations(page, "with errors, in Korean");

    // Where a file that was picked is in use, the link opens a page of its own.
    assert.equal(await page.page.$eval('a[href="speed.html"]', (link) => link.getAttribute("target")), "_blank");
    await page.page.goto(await page.page.$eval('a[href="speed.html"]', (link) => /** @type {HTMLAnchorElement} */ (link).href));
    await page.page.waitForSelector(hook("speed-run"));
    await page.page.evaluate(AXE);
    await hasNoViolations(page, "Speed");
  },
])), ["chromium"]);

inEachBrowser("the focus", {}, {
  async "stays on the page when the button that has it goes away"({ visit, models, builtin }) {
    const page = await visit("?model=none");
    const gate = gated(builtin.bytes);
    await page.loadReference(models.put("tests/slow/model.gguf", gate.answer));
    await gate.sendMore(5000);
    await page.click("load-cancel");
    assert.equal(await focused(page), "file-input");
    await page.loadReference(models.put("tests/missing/model.gguf", notFound));
    await page.failed({ context: "load", kind: "network" });
    await page.click("error-dismiss");
    assert.equal(await focused(page), "file-input");

    await page.click("builtin");
    assert.equal(await focused(page), "model-title");
    await page.modelLoaded();
    assert.equal(await focused(page), "model-title");
    await page.click("larger");
    assert.equal(await focused(page), "reference-input");
    await page.click("example");
    await page.complete();
    await page.click("history-clear");
    assert.equal(await focused(page), "history-title");

    await page.setOptions({ min_new_tokens: "16000", max_new_tokens: "16000" });
    await page.page.click(`${hook("model-card")} > summary`);
    await page.runWithKeys();
    await page.tokensShown(3);
    await page.page.evaluate((unload) => /** @type {HTMLElement} */ (document.querySelector(unload)).click(), hook("unload"));
    await page.reached({ model: "none", generation: "done", "finish-reason": "cancelled" });
    assert.equal(await focused(page), "change-model");
    assert.notEqual(await page.text("history-text"), "");
    await page.click("load-again");
    await page.modelLoaded();
    await page.setOptions({ min_new_tokens: "0", max_new_tokens: "3" });
    await page.complete();
  },
});

/** @param {import("./harness/playground.mjs").Playground} page */
function focused(page) {
  return page.page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? document.activeElement?.id);
}

/**
 * @param {import("./harness/playground.mjs").Playground} page
 * @param {string} when
 */
async function hasNoViolations(page, when) {
  const violations = await page.page.evaluate(async (rules) => {
    const found = await /** @type {any} */ (window).axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    return found.violations.flatMap((/** @type {any} */ { id, nodes }) =>
      nodes.map((/** @type {any} */ { target, failureSummary }) => `${id} at ${target}: ${failureSummary}`));
  }, RULES);
  assert.deepEqual(violations, [], when);
}
