/**
 * The barest of static hosts, as `python3 -m http.server` is one: a type, a length, a date, nothing else. The date
 * is long ago, for which browsers take what they have without asking, for a while.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { listen, stop } from "./listen.mjs";

/** @type {Record<string, string>} */
const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

const LONG_AGO = new Date(2001, 0).toUTCString();

export class BareServer {
  /** Paths that were asked for, after the base, in order. @type {string[]} */
  requested = [];
  /** Those who wait for a path to have been asked for so many times. @type {{ path: string, times: number, done: () => void }[]} */
  #waiting = [];
  /** @type {(path: string) => boolean} */
  forbidsCaching = () => false;
  /** What is answered instead of a file, by its path. @type {Map<string, import("node:http").RequestListener>} */
  instead = new Map();

  /**
   * @param {string} root  folder to serve; may be changed at any time
   * @param {string} base  path that it lies under, such as `/some/folder`
   */
  static async start(root, base) {
    const server = new BareServer(root);
    server.http = createServer((request, response) => {
      const path = (request.url ?? "").split("?")[0];
      if (!path.startsWith(`${base}/`)) return response.writeHead(404).end();
      return server.#answer(path.slice(base.length + 1), request, response);
    });
    server.url = `${await listen(server.http)}${base}/`;
    return server;
  }

  /** @param {string} root */
  constructor(root) {
    this.root = root;
  }

  /**
   * @param {string} path
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   */
  async #answer(path, request, response) {
    this.requested.push(path);
    for (const wait of this.#waiting) if (this.#timesOf(wait.path) >= wait.times) wait.done();
    const other = this.instead.get(path);
    if (other) return other(request, response);
    const file = join(this.root, path === "" ? "index.html" : path);
    const facts = await stat(file).catch(() => null);
    if (!facts?.isFile()) return response.writeHead(404, { "Content-Type": "text/html" }).end("<h1>Not found</h1>");
    response.writeHead(200, {
      "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
      "Content-Length": facts.size,
      "Last-Modified": LONG_AGO,
      ...(this.forbidsCaching(path) ? { "Cache-Control": "no-store" } : {}),
    });
    return createReadStream(file).pipe(response);
  }

  /**
   * @param {string} path
   * @param {number} times
   * @returns {Promise<void>} resolves when it has been asked for so many times
   */
  asked(path, times) {
    return new Promise((done) => {
      if (this.#timesOf(path) >= times) done();
      else this.#waiting.push({ path, times, done });
    });
  }

  /** @param {string} path */
  #timesOf(path) {
    return this.requested.filter((requested) => requested === path).length;
  }

  async stop() {
    await stop(this.http);
  }

  /** @type {import("node:http").Server} */
  http = /** @type {any} */ (undefined);
  /** The address of the folder, with a slash at its end. */
  url = "";
}
