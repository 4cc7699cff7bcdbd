/** Prompts and options that a model cannot take, and those that it only takes in part. */
import assert from "node:assert/strict";
import { hook } from "./harness/playground.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

inEachBrowser("input", {}, {
  async "an empty prompt does not run, and says so"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.runWithKeys();
    assert.notEqual(await page.text("announcer"), "");
    await page.page.waitForFunction(() => document.getElementById("run-hint")?.textContent?.trim() === "Type a prompt first.");
    await page.reached({ generation: "idle" });
    assert.deepEqual(await page.engineEvents("generation_started"), []);
  },

  async "without a model nothing runs, and the typed text stays"({ visit }) {
    const page = await visit("?model=none");
    await page.type("prompt", "Hello.");
    await page.runWithKeys();
    assert.notEqual(await page.text("announcer"), "");
    await page.reached({ generation: "idle", model: "none" });
    assert.equal(await page.value("prompt"), "Hello.");
  },

  async "lone surrogates and NUL are completed, and the page says what was replaced"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.setOptions({ max_new_tokens: "5" });
    await page.paste("prompt", [0x61, 0xd800, 0x20, 0, 0x20, 0xdc00, 0x62]);
    await page.page.waitForSelector(`${hook("prompt-notices")} [data-kind="lone_surrogates"]`);
    await page.runWithKeys();
    await page.reached({ generation: "done" });
  },

  async "what the model does not see of a prompt stays said while more is typed"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    const prompt = "漢字 two";
    await page.paste("prompt", Array.from(prompt, (character) => character.charCodeAt(0)));
    const notices = await page.page.waitForSelector(hook("prompt-notices"));
    await page.page.focus(hook("prompt"));
    await page.page.keyboard.press("End");
    await page.page.keyboard.type(" more");
    await page.page.waitForSelector(`${hook("meter-encoder")}[data-for-length="${prompt.length + 5}"]`);
    assert.equal(await notices?.evaluate((element) => element.isConnected), true);
  },

  async "a number that WebAssembly has no room for is refused at its field"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", "Hello.");
    await page.setOptions({ do_sample: true, top_k: "5000000000" });
    await page.runWithKeys();
    await page.page.waitForSelector(hook("option-error-top_k"));
  },

  async "a prompt of 20,000 words is refused with its length, and the page goes on"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.setOptions({ max_new_tokens: "5" });
    const long = "house ".repeat(20_000);
    await page.paste("prompt", Array.from(long, (character) => character.charCodeAt(0)));
    await page.page.waitForSelector(`${hook("meter-encoder")}[data-for-length="${long.length}"]`);
    assert.equal(await page.attribute("meter-encoder", "data-state"), "beyond");
    await page.runWithKeys();
    assert.match(await page.failed({ context: "generate", kind: "prompt" }), /\d/);
    assert.equal((await page.value("prompt")).length, long.length);

    await page.paste("prompt", Array.from("Hello.", (character) => character.charCodeAt(0)));
    await page.complete();
    await page.reached({ error: "none" });
  },

  async "the Tab key reaches the tokens of a prompt that was shortened"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.click("toggle-tokens");
    const counted = (/** @type {string} */ prompt) => page.page.waitForSelector(`${hook("meter-encoder")}[data-for-length="${prompt.length}"]`);
    const stop = `${hook("prompt-token")}[tabindex="0"]`;
    await page.type("prompt", "one two three four five six");
    await counted("one two three four five six");
    await page.page.hover(`${hook("prompt-token")}:last-child`);
    await page.page.waitForSelector(`${stop}:last-child`);
    await page.type("prompt", "one two");
    await counted("one two");
    assert.equal((await page.page.$$(stop)).length, 1);
  },

  async "an option out of range is shown at its field, and nothing runs"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", "Hello.");
    await page.setOptions({ do_sample: true, temperature: "-1" });
    await page.runWithKeys();
    assert.notEqual(await page.text("option-error-temperature"), "");
    await page.reached({ generation: "idle" });
    await page.setOptions({ temperature: "1", max_new_tokens: "5" });
    await page.complete();
  },

  async "beam search is refused with a sentence, not ignored"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", "Hello.");
    await page.setOptions({ num_beams: "4" });
    await page.runWithKeys();
    await page.page.waitForSelector(hook("option-error-num_beams"));
    assert.deepEqual(await page.engineEvents("token"), []);
  },
});
