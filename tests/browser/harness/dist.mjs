/** The folder for hosting, on a host that sends no headers, in a sub-folder: what its suites have in common. */
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { makeDist } from "../../../scripts/dist.mjs";
import { BareServer } from "./bare-server.mjs";
import { BROWSERS, launch } from "./browsers.mjs";
import { PAGE_ROOT } from "./page-server.mjs";
import { Playground } from "./playground.mjs";

export const BASE = "/school/t5%20playground";
const TINY_MODEL = fileURLToPath(new URL("../../golden/gguf/t5-v1_1.q8_0.gguf", import.meta.url));
/** A test that hangs ends here. */
export const TEST = { timeout: 300_000 };

/**
 * Two versions of the page, the second with another model, and variants of them.
 *
 * @typedef {"first" | "second" | "secondWithoutWorker" | "oneThread" | "noWorker"} DistName
 * @typedef {Record<DistName, { out: string, version: string }>} Dists  those that were asked for
 */

/**
 * @typedef {object} Stage
 * @property {Dists} dists
 * @property {BareServer} server  with the first, at first
 * @property {import("puppeteer-core").BrowserContext} context
 * @property {() => Promise<Playground>} blankTab
 * @property {(query?: string) => Promise<Playground>} visit
 * @property {() => Promise<void>} install  a visit that leaves the service worker behind
 * @property {() => Promise<Playground>} settled  a tab of a later visit, when everything is kept
 */

/**
 * Makes folders for hosting before the tests of a file, and takes them away after.
 *
 * @param {DistName[]} names
 * @returns {Dists} filled once the tests run
 */
export function makeDists(names) {
  const made = /** @type {Dists} */ ({});
  let folder = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "t5-playground-dist-"));
    const changed = join(folder, "changed");
    await cp(PAGE_ROOT, changed, { recursive: true });
    await writeFile(join(changed, "style.css"), "\n.second { color: red; }", { flag: "a" });
    const [builtin] = JSON.parse(await readFile(join(changed, "models/index.json"), "utf8"));
    await cp(TINY_MODEL, join(changed, "models", builtin.file));
    const words = join(changed, "page/i18n/en.js");
    await writeFile(words, (await readFile(words, "utf8")).replace('"title": "', '"title": "The second '));
    /** @type {Record<DistName, object>} */
    const options = {
      first: {},
      second: { from: changed },
      secondWithoutWorker: { from: changed, serviceWorker: false },
      oneThread: {
        threads: false,
        bundled: [{ path: TINY_MODEL, id: "tests/tiny", name: "Tiny" }],
        shardBytes: 50_000,
      },
      noWorker: { serviceWorker: false },
    };
    for (const name of names) {
      const out = join(folder, name);
      made[name] = { out, ...(await makeDist({ from: PAGE_ROOT, out, packed: false, ...options[name] })) };
    }
  });

  after(() => rm(folder, { recursive: true }));
  return made;
}

/**
 * One suite of tests, run in each browser whose driver tells of requests, each test with a host of its own.
 *
 * @param {string} title
 * @param {Dists} dists
 * @param {Record<string, (stage: Stage) => Promise<void>>} tests  by what they show
 * @param {string[]} [browsers]  those that it is for
 */
export function onAHost(title, dists, tests, browsers = ["chromium", "firefox"]) {
  for (const browserName of BROWSERS.filter((name) => browsers.includes(name))) {
    describe(`${title}, in ${browserName}`, { timeout: 900_000 }, () => {
      /** @type {import("puppeteer-core").Browser} */
      let browser;
      /** @type {Stage} */
      let stage;
      /** @type {Playground[]} */
      let tabs;

      before(async () => {
        browser = await launch(browserName);
      });

      after(() => browser?.close());

      beforeEach(async () => {
        tabs = [];
        stage = stageOf(dists, await BareServer.start(dists.first.out, BASE), await browser.createBrowserContext(), tabs);
      });

      afterEach(async () => {
        await stage.context.close();
        await stage.server.stop();
        assert.deepEqual(tabs.flatMap((tab) => tab.faults), [], "uncaught errors on the page");
        const foreign = tabs.flatMap((tab) => tab.requests).filter((url) => /^(https?|wss?):/.test(url) && !url.startsWith(stage.server.url));
        assert.deepEqual(foreign, [], "requests to anyone else");
      });

      for (const [name, test] of Object.entries(tests)) it(name, TEST, () => test(stage));
    });
  }
}

/**
 * @param {Dists} dists
 * @param {BareServer} server
 * @param {import("puppeteer-core").BrowserContext} context
 * @param {Playground[]} tabs  those that are opened are added
 * @returns {Stage}
 */
function stageOf(dists, server, context, tabs) {
  async function blankTab() {
    const tab = await Playground.tab(context);
    tabs.push(tab);
    return tab;
  }

  async function visit(query = "") {
    const tab = await blankTab();
    await tab.page.evaluateOnNewDocument(recordWorkerMessages);
    await tab.page.goto(server.url + query, { waitUntil: "domcontentloaded" });
    return tab;
  }

  async function install() {
    const page = await context.newPage();
    await page.goto(server.url);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
    await page.close();
  }

  async function settled() {
    await install();
    const tab = await visit();
    await tab.modelLoaded();
    await tab.page.waitForSelector('[data-what="model"]');
    return tab;
  }

  return { dists, server, context, blankTab, visit, install, settled };
}

/** Runs in the page, before its scripts: keeps what the service worker says. */
function recordWorkerMessages() {
  /** @type {unknown[]} */
  const messages = [];
  Object.assign(window, { workerMessages: messages });
  navigator.serviceWorker?.addEventListener("message", ({ data }) => messages.push(data));
}

/** @param {string} out  a folder for hosting @returns {Promise<{ models: Record<string, number>, files: Record<string, string> }>} what its service worker knows */
export async function factsOf(out) {
  const [line] = (await readFile(join(out, "sw.js"), "utf8")).split("\n");
  return JSON.parse(line.slice("self.DIST = ".length, -1));
}

/** @param {Playground} tab */
export function isIsolated(tab) {
  return tab.page.evaluate(() => crossOriginIsolated);
}

/** @param {Playground} tab @returns {Promise<string[]>} the addresses that the service worker has kept */
export function keptAddresses(tab) {
  return tab.page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => url);
  });
}
