/** Compares a kept model with the checksums that it was kept by. */

/** @import { ModelStore } from "./store/index.js" */
import { gitOid } from "./keeper.js";
import { Sha256 } from "./sha256.js";
import { keptBytes } from "./store/index.js";

/**
 * @param {ModelStore} store
 * @param {string} id
 * @param {(share: number) => void} [onProgress]  0 to 1
 * @returns {Promise<string[]>} names of the files that are missing, or not what they were
 */
export async function checkModel(store, id, onProgress) {
  const model = await store.get(id);
  if (!model) return [id];
  const total = Math.max(1, keptBytes(model));
  let done = 0;
  const bad = [];
  for (const { name, sha256, git_oid, n_bytes } of model.record.files) {
    const hash = new Sha256();
    /** @type {Uint8Array[]} */
    const small = [];
    let found = 0;
    for await (const chunk of store.read(id, name)) {
      hash.update(chunk);
      // Git's checksum needs the length first, so a file that has only that is gathered.
      if (sha256 === null && git_oid !== null) small.push(chunk.slice());
      found += chunk.length;
      done += chunk.length;
      onProgress?.(done / total);
    }
    const isRight = sha256 !== null ? hash.hex() === sha256 : git_oid === null || (await gitOid(small)) === git_oid;
    if (!model.files.get(name)?.is_whole || found !== n_bytes || !isRight) bad.push(name);
  }
  return bad;
}
