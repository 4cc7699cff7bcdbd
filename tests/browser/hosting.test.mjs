/** The page on hosts of other kinds: without isolation headers, and in a folder. */
import assert from "node:assert/strict";
import { EVERY_BROWSER } from "./harness/browsers.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

/** @param {import("./harness/suite.mjs").Stage} stage */
async function completesSomething({ visit }) {
  // Two threads even where there is one processor.
  const page = await visit("?threads=2");
  await page.modelLoaded();
  await page.type("prompt", "Hello.");
  await page.setOptions({ max_new_tokens: "5" });
  await page.complete();
  return page;
}

/** @param {import("./harness/playground.mjs").Playground} page */
async function nThreads(page) {
  return (await page.engineEvents("loaded")).at(-1).engine.n_threads;
}

inEachBrowser("cross-origin isolated", {}, {
  async "the page completes a prompt, and fetches nothing from anywhere else"(stage) {
    const page = await completesSomething(stage);
    assert.equal(await page.page.evaluate(() => crossOriginIsolated), true);
    assert.equal(await nThreads(page), 2);
    assert.match(await page.text("engine"), /2 threads$/);
    const foreign = page.requests.filter((url) => /^https?:/.test(url) && !url.startsWith(stage.pages.url));
    assert.deepEqual(foreign, []);
  },
});

inEachBrowser("not isolated", { isolation: false }, {
  async "the page completes a prompt"(stage) {
    const page = await completesSomething(stage);
    assert.equal(await page.page.evaluate(() => crossOriginIsolated), false);
    assert.equal(await nThreads(page), 1);
    assert.match(await page.text("engine"), /1 thread$/);
    assert.match(await page.text("engine-notices"), /one thread.*does not isolate it/);
  },
}, EVERY_BROWSER);

inEachBrowser("isolated, without shared memory", {}, {
  async "the page completes a prompt on one thread, and says so"(stage) {
    const page = await completesSomething(stage);
    const has = await page.page.evaluate(() => ({ isolation: crossOriginIsolated, sharing: "SharedArrayBuffer" in window }));
    assert.deepEqual(has, { isolation: true, sharing: false });
    assert.equal(await nThreads(page), 1);
    assert.match(await page.text("engine"), /1 thread$/);
    assert.match(await page.text("engine-notices"), /one thread.*no shared memory/);
  },
}, ["webkit"]);

inEachBrowser("in a folder", { base: "/courses/prompts" }, {
  async "the page completes a prompt"(stage) {
    await completesSomething(stage);
  },
});
