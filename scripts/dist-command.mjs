/**
 * The command behind `./build.sh dist`:
 *
 *     node scripts/dist-command.mjs --from build/www [--out DIR] [--base PATH] [--no-threads] [--no-service-worker]
 *       [--model ID_OR_PATH]... [--type TYPE] [--shard-size MB]
 *
 * It writes the folder for hosting and prints what is in it. A model is a repository of the Hub (or one file of it,
 * such as owner/name/model.gguf), a folder with its layout, or a file; the native command (T5_PLAYGROUND) fetches it and writes it as one GGUF file, quantized
 * to TYPE (q8_0). `--base` is for the manifest alone, where a host wants an absolute path in it.
 * `--no-service-worker` also removes one that was installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UNFINISHED, makeDist } from "./dist.mjs";

/** @param {string} sentence */
function fail(sentence) {
  console.error(`dist: ${sentence}`);
  process.exit(1);
}

/**
 * Whether the page may be written into a folder: it holds nothing, or a page that this command wrote or began to write.
 *
 * @param {string} folder
 */
async function isOurs(folder) {
  const all = await readdir(folder).catch(() => /** @type {string[]} */ ([]));
  const names = all.filter((name) => name !== ".git");
  return names.length === 0 || names.includes(UNFINISHED) || (names.includes("index.html") && /<html data-version="[^>]*>[^]*T5 Playground/.test(String(await readFile(join(folder, "index.html")))));
}

/** Paths of the command line are meant from the folder in which it was typed. */
const fromCaller = (/** @type {string} */ path) => resolve(process.env.CALLED_FROM ?? "", path);

/**
 * Makes one GGUF file of a model.
 *
 * @param {string} named  a path, or the id of a repository, or that and the path of a file in it
 * @param {string} [type]  of its matrices; without it, a GGUF file stays as it is and the others become Q8_0
 * @returns {Promise<import("./dist-models.mjs").Bundled>}
 */
async function bundle(named, type) {
  const command = process.env.T5_PLAYGROUND ?? "target/release/t5-playground";
  const run = (/** @type {string[]} */ ...args) => {
    const { status, error } = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
    if (error) fail(`${command} does not run: ${error.message}. ./build.sh dist makes it.`);
    if (status !== 0) fail(`--model ${named} could not be made ready; the reason stands above. Nothing was changed.`);
  };
  const here = fromCaller(named);
  const isHere = existsSync(here);
  const [, repo = "", file = ""] = /^(\w[\w.-]*\/[\w.-]+)(?:\/([\w./-]+))?$/.exec(named) ?? [];
  if (!isHere && (!repo || /\.(gguf|safetensors)$/.test(repo))) fail(`--model ${named} is neither a file or folder of this computer nor an id such as google/flan-t5-small.`);
  const folder = "build/models";
  await mkdir(folder, { recursive: true });
  // Hugging Face calls the weights of every model "model"; their folder has its name.
  const path = /^model\.(gguf|safetensors)$/.test(basename(here)) ? dirname(here) : here;
  const name = (isHere ? basename(path) : named).replace(/\.(gguf|safetensors)$/, "");
  const source = isHere ? here : join(folder, repo, file);
  const made = join(folder, `${name.replace(/[^\w.-]+/g, "-")}.gguf`);
  if (!isHere) run("fetch", repo, ...(file ? [file] : []), "--out", join(folder, repo));
  run("convert", source, made, "--type", type ?? (source.endsWith(".gguf") ? "as-is" : "q8_0"));
  return { path: made, id: name, name };
}

/** Parts of the folder, by what their files are called. */
const PARTS = {
  "the engine's builds": /^assets\/wasm\./,
  "the page": /^assets\/(?!wasm\.)|^[^/]+$/,
  models: /^models\//,
  "in all": /^/,
};

/**
 * Prints the bytes of each part, plain and as a host sends them with compression.
 *
 * @param {string} folder
 */
async function report(folder) {
  const row = (/** @type {(string | number)[]} */ [name, ...sizes]) => `  ${String(name).padEnd(20)}${sizes.map((size) => String(size).padStart(12)).join("")}`;
  console.log(`\n${row(["", "bytes", "gzip", "brotli"])}`);
  const paths = (await readdir(folder, { recursive: true })).map((path) => path.replaceAll("\\", "/"));
  for (const [name, pattern] of Object.entries(PARTS)) {
    const sizes = [0, 0, 0];
    for (const path of paths.filter((path) => pattern.test(path) && !/\.(br|gz)$/.test(path))) {
      const facts = await stat(join(folder, path));
      if (!facts.isFile()) continue;
      for (const [i, ending] of ["", ".gz", ".br"].entries()) {
        sizes[i] += await stat(join(folder, path + ending)).then(({ size }) => size, () => facts.size);
      }
    }
    console.log(row([name, ...sizes]));
  }
}

/** @type {import("node:util").ParseArgsConfig} */
const config = {
  options: {
    from: { type: "string" },
    out: { type: "string" },
    base: { type: "string", default: "./" },
    "no-threads": { type: "boolean", default: false },
    "no-service-worker": { type: "boolean", default: false },
    model: { type: "string", multiple: true, default: [] },
    type: { type: "string" },
    "shard-size": { type: "string" },
  },
};

try {
  const { values } = parseArgs(config);
  const out = values.out === undefined ? "dist" : fromCaller(String(values.out));
  const base = String(values.base);
  if (!base.endsWith("/")) fail(`--base names a folder and ends with a slash: --base ${base}/`);
  if (!(await isOurs(out))) fail(`${out} holds something else; nothing was changed. Name a new or empty folder: --out DIR`);
  const shardMegabytes = values["shard-size"] === undefined ? Infinity : Number(values["shard-size"]);
  if (!(shardMegabytes >= 1)) fail(`--shard-size is a number of megabytes, 1 or more, such as 25; not "${values["shard-size"]}".`);
  /** @type {import("./dist-models.mjs").Bundled[]} */
  const bundled = [];
  for (const named of /** @type {string[]} */ (values.model)) {
    const model = await bundle(named, /** @type {string | undefined} */ (values.type));
    if (bundled.some(({ path }) => path === model.path)) fail(`two models would be called ${model.name}. Rename the file or folder of one.`);
    bundled.push(model);
  }
  const { version } = await makeDist({
    bundled,
    shardBytes: Math.floor(shardMegabytes * 1e6),
    from: String(values.from),
    out,
    base,
    threads: !values["no-threads"],
    serviceWorker: !values["no-service-worker"],
  });
  await report(out);
  console.log(`\nVersion ${version}. Serve ${out} with any static host, over HTTPS or on this machine; no headers need to be set.`);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
