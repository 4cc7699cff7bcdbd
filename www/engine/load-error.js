/**
 * What can go wrong while the bytes of a model are fetched or read, each as a sentence.
 * What is wrong *inside* a file is said by the engine, not here.
 */

/** @import { ErrorReport, ReportKind } from "./protocol.js" */

/** Kinds of failures that lie in a model's files, so that these are no use to keep. @type {readonly string[]} */
export const FILE_FAULTS = ["damaged_file", "unsupported_model", "tokenizer"];

/** A failed load, ready to be shown: `message` is a sentence for a reader. */
export class LoadError extends Error {
  /**
   * @param {ReportKind} kind
   * @param {string} message
   */
  constructor(kind, message) {
    super(message);
    this.name = "LoadError";
    this.kind = kind;
  }

  /** @returns {ErrorReport} */
  report() {
    return { kind: this.kind, option: null, message: this.message, fatal: false };
  }
}

/** The file on the server is no longer the one whose beginning is here: it has to be fetched anew. */
export class FileChangedError extends LoadError {
  /** @param {string} name */
  constructor(name) {
    super("network", `${name} has changed on the server while it was being fetched. Load it again.`);
    this.name = "FileChangedError";
  }
}

/** A failure that may pass by itself, so that it is worth asking again. */
export class TransientError extends LoadError {
  /** @param {string} message */
  constructor(message) {
    super("network", message);
    this.name = "TransientError";
  }
}

/** A response that is not a success. */
export class HttpError extends LoadError {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super("network", message);
    this.name = "HttpError";
    this.status = status;
  }
}

/**
 * The error for a response that is not a success.
 *
 * @param {number} status
 * @param {string} url
 * @returns {HttpError}
 */
export function errorOfStatus(status, url) {
  return new HttpError(status, sentenceOfStatus(status, url));
}

const ELSEWHERE = "Fetch it where you are logged in and open it here from this device.";

/**
 * @param {number} status
 * @param {string} url
 */
function sentenceOfStatus(status, url) {
  const host = hostOf(url);
  if (status === 404 || status === 410) {
    return `There is no file at ${url} (HTTP ${status}). Check the spelling of the address.`;
  }
  if (status === 401) {
    return `${host} wants a login for ${url} (HTTP 401): it is private, or asks for consent first, or does not exist. ${ELSEWHERE}`;
  }
  if (status === 403) {
    return `${host} refuses to give ${url} (HTTP 403): access to it has to be granted first. ${ELSEWHERE}`;
  }
  if (status === 429) return `${host} has had too many requests (HTTP 429). Wait a minute and try again.`;
  if (status >= 500) return `${host} has a fault of its own (HTTP ${status}). Try again later.`;
  return `${host} answered HTTP ${status} for ${url}.`;
}

/**
 * The error for a request that got no response at all.
 *
 * @param {string} url
 * @param {{ online: boolean, reachable: boolean | null }} seen  `reachable`: the server answers requests
 *   whose response a page may not read, so it is up and the browser kept the answer back; null where the
 *   browser does not let this page find out.
 * @returns {LoadError}
 */
export function errorOfNoResponse(url, { online, reachable }) {
  const host = hostOf(url);
  if (!online) {
    return new LoadError("network", `This device is offline, so ${host} cannot be reached. Local files still load.`);
  }
  if (reachable) {
    return new LoadError(
      "network",
      `${host} does not let other sites' pages read its files (no CORS header). ` +
        `Download the file yourself and open it from this device.`,
    );
  }
  if (reachable === null) {
    return new LoadError(
      "network",
      `${host} gives no answer to this page: either it cannot be reached, or it does not let other sites' pages read its ` +
        `files (no CORS header). Check the address; or download the file yourself and open it from this device.`,
    );
  }
  return new LoadError(
    "network",
    `${host} cannot be reached. Check the address and the connection, then try again.`,
  );
}

/**
 * The error for a web page where a model was expected.
 *
 * @param {string} name
 */
export function errorOfWebPage(name) {
  return new LoadError(
    "network",
    `${name} is a web page, not a model. Give the address of the file itself: ` +
      `on a Hub that is the one with /resolve/ in it.`,
  );
}

/**
 * The error for a stream that ended early.
 *
 * @param {string} name
 * @param {number} received  bytes
 * @param {number | null} expected  bytes
 */
export function errorOfCut(name, received, expected) {
  const of = expected === null ? "" : ` of ${count(expected)}`;
  return new TransientError(`The connection broke in the middle of ${name}: ${count(received)}${of} bytes arrived. Try again.`);
}

/**
 * The error for a connection that stays open and brings nothing.
 *
 * @param {string} name
 * @param {number} idleMs
 */
export function errorOfSilence(name, idleMs) {
  return new TransientError(`The server has sent nothing more of ${name} for ${Math.round(idleMs / 1000)} seconds. Try again.`);
}

/**
 * The error for a file that is not as long as its source says.
 *
 * @param {string} name
 * @param {number} expected  bytes
 * @param {number | null} found  bytes; null where more keep coming
 */
export function errorOfSize(name, expected, found) {
  const what = found === null ? "the server sends more and does not stop" : `the server has ${count(found)}`;
  return new LoadError(
    "damaged_file",
    `${name} has the wrong size: it should be ${count(expected)} bytes, but ${what}. It was not kept.`,
  );
}

/**
 * The error for a file that has the right length and the wrong content.
 *
 * @param {string} name
 * @param {string} expected  in hexadecimal
 * @param {string} found
 */
export function errorOfHash(name, expected, found) {
  const short = (/** @type {string} */ hex) => `${hex.slice(0, 12)}…`;
  return new LoadError(
    "damaged_file",
    `${name} did not arrive as it was published: its checksum is ${short(found)} and should be ${short(expected)}. It was not kept.`,
  );
}

/** @param {number} n */
function count(n) {
  return n.toLocaleString("en");
}

/**
 * @param {string} url
 * @returns {string} the host, or the address itself where it has none
 */
function hostOf(url) {
  try {
    return new URL(url).host || url;
  } catch {
    return url;
  }
}
