/**
 * Asks a Hub what a repository holds. Any server with the Hub's paths will do:
 * `{endpoint}/api/models/{repo}/tree/{revision}` for the files, and `.../revision/{revision}` for what is
 * said of them.
 *
 * Source: Hugging Face's Hub API; https://huggingface.co/docs/hub/api
 */

import { fetchOrExplain } from "./download.js";
import { LoadError, errorOfStatus, errorOfWebPage } from "./load-error.js";

/**
 * @typedef {object} HubFile
 * @property {string} path  inside the repository
 * @property {number} n_bytes
 * @property {string | null} sha256  of a large file
 * @property {string | null} git_oid  of a small one, which git keeps itself
 */

/**
 * @typedef {object} Listing
 * @property {HubFile[]} files
 * @property {string | null} license  such as `apache-2.0`
 * @property {boolean} isGated  files are given only to those who have been granted access
 * @property {Record<string, number> | null} parameters  of the safetensors files, by type
 */

/** Far more than any repository of a model has. */
const MAX_PAGES = 50;

/**
 * @param {{ endpoint: string, repo: string, revision: string }} repository
 * @param {AbortSignal} signal
 * @returns {Promise<Listing>}
 * @throws {LoadError} with a sentence; HttpError for a status
 */
export async function listRepository({ endpoint, repo, revision }, signal) {
  const api = `${endpoint}/api/models/${repo.split("/").map(encodeURIComponent).join("/")}`;
  const at = encodeURIComponent(revision);
  const [files, info] = await Promise.all([
    listFiles(`${api}/tree/${at}?recursive=true`, signal),
    // A mirror may have the files and know no more of them.
    getJson(`${api}/revision/${at}`, signal).catch(() => null),
  ]);
  const { cardData, gated, safetensors, tags } = info?.body ?? {};
  const tagged = Array.isArray(tags) ? tags.find((tag) => String(tag).startsWith("license:")) : undefined;
  return {
    files,
    license: licenseOf(cardData) ?? tagged?.slice("license:".length) ?? null,
    isGated: Boolean(gated),
    parameters: safetensors?.parameters ?? null,
  };
}

/**
 * @param {any} cardData  the front matter of the repository's README
 * @returns {string | null}
 */
function licenseOf(cardData) {
  const { license, license_name, license_link } = cardData ?? {};
  const names = [license].flat().filter((name) => typeof name === "string" && name !== "other");
  if (names.length > 0) return names.join(", ");
  if (typeof license_name === "string") return license_name;
  return typeof license_link === "string" ? license_link : (license ?? null);
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<HubFile[]>}
 */
async function listFiles(url, signal) {
  /** @type {HubFile[]} */
  const files = [];
  /** @type {string | null} */
  let next = url;
  for (let nPages = 0; next !== null && nPages < MAX_PAGES; nPages++) {
    const { body, link } = await getJson(next, signal);
    if (!Array.isArray(body)) throw new LoadError("network", `${next} is no list of files. Check the endpoint of the Hub.`);
    for (const { type, path, size, oid, lfs } of body) {
      if (type !== "file" || typeof path !== "string") continue;
      files.push({ path, n_bytes: lfs?.size ?? size, sha256: lfs?.oid ?? null, git_oid: lfs ? null : (oid ?? null) });
    }
    const following = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? "");
    next = following ? new URL(following[1], next).href : null;
  }
  return files;
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<{ body: any, link: string | null }>}
 */
async function getJson(url, signal) {
  const response = await fetchOrExplain(url, { signal });
  if (!response.ok) {
    await response.body?.cancel();
    throw errorOfStatus(response.status, url);
  }
  const text = await response.text();
  try {
    return { body: JSON.parse(text), link: response.headers.get("link") };
  } catch {
    if (/^\s*</.test(text)) throw errorOfWebPage(url);
    throw new LoadError("network", `The answer of ${url} cannot be read. Check the endpoint of the Hub.`);
  }
}
