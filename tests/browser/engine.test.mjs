/** The engine in WebAssembly: what native tests cannot see. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { EVERY_BROWSER } from "./harness/browsers.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

/** What a visitor waits for before anything can run: the module with tokenizer and all, as hosts compress it. */
const BUDGET_BYTES = 1_100_000;

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

  async "memory stays flat over 100 completions of varied length"({ visit }) {
    const page = await visit("?model=none");
    const sizes = await page.page.evaluate(generateOften, 100);
    assert.equal(sizes.length, 100);
    // The first 25 meet every length; what comes after may at most round up to other WebAssembly pages.
    const [first, last] = [Math.max(...sizes.slice(0, 25)), sizes.at(-1) ?? 0];
    assert.ok(last <= first + 2 ** 19, `${last} bytes at the end, ${first} at first`);
  },

  async "the engine's download stays within its budget"({ visit }) {
    const page = await visit("?model=none");
    const response = await fetch(new URL("engine/wasm/t5_playground_bg.wasm", page.page.url()));
    const n_bytes = gzipSync(new Uint8Array(await response.arrayBuffer()), { level: 9 }).length;
    assert.ok(n_bytes <= BUDGET_BYTES, `${n_bytes} bytes with gzip, of ${BUDGET_BYTES}`);
  },
}, EVERY_BROWSER);

/**
 * Runs in the page: completions of the built-in model by an engine of its own.
 *
 * @param {number} nGenerations
 * @returns {Promise<number[]>} bytes of the engine's memory after each
 */
async function generateOften(nGenerations) {
  const [model] = await (await fetch("models/index.json")).json();
  const { EngineClient } = await import(new URL("engine/client.js", document.baseURI).href);
  /** @type {number[]} */
  const sizes = [];
  await new Promise((resolve, reject) => {
    const generate = () => {
      const i = sizes.length;
      client.generate("One more word. ".repeat(1 + ((i * 7) % 25)), { max_new_tokens: 4 + (i % 5) * 16, min_new_tokens: 4 });
    };
    const client = new EngineClient({
      onEvent: (/** @type {any} */ event) => {
        if (event.type === "error") reject(new Error(event.error.message));
        if (event.type === "loaded") generate();
        if (event.type !== "generation_done") return;
        sizes.push(event.memory_bytes);
        if (sizes.length === nGenerations) resolve(client.unload());
        else generate();
      },
    });
    client.load({ kind: "urls", name: model.name, weights: [new URL(`models/${model.file}`, document.baseURI).href], config: null, tokenizer: null });
  });
  return sizes;
}
