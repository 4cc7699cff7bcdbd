/** The examples: what the page shows before any model has loaded is what the built-in model gives. */
import assert from "node:assert/strict";
import { EXAMPLES } from "../../www/page/examples.js";
import { EVERY_BROWSER } from "./harness/browsers.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

inEachBrowser("the examples", {}, {
  async "the stored result of each is what the built-in model makes of its prompt"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    for (const { id, prompt, output } of EXAMPLES) {
      await page.page.click(`[data-testid="example"][data-id="${id}"]`);
      await page.reached({ generation: "stored" });
      assert.equal(await page.value("prompt"), prompt, id);
      assert.equal(await page.text("completion-text"), output?.text, id);
      assert.equal(await page.complete(), output?.text, id);
    }
  },
}, EVERY_BROWSER);
