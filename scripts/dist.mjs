/**
 * Makes the folder for hosting out of the assembled page (`./build.sh dist`):
 *
 *     index.html speed.html sw.js manifest.webmanifest icons   ask for these anew each time
 *     page/stale-page.js                                        and for this
 *     assets/VERSION/...                                        never change: cache them for ever
 *     models/index.json, models/NAME.HASH.gguf                  the models never change
 *     FILE.br, FILE.gz                                          beside files that get smaller by it
 *
 * All addresses are relative, so that the folder works from any path.
 */
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { compress } from "./compress.mjs";
import { moduleGraph } from "./module-graph.mjs";

/** What a page may be asked for by; some hosts leave the ending away. */
const PAGES = { "": "index.html", "index.html": "index.html", "speed": "speed.html", "speed.html": "speed.html" };
/** Files that stay where they are, as others name them from outside, or a page whose other files are gone. */
const OUTSIDE = /^(\w+\.html|sw\.js|page\/stale-page\.js|manifest\.webmanifest|icon[\w-]*\.(svg|png)|models\/.*)$/;

/**
 * @typedef {object} DistOptions
 * @property {string} from  the assembled page
 * @property {string} out  folder to write; what is in it is deleted
 * @property {string} [base]  the path that the folder will lie under, for the manifest
 * @property {boolean} [threads]  false: never more than one thread, and no isolation for it
 * @property {boolean} [serviceWorker]  false: none, and one that is installed removes itself
 * @property {boolean} [packed]  also write .br and .gz
 */

/**
 * @param {DistOptions} options
 * @returns {Promise<{ version: string }>}
 */
export async function makeDist({ from, out, base = "./", threads = true, serviceWorker = true, packed = true }) {
  const all = await readAll(from);
  const { models, files } = withHashedModels(all);
  if (!threads) for (const path of files.keys()) if (/^engine\/wasm\/[^/]+-threads\//.test(path)) files.delete(path);
  const graph = moduleGraph(files);
  for (const path of files.keys()) {
    if (path.startsWith("vendor/") && path.endsWith(".js") && !graph.all.has(path)) files.delete(path);
  }
  const version = hashOf([...files].flat().concat(JSON.stringify({ base, threads, serviceWorker })), "hex").slice(0, 12);

  /** @type {Map<string, Buffer>} */
  const written = new Map();
  for (const [path, bytes] of files) {
    if (OUTSIDE.test(path)) written.set(path, bytes);
    else written.set(`assets/${version}/${path}`, bytes);
  }
  for (const path of new Set(Object.values(PAGES))) {
    const page = distPage(text(files, path), { version, threads, serviceWorker, assets: files, modules: graph.pages.get(path) ?? [] });
    written.set(path, Buffer.from(page));
  }
  written.set("manifest.webmanifest", Buffer.from(manifestAt(text(files, "manifest.webmanifest"), base)));
  written.set("sw.js", Buffer.from(serviceWorker ? workerOf(text(files, "sw.js"), { version, threads, written, models }) : REMOVING_WORKER));

  await mkdir(out, { recursive: true });
  for (const name of await readdir(out)) await rm(join(out, name), { recursive: true });
  for (const [path, bytes] of written) await write(join(out, path), bytes);
  for (const { source, path } of models) await cp(join(from, source), join(out, path));
  if (packed) await compress(out, [...written.keys()]);
  return { version };
}

/** A service worker that ends the one that was there before, and what that kept. */
const REMOVING_WORKER = `// This copy of the page has no service worker; one that was installed before removes itself by this.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const prefix = \`t5-playground \${new URL(self.registration.scope).pathname} \`;
  for (const name of await caches.keys()) if (name.startsWith(prefix)) await caches.delete(name);
  await self.registration.unregister();
})()));
`;

/**
 * Gives the files of the models names with their hash in them, and their list those names.
 *
 * @param {Map<string, Buffer>} all
 */
function withHashedModels(all) {
  const files = new Map(all);
  /** @type {{ source: string, path: string, nBytes: number }[]} */
  const models = [];
  if (!files.has("models/index.json")) return { files, models };
  const list = JSON.parse(text(files, "models/index.json"));
  for (const model of list) {
    const source = `models/${model.file}`;
    const bytes = files.get(source);
    if (!bytes) throw new Error(`models/index.json names ${model.file}, which is not there.`);
    model.file = model.file.replace(/(\.\w+)$/, `.${hashOf([bytes], "hex").slice(0, 12)}$1`);
    models.push({ source, path: `models/${model.file}`, nBytes: bytes.length });
    files.delete(source);
  }
  files.set("models/index.json", Buffer.from(JSON.stringify(list)));
  return { files, models };
}

/**
 * @param {string} page
 * @param {object} dist
 * @param {string} dist.version
 * @param {boolean} dist.threads
 * @param {boolean} dist.serviceWorker
 * @param {Map<string, Buffer>} dist.assets
 * @param {string[]} dist.modules  that the page loads, to be fetched all at once
 */
function distPage(page, { version, threads, serviceWorker, assets, modules }) {
  const moved = page.replace(/(src|href)="([^"]+)"/g, (attribute, name, path) => {
    return assets.has(path) && !OUTSIDE.test(path) ? `${name}="assets/${version}/${path}"` : attribute;
  });
  const map = /<script type="importmap">([^]*?)<\/script>/.exec(page)?.[1] ?? "";
  const movedMap = map.replaceAll('"./vendor/', `"./assets/${version}/vendor/`);
  const preloads = modules.map((path) => `    <link rel="modulepreload" href="assets/${version}/${path}">\n`).join("");
  const marks = [
    `data-version="${version}"`,
    ...(serviceWorker ? ["data-service-worker"] : []),
    ...(threads ? [] : ['data-threads="off"']),
  ];
  return moved
    .replace(map, movedMap)
    .replace(`'sha256-${hashOf([map], "base64")}'`, `'sha256-${hashOf([movedMap], "base64")}'`)
    .replace("<html", `<html ${marks.join(" ")}`)
    .replace('    <script type="module"', `${preloads}    <script type="module"`);
}

/**
 * @param {string} source  of www/sw.js
 * @param {object} dist
 * @param {string} dist.version
 * @param {boolean} dist.threads
 * @param {Map<string, Buffer>} dist.written
 * @param {{ path: string, nBytes: number }[]} dist.models
 */
function workerOf(source, { version, threads, written, models }) {
  const pages = new Set(Object.values(PAGES));
  const kept = [...written].filter(([path]) => !pages.has(path) && path !== "sw.js" && !/\.(md|txt)$|LICENSE$/.test(path));
  const facts = {
    version,
    isolate: threads,
    pages: PAGES,
    files: Object.fromEntries(kept.map(([path, bytes]) => [path, `sha256-${hashOf([bytes], "base64")}`])),
    models: Object.fromEntries(models.map(({ path, nBytes }) => [path, nBytes])),
  };
  return `self.DIST = ${JSON.stringify(facts)};\n${source}`;
}

/**
 * @param {string} manifest
 * @param {string} base
 */
function manifestAt(manifest, base) {
  return JSON.stringify({ ...JSON.parse(manifest), start_url: base, scope: base });
}

/**
 * @param {string} folder
 * @returns {Promise<Map<string, Buffer>>} by path, sorted
 */
async function readAll(folder) {
  const files = new Map();
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    if ((await stat(join(folder, path))).isFile()) files.set(path.replaceAll("\\", "/"), await readFile(join(folder, path)));
  }
  return files;
}

/**
 * @param {Map<string, Buffer>} files
 * @param {string} path
 */
function text(files, path) {
  const bytes = files.get(path);
  if (!bytes) throw new Error(`The page has no ${path}.`);
  return bytes.toString("utf8");
}

/**
 * @param {(string | Buffer)[]} parts
 * @param {"hex" | "base64"} encoding
 */
function hashOf(parts, encoding) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest(encoding);
}

/**
 * @param {string} path
 * @param {Buffer} bytes
 */
async function write(path, bytes) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}
