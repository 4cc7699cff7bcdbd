/** The folder for hosting, on a host that sends no headers, in a sub-folder: isolated, without a network, updated. */
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { BareServer } from "./harness/bare-server.mjs";
import { BROWSERS, launch } from "./harness/browsers.mjs";
import { BASE, TEST, factsOf, isIsolated, keptAddresses, makeDists, onAHost } from "./harness/dist.mjs";
import { ggufRepository } from "./harness/golden.mjs";
import { Playground, hook } from "./harness/playground.mjs";

/** Two threads even where there is one processor; no model where one is not needed. */
const THREADS = "?threads=2";
const FOLDERS = makeDists(["first", "second", "oneThread", "noWorker"]);

onAHost("dist", FOLDERS, {
  "isolated after the first visit, with threads; then it needs no server": async ({ server, visit, install }) => {
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
  },

  "at the first visit, offers to load itself again for threads, and keeps what was typed and made": async ({ visit }) => {
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
  },

  "shows its first view before any script has come, and the same one after": async ({ server, dists, blankTab }) => {
    const [script] = (await readdir(join(dists.noWorker.out, "assets"))).filter((name) => /^page\..*\.js$/.test(name));
    server.root = dists.noWorker.out;
    /** @type {() => void} */
    let send = () => {};
    server.instead.set(`assets/${script}`, async (_request, response) => {
      await new Promise((resolve) => (send = () => resolve(undefined)));
      response.writeHead(200, { "Content-Type": "text/javascript" }).end(await readFile(join(dists.noWorker.out, "assets", script)));
    });
    const tab = await blankTab();
    const going = tab.page.goto(server.url, { waitUntil: "domcontentloaded" });
    await tab.page.waitForSelector("#app[inert] #prompt", { visible: true });
    const before = await places(tab);
    send();
    await going;
    await tab.modelLoaded();
    assert.equal(await tab.page.$("#app[inert]"), null);
    assert.deepEqual(await places(tab), before, "nothing has moved");
  },

  "announces a new version and takes it with prompt, history and model kept, tab by tab": async ({ server, dists, visit, settled }) => {
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

    // The other tab is as it was, and its version still has its files, even when no newer page is open.
    await tab.page.close();
    await other.page.bringToFront();
    assert.equal(await versionOf(other), dists.first.version);
    await other.page.waitForSelector(hook("update"));
    await other.page.evaluate(() => document.querySelector('[data-testid="model-card"]')?.setAttribute("open", ""));
    await other.click("unload");
    await other.page.waitForSelector('[data-what="page"]');
    assert.equal(await isVersionKept(other, dists.first.version), true);
    await other.click("load-again");
    await other.modelLoaded();
    await Promise.all([other.page.waitForNavigation(), other.page.click(hook("use-update"))]);
    await other.modelLoaded();
    assert.equal(await versionOf(other), dists.second.version);
    assert.equal(await other.value("prompt"), "typed in the other tab");
    await other.page.waitForSelector('[data-what="model"]');
    assert.equal(await isVersionKept(other, dists.first.version), false);
  },

  "a new version that nobody has used yet opens without a network, with its own model": async ({ server, dists, settled, visit }) => {
    const tab = await settled();
    server.root = dists.second.out;
    await tab.page.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => registration?.update()));
    await tab.page.waitForSelector(hook("update"));
    await tab.page.close();
    await server.stop();
    const later = await visit();
    await later.modelLoaded();
    assert.equal(await versionOf(later), dists.second.version);
    await later.type("prompt", "Hello.");
    await later.setOptions({ max_new_tokens: "5" });
    await later.complete();
  },

  "with one thread, and a model in parts, it is not loaded anew, and needs no server either": async ({ server, dists, visit }) => {
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
  },

  "can be used before its model has loaded": async ({ server, dists, visit }) => {
    const [path] = Object.keys((await factsOf(dists.first.out)).models);
    server.root = dists.noWorker.out;
    server.instead.set(path, (_request, response) => void response.writeHead(200, { "Content-Length": 1e6 }).write("GGUF"));
    const tab = await visit();
    await tab.page.waitForSelector(hook("load-progress"));
    await tab.type("prompt", "typed meanwhile");
    await tab.setOptions({ max_new_tokens: "5" });
    assert.equal(await tab.value("prompt"), "typed meanwhile");
    assert.equal((await tab.state()).model, "none");
  },

  "opened as a file, it says what to do": async ({ context, dists }) => {
    const page = await context.newPage();
    await page.goto(`file://${dists.first.out}/index.html`);
    await page.waitForSelector(".file-address", { visible: true });
    assert.match(await page.$eval(".file-address", (help) => help.textContent ?? ""), /needs a web server/);
  },
});

onAHost("dist as an app", FOLDERS, {
  "can be installed": async ({ settled }) => {
    const tab = await settled();
    const session = await tab.page.createCDPSession();
    assert.deepEqual((await session.send("Page.getAppManifest")).errors, []);
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    // The tests' windows are private ones, in which nothing can be installed.
    assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito"), []);
  },
}, ["chromium"]);

// Its driver tells neither of requests nor of what workers say.
describe("dist, in webkit", { skip: !BROWSERS.includes("webkit"), timeout: 600_000 }, () => {
  it("completes a prompt in a sub-folder, on one thread, and does so again without a server", TEST, async () => {
    const server = await BareServer.start(FOLDERS.first.out, BASE);
    /** @type {import("puppeteer-core").Browser | undefined} */
    let browser;
    try {
      browser = await launch("webkit");
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
      await browser?.close();
      await server.stop();
    }
  });
});

async function tinyModel() {
  return /** @type {Uint8Array} */ ((await ggufRepository()).files["tiny.q8_0.gguf"]);
}

/** @param {Playground} tab */
function versionOf(tab) {
  return tab.page.evaluate(() => document.documentElement.dataset.version);
}

/** @param {Playground} tab @param {string} version */
async function isVersionKept(tab, version) {
  const names = await tab.page.evaluate(() => caches.keys());
  return names.some((name) => name.endsWith(` ${version}`));
}

/** @param {Playground} tab @returns {Promise<number[]>} where the parts of the page begin, in CSS pixels from its top */
function places(tab) {
  return tab.page.$$eval("main > *, .card", (parts) => parts.map((part) => Math.round(part.getBoundingClientRect().top + scrollY)));
}
