/** Reads what a person types to name a model: a Hub id, a file in a Hub repository, or an address. */

/** @import { ModelSource } from "./protocol.js" */
/** @typedef {Extract<ModelSource, { kind: "hub" | "urls" }>} WebSource */

export const DEFAULT_ENDPOINT = "https://huggingface.co";
export const DEFAULT_REVISION = "main";

/**
 * Understands
 * - `owner/name` and `owner/name@revision`, a repository in the Hub's layout;
 * - `owner/name/path/file.gguf`, one file of it;
 * - the address of a repository's page, or of a file on it (`/blob/` or `/resolve/`);
 * - any other address of a .gguf or .safetensors file.
 *
 * @param {string} text
 * @param {{ endpoint?: string, revision?: string }} [hub]  the endpoint as `parseEndpoint` gives it; a blank
 *   revision is the default
 * @returns {WebSource | null} null where it is none of these
 */
export function parseReference(text, { endpoint = DEFAULT_ENDPOINT, revision: typed = "" } = {}) {
  const trimmed = text.trim();
  const revision = typed.trim() || DEFAULT_REVISION;
  if (/^https?:\/\//i.test(trimmed)) return parseUrl(trimmed, endpoint);
  const match = trimmed.match(/^([\w.-]+\/[\w.-]+?)(?:@([\w./-]+))?$/);
  if (match && !isWeights(match[1])) {
    return { kind: "hub", endpoint, repo: match[1], revision: match[2] ?? revision, files: null };
  }
  const file = trimmed.match(/^([\w.-]+\/[\w.-]+)\/((?:[^/\s]+\/)*[^/\s]+)$/);
  if (file && isWeights(file[2])) return hubFile(endpoint, file[1], revision, file[2]);
  return null;
}

/**
 * Understands the address of a Hub; nothing is the default, and one without `https://` is asked over it.
 *
 * @param {string} text
 * @returns {string | null} without a slash at its end; null where it is no address
 */
export function parseEndpoint(text) {
  const typed = text.trim();
  if (typed === "") return DEFAULT_ENDPOINT;
  // Chromium would take white space for a part of the host.
  if (/\s/.test(typed)) return null;
  try {
    const { protocol, origin, pathname } = new URL(typed.includes("://") ? typed : `https://${typed}`);
    return /^https?:$/.test(protocol) ? (origin + pathname).replace(/\/+$/, "") : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} text
 * @param {string} endpoint
 * @returns {WebSource | null}
 */
function parseUrl(text, endpoint) {
  /** @type {URL} */
  let url;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  // A Hub's own pages, at the usual endpoint or the one that was set.
  const hubs = [DEFAULT_ENDPOINT, endpoint];
  const hub = hubs.find((candidate) => url.href === candidate || url.href.startsWith(`${candidate}/`));
  const parts = hub ? url.href.slice(hub.length).split(/[?#]/)[0].split("/").filter(Boolean).map(decoded) : [];
  if (hub && parts.length >= 2) {
    const [owner, name, verb, revision, ...path] = parts;
    const repo = `${owner}/${name}`;
    if (parts.length === 2) return { kind: "hub", endpoint: hub, repo, revision: DEFAULT_REVISION, files: null };
    if (verb === "tree" && path.length === 0 && revision) return { kind: "hub", endpoint: hub, repo, revision, files: null };
    if ((verb === "blob" || verb === "resolve") && isWeights(path.at(-1) ?? "")) {
      return hubFile(hub, repo, revision, path.join("/"));
    }
    return null;
  }
  const name = decoded(url.pathname.split("/").pop() ?? "");
  if (!isWeights(name)) return null;
  return { kind: "urls", name, weights: [url.href], config: null, tokenizer: null, keep: true };
}

/**
 * The address of a file of a repository.
 *
 * @param {string} endpoint
 * @param {string} repo  `owner/name`
 * @param {string} revision  branch, tag or commit
 * @param {string} path  inside the repository
 */
export function hubUrl(endpoint, repo, revision, path) {
  const encode = (/** @type {string} */ s) => s.split("/").map(encodeURIComponent).join("/");
  return `${endpoint}/${encode(repo)}/resolve/${encodeURIComponent(revision)}/${encode(path)}`;
}

/**
 * @param {string} endpoint
 * @param {string} repo
 * @param {string} revision
 * @param {string} path
 * @returns {WebSource}
 */
function hubFile(endpoint, repo, revision, path) {
  return { kind: "hub", endpoint, repo, revision, files: [path] };
}

/** @param {string} path */
function isWeights(path) {
  return /\.(gguf|safetensors|safetensors\.index\.json)$/i.test(path);
}

/**
 * A part of an address as it is to be read; as it stands where it was not encoded, such as `100%.gguf`.
 *
 * @param {string} part
 */
export function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
