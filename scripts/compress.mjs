/** Writes .br and .gz beside the files that get clearly smaller by it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** Smaller files fit into one packet anyway. */
const LEAST_BYTES = 1024;
/** A packed file that is larger than this share of the plain one is not worth its place. */
const LARGEST_SHARE = 0.9;

/**
 * @param {string} folder
 * @param {string[]} paths  in it
 */
export async function compress(folder, paths) {
  for (const path of paths) {
    const bytes = await readFile(join(folder, path));
    if (bytes.length < LEAST_BYTES) continue;
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    const [br, gz] = await Promise.all([promisify(brotliCompress)(bytes, { params }), promisify(gzip)(bytes, { level: 9 })]);
    if (br.length <= bytes.length * LARGEST_SHARE) await writeFile(join(folder, `${path}.br`), br);
    if (gz.length <= bytes.length * LARGEST_SHARE) await writeFile(join(folder, `${path}.gz`), gz);
  }
}
