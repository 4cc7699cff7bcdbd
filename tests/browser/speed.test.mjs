/** The Speed page measures the engine with a model that it makes itself. */
import assert from "node:assert/strict";
import { whole } from "./harness/model-server.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

inEachBrowser("speed", {}, {
  async "the page measures without downloading a model, and shows where the browser stands"({ visit }) {
    const { page, requests } = await visit("?model=none");
    await Promise.all([page.waitForNavigation(), page.click('a[href="speed.html"]')]);
    await page.select('[data-testid="speed-type"]', "q4_0");
    await page.click('[data-testid="speed-run"]');
    await page.waitForSelector('[data-testid="speed"]:is([data-state="measured"], [data-state="failed"])');

    const speeds = await page.$$eval('[data-testid="speed-decode"]', (cells) => cells.map((cell) => cell.textContent ?? ""));
    assert.equal(speeds.length, 3);
    for (const speed of speeds) assert.match(speed, /^[1-9][\d,]*$/);
    assert.match(await page.$eval('[data-testid="speed-report"]', (report) => report.textContent ?? ""), /This browser/);
    assert.deepEqual(requests.filter((address) => /gguf|safetensors/.test(address)), []);
  },

  async "the way there and back keeps the model in use"({ visit, models, builtin }) {
    const tab = await visit("?model=none");
    await tab.loadReference(models.put("tests/other/model.gguf", whole(builtin.bytes)));
    await tab.reached({ model: "loaded", "model-name": "model.gguf" });
    await Promise.all([tab.page.waitForNavigation(), tab.page.click('a[href="speed.html"]')]);
    await Promise.all([tab.page.waitForNavigation(), tab.page.click('.button[href="./"]')]);
    await tab.reached({ model: "loaded", "model-name": "model.gguf" });
  },
});
