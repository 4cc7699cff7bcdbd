/** The folder for hosting, where something fails: files that do not arrive, or not whole, and service workers that fail. */
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { factsOf, isIsolated, keptAddresses, makeDists, onAHost } from "./harness/dist.mjs";

const FOLDERS = makeDists(["first", "secondWithoutWorker", "noWorker"]);
const KEPT = '[data-testid="kept-offline"]';

/**
 * Service workers that fail, by what is wrong with them.
 *
 * @type {Record<string, (source: string) => string | null>} what the host sends instead of the script; null: an error
 */
const BROKEN_WORKERS = {
  "cannot be fetched": () => null,
  "is no JavaScript": () => "<!doctype html>",
  "throws when it starts": () => "throw new Error('broken by the test');",
  "may not store anything": (source) => `caches.open = caches.keys = caches.match = () => Promise.reject(new DOMException("no", "SecurityError"));\n${source}`,
};

onAHost("dist in trouble", FOLDERS, {
  "keeps nothing that is not whole, and works all the same": async ({ server, dists, visit, install }) => {
    const [asset] = Object.keys((await factsOf(dists.first.out)).files).filter((path) => /^assets\/speed\./.test(path));
    const signIn = "<!doctype html><title>Sign in</title>";
    server.instead.set(asset, (_request, response) => response.writeHead(200, { "Content-Type": "text/html" }).end(signIn));
    await install();
    const tab = await visit();
    await tab.modelLoaded();
    assert.equal(await isIsolated(tab), true);
    await tab.page.waitForFunction(() => /** @type {any} */ (window).workerMessages.some(({ type = "" }) => type === "not_kept"));
    assert.equal(await tab.page.$(KEPT), null);
    const kept = await keptAddresses(tab);
    assert.ok(!kept.includes(server.url + asset));
    assert.ok(!kept.includes(`${server.url}index.html`), "a page is kept once all that it needs is");

    // The page may be of another version by then, and so may its models be.
    const list = "models/index.json";
    await tab.page.waitForFunction((url) => caches.match(url), {}, server.url + list);
    const nAsked = server.requested.filter((path) => path === list).length;
    server.instead.clear();
    await tab.page.reload();
    await server.asked(list, nAsked + 1);
    await tab.page.waitForSelector(KEPT);
  },

  "a damaged copy of the model is refused, not kept, and fetched anew": async ({ server, dists, visit, install }) => {
    const [path] = Object.keys((await factsOf(dists.first.out)).models);
    const bytes = await readFile(join(dists.first.out, path));
    bytes[bytes.length - 1000] ^= 1;
    server.instead.set(path, (_request, response) => response.writeHead(200, { "Content-Length": bytes.length }).end(bytes));
    await install();
    const tab = await visit();
    await tab.failed({ context: "load", kind: "damaged_file" });
    server.instead.clear();
    await tab.page.reload();
    await tab.modelLoaded();
  },

  "a copy of the model stays where it is not what was wrong": async ({ server, dists, settled }) => {
    const [path] = Object.keys((await factsOf(dists.first.out)).models);
    const tab = await settled();
    await tab.page.evaluateOnNewDocument(failForWantOfMemory);
    await tab.page.reload();
    await tab.failed({ context: "load", kind: "memory" });
    await tab.page.waitForFunction(() => /** @type {any} */ (window).workerMessages.some(({ type = "" }) => type === "kept"));
    assert.ok((await keptAddresses(tab)).includes(server.url + path));
  },

  "a page of an earlier version, whose files are gone, is loaded anew": async ({ server, dists, visit, blankTab }) => {
    server.root = dists.noWorker.out;
    server.forbidsCaching = (path) => path.startsWith("assets/");
    const first = await visit();
    await first.modelLoaded();
    await first.page.close();
    server.root = dists.secondWithoutWorker.out;
    const tab = await blankTab();
    // That page loads itself anew, and puppeteer may wait in vain for the one that it was sent to.
    const going = tab.page.goto(server.url).catch(() => {});
    const page = /** @type {string} */ ((await readdir(join(server.root, "assets"))).find((name) => /^page\./.test(name)));
    await server.asked(`assets/${page}`, 1);
    await tab.page.close();
    await going;
    // Firefox counts the files that were gone at first.
    tab.faults = [];
  },

  "says so where its script does not arrive": async ({ server, dists, blankTab }) => {
    server.root = dists.noWorker.out;
    const [script] = (await readdir(join(server.root, "assets"))).filter((name) => /^page\..*\.js$/.test(name));
    server.instead.set(`assets/${script}`, (_request, response) => response.writeHead(500).end());
    const tab = await blankTab();
    const going = tab.page.goto(server.url).catch(() => {});
    await tab.page.waitForSelector("#not-arrived[role=alert]", { visible: true });
    assert.ok(server.requested.filter((path) => path === `assets/${script}`).length >= 2, "it has been loaded anew first");
    await tab.page.close();
    await going;
    tab.faults = [];
  },

  ...Object.fromEntries(Object.entries(BROKEN_WORKERS).map(([what, script]) => [
    `works from the network with a service worker that ${what}`,
    async ({ server, context, dists, visit }) => {
      const source = await readFile(join(dists.first.out, "sw.js"), "utf8");
      server.instead.set("sw.js", (_request, response) => {
        const code = script(source);
        response.writeHead(code === null ? 500 : 200, { "Content-Type": "text/javascript" }).end(code ?? "");
      });
      const first = await context.newPage();
      const going = first.goto(server.url).catch(() => {});
      await server.asked("sw.js", 1);
      await first.close();
      await going;
      const tab = await visit();
      await tab.modelLoaded();
      assert.equal(await tab.page.$(KEPT), null);
      await tab.type("prompt", "Hello.");
      assert.notEqual(await tab.complete(), "");
    },
  ])),
});

/** Runs in the page, before its scripts: every engine says that the device has too little memory. */
function failForWantOfMemory() {
  const error = { kind: "memory", option: null, message: "out of memory", fatal: true };
  const Original = window.Worker;
  window.Worker = class extends Original {
    /** @param {ConstructorParameters<typeof Worker>} args */
    constructor(...args) {
      super(...args);
      const data = [{ type: "error", context: "load", generation_id: null, error }];
      setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data })));
    }
  };
}
