/** The folder for hosting, on a host that sends no headers, in a sub-folder: isolated, without a network, updated. */
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { makeDist } from "../../scripts/dist.mjs";
import { BareServer } from "./harness/bare-server.mjs";
import { BROWSERS, launch } from "./harness/browsers.mjs";
import { ggufRepository } from "./harness/golden.mjs";
import { PAGE_ROOT } from "./harness/page-server.mjs";
import { Playground, hook } from "./harness/playground.mjs";

const BASE = "/school/t5%20playground";
/** Two threads even where there is one processor; no model where one is not needed. */
const THREADS = "?threads=2";
/** A test that hangs ends here. */
const TEST = { timeout: 300_000 };
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

/** Folders of this test: two versions of the page, and variants of the first. */
let folder = "";
/** @type {Record<"first" | "second" | "secondWithoutWorker" | "oneThread" | "noWorker", { out: string, version: string }>} */
let dists;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "t5-playground-dist-"));
  const changed = join(folder, "changed");
  await cp(PAGE_ROOT, changed, { recursive: true });
  await writeFile(join(changed, "style.css"), "\n.second { color: red; }", { flag: "a" });
  const words = join(changed, "page/i18n/en.js");
  await writeFile(words, (await readFile(words, "utf8")).replace('"title": "', '"title": "The second '));
  const make = async (/** @type {string} */ name, /** @type {object} */ options) => {
    const out = join(folder, name);
    return { out, ...(await makeDist({ from: PAGE_ROOT, out, packed: false, ...options })) };
  };
  dists = {
    first: await make("first", {}),
    second: await make("second", { from: changed }),
    secondWithoutWorker: await make("second-without-worker", { from: changed, serviceWorker: false }),
    oneThread: await make("one-thread", {
      threads: false,
      bundled: [{ path: fileURLToPath(new URL("../golden/gguf/t5-v1_1.q8_0.gguf", import.meta.url)), id: "tests/tiny", name: "Tiny" }],
      shardBytes: 50_000,
    }),
    noWorker: await make("no-worker", { serviceWorker: false }),
  };
});

after(() => rm(folder, { recursive: true }));

for (const browserName of BROWSERS.filter((name) => name !== "webkit")) {
  describe(`dist, in ${browserName}`, { timeout: 900_000 }, () => {
    /** @type {import("puppeteer-core").Browser} */
    let browser;
    /** @type {BareServer} */
    let server;
    /** @type {import("puppeteer-core").BrowserContext} */
    let context;
    /** @type {Playground[]} */
    let tabs;

    before(async () => {
      browser = await launch(browserName);
    });

    after(() => browser.close());

    beforeEach(async () => {
      server = await BareServer.start(dists.first.out, BASE);
      context = await browser.createBrowserContext();
      tabs = [];
    });

    afterEach(async () => {
      await context.close();
      await server.stop();
      assert.deepEqual(tabs.flatMap((tab) => tab.faults), [], "uncaught errors on the page");
      const foreign = tabs.flatMap((tab) => tab.requests).filter((url) => /^(https?|wss?):/.test(url) && !url.startsWith(server.url));
      assert.deepEqual(foreign, [], "requests to anyone else");
    });

    async function visit(query = "") {
      const tab = await Playground.tab(context);
      tabs.push(tab);
      await tab.page.evaluateOnNewDocument(recordWorkerMessages);
      await tab.page.goto(server.url + query, { waitUntil: "domcontentloaded" });
      return tab;
    }

    /** A visit that leaves the service worker behind. */
    async function install() {
      const page = await context.newPage();
      await page.goto(server.url);
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
      await page.close();
    }

    /** A tab of a later visit, when everything is kept. */
    async function settled(query = "") {
      await install();
      const tab = await visit(query);
      await tab.modelLoaded();
      await tab.page.waitForSelector('[data-what="model"]');
      return tab;
    }

    const versionOf = (/** @type {Playground} */ tab) => tab.page.evaluate(() => document.documentElement.dataset.version);
    const isIsolated = (/** @type {Playground} */ tab) => tab.page.evaluate(() => crossOriginIsolated);

    it("isolated after the first visit, with threads; then it needs no server", TEST, async () => {
      const model = await tinyModel();
      server.instead.set("tiny.gguf", (_request, response) => response.writeHead(200, { "Content-Length": model.length }).end(model));
      await install();
      const tab = await visit(THREADS);
      await tab.modelLoaded();
      await tab.page.waitForSelector('[data-what="model"]');
      assert.equal(await isIsolated(tab), true);
      assert.equal((await tab.engineEvents("loaded")).at(-1).engine.n_threads, 2);
      assert.deepEqual((await tab.engineEvents("loaded")).at(-1).engine.notices, []);
      const builds = new Set((await keptAddresses(tab)).map((url) => /engine\/wasm\/([^/]+)/.exec(url)?.[1]));
      assert.ok([...builds].filter(Boolean).length <= 2, "only what this browser runs is kept");
      await tab.loadReference(`${server.url}tiny.gguf`);
      await tab.modelLoaded();
      assert.equal((await tab.engineEvents("loaded")).at(-1).kept.why, null);

      await server.stop();
      await tab.page.reload();
      await tab.modelLoaded();
      assert.equal(await isIsolated(tab), true);
      assert.equal((await tab.engineEvents("loaded")).at(-1).engine.n_threads, 2);
      await tab.type("prompt", "Where is Ganymede?");
      assert.notEqual(await tab.complete(), "");
      await tab.click("change-model");
      await tab.click("kept-open");
      await tab.reached({ model: "loaded", load: "idle", "model-name": "tiny.gguf" });
      await tab.setOptions({ max_new_tokens: "5" });
      await tab.complete();
      assert.equal((await tab.engineEvents("generation_done")).at(-1).result.token_ids.length > 0, true);
      await tab.page.click('a[href="speed.html"]');
      await tab.page.waitForSelector(hook("speed-run"));
    });

    it("at the first visit, offers to load itself again for threads, and keeps what was typed and made", TEST, async () => {
      const tab = await visit(THREADS);
      await tab.modelLoaded();
      assert.equal((await tab.engineEvents("loaded")).at(-1).engine.n_threads, 1);
      await tab.page.waitForSelector(hook("use-threads"));
      await tab.type("prompt", "Hello.");
      await tab.setOptions({ max_new_tokens: "5" });
      const text = await tab.complete();
      await Promise.all([tab.page.waitForNavigation(), tab.page.click(hook("use-threads"))]);
      await tab.modelLoaded();
      assert.equal(await isIsolated(tab), true);
      assert.equal((await tab.engineEvents("loaded")).at(-1).engine.n_threads, 2);
      assert.equal(await tab.value("prompt"), "Hello.");
      assert.match(await tab.text("history"), new RegExp(`Hello\\.[^]*${text.trim().slice(0, 10)}`));
      assert.equal(await tab.page.$(hook("use-threads")), null);
    });

    it("shows its first view before any script has come, and the same one after", TEST, async () => {
      const [script] = (await readdir(join(dists.noWorker.out, "assets"))).filter((name) => /^page\..*\.js$/.test(name));
      server.root = dists.noWorker.out;
      /** @type {() => void} */
      let send = () => {};
      server.instead.set(`assets/${script}`, async (_request, response) => {
        await new Promise((resolve) => (send = () => resolve(undefined)));
        response.writeHead(200, { "Content-Type": "text/javascript" }).end(await readFile(join(dists.noWorker.out, "assets", script)));
      });
      const tab = await Playground.tab(context);
      tabs.push(tab);
      const going = tab.page.goto(server.url, { waitUntil: "domcontentloaded" });
      await tab.page.waitForSelector("#app[inert] #prompt", { visible: true });
      const before = await places(tab);
      send();
      await going;
      await tab.modelLoaded();
      assert.equal(await tab.page.$("#app[inert]"), null);
      assert.deepEqual(await places(tab), before, "nothing has moved");
    });

    it("announces a new version and takes it with prompt, history and model kept, tab by tab", TEST, async () => {
      const model = await tinyModel();
      server.instead.set("tiny.gguf", (_request, response) => response.writeHead(200, { "Content-Length": model.length }).end(model));
      const tab = await settled();
      const other = await visit();
      await other.modelLoaded();
      await other.type("prompt", "typed in the other tab");
      await tab.page.bringToFront();
      await tab.type("prompt", "Hello.");
      await tab.setOptions({ max_new_tokens: "5" });
      const text = await tab.complete();
      await tab.type("prompt", "typed, and not run");
      await tab.loadReference(`${server.url}tiny.gguf`);
      await tab.reached({ model: "loaded", load: "idle", "model-name": "tiny.gguf" });

      server.root = dists.second.out;
      server.requested = [];
      await tab.page.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => registration?.update()));
      await tab.page.waitForSelector(hook("update"));
      assert.equal(await versionOf(tab), dists.first.version);
      await Promise.all([tab.page.waitForNavigation(), tab.page.click(hook("use-update"))]);
      await tab.modelLoaded();
      assert.equal(await versionOf(tab), dists.second.version);
      assert.ok(server.requested.some((path) => /^assets\/page\.\w+\.js$/.test(path)), "what changed is fetched");
      assert.deepEqual(server.requested.filter((path) => /wasm|worker\.\w+\.js$/.test(path)), [], "what did not is not");
      assert.equal((await tab.state())["model-name"], "tiny.gguf");
      assert.equal(await tab.value("prompt"), "typed, and not run");
      assert.match(await tab.text("history"), new RegExp(`Hello\\.[^]*${text.trim().slice(0, 10)}`));

      // The other tab is as it was, and its version still has its files.
      await other.page.bringToFront();
      assert.equal(await versionOf(other), dists.first.version);
      await other.page.waitForSelector(hook("update"));
      await other.page.evaluate(() => document.querySelector('[data-testid="model-card"]')?.setAttribute("open", ""));
      await other.click("unload");
      await other.click("load-again");
      await other.modelLoaded();
      await Promise.all([other.page.waitForNavigation(), other.page.click(hook("use-update"))]);
      await other.modelLoaded();
      assert.equal(await versionOf(other), dists.second.version);
      assert.equal(await other.value("prompt"), "typed in the other tab");
    });

    it("keeps nothing that is not whole, and works all the same", TEST, async () => {
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

      server.instead.clear();
      await tab.page.reload();
      await tab.page.waitForSelector(KEPT);
    });

    it("a damaged copy of the model is refused, not kept, and fetched anew", TEST, async () => {
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
    });

    for (const [what, script] of Object.entries(BROKEN_WORKERS)) {
      it(`works from the network with a service worker that ${what}`, TEST, async () => {
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
      });
    }

    it("a page of an earlier version, whose files are gone, is loaded anew", TEST, async () => {
      server.root = dists.noWorker.out;
      server.forbidsCaching = (path) => path.startsWith("assets/");
      const first = await visit();
      await first.modelLoaded();
      await first.page.close();
      server.root = dists.secondWithoutWorker.out;
      const tab = await Playground.tab(context);
      tabs.push(tab);
      // That page loads itself anew, and puppeteer may wait in vain for the one that it was sent to.
      const going = tab.page.goto(server.url).catch(() => {});
      const page = /** @type {string} */ ((await readdir(join(server.root, "assets"))).find((name) => /^page\./.test(name)));
      await server.asked(`assets/${page}`, 1);
      await tab.page.close();
      await going;
      // Firefox counts the files that were gone at first.
      tab.faults = [];
    });

    it("says so where its script does not arrive", TEST, async () => {
      server.root = dists.noWorker.out;
      const [script] = (await readdir(join(server.root, "assets"))).filter((name) => /^page\..*\.js$/.test(name));
      server.instead.set(`assets/${script}`, (_request, response) => response.writeHead(500).end());
      const tab = await Playground.tab(context);
      tabs.push(tab);
      const going = tab.page.goto(server.url).catch(() => {});
      await tab.page.waitForSelector("#not-arrived[role=alert]", { visible: true });
      assert.ok(server.requested.filter((path) => path === `assets/${script}`).length >= 2, "it has been loaded anew first");
      await tab.page.close();
      await going;
      tab.faults = [];
    });

    it("with one thread, and a model in parts, it is not loaded anew, and needs no server either", TEST, async () => {
      server.root = dists.oneThread.out;
      const tab = await visit(THREADS);
      await tab.page.waitForSelector('[data-what="model"]');
      assert.equal(await isIsolated(tab), false);
      assert.equal((await tab.engineEvents("loaded")).at(-1).engine.n_threads, 1);
      assert.deepEqual((await tab.engineEvents("loaded")).at(-1).engine.notices, []);
      assert.equal(server.requested.filter((path) => path === "").length, 1);
      assert.equal((await tab.state())["model-name"], "Tiny");
      const parts = new Set(server.requested.filter((path) => path.startsWith("models/tests-tiny-part-")));
      assert.ok(parts.size > 1, [...parts].join());
      await server.stop();
      await tab.page.reload();
      await tab.modelLoaded();
      assert.equal((await tab.state())["model-name"], "Tiny");
      await tab.type("prompt", "Hello.");
      await tab.setOptions({ max_new_tokens: "5" });
      await tab.complete();
    });

    it("can be used before its model has loaded", TEST, async () => {
      const [path] = Object.keys((await factsOf(dists.first.out)).models);
      server.root = dists.noWorker.out;
      server.instead.set(path, (_request, response) => void response.writeHead(200, { "Content-Length": 1e6 }).write("GGUF"));
      const tab = await visit();
      await tab.page.waitForSelector(hook("load-progress"));
      await tab.type("prompt", "typed meanwhile");
      await tab.setOptions({ max_new_tokens: "5" });
      assert.equal(await tab.value("prompt"), "typed meanwhile");
      assert.equal((await tab.state()).model, "none");
    });

    it("opened as a file, it says what to do", TEST, async () => {
      const page = await context.newPage();
      await page.goto(`file://${dists.first.out}/index.html`);
      await page.waitForSelector(".file-address", { visible: true });
      assert.match(await page.$eval(".file-address", (help) => help.textContent ?? ""), /needs a web server/);
    });

    if (browserName === "chromium") {
      it("can be installed", TEST, async () => {
        const tab = await settled();
        const session = await tab.page.createCDPSession();
        assert.deepEqual((await session.send("Page.getAppManifest")).errors, []);
        const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
        // The tests' windows are private ones, in which nothing can be installed.
        assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito"), []);
      });
    }
  });
}

/** @param {string} out  a folder for hosting @returns {Promise<{ models: Record<string, number>, files: Record<string, string> }>} what its service worker knows */
async function factsOf(out) {
  const [line] = (await readFile(join(out, "sw.js"), "utf8")).split("\n");
  return JSON.parse(line.slice("self.DIST = ".length, -1));
}

async function tinyModel() {
  return /** @type {Uint8Array} */ ((await ggufRepository()).files["tiny.q8_0.gguf"]);
}

/** @param {Playground} tab @returns {Promise<number[]>} where the parts of the page begin, in CSS pixels from its top */
function places(tab) {
  return tab.page.$$eval("main > *, .card", (parts) => parts.map((part) => Math.round(part.getBoundingClientRect().top + scrollY)));
}

/** @param {Playground} tab */
function keptAddresses(tab) {
  return tab.page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => url);
  });
}

/** Runs in the page, before its scripts: keeps what the service worker says. */
function recordWorkerMessages() {
  /** @type {unknown[]} */
  const messages = [];
  Object.assign(window, { workerMessages: messages });
  navigator.serviceWorker?.addEventListener("message", ({ data }) => messages.push(data));
}

// Its driver tells neither of requests nor of what workers say.
describe("dist, in webkit", { skip: !BROWSERS.includes("webkit"), timeout: 600_000 }, () => {
  it("completes a prompt in a sub-folder, on one thread, and does so again without a server", TEST, async () => {
    const server = await BareServer.start(dists.first.out, BASE);
    const browser = await launch("webkit");
    try {
      const tab = await Playground.tab(await browser.createBrowserContext());
      await tab.page.goto(server.url);
      await tab.modelLoaded();
      await tab.type("prompt", "What is the capital of France?");
      const text = await tab.complete();
      assert.match(text, /Paris/);
      await tab.page.waitForSelector('[data-what="model"]');

      await server.stop();
      await tab.page.goto(server.url);
      await tab.modelLoaded();
      // Isolated, but without shared memory: no threads.
      assert.deepEqual(await tab.page.evaluate(() => [crossOriginIsolated, typeof SharedArrayBuffer]), [true, "undefined"]);
      await tab.type("prompt", "What is the capital of France?");
      assert.equal(await tab.complete(), text);
      await tab.close();
    } finally {
      await browser.close();
      await server.stop();
    }
  });
});
