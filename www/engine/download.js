/**
 * Fetches a file as a stream of bytes that goes on where it was cut: after a broken connection, and after
 * a reload, it asks for the rest only (Range) and checks that it is still the same file.
 *
 * The check reads the response; an If-Range header would make every request ask for permission first
 * (CORS), which storage hosts may not give.
 */

import {
  FileChangedError, HttpError, LoadError, TransientError, errorOfCut, errorOfNoResponse, errorOfSilence, errorOfSize, errorOfStatus,
  errorOfWebPage,
} from "./load-error.js";

/**
 * What a response says of the file.
 *
 * @typedef {object} Facts
 * @property {number | null} nBytes  its whole length
 * @property {string | null} validator  changes when the file does: its ETag, or the time of its last change
 * @property {string | null} sha256  hexadecimal, where a Hub says it
 */

/**
 * @typedef {object} Download
 * @property {string} url
 * @property {string} name  for sentences
 * @property {AbortSignal} signal
 * @property {number} [from]  bytes that are here already
 * @property {number | null} [nBytes]  length, where known beforehand
 * @property {string | null} [validator]  of the file whose first bytes are here
 * @property {(facts: Facts) => void} [onFacts]  told at the first response
 * @property {(wait: { attempt: number, delay_ms: number | null, message: string }) => void} [onWait]  told
 *   before a pause; `delay_ms` is null where it lasts until the device is online again
 * @property {number} [idleMs]  silence that counts as a broken connection
 */

/** Pauses before asking again; bytes that arrive start them from the beginning. */
const DELAYS_MS = [250, 500, 1000, 2000];
const IDLE_MS = 30_000;
/** Statuses after which the same request may succeed. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

/**
 * @param {Download} download
 * @returns {AsyncGenerator<Uint8Array>} the bytes after `from`
 * @throws {LoadError} with a sentence; HttpError for a status, FileChangedError where what is here is of another file
 */
export async function* fetchFrom(download) {
  const { signal, onWait } = download;
  const state = { offset: download.from ?? 0, nBytes: download.nBytes ?? null, validator: download.validator ?? null, answered: false };
  for (let failures = 0; ; ) {
    const before = state.offset;
    try {
      yield* attempt(download, state);
      return;
    } catch (cause) {
      if (state.offset > before) failures = 0;
      const passes = cause instanceof TransientError || (cause instanceof HttpError && PASSING.includes(cause.status));
      if (signal.aborted || !passes) throw cause;
      if (isOffline() && state.answered) {
        onWait?.({ attempt: failures + 1, delay_ms: null, message: cause.message });
        await untilOnline(signal);
      } else {
        if (failures === DELAYS_MS.length) throw cause;
        const delay_ms = DELAYS_MS[failures++];
        onWait?.({ attempt: failures, delay_ms, message: cause.message });
        await pause(delay_ms, signal);
      }
    }
  }
}

/**
 * One request, from the bytes that are still missing.
 *
 * @param {Download} download
 * @param {{ offset: number, nBytes: number | null, validator: string | null, answered: boolean }} state  changed as bytes come
 */
async function* attempt({ url, name, signal, onFacts, idleMs = IDLE_MS }, state) {
  const connection = new AbortController();
  const abort = () => connection.abort(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    signal.throwIfAborted();
    const response = await ask(url, state, connection.signal);
    const facts = factsOf(response, state.offset);
    if (response.status === 416) {
      if (facts.nBytes === state.offset) return;
      throw new FileChangedError(name);
    }
    if (!response.ok) throw errorOfStatus(response.status, url);
    if (/^\s*text\/html\b/i.test(response.headers.get("content-type") ?? "")) throw errorOfWebPage(url);
    if (state.validator !== null && facts.validator !== null && facts.validator !== state.validator) throw new FileChangedError(name);
    if (facts.nBytes !== null && state.nBytes !== null && facts.nBytes !== state.nBytes) {
      throw state.offset > 0 ? new FileChangedError(name) : errorOfSize(name, state.nBytes, facts.nBytes);
    }
    state.nBytes ??= facts.nBytes;
    state.validator ??= facts.validator;
    if (!state.answered) onFacts?.({ ...facts, nBytes: state.nBytes });
    state.answered = true;
    if (!response.body) throw errorOfCut(name, state.offset, state.nBytes);
    // A server without ranges sends what is here already once more.
    let toSkip = response.status === 206 ? 0 : state.offset;
    for await (const chunk of bytesOf(response.body, idleMs, connection, signal, name, state)) {
      const rest = chunk.subarray(Math.min(toSkip, chunk.length));
      toSkip -= chunk.length - rest.length;
      if (rest.length === 0) continue;
      if (state.nBytes !== null && state.offset + rest.length > state.nBytes) throw errorOfSize(name, state.nBytes, null);
      state.offset += rest.length;
      yield rest;
    }
    if (state.nBytes === null || state.offset === state.nBytes) return;
    // Firefox ends a broken stream as if it were whole, so only the length tells.
    throw facts.nBytes === null ? errorOfSize(name, state.nBytes, state.offset) : errorOfCut(name, state.offset, state.nBytes);
  } finally {
    signal.removeEventListener("abort", abort);
    connection.abort();
  }
}

/**
 * @param {string} url
 * @param {{ offset: number, answered: boolean }} state
 * @param {AbortSignal} signal
 */
async function ask(url, { offset, answered }, signal) {
  /** @type {Record<string, string>} */
  const headers = offset > 0 ? { Range: `bytes=${offset}-` } : {};
  try {
    // What is kept is kept in the store; the browser's cache would hold it once more.
    return await fetchOrExplain(url, { headers, cache: "no-store", signal });
  } catch (cause) {
    throw answered && cause instanceof LoadError ? new TransientError(cause.message) : cause;
  }
}

/**
 * @param {string} url
 * @param {RequestInit & { signal: AbortSignal }} request
 * @returns {Promise<Response>}
 * @throws {LoadError} that says why there is no response
 */
export async function fetchOrExplain(url, request) {
  const { signal } = request;
  try {
    return await fetch(url, request);
  } catch {
    signal.throwIfAborted();
    const online = !isOffline();
    throw errorOfNoResponse(url, { online, reachable: online && (await answersAnyone(url, signal)) });
  }
}

/**
 * What comes, each chunk only good until the next is asked for.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @param {number} idleMs
 * @param {AbortController} connection
 * @param {AbortSignal} signal
 * @param {string} name
 * @param {{ offset: number, nBytes: number | null }} state
 */
async function* bytesOf(body, idleMs, connection, signal, name, state) {
  const read = readerOf(body);
  for (;;) {
    let silent = false;
    const timer = setTimeout(() => {
      silent = true;
      connection.abort();
    }, idleMs);
    /** @type {Uint8Array | null} */
    let chunk;
    try {
      chunk = await read();
    } catch {
      signal.throwIfAborted();
      throw silent ? errorOfSilence(name, idleMs) : errorOfCut(name, state.offset, state.nBytes);
    } finally {
      clearTimeout(timer);
    }
    if (!chunk) return;
    yield chunk;
  }
}

/** Room for what comes at a time. */
const CHUNK_BYTES = 2 ** 20;

/**
 * Reads into one buffer where the browser can: of those it makes itself some tens of megabytes wait to be collected.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {() => Promise<Uint8Array | null>} gives the next chunk, null at the end
 */
function readerOf(body) {
  /** @type {ReadableStreamBYOBReader} */
  let reader;
  try {
    reader = body.getReader({ mode: "byob" });
  } catch {
    const plain = body.getReader();
    return async () => (await plain.read()).value ?? null;
  }
  let buffer = new ArrayBuffer(CHUNK_BYTES);
  return async () => {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done || !value) return null;
    buffer = value.buffer;
    return value;
  };
}

/**
 * @param {Response} response
 * @param {number} from  where a part was asked for
 * @returns {Facts}
 */
function factsOf({ status, headers }, from) {
  const linked = unquoted(headers.get("x-linked-etag"));
  const etag = headers.get("etag");
  const isStrong = etag !== null && !etag.startsWith("W/");
  return {
    nBytes: lengthOf(status, headers, from),
    validator: linked ?? (isStrong ? etag : headers.get("last-modified")),
    sha256: linked !== null && /^[0-9a-f]{64}$/.test(linked) ? linked : null,
  };
}

/**
 * @param {number} status
 * @param {Headers} headers
 * @param {number} from  where a part was asked for
 * @returns {number | null} of the whole file; null where the header counts packed bytes, or is absent
 */
function lengthOf(status, headers, from) {
  // Other sites may not read Content-Range unless the server lets them; a part's own length they may.
  const total = /\/(\d+)$/.exec(headers.get("content-range") ?? "");
  if (total) return Number(total[1]);
  const encoding = headers.get("content-encoding");
  const length = headers.get("content-length");
  if (status === 416 || (encoding && encoding !== "identity") || length === null || !/^\d+$/.test(length)) return null;
  return Number(length) + (status === 206 ? from : 0);
}

/** @param {string | null} etag */
function unquoted(etag) {
  return etag && etag.replace(/^"|"$/g, "");
}

/**
 * Whether a server answers at all, asked in the mode whose response no page can read.
 *
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<boolean | null>} null where this page may not find out
 */
async function answersAnyone(url, signal) {
  try {
    await fetch(url, { method: "HEAD", mode: "no-cors", cache: "no-store", signal });
    return true;
  } catch {
    signal.throwIfAborted();
    // An isolated page may not ask in that mode.
    return globalThis.crossOriginIsolated ? null : false;
  }
}

function isOffline() {
  return globalThis.navigator?.onLine === false;
}

/** @param {AbortSignal} signal */
function untilOnline(signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    globalThis.addEventListener("online", resolve, { once: true });
    if (!isOffline()) resolve(undefined);
  });
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}
