/** The engine in WebAssembly: what native tests cannot see. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { EVERY_BROWSER } from "./harness/browsers.mjs";
import { PAGE_ROOT } from "./harness/page-server.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

/** What a visitor waits for before anything can run: the module with tokenizer and all, as hosts compress it. */
const BUDGET_BYTES = 1_100_000;

const BUILDS = ["simd128", "simd128-threads", "relaxed-simd", "relaxed-simd-threads"];

/** @typedef {import("./harness/playground.mjs").Playground} Playground */

/**
 * The builds that a browser can run; the floor is always among them.
 *
 * @param {Playground} page
 */
async function runnable(page) {
  const { instructions, shares } = await page.page.evaluate(async () => {
    const { chooseBuild } = await import(new URL("engine/builds.js", document.baseURI).href);
    return { instructions: chooseBuild({}).instructions, shares: crossOriginIsolated && "SharedArrayBuffer" in self };
  });
  return BUILDS.filter((build) => (shares || !build.endsWith("-threads")) && (instructions === "relaxed-simd" || !build.startsWith("relaxed")));
}

/** What is asked of the client to run a build. @param {string} build */
function wishes(build) {
  const instructions = build.replace("-threads", "");
  return (build === instructions ? [1] : [2, 4]).map((n) => `build=${instructions}&threads=${n}`);
}

inEachBrowser("the engine", {}, {
  async "vector kernels equal their scalar twins to the last bit, in each build"({ visit }) {
    const page = await visit("?model=none");
    for (const build of await runnable(page)) {
      const nComparisons = await page.page.evaluate(async (folder) => {
        const engine = await import(new URL(`engine/wasm/${folder}/t5_playground.js`, document.baseURI).href);
        await engine.default();
        return engine.checkKernels(1, 300);
      }, build);
      assert.ok(nComparisons > 50_000, `${build}: ${nComparisons} comparisons`);
    }
  },

  async "every build says the same, with the same probabilities to the last bit"({ visit }) {
    const page = await visit("?model=none");
    const [first, ...others] = (await runnable(page)).flatMap(wishes);
    const expected = await page.page.evaluate(completeSome, String(first));
    assert.equal(expected.build, "build=simd128&threads=1");
    assert.ok(expected.completions.every(({ probabilities }) => probabilities.length >= 4));
    for (const wish of others) {
      const found = await page.page.evaluate(completeSome, wish);
      assert.equal(found.build, wish);
      assert.deepEqual(found.completions, expected.completions, wish);
    }
  },

  async "memory stays flat over 100 completions of varied length, with threads and without"({ visit }) {
    const page = await visit("?model=none");
    const shares = (await runnable(page)).includes("simd128-threads");
    for (const wish of ["threads=1", ...(shares ? ["threads=2"] : [])]) {
      const sizes = await page.page.evaluate(generateOften, 100, wish);
      assert.equal(sizes.length, 100);
      // The first 25 meet every length; what comes after may at most round up to other WebAssembly pages.
      const [first, last] = [Math.max(...sizes.slice(0, 25)), sizes.at(-1) ?? 0];
      assert.ok(last <= first + 2 ** 19, `${wish}: ${last} bytes at the end, ${first} at first`);
    }
  },

  async "each build's download stays within its budget"() {
    for (const build of BUILDS) {
      const module = await readFile(join(PAGE_ROOT, "engine/wasm", build, "t5_playground_bg.wasm"));
      const n_bytes = gzipSync(module, { level: 9 }).length;
      assert.ok(n_bytes <= BUDGET_BYTES, `${build}: ${n_bytes} bytes with gzip, of ${BUDGET_BYTES}`);
    }
  },
}, EVERY_BROWSER);

/**
 * Runs in the page: some completions of the built-in model by an engine of its own.
 *
 * @param {string} wish  the build and number of threads
 * @returns {Promise<{ build: string, completions: { ids: number[], text: string, probabilities: number[] }[] }>}
 */
async function completeSome(wish) {
  const [model] = await (await fetch("models/index.json")).json();
  const { EngineClient } = await import(new URL("engine/client.js", document.baseURI).href);
  const prompts = ["Translate to German: Good morning.", "One more word, and then another. ".repeat(40)];
  /** @type {{ ids: number[], text: string, probabilities: number[] }[]} */
  const completions = [];
  /** @type {number[]} */
  let probabilities = [];
  let build = "";
  await new Promise((resolve, reject) => {
    const generate = () => client.generate(prompts[completions.length], { max_new_tokens: 24, min_new_tokens: 4 });
    const client = new EngineClient({
      engine: wish,
      onEvent: (/** @type {any} */ event) => {
        if (event.type === "error") reject(new Error(event.error.message));
        if (event.type === "token") probabilities.push(event.log_probability);
        if (event.type === "loaded") {
          build = `build=${event.engine.build}&threads=${event.engine.n_threads}`;
          generate();
        }
        if (event.type !== "generation_done") return;
        completions.push({ ids: event.result.token_ids, text: event.result.text, probabilities });
        probabilities = [];
        if (completions.length === prompts.length) resolve(client.unload());
        else generate();
      },
    });
    client.load({ kind: "urls", name: model.name, weights: [new URL(`models/${model.file}`, document.baseURI).href], config: null, tokenizer: null });
  });
  return { build, completions };
}

/**
 * Runs in the page: completions of the built-in model by an engine of its own.
 *
 * @param {number} nGenerations
 * @param {string} wish  the number of threads
 * @returns {Promise<number[]>} bytes of the engine's memory after each
 */
async function generateOften(nGenerations, wish) {
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
      engine: wish,
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
