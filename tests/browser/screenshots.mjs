/**
 * Takes pictures of the page in its states, wide and narrow, light and dark, for a person to look at:
 *
 *     node tests/browser/screenshots.mjs [--language ko] [--states done,error] [--widths 1280,390] [FOLDER]
 *
 * The page must be built. The pictures go to build/screenshots unless a FOLDER is named; BROWSERS
 * names the browsers (here: Chromium unless told otherwise). WebKit's show what is in view, and light only.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { BROWSERS, launch } from "./harness/browsers.mjs";
import { HubServer } from "./harness/hub-server.mjs";
import { flanT5Small } from "./harness/flan-t5-small.mjs";
import { ggufRepository } from "./harness/golden.mjs";
import { gated, notFound, ModelServer } from "./harness/model-server.mjs";
import { PageServer, builtinModel } from "./harness/page-server.mjs";
import { PRELOAD, Playground } from "./harness/playground.mjs";

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    language: { type: "string", default: "en" },
    states: { type: "string" },
    widths: { type: "string", default: "1280,390" },
  },
});

/** Width and height in CSS pixels. */
const VIEWPORTS = args.widths.split(",").map(Number).map((width) => ({ width, height: width > 600 ? 900 : 844 }));

const folder = positionals[0] ?? fileURLToPath(new URL("../../build/screenshots", import.meta.url));
const pages = await PageServer.start();
const models = await ModelServer.start();
const hub = await HubServer.start();
const tiny = await ggufRepository();
const small = flanT5Small();
hub.publish("tests/tiny", tiny);
hub.publish("tests/flan-t5-small", { ...small, files: { ...small.files, ...tiny.files } });
const builtin = await builtinModel();

/** How the page gets into each state. @type {Record<string, (page: Playground) => Promise<void>>} */
const STATES = {
  async empty() {},
  async loading(page) {
    const gate = gated(builtin.bytes);
    await page.loadReference(models.put("tests/pictures/model.gguf", gate.answer));
    await page.reached({ load: "loading" });
    await gate.sendUpTo(0.4);
    await page.page.waitForSelector('[data-testid="load-progress"][aria-valuenow]');
  },
  async generating(page) {
    await page.chooseFiles([builtin.path]);
    await page.modelLoaded();
    await page.type("prompt", "Write a long essay about the sea.");
    await page.setOptions({ min_new_tokens: "4000", max_new_tokens: "4000" });
    await page.runWithKeys();
    await page.tokensShown(12);
  },
  async done(page) {
    await page.chooseFiles([builtin.path]);
    await page.modelLoaded();
    await page.click("example");
    await page.complete();
    await page.click("toggle-tokens");
  },
  async offers(page) {
    await page.setEndpoint(hub.endpoint);
    await page.loadReference("tests/flan-t5-small");
    await page.page.waitForSelector('[data-testid="offers"][data-state="ready"]');
  },
  async kept(page) {
    await page.setEndpoint(hub.endpoint);
    for (const file of ["tiny.f32.gguf", "tiny.q8_0.gguf"]) {
      await page.loadReference(`tests/tiny/${file}`);
      await page.reached({ model: "loaded", load: "idle", "model-name": `tests/tiny/${file}` });
    }
    await page.click("change-model");
    await page.page.waitForSelector('[data-testid="kept"][data-n="2"]');
    await page.page.evaluate(() => document.querySelectorAll("details.known, details.model-card").forEach((details) => details.setAttribute("open", "")));
  },
  async error(page) {
    await page.type("prompt", "What is a prompt?");
    await page.loadReference(models.put("tests/missing/model.gguf", notFound));
    await page.failed({ context: "load", kind: "network" });
  },
};

await mkdir(folder, { recursive: true });
for (const browserName of process.env.BROWSERS ? BROWSERS : /** @type {const} */ (["chromium"])) {
  const browser = await launch(browserName);
  if (browserName === "webkit") pages.preload = PRELOAD;
  const schemes = /** @type {("light" | "dark")[]} */ (browserName === "webkit" ? ["light"] : ["light", "dark"]);
  for (const state of args.states?.split(",") ?? Object.keys(STATES)) {
    for (const viewport of VIEWPORTS) {
      for (const scheme of schemes) {
        const path = join(folder, `${browserName}-${args.language}-${state}-${viewport.width}-${scheme}.png`);
        const look = { viewport, scheme: browserName === "webkit" ? undefined : scheme };
        const playground = await Playground.open(browser, `${pages.url}?model=none`, look);
        if (args.language !== "en") await playground.click(`language-${args.language}`);
        await STATES[state](playground);
        await playground.page.screenshot({ path: /** @type {`${string}.png`} */ (path), fullPage: true });
        await playground.close();
        console.log(path);
      }
    }
  }
  await browser.close();
  pages.preload = "";
}
await pages.stop();
await models.stop();
await hub.stop();
