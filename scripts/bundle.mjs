/**
 * Bundles the assembled page's modules for hosting: one file for each page and each worker, minified, under a
 * name with its own hash in it. What did not change keeps its name, and is not fetched again with a new version.
 */
import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { basename, extname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "../www/node_modules/esbuild/lib/main.js";

/** Folder of all that never changes. */
export const ASSETS = "assets";
/** The engine's builds: their files lie together in one folder, which bears the hash. */
const WASM = "engine/wasm/";
const WORKERS = ["engine/worker.js", "engine/thread.js", "engine/check-worker.js"];
const NODE_MODULES = fileURLToPath(new URL("../www/node_modules", import.meta.url));
/** A file that is named beside the module that names it; of a template, what stands before its first hole. */
const BESIDE = /(?<=new URL\(\s*["'`])(\.\.?\/[^"'`$]*)(?=[^"'`]*["'`],\s*import\.meta\.url)/g;

/**
 * @typedef {object} Bundle
 * @property {Map<string, Buffer>} files  by their paths in the folder for hosting
 * @property {Map<string, string>} paths  of modules, and of the folder of the engine's builds, by what they were before
 */

/**
 * @param {string} from  the assembled page
 * @param {Map<string, Buffer>} all  its files
 * @param {string[]} entries  the modules of its pages
 * @returns {Promise<Bundle>}
 */
export async function bundle(from, all, entries) {
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  /** @type {Map<string, string>} */
  const paths = new Map();
  const add = (/** @type {string} */ path, /** @type {string} */ name, /** @type {string | Buffer} */ content) => {
    const bytes = Buffer.from(content);
    const ending = extname(name);
    const named = `${ASSETS}/${name.slice(0, -ending.length)}.${shortHash(bytes)}${ending}`;
    files.set(named, bytes);
    paths.set(path, named);
  };

  const wasm = await Promise.all([...all].filter(([path]) => path.startsWith(WASM)).map(async ([path, bytes]) => {
    const isCode = path.endsWith(".js");
    return /** @type {const} */ ([path, isCode ? await minified(bytes.toString(), "js") : bytes]);
  }));
  const folder = `${ASSETS}/wasm.${shortHash(...wasm.flat())}/`;
  for (const [path, content] of wasm) files.set(folder + path.slice(WASM.length), Buffer.from(content));
  paths.set(WASM, folder);

  // esbuild names files so.
  from = await realpath(from);
  // What a module names goes before it, as its name stands in the module.
  for (const path of WORKERS) add(path, basename(path), await bundled(from, path, paths));
  for (const path of entries) add(path, nameOfEntry(path), await bundled(from, path, paths));
  return { files, paths };
}

/** @param {string} path  of a page's main module, such as page/main.js */
function nameOfEntry(path) {
  return `${path.split("/")[0]}.js`;
}

/**
 * @param {string} from
 * @param {string} entry
 * @param {Map<string, string>} paths  of what it may name
 * @returns {Promise<string>}
 */
async function bundled(from, entry, paths) {
  /** @type {import("../www/node_modules/esbuild/lib/main.js").Plugin} */
  const naming = {
    name: "naming",
    setup({ onLoad }) {
      onLoad({ filter: /\.js$/ }, async ({ path }) => {
        const own = relative(from, path).replaceAll("\\", "/");
        if (own.startsWith("..")) return undefined; // Lit
        return { contents: renamed(await readFile(path, "utf8"), own, paths) };
      });
    },
  };
  const { outputFiles } = await build({
    entryPoints: [join(from, entry)],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    // Lit's licence stays with it.
    legalComments: "eof",
    charset: "utf8",
    nodePaths: [NODE_MODULES],
    plugins: [naming],
    logLevel: "silent",
    write: false,
  });
  return outputFiles[0].text;
}

/**
 * @param {string} code
 * @param {string} own  path of the module
 * @param {Map<string, string>} paths
 * @throws {Error} where it names what there is not
 */
function renamed(code, own, paths) {
  return code.replace(BESIDE, (beside) => {
    const named = paths.get(posix.join(posix.dirname(own), beside));
    if (!named) throw new Error(`${own} names ${beside}, which is not among the workers that are bundled.`);
    // All bundles lie in one folder.
    return `./${named.slice(ASSETS.length + 1)}`;
  });
}

/**
 * @param {string} code
 * @param {"js" | "css"} loader
 */
export async function minified(code, loader) {
  return (await transform(code, { loader, minify: true, target: "es2022", legalComments: "none", charset: "utf8" })).code;
}

/** @param {(string | Buffer)[]} parts */
export function shortHash(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 12);
}
