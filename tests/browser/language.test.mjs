/** The page in Korean: chosen by a button, remembered, or found in the browser's settings. */
import assert from "node:assert/strict";
import { EVERY_BROWSER } from "./harness/browsers.mjs";
import { hook } from "./harness/playground.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

const languageOf = (/** @type {import("./harness/playground.mjs").Playground} */ { page }) => page.evaluate(() => document.documentElement.lang);

inEachBrowser("Korean", {}, {
  async "a button changes the language in the middle of the work, and the next visit remembers it"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", "Hello.");
    await page.setOptions({ max_new_tokens: "5" });
    const text = await page.complete();
    await page.click("toggle-tokens");
    assert.equal(await languageOf(page), "en");

    await page.click("language-ko");
    assert.equal(await languageOf(page), "ko");
    assert.equal((await page.text("run")).trim(), "실행");
    assert.match(await page.text("stat-finish"), /[가-힣]/);
    assert.match((await page.attribute("generated-token", "aria-label")) ?? "", /번째 토큰/);
    assert.equal(await page.text("completion-text"), text);
    await page.reached({ model: "loaded", generation: "done" });

    await page.page.reload();
    await page.page.waitForSelector(`${hook("app")}[data-started="true"]`);
    assert.equal(await languageOf(page), "ko");
    assert.equal(await page.value("prompt"), "Hello.");
    await page.click("language-en");
    assert.equal((await page.text("run")).trim(), "Run");
  },
}, EVERY_BROWSER);

inEachBrowser("a Korean browser", {}, {
  async "gets the page in Korean, the Speed page as well"({ visit }) {
    const page = await visit("?model=none");
    const session = await page.page.createCDPSession();
    const userAgent = await page.page.evaluate(() => navigator.userAgent);
    await session.send("Emulation.setUserAgentOverride", { userAgent, acceptLanguage: "ko-KR,ko,en" });
    await page.page.reload();
    await page.page.waitForSelector(`${hook("app")}[data-started="true"]`);
    assert.equal(await languageOf(page), "ko");
    await Promise.all([page.page.waitForNavigation(), page.page.click('a[href="speed.html"]')]);
    await page.page.waitForSelector(hook("speed-run"));
    assert.equal(await languageOf(page), "ko");
    assert.match(await page.text("speed-run"), /측정/);
  },
}, ["chromium"]);
