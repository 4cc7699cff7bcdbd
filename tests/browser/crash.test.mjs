/** An engine that fails for good ends in a message, and the page goes on with a new one. */
import assert from "node:assert/strict";
import { EVERY_BROWSER } from "./harness/browsers.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

const PROMPT = "Write a long essay about the sea.";

inEachBrowser("a crash", {}, {
  async "a panic in the middle of a completion loses neither the prompt nor the page"({ visit, pages }) {
    pages.trapIn("step", { call: 12, panic: "panicked at src/model/decoder.rs:81: index out of bounds" });
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", PROMPT);
    await page.setOptions({ min_new_tokens: "40", max_new_tokens: "40" });
    await page.runWithKeys();
    assert.match(await page.failed({ context: "generate", kind: "internal" }), /index out of bounds/);
    assert.equal(await page.attribute("error", "data-fatal"), "true");
    assert.equal(await page.value("prompt"), PROMPT);

    pages.repair();
    await page.click("error-retry");
    await page.reached({ model: "loaded", load: "idle", error: "none" });
    assert.notEqual(await page.complete(), "");
  },

  async "memory that runs out while loading is called that, and the model in use stays"({ visit, pages }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", PROMPT);
    pages.trapIn("push", { panic: "memory allocation of 4294967296 bytes failed" });
    await page.click("change-model");
    await page.click("builtin");
    await page.failed({ context: "load", kind: "memory" });
    await page.reached({ model: "loaded", load: "idle" });
    assert.notEqual(await page.complete(), "");
  },

  async "an engine that does not start says so, and starts when it is asked again"({ visit, pages }) {
    pages.trapIn("info");
    const page = await visit();
    await page.failed({ context: "start", kind: "internal" });
    await page.reached({ model: "none", load: "idle" });
    pages.repair();
    await page.click("error-retry");
    await page.modelLoaded();
  },
}, EVERY_BROWSER);

inEachBrowser("a crash in a thread", {}, {
  async "ends in the page's error panel, and the page goes on with a new engine"({ visit, pages }) {
    pages.crashThreadIn("step", 12);
    const page = await visit("?threads=2");
    await page.modelLoaded();
    await page.type("prompt", PROMPT);
    await page.setOptions({ min_new_tokens: "40", max_new_tokens: "40" });
    await page.runWithKeys();
    assert.match(await page.failed({ context: "generate", kind: "internal" }), /crashed on purpose/);
    assert.equal(await page.attribute("error", "data-fatal"), "true");
    assert.equal(await page.value("prompt"), PROMPT);

    pages.repair();
    await page.click("error-retry");
    await page.reached({ model: "loaded", load: "idle", error: "none" });
    assert.notEqual(await page.complete(), "");
  },

  async "before it has started leaves the engine on one thread, which the page says"({ visit, pages }) {
    pages.addedToBindings = 'if (import.meta.url.includes("-threads/") && !self.name.startsWith("t5-engine")) throw new Error("no thread today");';
    const page = await visit("?threads=2");
    await page.modelLoaded();
    assert.match(await page.text("engine"), /1 thread$/);
    assert.match(await page.text("engine-notices"), /one thread.*no thread today/);
    await page.type("prompt", PROMPT);
    assert.notEqual(await page.complete(), "");
  },

  async "of the whole build with threads leaves the build without, which the page says"({ visit, pages }) {
    pages.addedToBindings = 'if (import.meta.url.includes("-threads/")) throw new Error("no threads today");';
    const page = await visit("?threads=2");
    await page.modelLoaded();
    assert.match(await page.text("engine-notices"), /one thread.*no threads today/);
    await page.type("prompt", PROMPT);
    assert.notEqual(await page.complete(), "");
  },
});
