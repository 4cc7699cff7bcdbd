/**
 * The command behind `./build.sh dist`:
 *
 *     node scripts/dist-command.mjs --from build/www [--out DIR] [--base PATH] [--no-threads] [--no-service-worker]
 *
 * It writes the folder for hosting and prints what is in it. `--base` is for the manifest alone, where
 * a host wants an absolute path in it. `--no-service-worker` also removes one that was installed.
 */
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { makeDist } from "./dist.mjs";

/** @param {string} sentence */
function fail(sentence) {
  console.error(`dist: ${sentence}`);
  process.exit(1);
}

/**
 * Whether a folder may be emptied: it holds nothing, or what this command wrote.
 *
 * @param {string} folder
 */
async function isOurs(folder) {
  const names = await readdir(folder).catch(() => /** @type {string[]} */ ([]));
  return names.length === 0 || (names.includes("index.html") && String(await readFile(join(folder, "index.html"))).includes("T5 Playground"));
}

/**
 * Prints the bytes of each part, plain and as a host sends them with compression.
 *
 * @param {string} folder
 * @param {string} version
 */
async function report(folder, version) {
  const assets = `assets/${version}`;
  const parts = { "engine/wasm": `${assets}/engine/wasm`, engine: `${assets}/engine`, page: `${assets}/page`, vendor: `${assets}/vendor`, models: "models", "in all": "" };
  const row = (/** @type {(string | number)[]} */ [name, ...sizes]) => `  ${String(name).padEnd(14)}${sizes.map((size) => String(size).padStart(12)).join("")}`;
  console.log(`\n${row(["", "bytes", "gzip", "brotli"])}`);
  for (const [name, part] of Object.entries(parts)) {
    const sizes = [0, 0, 0];
    for (const entry of (await readdir(join(folder, part), { recursive: true })).filter((path) => !/\.(br|gz)$/.test(path))) {
      const path = join(folder, part, entry);
      if (!(await stat(path)).isFile()) continue;
      const bytes = await readFile(path);
      sizes[0] += bytes.length;
      sizes[1] += await stat(`${path}.gz`).then(({ size }) => size, () => Math.min(bytes.length, gzipSync(bytes).length));
      sizes[2] += await stat(`${path}.br`).then(({ size }) => size, () => bytes.length);
    }
    console.log(row([name, ...sizes]));
  }
}

/** @type {import("node:util").ParseArgsConfig} */
const config = {
  options: {
    from: { type: "string" },
    out: { type: "string", default: "dist" },
    base: { type: "string", default: "./" },
    "no-threads": { type: "boolean", default: false },
    "no-service-worker": { type: "boolean", default: false },
  },
};

try {
  const { values } = parseArgs(config);
  const out = String(values.out);
  const base = String(values.base);
  if (!base.endsWith("/")) fail(`--base names a folder and ends with a slash: --base ${base}/`);
  if (!(await isOurs(out))) fail(`${out} holds something else; nothing was changed. Name a new or empty folder: --out DIR`);
  const { version } = await makeDist({
    from: String(values.from),
    out,
    base,
    threads: !values["no-threads"],
    serviceWorker: !values["no-service-worker"],
  });
  await report(out, version);
  console.log(`\nVersion ${version}. Serve ${out} with any static host, over HTTPS or on this machine; no headers need to be set.`);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
