/**
 * What can go wrong while the bytes of a model are fetched or read, each as a sentence.
 * What is wrong *inside* a file is said by the engine, not here.
 */

/** @import { ErrorReport, ReportKind } from "./protocol.js" */

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

/**
 * @param {number} status
 * @param {string} url
 */
function sentenceOfStatus(status, url) {
  const host = hostOf(url);
  if (status === 404 || status === 410) {
    return `There is no file at ${url} (HTTP ${status}). Check the spelling of the address.`;
  }
  if (status === 401 || status === 403) {
    return `${host} refuses to give ${url} (HTTP ${status}): it is private, or asks for consent first, or does not exist.`;
  }
  if (status === 429) return `${host} has had too many requests (HTTP 429). Wait a minute and try again.`;
  if (status >= 500) return `${host} has a fault of its own (HTTP ${status}). Try again later.`;
  return `${host} answered HTTP ${status} for ${url}.`;
}

/**
 * The error for a request that got no response at all.
 *
 * @param {string} url
 * @param {{ online: boolean, reachable: boolean }} seen  `reachable`: the server answers requests
 *   whose response a page may not read, so it is up and the browser kept the answer back.
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
  const of = expected === null ? "" : ` of ${expected.toLocaleString("en")}`;
  return new LoadError(
    "network",
    `The connection broke in the middle of ${name}: ${received.toLocaleString("en")}${of} bytes arrived. Try again.`,
  );
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
