/**
 * The service worker removed, by the page's address or by a copy of the page that has none: it and what it kept
 * are gone, and the page works without. Each test has a browser of its own, which it ends with its pages open:
 * puppeteer cannot close one that was isolated and, loaded anew, is not.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { makeDist } from "../../scripts/dist.mjs";
import { BareServer } from "./harness/bare-server.mjs";
import { BROWSERS, launch } from "./harness/browsers.mjs";
import { PAGE_ROOT } from "./harness/page-server.mjs";
import { Playground } from "./harness/playground.mjs";

const TEST = { timeout: 300_000 };
/** A page of the same origin that is none of the service worker's business. */
const LOOK = "look.html";

/** @type {string} */
let folder;
/** @type {Record<"plain" | "without", { out: string, version: string }>} */
let dists;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "t5-playground-off-"));
  const make = async (/** @type {string} */ name, /** @type {boolean} */ serviceWorker) => {
    const out = join(folder, name);
    return { out, ...(await makeDist({ from: PAGE_ROOT, out, packed: false, serviceWorker })) };
  };
  dists = { plain: await make("plain", true), without: await make("without", false) };
});

after(() => rm(folder, { recursive: true }));

for (const browserName of BROWSERS.filter((name) => name !== "webkit")) {
  describe(`the service worker removed, in ${browserName}`, { timeout: 600_000 }, () => {
    /** @type {import("puppeteer-core").Browser} */
    let browser;
    /** @type {BareServer} */
    let server;

    beforeEach(async () => {
      browser = await launch(browserName);
      server = await BareServer.start(dists.plain.out, "/page");
      server.forbidsCaching = () => true;
      server.instead.set(LOOK, (_request, response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html>"));
    });

    afterEach(async () => {
      const process = browser.process();
      const ended = process && once(process, "exit");
      process?.kill("SIGKILL");
      await ended;
      await server.stop();
    });

    /** @param {string} [query] */
    async function visit(query = "") {
      const tab = await Playground.tab(browser.defaultBrowserContext());
      await tab.page.evaluateOnNewDocument(recordKeeping);
      await tab.page.goto(server.url + query, { waitUntil: "domcontentloaded" });
      return tab;
    }

    /** A visit after which all is kept. */
    async function install() {
      const tab = await visit();
      await tab.page.waitForSelector('[data-what="model"]');
      assert.deepEqual(await (await look()).evaluate(whatIsThere), { workers: 1, caches: 2 });
      await tab.page.close();
    }

    async function look() {
      const page = await browser.newPage();
      page.setDefaultTimeout(TEST.timeout);
      await page.goto(server.url + LOOK);
      return page;
    }

    async function gone() {
      const page = await look();
      // What is removed by a page that is open tells nobody when it is.
      await page.waitForFunction(`(${whatIsThere})().then(({ workers, caches }) => workers + caches === 0)`, { polling: 100 });
      return page;
    }

    /** @param {Playground} tab */
    async function worksWithout(tab) {
      await tab.modelLoaded();
      assert.equal(await tab.page.evaluate(() => crossOriginIsolated || navigator.serviceWorker.controller !== null), false);
      await tab.type("prompt", "Hello.");
      await tab.setOptions({ max_new_tokens: "5" });
      assert.notEqual(await tab.complete(), "");
      assert.deepEqual(await (await look()).evaluate(whatIsThere), { workers: 0, caches: 0 });
      assert.deepEqual(tab.faults, []);
    }

    it("?service-worker=off removes it", TEST, async () => {
      await install();
      server.requested = [];
      await visit("?service-worker=off");
      // What was kept opened the page; it is loaded anew by itself, and then comes from the host.
      await Promise.all([server.asked("", 1), gone()]);
      // Whether sw.js is asked for tells nothing: Firefox looks for a new version of one that it is about to remove.
      await worksWithout(await visit("?service-worker=off"));
    });

    it("a copy of the page without one removes that of an earlier copy", TEST, async () => {
      await install();
      server.root = dists.without.out;
      // What removes it comes once the earlier one has nothing more to keep.
      const script = await readFile(join(dists.without.out, "sw.js"));
      /** @type {() => void} */
      let send = () => {};
      const isToBeSent = new Promise((resolve) => (send = () => resolve(undefined)));
      server.instead.set("sw.js", async (_request, response) => {
        await isToBeSent;
        response.writeHead(200, { "Content-Type": "text/javascript" }).end(script);
      });
      const earlier = await visit("?model=none");
      await earlier.page.waitForFunction(() => /** @type {any} */ (window).hasKept);
      assert.equal(await versionOf(earlier), dists.plain.version, "the earlier copy opens once more");
      send();
      await gone();
      const tab = await visit();
      assert.equal(await versionOf(tab), dists.without.version);
      await worksWithout(tab);
    });
  });
}

/** @param {Playground} tab */
function versionOf(tab) {
  return tab.page.evaluate(() => document.documentElement.dataset.version);
}

/** Runs in a page. */
async function whatIsThere() {
  return { workers: (await navigator.serviceWorker.getRegistrations()).length, caches: (await caches.keys()).length };
}

/** Runs in a page, before its scripts: notes that the service worker has kept all. */
function recordKeeping() {
  navigator.serviceWorker?.addEventListener("message", ({ data }) => Object.assign(window, { hasKept: data.type === "kept" }));
}
