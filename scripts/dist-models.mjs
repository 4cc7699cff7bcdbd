/** Puts models into the folder for hosting, as they stream from their files: none is ever whole in memory. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** A model that comes with the page: one whole GGUF file. @typedef {{ path: string, id: string, name: string }} Bundled */
/** A file of a model. @typedef {{ file: string, sha256: string }} Part */

/**
 * Writes the models that were asked for, and those of the page, under names with their hash in them, and cuts
 * those that are too large.
 *
 * @param {object} options
 * @param {string} options.from  the page's folder of models
 * @param {string} options.out  folder to write
 * @param {Bundled[]} options.bundled
 * @param {number} options.shardBytes  larger files are cut into parts of so many bytes
 * @returns {Promise<{ list: object[], sizes: Map<string, number> }>} what `models/index.json` says of them, those that
 *   were asked for first; the bytes of each file, by its path in the folder for hosting
 */
export async function putModels({ from, out, bundled, shardBytes }) {
  await mkdir(out, { recursive: true });
  const own = await ownModels(from);
  const asked = bundled.map(({ path, id, name }) => {
    const description = `Comes with this copy of the page; ${id}.`;
    return { path, model: { id, name, description, file: `${id.replace(/[^\w.-]+/g, "-")}.gguf`, larger: null, card: [] } };
  });
  const list = [];
  const sizes = new Map();
  for (const { path, model } of [...asked, ...own]) {
    const { size } = await stat(path);
    const nParts = Math.ceil(size / shardBytes) || 1;
    /** @type {Part[]} */
    const parts = [];
    for (let i = 0; i < nParts; i++) {
      const name = nParts === 1 ? model.file : model.file.replace(/(\.\w+)$/, `-part-${i + 1}-of-${nParts}$1`);
      const range = nParts === 1 ? {} : { start: i * shardBytes, end: Math.min((i + 1) * shardBytes, size) - 1 };
      const { part, nBytes } = await copy(path, range, out, name);
      parts.push(part);
      sizes.set(`models/${part.file}`, nBytes);
    }
    const { sha256: _, ...described } = { ...model, n_bytes: size };
    list.push(nParts === 1 ? { ...described, ...parts[0] } : { ...described, parts });
  }
  return { list, sizes };
}

/** @param {string} folder  of the assembled page; it may have none */
async function ownModels(folder) {
  const index = await readFile(join(folder, "index.json"), "utf8").catch(() => "[]");
  return JSON.parse(index).map((/** @type {{ file: string }} */ model) => ({ path: join(folder, model.file), model }));
}

/**
 * @param {string} path
 * @param {{ start?: number, end?: number }} range  of its bytes, the last one included
 * @param {string} folder
 * @param {string} name  to which the hash is added
 * @returns {Promise<{ part: Part, nBytes: number }>}
 */
async function copy(path, range, folder, name) {
  const hash = createHash("sha256");
  const unfinished = join(folder, name);
  let nBytes = 0;
  const counted = async function* (/** @type {AsyncIterable<Buffer>} */ chunks) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      nBytes += chunk.length;
      yield chunk;
    }
  };
  await pipeline(createReadStream(path, range), counted, createWriteStream(unfinished));
  const sha256 = hash.digest("hex");
  const file = name.replace(/(\.\w+)$/, `.${sha256.slice(0, 12)}$1`);
  await rename(unfinished, join(folder, file));
  return { part: { file, sha256 }, nBytes };
}
