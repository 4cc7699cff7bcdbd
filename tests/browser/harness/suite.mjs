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

      /** Of all that has started, even where the next did not: a server that is left keeps the process alive. @type {(() => Promise<unknown>)[]} */
      const stops = [];

      before(async () => {
        const pages = await PageServer.start(serving);
        stops.push(() => pages.stop());
        const models = await ModelServer.start();
        stops.push(() => models.stop());
        const hub = await HubServer.start();
        stops.push(() => hub.stop());
        const builtin = await builtinModel();
        const browser = await launch(browserName);
        stops.push(() => browser.close());
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
        for (const stop of stops.reverse()) await stop();
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
