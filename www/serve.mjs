/**
 * A static file server for the built page, on this machine alone (127.0.0.1).
 *
 *     node www/serve.mjs --root build/www [--port N] [--no-isolation]
 *
 * It sends what the page needs to be cross-origin isolated (COOP, COEP, CORP), the right MIME types,
 * and headers that make a browser ask again each time whether a file has changed. `--no-isolation`
 * leaves COOP and COEP out, as many hosts do.
 */
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const DEFAULT_PORT = 8000;

/** @type {Record<string, string>} */
const MIME_TYPES = {
  ".css": "text/css; charset=utf-8",
  ".gguf": "application/octet-stream",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".safetensors": "application/octet-stream",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** A content hash in the name, such as `app-3f9a2b1c.js`: such a file never changes. */
const HASHED_NAME = /[.-][0-9a-f]{8,}\.[a-z0-9]+$/;

/**
 * Makes the server; the caller lets it listen.
 *
 * @param {{ root: string, isolation?: boolean }} options `root`: the folder to serve.
 */
export function createStaticServer({ root, isolation = true }) {
  return createServer((request, response) => {
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (isolation) {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    }
    respond(root, request, response).catch((error) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, "The file could not be read.");
    });
  });
}

/**
 * @param {string} root
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function respond(root, request, response) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return refuse(response, 405, "Only GET and HEAD are answered.");
  }
  const [path, query] = splitOnce(request.url ?? "/", "?");
  const found = await findFile(root, path);
  if (found === null) return refuse(response, 404, "There is no such file.");
  if (found.isFolder) {
    // With the slash, relative addresses in index.html mean files of that folder.
    const target = path.replace(/^\/+/, "/") + "/" + (query === undefined ? "" : `?${query}`);
    response.writeHead(301, { Location: target }).end();
    return;
  }

  const etag = `"${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}"`;
  response.setHeader("ETag", etag);
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("Content-Type", MIME_TYPES[extname(found.file)] ?? "application/octet-stream");
  response.setHeader(
    "Cache-Control",
    HASHED_NAME.test(found.file) ? "public, max-age=31536000, immutable" : "no-cache",
  );
  if (request.headers["if-none-match"]?.split(/,\s*/).includes(etag)) {
    response.writeHead(304).end();
    return;
  }

  const rangeIsCurrent = (request.headers["if-range"] ?? etag) === etag;
  const range = rangeIsCurrent ? parseRange(request.headers.range, found.size) : null;
  if (range === "unsatisfiable") {
    response.setHeader("Content-Range", `bytes */${found.size}`);
    return refuse(response, 416, "The file is shorter than that.");
  }
  const { start, end } = range ?? { start: 0, end: found.size - 1 };
  if (range) response.setHeader("Content-Range", `bytes ${start}-${end}/${found.size}`);
  response.setHeader("Content-Length", end - start + 1);
  response.writeHead(range ? 206 : 200);
  if (request.method === "HEAD" || found.size === 0) {
    response.end();
    return;
  }
  const stream = createReadStream(found.file, { start, end });
  stream.on("error", (error) => response.destroy(error));
  response.on("close", () => stream.destroy());
  stream.pipe(response);
}

/**
 * The file that a request names: `null` when there is none inside `root`, or when the path cannot be
 * decoded; `isFolder` when it is a folder named without its slash.
 *
 * @param {string} root
 * @param {string} path as in the request, percent-encoded
 */
async function findFile(root, path) {
  try {
    const base = await realpath(root);
    // realpath follows `..` and links, so whatever leads outside is seen here.
    let file = await realpath(join(base, decodeURIComponent(path)));
    if (file !== base && !file.startsWith(base + sep)) return null;
    let facts = await stat(file);
    if (facts.isDirectory()) {
      if (!path.endsWith("/")) return { file, isFolder: true, size: 0, mtimeMs: 0 };
      file = join(file, "index.html");
      facts = await stat(file);
    }
    return facts.isFile() ? { file, isFolder: false, size: facts.size, mtimeMs: facts.mtimeMs } : null;
  } catch {
    // No such file, a path too long, a NUL in it, or a stray `%`.
    return null;
  }
}

/**
 * Reads a Range header of one range; anything else is ignored, as HTTP allows.
 *
 * @param {string | undefined} header such as `bytes=0-99`, `bytes=100-`, `bytes=-100`
 * @param {number} size of the file in bytes
 * @returns {{ start: number, end: number } | "unsatisfiable" | null} both ends included
 */
function parseRange(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return null;
  if (match[1] === "") {
    const length = Math.min(Number(match[2]), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === "" ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (start >= size) return "unsatisfiable";
  return start > end ? null : { start, end };
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} status
 * @param {string} sentence
 */
function refuse(response, status, sentence) {
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.writeHead(status).end(sentence + "\n");
}

/**
 * @param {string} text
 * @param {string} separator
 * @returns {[string, string | undefined]}
 */
function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** @param {string} sentence */
function fail(sentence) {
  console.error(`serve: ${sentence}`);
  process.exit(1);
}

function main() {
  /** @type {import("node:util").ParseArgsConfig} */
  const config = {
    options: {
      root: { type: "string" },
      port: { type: "string", default: String(DEFAULT_PORT) },
      "no-isolation": { type: "boolean", default: false },
    },
  };
  let values;
  try {
    ({ values } = parseArgs(config));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(String(values.port)) || port > 65535) {
    return fail(`"${values.port}" is no port; name a number from 0 (any free one) to 65535.`);
  }
  if (typeof values.root !== "string") return fail("name the folder to serve: --root DIR");

  const server = createStaticServer({ root: values.root, isolation: !values["no-isolation"] });
  server.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code === "EADDRINUSE") {
      fail(`port ${port} is taken. Choose another with --port N; --port 0 takes any free one.`);
    }
    if (error.code === "EACCES") fail(`port ${port} may not be used here; choose one above 1023.`);
    throw error;
  });
  server.listen(port, "127.0.0.1", () => {
    const address = /** @type {import("node:net").AddressInfo} */ (server.address());
    console.log(`T5 Playground: http://127.0.0.1:${address.port}/  (Ctrl+C ends it)`);
  });
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
