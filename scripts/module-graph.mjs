/** Which modules a page and its workers load, found by reading their imports. */
import { posix } from "node:path";

/**
 * @param {Map<string, Buffer>} files  of the assembled page, by path
 * @returns {{ pages: Map<string, string[]>, all: Set<string> }} the modules of each page, in the order in
 *   which they are found; all of them together, with those of the workers that they start
 * @throws {Error} where one of them is not there
 */
export function moduleGraph(files) {
  const pages = new Map();
  for (const path of [...files.keys()].filter((name) => /^\w+\.html$/.test(name))) {
    const page = String(files.get(path));
    const { imports } = JSON.parse(/<script type="importmap">([^]*?)<\/script>/.exec(page)?.[1] ?? '{"imports":{}}');
    const found = new Set();
    for (const [, entry] of page.matchAll(/<script type="module" src="([^"]+)"/g)) follow(entry, imports, files, found);
    pages.set(path, [...found]);
  }
  const all = new Set([...pages.values()].flat());
  // A set goes on with what is added to it meanwhile: the workers of workers.
  for (const path of all) {
    for (const [, worker] of codeOf(path, files).matchAll(/\bnew URL\(\s*"(\.[^"]+\.js)",\s*import\.meta\.url\s*\)/g)) {
      follow(resolve(worker, path, {}), {}, files, all);
    }
  }
  return { pages, all };
}

/**
 * @param {string} path
 * @param {Record<string, string>} importMap
 * @param {Map<string, Buffer>} files
 * @param {Set<string>} found
 */
function follow(path, importMap, files, found) {
  if (found.has(path)) return;
  const code = codeOf(path, files);
  found.add(path);
  for (const [, from, alone] of code.matchAll(/\bfrom\s*["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g)) {
    follow(resolve(from ?? alone, path, importMap), importMap, files, found);
  }
}

/**
 * A module without its comments, in which types are imported.
 *
 * @param {string} path
 * @param {Map<string, Buffer>} files
 */
function codeOf(path, files) {
  const bytes = files.get(path);
  if (!bytes) throw new Error(`The page needs ${path}, which is not there.`);
  return bytes.toString("utf8").replace(/\/\*[^]*?\*\//g, "");
}

/**
 * @param {string} specifier
 * @param {string} importer
 * @param {Record<string, string>} importMap
 */
function resolve(specifier, importer, importMap) {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(importer), specifier);
  const exact = importMap[specifier];
  if (exact) return posix.normalize(exact);
  const prefix = Object.keys(importMap).find((key) => key.endsWith("/") && specifier.startsWith(key));
  if (!prefix) throw new Error(`${importer} imports "${specifier}", which the import map does not know.`);
  return posix.join(importMap[prefix], specifier.slice(prefix.length));
}
