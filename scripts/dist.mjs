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
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { compress } from "./compress.mjs";
import { moduleGraph } from "./module-graph.mjs";

/** What a page may be asked for by; some hosts leave the ending away. */
const PAGES = { "": "index.html", "index.html": "index.html", "speed": "speed.html", "speed.html": "speed.html" };
/** Files that stay where they are, as others name them from outside, or a page whose other files are gone. */
const OUTSIDE = /^(\w+\.html|sw\.js|page\/stale-page\.js|manifest\.webmanifest|icon[\w-]*\.(svg|png)|models\/.*)$/;

/** A model that comes with the page: one whole GGUF file. @typedef {{ path: string, id: string, name: string }} Bundled */

/**
 * @typedef {object} DistOptions
 * @property {string} from  the assembled page
 * @property {string} out  folder to write; what is in it is deleted
 * @property {string} [base]  the path that the folder will lie under, for the manifest
 * @property {boolean} [threads]  false: never more than one thread, and no isolation for it
 * @property {boolean} [serviceWorker]  false: none, and one that is installed removes itself
 * @property {boolean} [packed]  also write .br and .gz
 * @property {Bundled[]} [bundled]  the first of them is the one that the page opens with
 * @property {number} [shardBytes]  larger files of models are cut into parts of so many bytes
 */

/**
 * @param {DistOptions} options
 * @returns {Promise<{ version: string }>}
 */
export async function makeDist({ from, out, base = "./", threads = true, serviceWorker = true, packed = true, bundled = [], shardBytes = Infinity }) {
  const { models, files } = await withModels(await readAll(from), { bundled, shardBytes });
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
  for (const { path, bytes } of models) await write(join(out, path), bytes);
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
 * Puts the models that were asked for before those of the page, gives the files of all names with their hash
 * in them, cuts those that are too large, and lists them.
 *
 * @param {Map<string, Buffer>} all
 * @param {{ bundled: Bundled[], shardBytes: number }} options
 */
async function withModels(all, { bundled, shardBytes }) {
  const files = new Map(all);
  /** @type {{ path: string, bytes: Buffer }[]} */
  const models = [];
  const add = (/** @type {string} */ name, /** @type {Buffer} */ bytes) => {
    const file = name.replace(/(\.\w+)$/, `.${hashOf([bytes], "hex").slice(0, 12)}$1`);
    models.push({ path: `models/${file}`, bytes });
    return { file, sha256: hashOf([bytes], "hex") };
  };
  const own = files.has("models/index.json") ? JSON.parse(text(files, "models/index.json")) : [];
  const list = [];
  for (const { path, id, name } of bundled) {
    const description = `Comes with this copy of the page; ${id}.`;
    list.push({ model: { id, name, description, file: `${fileNameOf(id)}.gguf`, larger: null, card: [] }, bytes: await readFile(path) });
  }
  for (const model of own) {
    const bytes = files.get(`models/${model.file}`);
    if (!bytes) throw new Error(`models/index.json names ${model.file}, which is not there.`);
    files.delete(`models/${model.file}`);
    list.push({ model, bytes });
  }
  for (const { model, bytes } of list) {
    model.n_bytes = bytes.length;
    if (bytes.length <= shardBytes) {
      Object.assign(model, add(model.file, bytes));
      continue;
    }
    const nParts = Math.ceil(bytes.length / shardBytes);
    model.parts = Array.from({ length: nParts }, (_, i) => {
      const name = model.file.replace(/(\.\w+)$/, `-part-${i + 1}-of-${nParts}$1`);
      return add(name, bytes.subarray(i * shardBytes, (i + 1) * shardBytes));
    });
    delete model.sha256;
  }
  files.set("models/index.json", Buffer.from(JSON.stringify(list.map(({ model }) => model))));
  return { models, files };
}

/** @param {string} id  of a repository, or a name */
function fileNameOf(id) {
  return id.replace(/[^\w.-]+/g, "-");
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
 * @param {{ path: string, bytes: Buffer }[]} dist.models
 */
function workerOf(source, { version, threads, written, models }) {
  const pages = new Set(Object.values(PAGES));
  const kept = [...written].filter(([path]) => !pages.has(path) && path !== "sw.js" && !/\.(md|txt)$|LICENSE$/.test(path));
  const facts = {
    version,
    isolate: threads,
    pages: PAGES,
    files: Object.fromEntries(kept.map(([path, bytes]) => [path, `sha256-${hashOf([bytes], "base64")}`])),
    models: Object.fromEntries(models.map(({ path, bytes }) => [path, bytes.length])),
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
