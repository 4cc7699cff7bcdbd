/** Names the place of a model in the store. */

import { Sha256 } from "./sha256.js";

/**
 * The same for the same files of the same source, and readable to someone who looks.
 *
 * @param {{ endpoint?: string, repo?: string, revision?: string }} place
 * @param {string[]} files  the weights' paths or addresses, in order
 */
export function modelId({ endpoint = "", repo = "", revision = "" }, files) {
  const whole = new TextEncoder().encode(JSON.stringify([endpoint, repo, revision, files]));
  const last = files[0]?.split(/[?#]/)[0].split("/").pop() ?? "";
  const readable = `${repo} ${last}`.replace(/[^A-Za-z0-9.]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 60);
  return `${readable}-${new Sha256().update(whole).hex().slice(0, 12)}`;
}
