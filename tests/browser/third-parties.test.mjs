/** No request to anyone else: of pages, of their workers, of the service worker. All go through a proxy that notes them. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { makeDist } from "../../scripts/dist.mjs";
import { BareServer } from "./harness/bare-server.mjs";
import { BROWSERS, launch } from "./harness/browsers.mjs";
import { PAGE_ROOT } from "./harness/page-server.mjs";
import { Playground, hook } from "./harness/playground.mjs";
import { RecordingProxy } from "./harness/recording-proxy.mjs";

const TEST = { timeout: 300_000 };
const FOREIGN = "http://third-party.invalid/";

for (const browserName of BROWSERS.filter((name) => name !== "webkit")) {
  describe(`requests to others, in ${browserName}`, { timeout: 600_000 }, () => {
    let out = "";
    /** @type {RecordingProxy} */
    let proxy;
    /** @type {BareServer} */
    let server;
    /** @type {import("puppeteer-core").Browser} */
    let browser;

    before(async () => {
      out = await mkdtemp(join(tmpdir(), "t5-playground-others-"));
      await makeDist({ from: PAGE_ROOT, out, packed: false });
      server = await BareServer.start(out, "/page");
      proxy = await RecordingProxy.start();
      browser = await launch(browserName, [], proxy.address);
    });

    after(async () => {
      await browser?.close();
      await proxy.stop();
      await server.stop();
      await rm(out, { recursive: true });
    });

    /** @param {string} [query] */
    async function visit(query = "") {
      const tab = await Playground.tab(await browser.createBrowserContext());
      await tab.page.goto(server.url + query);
      return tab;
    }

    it("there are none, while all of the page is used and kept", TEST, async () => {
      const tab = await visit();
      await tab.page.waitForSelector('[data-what="model"]');
      await tab.type("prompt", "Hello.");
      await tab.setOptions({ max_new_tokens: "5" });
      await tab.complete();
      await tab.page.click('a[href="speed.html"]');
      await tab.page.waitForSelector(hook("speed-run"));
      assert.deepEqual(proxy.requested.filter((url) => !url.startsWith(server.url)), []);
      const seen = proxy.requested.map((url) => url.slice(server.url.length));
      assert.ok(seen.includes("speed.html"), "requests of pages pass the proxy");
      assert.ok(seen.some((path) => path.endsWith(".wasm")), "requests of workers pass it");
      assert.ok(seen.includes("icon-512.png"), "requests of the service worker pass it: nobody else wants this picture");
    });

    it("one that a service worker made would be seen", TEST, async () => {
      const script = `${await readFile(join(out, "sw.js"), "utf8")}\nfetch("${FOREIGN}").catch(() => {});`;
      server.instead.set("sw.js", (_request, response) => response.writeHead(200, { "Content-Type": "text/javascript" }).end(script));
      const tab = await visit("?model=none");
      await tab.page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
      assert.ok(await proxy.asked(FOREIGN));
    });
  });
}
