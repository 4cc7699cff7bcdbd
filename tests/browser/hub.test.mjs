/** The page and a Hub: a repository is looked up, chosen from, fetched, paused, kept, checked and deleted. */
import assert from "node:assert/strict";
import { ggufRepository, shardedRepository } from "./harness/golden.mjs";
import { gated } from "./harness/model-server.mjs";
import { hook } from "./harness/playground.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

/** @typedef {import("./harness/playground.mjs").Playground} Playground */
/** @typedef {import("./harness/hub-server.mjs").HubServer} HubServer */

const NO_MODEL = "?model=none";
const FILE = "tiny.f32.gguf";

inEachBrowser("the page and a Hub", {}, {
  async "an id shows what there is, and the recommended loads, is kept, opens offline, and is deleted"({ visit, hub }) {
    hub.publish("tests/gguf", await ggufRepository());
    hub.publish("tests/sharded", await shardedRepository());
    const page = await visit(NO_MODEL);
    await lookUp(page, hub, "tests/gguf");
    assert.deepEqual(await offers(page), ["tiny.f32.gguf", "tiny.q8_0.gguf", "tiny.candle.q8_0.gguf"]);
    assert.equal(await chosen(page), "tiny.candle.q8_0.gguf", "of two that are as exact, the shorter");
    assert.match(await page.text("offers"), /Licence: mit/);
    await page.click("offer-load");
    await page.modelLoaded();
    assert.match(await page.text("model-card"), /Licence\s*mit/);

    await lookUp(page, hub, "tests/sharded");
    assert.match(await page.text("offer"), /in 2 parts/);
    await page.click("offer-load");
    await page.reached({ model: "loaded", load: "idle", "model-name": "tests/sharded" });
    await page.type("prompt", "The sea is");
    const text = await page.complete();
    // Written a moment after the last change.
    await page.page.waitForFunction(() => Object.values(localStorage).some((kept) => kept.includes("The sea is")));

    await page.anotherTab();
    await hub.stop();
    try {
      await keptModels(page, 2);
      await page.click("kept-open");
      await page.modelLoaded();
      assert.equal(await page.value("prompt"), "The sea is");
      assert.equal(await page.complete(), text);
      await openPicker(page);
      await page.click("kept-check");
      await page.page.waitForFunction((checked) => /Every byte/.test(document.querySelector(checked)?.textContent ?? ""), {}, hook("kept-checked"));
      await page.click("kept-delete");
      await keptModels(page, 1);
      assert.equal((await page.state()).model, "loaded", "what is in use stays in use");
    } finally {
      await hub.restart();
    }
  },

  async "a paused load goes on in another tab, and a cancelled one leaves nothing"({ visit, hub }) {
    const { files } = await publish(hub);
    const page = await visit(NO_MODEL);
    const place = 150_000;
    hub.faults.set(FILE, { holdAt: [place] });
    await loadFile(page, hub);
    await hub.held();
    await shown(page, "load-text", /150 kB of 278 kB/);
    await page.click("load-pause");
    await page.reached({ load: "idle", error: "none" });
    await page.anotherTab();
    await keptModels(page, 1);
    assert.match(await page.text("kept-model"), /incomplete: 150 kB of 278 kB/);
    hub.served.clear();
    await page.click("kept-open");
    await page.modelLoaded();
    const content = files[FILE];
    assert.equal(hub.served.get(FILE), (content instanceof Uint8Array ? content.length : NaN) - place);
    await openPicker(page);
    await page.click("kept-delete");
    await keptModels(page, 0);

    hub.faults.set(FILE, { holdAt: [place] });
    await loadFile(page, hub);
    await hub.held();
    await shown(page, "load-text", /150 kB of 278 kB/);
    await page.click("load-cancel");
    await page.reached({ load: "idle", error: "none", model: "loaded" });
    await openPicker(page);
    await keptModels(page, 0);
  },

  async "a model that a page cannot hold is said to be too large, and offered with fewer bits"({ visit, hub }) {
    const n_bytes = 18e9;
    hub.publish("tests/huge", {
      parameters: { F32: n_bytes / 4 },
      files: {
        "config.json": new TextEncoder().encode("{}"),
        "tokenizer.json": new TextEncoder().encode("{}"),
        "model.safetensors": { n_bytes, sha256: "0".repeat(64), read: () => [] },
      },
    });
    const page = await visit(NO_MODEL);
    await lookUp(page, hub, "tests/huge");
    assert.equal(await page.attribute("offer-fit", "data-fit"), "too_large");
    await page.click("offer-smaller");
    assert.notEqual(await page.attribute("offer-fit", "data-fit"), "too_large");
    assert.notEqual(await page.value("offer-weights-select"), "q8_0");
    await page.click("offers-close");
    await page.reached({ load: "idle", error: "none" });
  },

  async "what cannot be looked up says why and is looked up again, and nothing readable is called that"({ visit, hub }) {
    hub.publish("tests/pytorch", { files: { "config.json": new TextEncoder().encode("{}"), "pytorch_model.bin": new Uint8Array(100) } });
    const page = await visit(NO_MODEL);
    await lookUp(page, hub, "tests/pytorch");
    assert.match(await page.text("offers-none"), /PyTorch/);
    await page.setEndpoint(hub.endpoint);
    await page.loadReference("tests/absent");
    assert.match(await page.failed({ context: "load", kind: "network" }), /wants a login.*does not exist/);
    await publish(hub, "tests/absent");
    await page.click("error-retry");
    await page.page.waitForSelector(`${hook("offers")}[data-state="ready"]`);
    assert.equal((await offers(page)).length, 3);
    await page.reached({ load: "idle", error: "none" });
  },

  async "an endpoint that is no address is said at its field, at a later visit too"({ visit, hub }) {
    await publish(hub);
    const page = await visit(NO_MODEL);
    await page.setEndpoint("the mirror");
    await page.page.reload();
    // Without a model the picker opens by itself, once the page knows that there is none to load.
    await page.page.waitForSelector(hook("reference-input"));
    await page.loadReference("tests/gguf");
    await page.page.waitForSelector(`${hook("endpoint-input")}:focus[aria-invalid="true"]`);
    assert.match(await page.text("endpoint-error"), /not the address of a server/);
    await lookUp(page, hub, "tests/gguf");
    assert.equal(await page.page.$(hook("endpoint-error")), null);
  },

  async "a server that drips is called slow"({ visit, models, builtin }) {
    const page = await visit(NO_MODEL);
    const gate = gated(builtin.bytes);
    await page.loadReference(models.put("tests/drip/model.gguf", gate.answer));
    await gate.sendMore(5000);
    while (!/very slowly/.test((await page.page.$(hook("load-text"))) ? await page.text("load-text") : "")) {
      await gate.sendMore(50);
      await page.rendered();
    }
    await page.click("load-cancel");
    await page.reached({ load: "idle", error: "none" });
  },
});

/** @param {HubServer} hub */
async function publish(hub, repo = "tests/gguf") {
  const repository = await ggufRepository();
  hub.publish(repo, repository);
  return repository;
}

/** @param {Playground} page @param {HubServer} hub @param {string} repo */
async function lookUp(page, hub, repo) {
  await page.setEndpoint(hub.endpoint);
  await page.loadReference(repo);
  await page.page.waitForSelector(`${hook("offers")}[data-state="ready"]`);
}

/** @param {Playground} page @param {HubServer} hub */
async function loadFile(page, hub) {
  await page.setEndpoint(hub.endpoint);
  await page.loadReference(`tests/gguf/${FILE}`);
}

/** @param {Playground} page */
function offers(page) {
  return page.page.$$eval(hook("offer"), (labels) => labels.map((label) => label.getAttribute("data-id")));
}

/** @param {Playground} page */
function chosen(page) {
  return page.page.$eval(`${hook("offer")}:has(input:checked)`, (label) => label.getAttribute("data-id"));
}

/** @param {Playground} page */
async function openPicker(page) {
  if ((await page.attribute("change-model", "aria-expanded")) !== "true") await page.click("change-model");
}

/** Waits until so many models are shown as kept. @param {Playground} page @param {number} n */
async function keptModels(page, n) {
  await page.page.waitForSelector(`${hook("kept")}[data-n="${n}"]`);
}

/** @param {Playground} page @param {string} testid @param {RegExp} pattern */
async function shown(page, testid, pattern) {
  await page.page.waitForFunction(
    (selector, source) => new RegExp(source).test(document.querySelector(selector)?.textContent ?? ""),
    {},
    hook(testid),
    pattern.source,
  );
}
