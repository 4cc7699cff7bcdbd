/** The engine as a host serves it (`./build.sh dist`): the client and each worker in one file. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { bundle } from "../../scripts/bundle.mjs";

const CLIENT = "engine/client.js";
const WASM = "engine/wasm";

/**
 * @param {string} from  the assembled page
 * @param {string} to  folder to write: the client under the path that it has in the page, and the builds of the engine
 */
export async function hostEngine(from, to) {
  const entries = await readdir(join(from, "engine"), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const all = new Map(await Promise.all(paths.map(async (path) => {
    return /** @type {const} */ ([relative(from, path).split(sep).join("/"), await readFile(path)]);
  })));
  const bundled = await bundle(from, all, [CLIENT]);
  await rm(to, { recursive: true, force: true });
  const put = async (/** @type {string} */ path, /** @type {string | Buffer} */ content) => {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await writeFile(join(to, path), content);
  };
  for (const [path, content] of bundled.files) await put(path, content);
  await put(CLIENT, `export * from "../${bundled.paths.get(CLIENT)}";\n`);
  // For what is measured without the client.
  await cp(join(from, WASM), join(to, WASM), { recursive: true });
}
