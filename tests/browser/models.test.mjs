/** Where models come from, and what happens when they do not come whole. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cut, gated, notFound, webPage, whole } from "./harness/model-server.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

const NO_MODEL = "?model=none";
const FILE = "tests/tiny/model.gguf";

inEachBrowser("models", {}, {
  async "a local file loads by the file picker"({ visit, builtin }) {
    const page = await visit(NO_MODEL);
    await page.chooseFiles([builtin.path]);
    await page.modelLoaded();
    await page.type("prompt", "Hello.");
    await page.complete();
  },

  async "a damaged copy of the built-in model is refused"({ visit, pages }) {
    pages.damagesModels = true;
    const page = await visit();
    assert.match(await page.failed({ context: "load", kind: "damaged_file" }), /checksum/);
    await page.reached({ model: "none", load: "idle" });
  },

  async "after loading, the engine's memory is hardly more than the weights"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    const [{ model, memory_bytes }] = await page.engineEvents("loaded");
    assert.ok(memory_bytes <= 1.15 * model.weights_bytes + 24e6, `${memory_bytes} bytes for ${model.weights_bytes} of weights`);
  },

  async "a built-in model says what it is for, and proposes a larger one without fetching anything"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    await page.click("larger");
    assert.equal(await page.page.$eval(":focus", (field) => /** @type {HTMLInputElement} */ (field).value), "google/flan-t5-small");
    await page.reached({ model: "loaded", load: "idle", error: "none" });
    assert.match(await page.text("model-card"), /Data and licences/);
    assert.match(await page.text("model-card"), /Licence\s*Apache-2\.0 OR MIT/);
    assert.doesNotMatch(await page.text("model-card"), /Kept/, "the footer says it");
  },

  async "a model that is not built in has no such sentence"({ visit, builtin }) {
    const page = await visit(NO_MODEL);
    await page.chooseFiles([builtin.path]);
    await page.modelLoaded();
    assert.doesNotMatch(await page.text("model"), /load google/);
    assert.match(await page.text("model-card"), /Kept\s*not by this page/);
  },

  async "a local file loads when it is dropped on the page"({ visit, builtin }) {
    const page = await visit(NO_MODEL);
    await page.dropFile("dropped.gguf", builtin.bytes);
    await page.modelLoaded();
    assert.equal((await page.state())["model-name"], "dropped");
  },

  async "a file of a Hub repository loads by its address and by its id"({ visit, models, builtin }) {
    const address = models.put(FILE, whole(builtin.bytes));
    const page = await visit(NO_MODEL);
    await page.loadReference(address);
    await page.modelLoaded();

    await page.setEndpoint(models.origin);
    await page.loadReference(FILE);
    await page.reached({ model: "loaded", load: "idle", "model-name": FILE });
  },

  async "what is no reference gets a sentence at the field"({ visit }) {
    const page = await visit(NO_MODEL);
    await page.loadReference("no such thing");
    assert.notEqual(await page.text("reference-error"), "");
    await page.reached({ load: "idle", error: "none" });
  },

  async "a 404 is an error, after which the model in use still works and the right address loads"({ visit, models, builtin }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", "Hello.");
    await page.loadReference(models.put("tests/missing/model.gguf", notFound));
    assert.match(await page.failed({ context: "load", kind: "network" }), /404/);
    await page.reached({ model: "loaded", load: "idle" });
    assert.equal(await page.value("prompt"), "Hello.");
    await page.complete();

    await page.loadReference(models.put("tests/tiny/other.gguf", whole(builtin.bytes)));
    await page.reached({ model: "loaded", load: "idle", error: "none", "model-name": "other.gguf" });
  },

  async "a web page in place of a model is called one"({ visit, models }) {
    const page = await visit(NO_MODEL);
    await page.loadReference(models.put("tests/page/model.gguf", webPage));
    assert.match(await page.failed({ context: "load", kind: "network" }), /web page/);
    await page.reached({ model: "none", load: "idle" });
  },

  async "a stream cut in the middle is an error, and trying again loads the model"({ visit, models, builtin }) {
    const page = await visit(NO_MODEL);
    await page.loadReference(models.put("tests/cut/model.gguf", cut(builtin.bytes)));
    assert.match(await page.failed({ context: "load", kind: "network" }), /middle/);
    await page.reached({ model: "none", load: "idle" });

    models.put("tests/cut/model.gguf", whole(builtin.bytes));
    await page.click("error-retry");
    await page.reached({ model: "loaded", load: "idle", error: "none" });
  },

  async "a file that is no model is called that, and half of one damaged"({ visit, builtin }) {
    const page = await visit(NO_MODEL);
    await inFolder(async (folder) => {
      const wrong = join(folder, "wrong.gguf");
      await writeFile(wrong, "This is a letter, not a model.".repeat(100));
      await page.chooseFiles([wrong]);
      await page.failed({ context: "load", kind: "unsupported_model" });
      await page.click("error-dismiss");

      const half = join(folder, "half.gguf");
      await writeFile(half, builtin.bytes.subarray(0, builtin.bytes.length >> 1));
      await page.chooseFiles([half]);
      await page.failed({ context: "load", kind: "damaged_file" });
    });
    await page.reached({ model: "none", load: "idle" });
    await page.chooseFiles([builtin.path]);
    await page.modelLoaded();
  },

  async "progress follows the bytes, and a load can be cancelled in their middle"({ visit, models, builtin }) {
    const page = await visit();
    await page.modelLoaded();
    const gate = gated(builtin.bytes);
    await page.loadReference(models.put("tests/slow/model.gguf", gate.answer));
    await page.reached({ load: "loading", model: "loaded" });
    for (const share of [0.25, 0.5]) {
      await gate.sendUpTo(share);
      // Progress is reported at intervals; a few more bytes bring the next report.
      while ((await percentShown(page)) < share * 100) {
        await gate.sendMore(1000);
        await page.rendered();
      }
      assert.ok((await percentShown(page)) <= Math.ceil(gate.share() * 100));
    }
    await page.click("load-cancel");
    await page.reached({ load: "idle", model: "loaded", error: "none" });
    await gate.abandoned;
    await page.type("prompt", "Hello.");
    await page.complete();
  },

  async "a second load while one runs is refused, and the first goes on"({ visit, models, builtin }) {
    const page = await visit(NO_MODEL);
    const gate = gated(builtin.bytes);
    await page.loadReference(models.put("tests/slow/first.gguf", gate.answer));
    await gate.sendUpTo(0.1);
    await page.reached({ load: "loading" });
    await page.dropFile("second.gguf", builtin.bytes);
    await page.failed({ context: "load", kind: "state" });
    await page.reached({ load: "loading" });
    await gate.sendRest();
    await page.reached({ load: "idle", model: "loaded", "model-name": "first.gguf" });
  },
});

/** @param {import("./harness/playground.mjs").Playground} page */
async function percentShown(page) {
  return Number(await page.attribute("load-progress", "aria-valuenow"));
}

/**
 * Gives a folder of its own, for as long as the work takes.
 *
 * @param {(folder: string) => Promise<void>} work
 */
async function inFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), "t5-playground-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
