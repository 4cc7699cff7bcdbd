/**
 * Makes the folder for hosting out of the assembled page (`./build.sh dist`):
 *
 *     index.html speed.html sw.js manifest.webmanifest icons   ask for these anew each time
 *     models/index.json                                         and for this
 *     licenses/NAME.txt                                         the notices of what all this is made of
 *     assets/NAME.HASH.js, assets/wasm.HASH/...                 never change: cache them for ever
 *     models/NAME.HASH.gguf                                     the same
 *     FILE.br, FILE.gz                                          beside files that get smaller by it
 *
 * All addresses are relative, so that the folder works from any path.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bundle, minified, shortHash } from "./bundle.mjs";
import { compress } from "./compress.mjs";
import { putModels } from "./dist-models.mjs";
import { firstView } from "./prerender.mjs";

/** In the folder to write: what is there stays until all that takes its place is written. */
export const UNFINISHED = ".unfinished";
/** What a page may be asked for by; some hosts leave the ending away. */
const PAGES = { "": "index.html", "index.html": "index.html", "speed": "speed.html", "speed.html": "speed.html" };
/** Files that stay as they are, where they are. */
const PLAIN = /^icon[\w-]*\.(svg|png)$/;
/** Lit's, which its minified code only names, and those of all that the engine is made of. */
const LICENSES = /^vendor\/([\w-]+)\/LICENSE$/;
const IMPORT_MAP = /\s*<script type="importmap">([^]*?)<\/script>/;
const MODULE = /<script type="module" src="([^"]+)"/g;
const ROOT = '<div id="app"></div>';
const STYLE = '<link rel="stylesheet" href="style.css">';
/** Scripts that run before anything else: in the folder for hosting they stand in the page itself, as its style does. */
const EARLY_SCRIPT = /\s*<script src="(page\/[\w-]+\.js)"><\/script>/g;

/**
 * @typedef {object} DistOptions
 * @property {string} from  the assembled page
 * @property {string} out  folder to write; of what is in it, what an earlier one wrote is replaced
 * @property {string} [base]  the path that the folder will lie under, for the manifest
 * @property {boolean} [threads]  false: never more than one thread, and no isolation for it
 * @property {boolean} [serviceWorker]  false: none, and one that is installed removes itself
 * @property {boolean} [packed]  also write .br and .gz
 * @property {import("./dist-models.mjs").Bundled[]} [bundled]  the first of them is the one that the page opens with
 * @property {number} [shardBytes]  larger files of models are cut into parts of so many bytes
 */

/**
 * @param {DistOptions} options
 * @returns {Promise<{ version: string }>}
 */
export async function makeDist({ from, out, base = "./", threads = true, serviceWorker = true, packed = true, bundled = [], shardBytes = Infinity }) {
  const all = await readAll(from);
  if (!threads) for (const path of all.keys()) if (/^engine\/wasm\/[^/]+-threads\//.test(path)) all.delete(path);
  const unfinished = join(out, UNFINISHED);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const { list, sizes } = await putModels({ from: join(from, "models"), out: join(unfinished, "models"), bundled, shardBytes });

  const sources = [...new Set(Object.values(PAGES))].map((path) => /** @type {const} */ ([path, text(all, path)]));
  const entries = sources.flatMap(([, page]) => Array.from(page.matchAll(MODULE), ([, path]) => path));
  const { files, paths } = await bundle(from, all, entries);
  files.set("models/index.json", Buffer.from(JSON.stringify(list)));
  files.set("manifest.webmanifest", Buffer.from(manifestAt(text(all, "manifest.webmanifest"), base)));
  for (const [path, bytes] of all) {
    if (PLAIN.test(path)) files.set(path, bytes);
    const [, library] = LICENSES.exec(path) ?? [];
    if (library) files.set(`licenses/${library}.txt`, bytes);
  }
  const view = viewOf(await firstView(from, list[0] ?? null), list[0]);
  /** @type {[string, string][]} */
  const pages = [];
  for (const [path, page] of sources) pages.push([path, await distPage(page, { all, paths, view: path === "index.html" ? view : ROOT })]);
  const worker = text(all, "sw.js");
  const version = shortHash(...[...files, ...pages].flat(), worker, JSON.stringify({ threads, serviceWorker }));

  const written = new Map(files);
  const marks = marksOf({ version, threads, serviceWorker });
  for (const [path, page] of pages) written.set(path, Buffer.from(page.replace("<html", `<html ${marks}`)));
  written.set("sw.js", Buffer.from(serviceWorker ? workerOf(worker, { version, threads, files, sizes }) : REMOVING_WORKER));
  for (const [path, bytes] of written) await write(join(unfinished, path), bytes);
  if (packed) await compress(unfinished, [...written.keys()]);

  // What a host wants beside the page, such as .git, CNAME or _headers, stays.
  const made = new Set(await readdir(unfinished));
  const isReplaced = (/** @type {string} */ name) => made.has(name.replace(/\.(br|gz)$/, ""));
  for (const name of await readdir(out)) if (isReplaced(name)) await rm(join(out, name), { recursive: true });
  for (const name of made) await rename(join(unfinished, name), join(out, name));
  await rmdir(unfinished);
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
 * @param {{ version: string, threads: boolean, serviceWorker: boolean }} dist
 * @returns {string} attributes of the page's root, by which it knows how it was made
 */
function marksOf({ version, threads, serviceWorker }) {
  return [`data-version="${version}"`, ...(serviceWorker ? ["data-service-worker"] : []), ...(threads ? [] : ['data-threads="off"'])].join(" ");
}

/**
 * The page's root with what it will show first. Nothing in it can be used yet, so nothing can be lost.
 *
 * @param {string} view
 * @param {object | undefined} firstModel
 */
function viewOf(view, firstModel) {
  const model = firstModel ? `\n    <script type="application/json" id="first-model">${JSON.stringify(firstModel).replaceAll("<", "\\u003c")}</script>` : "";
  return `<div id="app" inert>${view}</div>${model}`;
}

/**
 * @param {string} page
 * @param {object} dist
 * @param {Map<string, Buffer>} dist.all
 * @param {Map<string, string>} dist.paths  where the files that it names are now
 * @param {string} dist.view  in the place of its root
 */
async function distPage(page, { all, paths, view }) {
  const scripts = Array.from(page.matchAll(EARLY_SCRIPT), ([, path]) => text(all, path));
  const early = (await minified(scripts.join("\n"), "js")).trim();
  const style = (await minified(text(all, "style.css"), "css")).trim();
  const map = IMPORT_MAP.exec(page)?.[1] ?? "";
  let isFirst = true;
  return page
    .replace(EARLY_SCRIPT, () => {
      if (!isFirst) return "";
      isFirst = false;
      return `\n    <script>${early}</script>`;
    })
    .replace(IMPORT_MAP, "")
    .replace(STYLE, () => `<style>${style}</style>`)
    .replace("style-src 'self'", `style-src 'self' 'sha256-${hashOf([style], "base64")}'`)
    .replace(`'sha256-${hashOf([map], "base64")}'`, `'sha256-${hashOf([early], "base64")}'`)
    .replace(/(src|href)="([^"]+)"/g, (attribute, name, path) => (paths.has(path) ? `${name}="${paths.get(path)}"` : attribute))
    .replace(ROOT, () => view);
}

/**
 * @param {string} source  of www/sw.js
 * @param {object} dist
 * @param {string} dist.version
 * @param {boolean} dist.threads
 * @param {Map<string, Buffer>} dist.files
 * @param {Map<string, number>} dist.sizes  of the models' files
 */
function workerOf(source, { version, threads, files, sizes }) {
  const facts = {
    version,
    isolate: threads,
    pages: PAGES,
    files: Object.fromEntries([...files].filter(([path]) => !path.endsWith(".txt")).map(([path, bytes]) => [path, `sha256-${hashOf([bytes], "base64")}`])),
    models: Object.fromEntries(sizes),
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
 * @returns {Promise<Map<string, Buffer>>} by path, sorted; without the models, which may be large
 */
async function readAll(folder) {
  const files = new Map();
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    const name = path.replaceAll("\\", "/");
    if (!name.startsWith("models/") && (await stat(join(folder, path))).isFile()) files.set(name, await readFile(join(folder, path)));
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
