/**
 * Measures the engine in a browser, by its own client and worker, without the page's rendering:
 *
 *     node tests/browser/bench.mjs [--model FILE [--config FILE --tokenizer FILE]] [--weights TYPE]
 *         [--prompts 16,128,512] [--new-tokens 64] [--repeat 3] [--browser chromium|firefox] [--json]
 *         [--engine "build=simd128&threads=1"]
 *
 * The page must be built. Without --model it takes the built-in model. Of each prompt length it prints
 * medians over the repetitions; the first run of each length is left out, as it warms up. Memory is
 * that of the WebAssembly module, which never shrinks: its size at the end is its peak.
 */
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { launch } from "./harness/browsers.mjs";
import { ModelServer, whole } from "./harness/model-server.mjs";
import { PageServer, builtinModel } from "./harness/page-server.mjs";
import { Playground } from "./harness/playground.mjs";

const { values: args } = parseArgs({
  options: {
    model: { type: "string" },
    config: { type: "string" },
    tokenizer: { type: "string" },
    weights: { type: "string", default: "as_is" },
    prompts: { type: "string", default: "16,128,512" },
    "new-tokens": { type: "string", default: "64" },
    repeat: { type: "string", default: "3" },
    browser: { type: "string", default: "chromium" },
    engine: { type: "string", default: "" },
    json: { type: "boolean", default: false },
  },
});

const pages = await PageServer.start();
const models = await ModelServer.start();
const browser = await launch(args.browser === "firefox" ? "firefox" : "chromium");
try {
  const playground = await Playground.open(browser, `${pages.url}?model=none`);
  playground.page.setDefaultTimeout(0);
  const report = await playground.page.evaluate(measure, {
    client: new URL("engine/client.js", pages.url).href,
    source: {
      kind: "urls",
      name: basename(args.model ?? "built-in"),
      weights: [await offer(args.model ?? (await builtinModel()).path)],
      config: args.config ? await offer(args.config) : null,
      tokenizer: args.tokenizer ? await offer(args.tokenizer) : null,
    },
    weights: args.weights,
    promptLengths: args.prompts.split(",").map(Number),
    newTokens: Number(args["new-tokens"]),
    wish: args.engine,
    repeat: Number(args.repeat),
  });
  await playground.close();
  print(report);
} finally {
  await browser.close();
  await pages.stop();
  await models.stop();
}

/**
 * Serves a file of this machine to the page.
 *
 * @param {string} path
 * @returns {Promise<string>} its address
 */
async function offer(path) {
  return models.put(`bench/model/${basename(path)}`, whole(await readFile(resolve(process.env.CALLED_FROM ?? "", path))));
}

/**
 * @typedef {object} Measured  medians, in milliseconds
 * @property {number} encoder_tokens
 * @property {number} encode_ms
 * @property {number} first_token_ms  from the request
 * @property {number} tokens_per_second
 */

/** @param {{ model: any, load_ms: number, memory_bytes: number, engine: any, runs: Measured[] }} report */
function print(report) {
  if (args.json) return console.log(JSON.stringify(report));
  const { model, engine, runs } = report;
  const megabytes = (/** @type {number} */ n) => `${(n / 1e6).toFixed(1)} MB`;
  const types = model.tensor_types.map((/** @type {any} */ { type }) => type).join(", ");
  console.log(`${model.name}: ${(model.n_parameters / 1e6).toFixed(1)} M parameters, ${megabytes(model.weights_bytes)} (${types})`);
  console.log(`${args.browser}, engine ${engine.version} (${engine.build}, ${engine.n_threads} thread(s))`);
  console.log(`loaded in ${report.load_ms.toFixed(0)} ms; peak memory of the engine ${megabytes(report.memory_bytes)}`);
  console.log("prompt tokens  encode ms  first token ms  tokens/s");
  for (const run of runs) {
    const columns = [run.encoder_tokens, run.encode_ms.toFixed(1), run.first_token_ms.toFixed(1), run.tokens_per_second.toFixed(1)];
    console.log(columns.map((text, i) => String(text).padStart([13, 9, 14, 8][i] ?? 0)).join("  "));
  }
}

/**
 * Runs in the page.
 *
 * @param {{ client: string, source: any, weights: string, promptLengths: number[], newTokens: number, wish: string, repeat: number }} what
 */
async function measure({ client: clientUrl, source, weights, promptLengths, newTokens, wish, repeat }) {
  const { EngineClient } = await import(clientUrl);
  /** @type {Record<string, any>} The last event of each type. */
  const last = {};
  /** @type {(event: any) => void} */
  let hear = () => {};
  const client = new EngineClient({
    engine: wish,
    onEvent: (/** @type {any} */ event) => {
      last[event.type] = event;
      hear(event);
    },
  });
  const next = (/** @type {string} */ type) => new Promise((resolve, reject) => {
    hear = (event) => {
      if (event.type === "error") reject(new Error(event.error.message));
      if (event.type === type) resolve(event);
    };
  });

  client.load(source, { weights });
  const { model, engine, load_ms } = await next("loaded");

  /** @type {(text: string) => Promise<number>} */
  const countTokens = async (text) => {
    const answer = next("tokenized");
    client.tokenize(text);
    return (await answer).tokens.length;
  };
  /** The longest run of words that is at most so many tokens. @type {(nTokens: number) => Promise<string>} */
  const promptOf = async (nTokens) => {
    const words = (/** @type {number} */ n) => Array(n).fill("the").join(" ");
    let [least, most] = [1, nTokens];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      if ((await countTokens(words(middle))) <= nTokens) least = middle;
      else most = middle - 1;
    }
    return words(least);
  };

  const median = (/** @type {number[]} */ numbers) => {
    const sorted = numbers.toSorted((a, b) => a - b);
    return /** @type {number} */ (sorted[sorted.length >> 1]);
  };
  const runs = [];
  for (const length of promptLengths) {
    const prompt = await promptOf(length);
    /** @type {any[]} */
    const results = [];
    for (let i = 0; i <= repeat; i++) {
      const done = next("generation_done");
      client.generate(prompt, { max_new_tokens: newTokens, min_new_tokens: newTokens });
      const { result } = /** @type {any} */ (await done);
      if (i > 0) results.push(result);
    }
    const of = (/** @type {string} */ name) => median(results.map(({ timing }) => timing[name]));
    runs.push({
      encoder_tokens: results[0].usage.encoder_tokens,
      encode_ms: of("encode_ms"),
      first_token_ms: of("first_token_ms"),
      tokens_per_second: of("tokens_per_second"),
    });
  }
  const report = { model, load_ms, memory_bytes: last.generation_done.memory_bytes, engine, runs };
  client.unload();
  return report;
}
