/** What WebKit does in ways of its own on the whole way: files, addresses, errors. The rest is in the suites that it shares. */
import assert from "node:assert/strict";
import { notFound, whole } from "./harness/model-server.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

const NO_MODEL = "?model=none";

inEachBrowser("WebKit's ways", {}, {
  async "a local file loads by the file picker and by drop"({ visit, builtin }) {
    const page = await visit(NO_MODEL);
    await page.chooseFiles([builtin.path]);
    await page.modelLoaded();
    await page.dropFile("dropped.gguf", builtin.bytes);
    await page.reached({ model: "loaded", load: "idle", "model-name": "dropped" });
    await page.type("prompt", "Hello.");
    assert.notEqual(await page.complete(), "");
  },

  async "a wrong address is an error that costs nothing, and the right one loads"({ visit, models, builtin }) {
    const page = await visit();
    await page.modelLoaded();
    await page.type("prompt", "Hello.");
    await page.loadReference(models.put("tests/missing/model.gguf", notFound));
    assert.match(await page.failed({ context: "load", kind: "network" }), /404/);
    assert.equal(await page.value("prompt"), "Hello.");
    await page.complete();

    await page.loadReference(models.put("tests/tiny/other.gguf", whole(builtin.bytes)));
    await page.reached({ model: "loaded", load: "idle", error: "none", "model-name": "other.gguf" });
  },
}, ["webkit"]);
