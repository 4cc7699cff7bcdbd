/** Opens a file, from the network or from this device, as a stream of bytes; a web page in its place is recognised. */

/** @import { Download, Facts } from "./download.js" */
import { fetchFrom } from "./download.js";
import { LoadError, errorOfCut, errorOfWebPage } from "./load-error.js";
import { decoded } from "./reference.js";

/**
 * A file that is open for reading, once.
 *
 * @typedef {object} ByteSource
 * @property {string} name
 * @property {number | null} nBytes  its length; null where nobody says
 * @property {Uint8Array} head  its first bytes, up to HEAD_BYTES; `chunks` starts with them again
 * @property {AsyncGenerator<Uint8Array>} chunks  all of it, in order; each is only good until the next is asked for
 */

/** Enough of a GGUF file to see whether it describes itself. */
export const HEAD_BYTES = 4096;

/**
 * @param {string} url
 * @param {object} reading
 * @param {AbortSignal} reading.signal
 * @param {Download["onWait"]} [reading.onWait]
 * @returns {Promise<ByteSource>}
 * @throws {LoadError} with a sentence; HttpError for a status
 */
export async function openUrl(url, { signal, onWait }) {
  const name = nameOfUrl(url);
  /** @type {number | null} */
  let nBytes = null;
  const onFacts = (/** @type {Facts} */ facts) => (nBytes = facts.nBytes);
  const source = await openChunks(name, fetchFrom({ url, name, signal, onWait, onFacts }));
  if (looksLikeWebPage(source.head)) throw errorOfWebPage(url);
  return { ...source, nBytes };
}

/**
 * @param {File} file
 * @returns {Promise<ByteSource>}
 * @throws {LoadError} where the browser cannot read it
 */
export async function openFile(file) {
  const source = await openChunks(file.name, chunksOf(file));
  if (looksLikeWebPage(source.head)) throw errorOfWebPage(file.name);
  return { ...source, nBytes: file.size };
}

/** @param {File} file */
async function* chunksOf(file) {
  let received = 0;
  try {
    for await (const chunk of inPieces(file)) {
      received += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new LoadError(
      "damaged_file",
      `${file.name} cannot be read (${messageOf(cause)}). It may have moved or changed since it was chosen: choose it again.`,
    );
  }
  if (received < file.size) throw errorOfCut(file.name, received, file.size);
}

/** What a push takes. */
const PIECE_BYTES = 2 ** 20;
/** A slice takes a message to another process, which larger ones spread. */
const SLICE_BYTES = 2 ** 22;

/**
 * The bytes of a file of this device or of the store, never whole in memory. All but the last piece have the same
 * length, and each is only good until the next is asked for: they lie in one buffer, since new memory for each
 * takes longer than reading.
 *
 * @param {Blob} blob
 * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>>}
 */
export async function* inPieces(blob) {
  const reader = byteReader(blob);
  if (!reader) return yield* inSlices(blob);
  let buffer = new ArrayBuffer(PIECE_BYTES);
  let filled = 0;
  try {
    while (true) {
      const { done, value } = await reader.read(new Uint8Array(buffer, filled));
      buffer = value?.buffer ?? new ArrayBuffer(0);
      filled += value?.length ?? 0;
      if (filled === PIECE_BYTES || (done && filled > 0)) {
        yield new Uint8Array(buffer, 0, filled);
        filled = 0;
      }
      if (done) return;
    }
  } finally {
    // Reached on an early exit too: the file is let go.
    await reader.cancel();
  }
}

/**
 * Into a given buffer, which takes a third of the time that slices take. Not all browsers have it.
 *
 * @param {Blob} blob
 */
function byteReader(blob) {
  try {
    return blob.stream().getReader({ mode: "byob" });
  } catch {
    return null;
  }
}

/** @param {Blob} blob */
async function* inSlices(blob) {
  const read = (/** @type {number} */ at) => {
    if (at >= blob.size) return null;
    const slice = blob.slice(at, at + SLICE_BYTES).arrayBuffer();
    // A failure is thrown where the slice is waited for, if it ever is.
    slice.catch(() => {});
    return slice;
  };
  let next = read(0);
  for (let at = SLICE_BYTES; next; at += SLICE_BYTES) {
    const slice = await next;
    // The next one is read while this one is taken in.
    next = read(at);
    yield new Uint8Array(slice);
  }
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
    chunks.push(chunk.slice());
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
 * Reads the beginning of a stream; its errors come here already.
 *
 * @param {string} name
 * @param {AsyncGenerator<Uint8Array>} stream
 * @returns {Promise<ByteSource>}
 */
export async function openChunks(name, stream) {
  /** @type {Uint8Array[]} */
  const first = [];
  let received = 0;
  let ended = false;
  while (!ended && received < HEAD_BYTES) {
    const { done, value } = await stream.next();
    if (done) ended = true;
    else {
      received += value.length;
      // One after which another is asked for is copied, as it is good no longer then.
      first.push(received < HEAD_BYTES ? value.slice() : value);
    }
  }

  async function* chunks() {
    try {
      yield* first.splice(0);
      if (!ended) yield* stream;
    } finally {
      // Reached on an early exit too: the connection or the file is let go.
      await stream.return(undefined);
    }
  }
  return { name, nBytes: null, head: headOf(first), chunks: chunks() };
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
  return decoded(pathname.split("/").pop() ?? "") || host;
}

/** @param {unknown} cause */
export function isAbort(cause) {
  return cause instanceof Error && cause.name === "AbortError";
}

/** @param {unknown} cause */
function messageOf(cause) {
  return cause instanceof Error ? cause.message : String(cause);
}
