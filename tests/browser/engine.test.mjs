/** The engine in WebAssembly: what native tests cannot see. */
import assert from "node:assert/strict";
import { inEachBrowser } from "./harness/suite.mjs";

inEachBrowser("the engine", {}, {
  async "vector kernels equal their scalar twins to the last bit"({ visit }) {
    const page = await visit("?model=none");
    const nComparisons = await page.page.evaluate(async () => {
      const url = new URL("engine/wasm/t5_playground.js", document.baseURI).href;
      const engine = await import(url);
      await engine.default();
      return engine.checkKernels(1, 300);
    });
    assert.ok(nComparisons > 50_000, `${nComparisons} comparisons`);
  },

  async "memory stays flat over completions of varied length"({ visit }) {
    const page = await visit();
    await page.modelLoaded();
    for (let i = 0; i < 12; i += 1) {
      await page.type("prompt", "One more word. ".repeat(1 + ((i * 7) % 20)));
      await page.setOptions({ max_new_tokens: String(4 + (i % 3) * 8) });
      await page.complete();
    }
    const sizes = (await page.engineEvents("generation_done")).map((event) => event.memory_bytes);
    assert.equal(sizes.length, 12);
    // All lengths were met before; once more may at most round up to other WebAssembly pages.
    await page.type("prompt", "One more word. ".repeat(20));
    await page.complete();
    const last = (await page.engineEvents("generation_done")).at(-1).memory_bytes;
    assert.ok(last <= Math.max(...sizes) + 2 ** 19, `${last} bytes after ${sizes}`);
  },
});
