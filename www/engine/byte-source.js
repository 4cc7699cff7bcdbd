/**
 * Opens a file, from the network or from this device, as a stream of bytes that is checked while it
 * passes: a web page in place of a file is recognised by its first bytes, a cut stream by its length.
 */

import { LoadError, errorOfCut, errorOfNoResponse, errorOfStatus, errorOfWebPage } from "./load-error.js";

/**
 * A file that is open for reading, once.
 *
 * @typedef {object} ByteSource
 * @property {string} name
 * @property {number | null} nBytes  its length; null where nobody says
 * @property {Uint8Array} head  its first bytes, up to HEAD_BYTES; `chunks` starts with them again
 * @property {AsyncIterable<Uint8Array>} chunks  all of it, in order
 */

/** Enough of a GGUF file to see whether it describes itself. */
export const HEAD_BYTES = 4096;

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<ByteSource>}
 * @throws {LoadError} with a sentence; MissingFileError for a 404
 */
export async function openUrl(url, signal) {
  const response = await fetchOrExplain(url, signal);
  if (!response.ok) {
    await response.body?.cancel();
    throw errorOfStatus(response.status, url);
  }
  const name = nameOfUrl(url);
  if (/^\s*text\/html\b/i.test(response.headers.get("content-type") ?? "")) {
    await response.body?.cancel();
    throw errorOfWebPage(url);
  }
  if (!response.body) throw errorOfCut(name, 0, null);
  const source = await openStream(name, lengthOfBody(response.headers), response.body);
  if (looksLikeWebPage(source.head)) throw errorOfWebPage(url);
  return source;
}

/**
 * @param {File} file
 * @returns {Promise<ByteSource>}
 * @throws {LoadError} where the browser cannot read it
 */
export async function openFile(file) {
  const source = await openStream(file.name, file.size, file.stream(), (cause) => {
    return new LoadError(
      "damaged_file",
      `${file.name} cannot be read (${messageOf(cause)}). It may have moved or changed since it was chosen: choose it again.`,
    );
  });
  if (looksLikeWebPage(source.head)) throw errorOfWebPage(file.name);
  return source;
}

/**
 * Reads all of a small file.
 *
 * @param {ByteSource} source
 * @param {(loadedBytes: number) => void} [onProgress]
 * @returns {Promise<Uint8Array>}
 */
export async function readAll(source, onProgress) {
  const chunks = [];
  let nBytes = 0;
  for await (const chunk of source.chunks) {
    chunks.push(chunk);
    nBytes += chunk.length;
    onProgress?.(nBytes);
  }
  const whole = new Uint8Array(nBytes);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/**
 * @param {string} name
 * @param {number | null} nBytes
 * @param {ReadableStream<Uint8Array>} stream
 * @param {(cause: unknown, received: number) => Error} [explain]  the error for a stream that breaks
 * @returns {Promise<ByteSource>}
 */
export async function openStream(name, nBytes, stream, explain) {
  const breaks = explain ?? ((_cause, received) => errorOfCut(name, received, nBytes));
  const reader = stream.getReader();
  let received = 0;

  /** @returns {Promise<Uint8Array | null>} null at the end */
  async function read() {
    const { done, value } = await reader.read().catch((cause) => {
      throw isAbort(cause) ? cause : breaks(cause, received);
    });
    if (done) {
      // More than promised is a compressed body, whose length is that of the packed bytes.
      if (nBytes !== null && received < nBytes) throw errorOfCut(name, received, nBytes);
      return null;
    }
    received += value.length;
    return value;
  }

  /** @type {Uint8Array[]} */
  const first = [];
  let ended = false;
  while (!ended && received < HEAD_BYTES) {
    const chunk = await read();
    if (chunk) first.push(chunk);
    else ended = true;
  }

  async function* chunks() {
    try {
      yield* first.splice(0);
      while (!ended) {
        const chunk = await read();
        if (!chunk) return;
        yield chunk;
      }
    } finally {
      // Reached on an early exit too: the connection is let go.
      await reader.cancel().catch(() => {});
    }
  }
  return { name, nBytes, head: headOf(first), chunks: chunks() };
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
async function fetchOrExplain(url, signal) {
  try {
    return await fetch(url, { signal });
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    const online = globalThis.navigator?.onLine ?? true;
    throw errorOfNoResponse(url, { online, reachable: online && (await answersAnyone(url, signal)) });
  }
}

/**
 * Whether a server answers at all, asked in the mode whose response no page can read.
 *
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function answersAnyone(url, signal) {
  try {
    await fetch(url, { method: "HEAD", mode: "no-cors", cache: "no-store", signal });
    return true;
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    return false;
  }
}

/**
 * @param {Headers} headers
 * @returns {number | null} null where the header counts packed bytes, or is absent
 */
function lengthOfBody(headers) {
  const encoding = headers.get("content-encoding");
  const length = Number(headers.get("content-length") ?? NaN);
  return (encoding && encoding !== "identity") || !Number.isSafeInteger(length) ? null : length;
}

/**
 * @param {Uint8Array} head
 * @returns {boolean}
 */
export function looksLikeWebPage(head) {
  const text = new TextDecoder().decode(head.subarray(0, 256));
  return /^\s*(<!--[^]*?-->\s*)?<(!doctype\s+html|html|head|body)\b/i.test(text);
}

/** @param {Uint8Array[]} chunks */
function headOf(chunks) {
  const head = new Uint8Array(Math.min(HEAD_BYTES, chunks.reduce((n, chunk) => n + chunk.length, 0)));
  let offset = 0;
  for (const chunk of chunks) {
    if (offset === head.length) break;
    const part = chunk.subarray(0, head.length - offset);
    head.set(part, offset);
    offset += part.length;
  }
  return head;
}

/**
 * @param {string} url
 * @returns {string} the file's name, without folders and query
 */
export function nameOfUrl(url) {
  const { pathname, host } = new URL(url);
  return decodeURIComponent(pathname.split("/").pop() ?? "") || host;
}

/** @param {unknown} cause */
export function isAbort(cause) {
  return cause instanceof Error && cause.name === "AbortError";
}

/** @param {unknown} cause */
function messageOf(cause) {
  return cause instanceof Error ? cause.message : String(cause);
}
