/**
 * Compares this project with its peers in one browser; the files that it needs are made by `./build.sh bench`, whose
 * options these are:
 *
 *     --browser NAME   chromium (default) or firefox
 *     --rounds N       times that every contender is visited (default 5)
 *     --quick          one round, for trying
 *     --append         go on with the measurements of the last run
 *     --only A,B       contenders whose names begin so, such as simd128/q8_0 or transformers.js
 *     --shapes A,B     also base, large: those shapes, with this project alone and in Chromium
 *     --parts A,B      of rounds, divergence, report; what was measured before stays in the report
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launch } from "../../tests/browser/harness/browsers.mjs";
import { PAGE_ROOT } from "../../tests/browser/harness/page-server.mjs";
import { CONTENDERS, WEIGHTS, oursName } from "./contenders.mjs";
import { measureDivergences } from "./divergence.mjs";
import { measureFlatness, measureRound, reasonOf } from "./measure.mjs";
import { chosenBuild, goalsOf, isReached } from "./report/goals.mjs";
import { plotOf } from "./report/plots.mjs";
import { report, significant } from "./report/markdown.mjs";
import { measureShape, nameOf } from "./shapes.mjs";
import { BUILD, ROOT, Site } from "./site.mjs";

/** @import { Measurement } from "./measure.mjs" */
/** @import { Results } from "./report/markdown.mjs" */

const { values: options } = parseArgs({
  options: {
    browser: { type: "string", default: "chromium" },
    rounds: { type: "string", default: "5" },
    quick: { type: "boolean", default: false },
    append: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    shapes: { type: "string", default: "" },
    parts: { type: "string", default: "rounds,divergence,report" },
  },
});
const parts = options.parts.split(",");
const browserName = options.browser === "firefox" ? "firefox" : "chromium";
if (options.shapes && browserName !== "chromium") throw new Error("--shapes: larger models are compared with the small one in Chromium only.");
const RESULTS = join(BUILD, "results");
const resultsFile = (/** @type {string} */ name) => join(RESULTS, `${name}.jsonl`);

await mkdir(RESULTS, { recursive: true });
const site = await Site.start();
const browser = await launch(browserName);
try {
  if (parts.includes("rounds")) await rounds();
  for (const shape of options.shapes.split(",").filter(Boolean)) await shapes(shape);
  if (parts.includes("divergence") && browserName === "chromium") {
    console.log("Divergence from f32");
    await writeFile(join(RESULTS, "divergence.json"), JSON.stringify(await measureDivergences(browser, site), null, 1));
  }
} finally {
  await browser.close();
  await site.stop();
}
if (parts.includes("report")) await writeReport();

async function rounds() {
  const wanted = options.only.split(",").filter(Boolean);
  const contenders = CONTENDERS.filter(({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)));
  if (contenders.length === 0) throw new Error(`--only ${options.only}: there are ${CONTENDERS.map(({ name }) => name).join(", ")}`);
  const before = await readResults(browserName);
  const engine = await fingerprint();
  if (options.append && before && before.meta.engine !== engine) {
    throw new Error("--append: the engine has been built anew since the last run; measure all of it again, without --append.");
  }
  const goesOn = options.append && before;
  if (!goesOn) {
    const meta = { what: "meta", date: new Date().toISOString().slice(0, 10), browser: await browser.version(), machine: machine(), engine, commit: commit() };
    await writeFile(resultsFile(browserName), `${JSON.stringify(meta)}\n`);
  }
  const record = async (/** @type {Measurement} */ measurement) => {
    tell(measurement);
    await appendFile(resultsFile(browserName), `${JSON.stringify(measurement)}\n`);
  };
  /** @type {Promise<void>} */
  let written = Promise.resolve();
  const keep = (/** @type {Measurement} */ measurement) => {
    written = written.then(() => record(measurement));
  };
  const first = goesOn ? 1 + Math.max(-1, ...before.records.map((one) => ("round" in one ? one.round : -1))) : 0;
  const n = options.quick ? 1 : Number(options.rounds);
  for (let number = first; number < first + n; number++) {
    console.log(`Round ${number + 1}`);
    await measureRound({ browser, site, contenders, number }, keep);
  }
  if (!goesOn && !options.quick) {
    const records = (await written.then(() => readResults(browserName)))?.records ?? [];
    const contender = contenders.find(({ name }) => name === oursName(chosenBuild(records), "q8_0", 1));
    if (contender) await measureFlatness(browser, site, contender, keep).catch((error) => console.error(`100 completions: ${reasonOf(error)}`));
  }
  await written;
}

/** @param {string} shape */
async function shapes(shape) {
  const known = await readShapes();
  const build = chosenBuild((await readResults("chromium"))?.records ?? []);
  for (const weights of WEIGHTS) {
    for (const threads of [1, 2]) {
      try {
        const result = await measureShape(browser, site, { shape, weights, build, threads });
        known.set(nameOf(result), result);
        console.log(`  ${nameOf(result)}: ${significant(result.tokens_per_s.median)} tokens/s`);
      } catch (error) {
        console.error(`  ${shape} ${oursName(build, weights, threads)}: ${reasonOf(error)}`);
      }
    }
  }
  await writeFile(join(RESULTS, "shapes.json"), JSON.stringify([...known.values()], null, 1));
}

async function writeReport() {
  const chromium = await readResults("chromium");
  if (!chromium) throw new Error("Nothing is measured in Chromium yet: run ./build.sh bench first.");
  const divergences = await readJson("divergence.json");
  const shapesKnown = [...(await readShapes()).values()];
  const folder = join(ROOT, "benches");
  await writeFile(join(folder, "RESULTS.md"), report(chromium, await readResults("firefox"), divergences, shapesKnown));
  await writeFile(join(folder, "results.svg"), plotOf(chromium.records));
  const goals = goalsOf(chromium.records, divergences);
  console.log("\nGoals (Chromium)");
  for (const goal of goals) {
    const verdict = goal.value === null ? "not measured" : isReached(goal) ? "reached" : "NOT REACHED";
    const value = `${goal.value === null ? "-" : significant(goal.value)} ${goal.unit}`;
    const limit = `at ${goal.bound} ${goal.limit}`;
    console.log(`  ${goal.area.padEnd(11)} ${value.padStart(9)}  ${limit.padEnd(14)} ${verdict.padEnd(13)} ${goal.text}`);
  }
  console.log(`\nEverything: benches/RESULTS.md, benches/results.svg (${goals.filter(isReached).length} of ${goals.length} goals reached)`);
}

/**
 * @param {string} name
 * @returns {Promise<Results | null>} null where nothing was measured
 */
async function readResults(name) {
  const text = await readFile(resultsFile(name), "utf8").catch(() => "");
  const [meta, ...records] = text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  return meta ? { meta, records } : null;
}

/** @param {string} name */
async function readJson(name) {
  const text = await readFile(join(RESULTS, name), "utf8").catch(() => null);
  return text === null ? null : JSON.parse(text);
}

/** @returns {Promise<Map<string, import("./shapes.mjs").ShapeResult>>} */
async function readShapes() {
  return new Map(((await readJson("shapes.json")) ?? []).map((/** @type {any} */ one) => [nameOf(one), one]));
}

/** @param {Measurement} measurement */
function tell(measurement) {
  if (measurement.what === "failure") console.log(`  ${measurement.contender}: failed: ${measurement.reason}`);
  if (measurement.what !== "visit") return;
  const warm = measurement.runs.filter(({ state, prompt }) => state === "warm" && prompt === 128).at(-1);
  console.log(`  ${measurement.contender.padEnd(24)} encode 128: ${significant(warm?.encode_ms ?? 0)} ms, ${significant(warm?.tokens_per_s ?? 0)} tokens/s`);
}

/** Of every file of the engine as it was built. */
async function fingerprint() {
  const folder = join(PAGE_ROOT, "engine");
  const hash = createHash("sha256");
  for (const name of (await readdir(folder, { recursive: true })).toSorted()) {
    hash.update(name).update(await readFile(join(folder, name)).catch(() => ""));
  }
  return hash.digest("hex").slice(0, 16);
}

function machine() {
  const all = cpus();
  return `${all.length} cores, ${all[0]?.model ?? "unknown processor"}`;
}

function commit() {
  const git = (/** @type {string[]} */ ...args) => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
  try {
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "--", "src", "www") ? " with changes" : "");
  } catch {
    return "unknown";
  }
}
