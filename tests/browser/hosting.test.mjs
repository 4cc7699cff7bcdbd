/** The page on hosts of other kinds: without isolation headers, and in a folder. */
import assert from "node:assert/strict";
import { inEachBrowser } from "./harness/suite.mjs";

/** @param {import("./harness/suite.mjs").Stage} stage */
async function completesSomething({ visit }) {
  const page = await visit();
  await page.modelLoaded();
  await page.type("prompt", "Hello.");
  await page.setOptions({ max_new_tokens: "5" });
  await page.complete();
  return page;
}

inEachBrowser("cross-origin isolated", {}, {
  async "the page completes a prompt, and fetches nothing from anywhere else"(stage) {
    const page = await completesSomething(stage);
    assert.equal(await page.page.evaluate(() => crossOriginIsolated), true);
    const foreign = page.requests.filter((url) => /^https?:/.test(url) && !url.startsWith(stage.pages.url));
    assert.deepEqual(foreign, []);
  },
});

inEachBrowser("not isolated", { isolation: false }, {
  async "the page completes a prompt"(stage) {
    const page = await completesSomething(stage);
    assert.equal(await page.page.evaluate(() => crossOriginIsolated), false);
  },
});

inEachBrowser("in a folder", { base: "/courses/prompts" }, {
  async "the page completes a prompt"(stage) {
    await completesSomething(stage);
  },
});
