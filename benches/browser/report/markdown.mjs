/** The report as Markdown: goals first, then everything that was measured. */
import { BYTES_PER_TOKEN, CEILING_BYTES } from "../measure.mjs";
import { BUILDS, CONTENDERS, NEW_TOKENS, PROMPTS, oursName } from "../contenders.mjs";
import { againstOtherBrowser, chosenBuild, goalsOf, isReached } from "./goals.mjs";
import { ceilingOf, sameStart, summaryOf } from "./summary.mjs";

/** @import { Divergences } from "../divergence.mjs" */
/** @import { Measurement } from "../measure.mjs" */
/** @import { Statistic } from "./statistics.mjs" */

/**
 * @typedef {object} Meta
 * @property {string} date
 * @property {string} browser  name and version
 * @property {string} machine
 * @property {string} engine  fingerprint of the built engine
 * @property {string} commit
 *
 * @typedef {{ meta: Meta, records: Measurement[] }} Results
 */

/** @param {unknown[][]} rows  the first is the heading */
function table([head = [], ...rows]) {
  const line = (/** @type {unknown[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** @param {Statistic | null | undefined} statistic @param {number} [scale] */
export function spread(statistic, scale = 1) {
  if (!statistic) return "-";
  const [median, min, max] = [statistic.median, statistic.min, statistic.max].map((value) => significant(value * scale));
  return `${median} (${min} - ${max})`;
}

/** @param {number} value */
export function significant(value) {
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

/** @param {number | null | undefined} bytes @param {number} [unit] */
const inUnits = (bytes, unit = 1e6) => (bytes === null || bytes === undefined ? "-" : significant(bytes / unit));

/**
 * @param {Results} chromium
 * @param {Results | null} firefox
 * @param {Divergences | null} divergences
 * @param {import("../shapes.mjs").ShapeResult[]} shapes
 */
export function report(chromium, firefox, divergences, shapes) {
  const parts = [
    `# The comparison`,
    `Written by \`./build.sh bench\`; nothing here is by hand. Every contender has the same random weights in the shape of
flan-t5-small (76,961,152 parameters), gets the same token ids, and generates ${NEW_TOKENS} tokens greedily, all in one browser in
turn. Medians, with the least and the greatest in brackets.`,
    `![Decode and encode](results.svg)`,
    ...browserReport(chromium, divergences),
    ...(firefox ? firefoxReport(firefox, chromium) : [`## Firefox\n\nNot measured yet: \`./build.sh bench --browser firefox\`.`]),
    ...(divergences ? [divergenceReport(divergences)] : []),
    ...(shapes.length ? [shapesReport(shapes, chromium)] : []),
    NOTES,
  ];
  return `${parts.join("\n\n")}\n`;
}

/** @param {Meta} meta */
const headline = (meta) => `${meta.browser}, ${meta.date}, ${meta.machine}, commit ${meta.commit}.`;

/**
 * @param {Results} results
 * @param {Divergences | null} divergences
 */
function browserReport({ meta, records }, divergences) {
  const goals = goalsOf(records, divergences);
  const n_reached = goals.filter(isReached).length;
  const build = chosenBuild(records);
  return [
    `## Goals`,
    `${headline(meta)} Of this project, the build that the page takes here: ${build}. ${n_reached} of ${goals.length} reached.`,
    goalTable(goals),
    ...tables(records),
  ];
}

/** @param {import("./goals.mjs").Goal[]} goals */
function goalTable(goals) {
  return table([["goal", "", "limit", "measured", ""], ...goals.map((goal) => {
    const { area, text, bound, limit, value, unit } = goal;
    const withUnit = (/** @type {number} */ n) => `${n} ${unit}`.trim();
    const verdict = value === null ? "not measured" : isReached(goal) ? "reached" : "**not reached**";
    return [area, text, `at ${bound} ${withUnit(limit)}`, value === null ? "-" : `${significant(value)} ${unit}`.trim(), verdict];
  })]);
}

/** @param {Measurement[]} records */
function tables(records) {
  const all = CONTENDERS.map((contender) => ({ contender, summary: summaryOf(records, contender.name) }));
  const there = all.filter(({ summary }) => Object.keys(summary.warm).length > 0);
  const failed = all.filter(({ summary }) => summary.failures.length > 0);
  const speeds = (/** @type {"warm" | "cold"} */ state) => table([
    ["", ...PROMPTS.map((n) => `encode ${n}, ms`), ...PROMPTS.map((n) => `tokens/s after ${n}`), "runs"],
    ...there.map(({ contender, summary }) => [
      contender.title,
      ...PROMPTS.map((n) => spread(summary[state][n]?.encode_ms)),
      ...PROMPTS.map((n) => spread(summary[state][n]?.tokens_per_s)),
      Math.min(...Object.values(summary[state]).map((speed) => speed.encode_ms?.n ?? 0)),
    ]),
  ]);
  return [
    `### Warm`, speeds("warm"),
    `Of the tokens after the first, without what the decoder prepares of the prompt:`,
    table([
      ["", ...PROMPTS.map((n) => `tokens/s after ${n}`)],
      ...there.filter(({ contender }) => contender.peer === "ours").map(({ contender, summary }) => [
        contender.title, ...PROMPTS.map((n) => spread(summary.warm[n]?.later_tokens_per_s)),
      ]),
    ]),
    `### Cold: the first pass of a fresh page, prompts in this order`, speeds("cold"),
    `### Load, memory, download`,
    table([
      ["", "load from bytes in memory, ms", "ready after the last byte, ms", "peak of the page's process above an empty page, MiB", "WebAssembly memory, MB", "weights, MB", "engine, MB with gzip", "model, MB"],
      ...there.map(({ contender, summary }) => [
        contender.title, spread(summary.load_ms), spread(summary.ready_ms), spread(summary.memory_bytes, 1 / 1_048_576),
        inUnits(summary.wasm_bytes), inUnits(summary.weights_bytes), inUnits(summary.code_bytes), inUnits(summary.model_bytes),
      ]),
    ]),
    `### Ceilings`,
    `A token reads ${inUnits(BYTES_PER_TOKEN)} MB in Q8_0. GB/s of this machine, by our WebAssembly: nothing but loads, and the product of our
Q8_0 kernel with one token; on so many workers at once, each with memory of its own.`,
    table([
      ["build", "bytes", "workers", "loads", "product", "tokens/s at the product's speed"],
      ...BUILDS.flatMap((build) => CEILING_BYTES.flatMap((n_bytes) => [1, 2].flatMap((threads) => {
        const of = (/** @type {"read" | "multiply"} */ kernel) => ceilingOf(records, { build, kernel, threads, n_bytes });
        const multiply = of("multiply");
        if (!multiply) return [];
        const tokens = n_bytes === BYTES_PER_TOKEN ? Math.round(multiply.median / BYTES_PER_TOKEN) : "";
        return [[build, `${inUnits(n_bytes)} MB`, threads, spread(of("read"), 1e-9), spread(multiply, 1e-9), tokens]];
      }))),
    ]),
    ...textReport(records),
    ...(failed.length ? [`### Failed`, failed.map(({ contender, summary }) => `- ${contender.title}: ${summary.failures.join("; ")}`).join("\n")] : []),
  ];
}

/** @param {Measurement[]} records */
function textReport(records) {
  const reference = summaryOf(records, oursName("simd128", "q8_0", 1));
  const rows = CONTENDERS.filter(({ name }) => !name.includes("q4_0")).flatMap(({ name, title }) => {
    const { first_ids, repeats } = summaryOf(records, name);
    if (!Object.keys(first_ids).length) return [];
    return [[title, ...PROMPTS.map((n) => `${sameStart(first_ids[n], reference.first_ids[n])} of ${reference.first_ids[n]?.length ?? 0}`), repeats ? "yes" : "no"]];
  });
  return [
    `### Same tokens`,
    `How many of the first tokens are those of this project's Q8_0 in simd128, before one differs, and whether each run gave the same.
After random weights two tokens are often about as likely, so rounding alone may part two correct peers.`,
    table([["", ...PROMPTS.map((n) => `after ${n}`), "repeats"], ...rows]),
  ];
}

/**
 * @param {Results} firefox
 * @param {Results} chromium
 */
function firefoxReport({ meta, records }, chromium) {
  const compared = againstOtherBrowser(records, chromium.records).filter(({ value }) => value !== null);
  const slow = compared.filter(({ value }) => (value ?? 0) < 0.5);
  const lines = slow.map(({ text, value }) => `- ${text}: ${significant(value ?? 0)} of Chromium's speed`);
  return [
    `## Firefox`,
    headline(meta),
    `9 Firefox: nothing slower than half of Chromium's: ${compared.length === 0 ? "not measured" : slow.length === 0 ? "reached" : "**not reached**"}` +
      ` (${compared.length} figures compared).${lines.length ? `\n\n${lines.join("\n")}` : ""}`,
    `The same goals in this browser:`,
    goalTable(goalsOf(records, null).filter(({ area }) => !area.startsWith("7"))),
    ...tables(records).map((part) => part.replace(/^###/, "####")),
  ];
}

/** @param {Divergences} divergences */
function divergenceReport(divergences) {
  const rows = Object.entries(divergences).flatMap(([model, kinds]) => Object.entries(kinds).map(([kind, found]) => [
    model, TITLES[kind] ?? kind, found.n_steps, found.mean.toExponential(2), `${((100 * found.n_equal) / found.n_steps).toFixed(1)} %`,
    textsOf(found),
  ]));
  return `## Divergence from f32

Mean Kullback-Leibler divergence of the next token's probabilities from those of Hugging Face transformers in f32, along the same
tokens (what f32 generates greedily). Random: the weights above. Trained: weights in f32 that round to the built-in model in Q8_0
bit for bit, after the prompts of train/prompts.txt. The plain kernel is Q8_0 weights times activations in 8-bit blocks of 32, as ggml and
candle multiply; computed in PyTorch. transformers.js runs in the browser. A tie: at the first token that differs, f32 gives
the two probabilities that differ by at most 5 % of the greater.

${table([["weights", "", "steps", "nats", "most likely token equal", "greedy text"], ...rows])}`;
}

/** @param {import("../divergence.mjs").Divergence} found */
function textsOf({ n_prompts, n_changed = 0, n_ties = 0, widest_tie = 0 }) {
  if (n_prompts === undefined) return "";
  const ties = n_ties ? `, ${n_ties} part at a tie (the widest ${(100 * widest_tie).toFixed(1)} %)` : "";
  return `${n_prompts - n_changed - n_ties} of ${n_prompts} equal${ties}`;
}

/** @type {Record<string, string>} */
const TITLES = { q8_0: "this project, Q8_0", q4_0: "this project, Q4_0", plain: "plain kernel, Q8_0", "transformers.js": "transformers.js, q8" };

/**
 * @param {import("../shapes.mjs").ShapeResult[]} shapes
 * @param {Results} chromium
 */
function shapesReport(shapes, chromium) {
  const rows = shapes.map((shape) => {
    const small = summaryOf(chromium.records, oursName(shape.build, shape.weights, shape.threads)).warm[128]?.tokens_per_s;
    const smallBytes = (BYTES_PER_TOKEN * (shape.weights === "q8_0" ? 34 : 18)) / 34;
    const predicted = small && (small.median * smallBytes) / shape.bytes_per_token;
    const ratio = predicted ? shape.tokens_per_s.median / predicted : null;
    const read = shape.tokens_per_s.median * shape.bytes_per_token;
    // Those of an earlier version were not measured.
    const loads = shape.loads_bytes_per_s?.median;
    return [
      shape.shape, shape.weights.toUpperCase(), shape.build, shape.threads, inUnits(shape.model_bytes), inUnits(shape.wasm_bytes), inUnits(shape.bytes_per_token),
      spread(shape.tokens_per_s), predicted ? significant(predicted) : "-", ratio ? significant(ratio) : "-",
      ratio === null ? "not measured" : ratio >= 0.8 ? "reached" : "**not reached**", inUnits(read, 1e9), inUnits(loads, 1e9), loads ? significant(read / loads) : "-", spread(shape.encode_ms), significant(shape.load_ms),
    ];
  });
  return `## Larger models

After 128 tokens. Predicted: flan-t5-small's tokens/s above, times its bytes a token over this model's; within 20 % or better is reached.
Loads: nothing but loads, of as many bytes as a token's, by as many workers as threads. The small model's bytes may stay in the processor's
cache in part, where a larger one's come from memory each time; the share of the loads says how much of that limit is used.

${table([["shape", "weights", "build", "threads", "model, MB", "WebAssembly memory, MB", "MB a token", "tokens/s", "predicted", "ratio", "", "reads, GB/s", "loads, GB/s", "share", "encode 128, ms", "load, ms"], ...rows])}`;
}

const NOTES = `## How it is measured

- Encode is the encoder alone. Decode is all ${NEW_TOKENS} tokens over the time from the end of encoding to the last token, by the clock on the
  wall, so with the keys and values of cross-attention.
- This project's modules are served as \`./build.sh dist\` bundles them.
- Warm: passes over all prompts after the first ones of a page, of every round; cold: the first pass of each fresh page. candle and
  wllama run only 16 tokens cold, as they take a minute a pass.
- Load is from the first import of the library to a model that can generate. The bytes are there before: for transformers.js and candle in
  the worker's memory, for this project and wllama in a file that the browser can read, as those of a device and of its store are.
- Memory is the largest peak (VmHWM) of a content process of the browser, in a page that loads from the network.
- candle-transformers' quantized T5 computes cross-attention's keys and values again for each token and is wrong past short distances:
  its speed can be compared and its text cannot. wllama 2.4 is the last version that runs T5's encoder. transformers.js's model has no
  tokenizer here, this project's has.`;
