/** One suite of tests, run in each browser with a page server and a model server of its own. */
import { after, before, describe, it } from "node:test";
import { BROWSERS, launch } from "./browsers.mjs";
import { HubServer } from "./hub-server.mjs";
import { ModelServer } from "./model-server.mjs";
import { PageServer, builtinModel } from "./page-server.mjs";
import { PRELOAD, Playground } from "./playground.mjs";

/** A test that hangs ends here, in milliseconds. */
const TIMEOUT_MS = 300_000;

/**
 * @typedef {object} Stage
 * @property {import("./browsers.mjs").BrowserName} browserName
 * @property {import("puppeteer-core").Browser} browser
 * @property {PageServer} pages
 * @property {ModelServer} models
 * @property {HubServer} hub  well again before each test
 * @property {Awaited<ReturnType<typeof builtinModel>>} builtin
 * @property {(query?: string, look?: Parameters<typeof Playground.open>[2]) => Promise<Playground>} visit  opens the page afresh; closed after the test
 */

/**
 * @param {string} title
 * @param {Parameters<typeof PageServer.start>[0]} serving
 * @param {Record<string, (stage: Stage) => Promise<void>>} tests  by what they show
 * @param {readonly import("./browsers.mjs").BrowserName[]} [browsers]  those that it is for
 */
export function inEachBrowser(title, serving, tests, browsers = ["chromium", "firefox"]) {
  for (const browserName of BROWSERS.filter((name) => browsers.includes(name))) {
    describe(`${title}, in ${browserName}`, { timeout: TIMEOUT_MS * 4 }, () => {
      /** @type {Stage} */
      let stage;
      /** @type {Playground[]} */
      let visits = [];

      before(async () => {
        const [browser, pages, models, hub, builtin] = await Promise.all([
          launch(browserName),
          PageServer.start(serving),
          ModelServer.start(),
          HubServer.start(),
          builtinModel(),
        ]);
        // Its driver cannot do that.
        if (browserName === "webkit") pages.preload = PRELOAD;
        stage = {
          browserName,
          browser,
          pages,
          models,
          hub,
          builtin,
          async visit(query = "", look = {}) {
            const playground = await Playground.open(browser, pages.url + query, look);
            visits.push(playground);
            return playground;
          },
        };
      });

      after(async () => {
        await stage?.browser.close();
        await stage?.pages.stop();
        await stage?.models.stop();
        await stage?.hub.stop();
      });

      for (const [name, test] of Object.entries(tests)) {
        it(name, { timeout: TIMEOUT_MS }, async () => {
          try {
            await test(stage);
            await Promise.all(visits.map((visit) => visit.close()));
          } finally {
            stage.pages.repair();
            stage.hub.reset();
            await Promise.all(visits.map((visit) => visit.context.close().catch(() => {})));
            visits = [];
          }
        });
      }
    });
  }
}
