/**
 * A Hub on this machine, as a browser sees the real one: it lists repositories (in pages), sends small files
 * itself and redirects to another host for large ones, which lets other sites read the bytes and no header
 * but the plainest. A test can make that host fail, and it counts what it has served.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { listen, stop } from "./listen.mjs";

/**
 * Bytes of a file: all of them, or a function that gives those from `start` to `end`; with `sha256` they are not
 * asked for before they are fetched.
 *
 * @typedef {Uint8Array | { n_bytes: number, sha256?: string, read: (start: number, end: number) => Iterable<Uint8Array> }} Content
 */

/**
 * @typedef {object} Repository
 * @property {Record<string, Content>} files  by path
 * @property {string} [license]
 * @property {"auto" | "manual"} [gated]  files are refused
 * @property {Record<string, number>} [parameters]  of safetensors, by type
 */

/**
 * What the host of large files does to one of them.
 *
 * @typedef {object} Fault
 * @property {number[]} [cuts]  offsets at which the connection is broken, each once
 * @property {number} [flip]  offset of a byte with one bit changed
 * @property {number} [status]  instead of the file
 * @property {boolean} [html]  a web page instead of the file
 * @property {number} [length]  bytes to send in all, with that Content-Length: more or fewer than there are
 * @property {boolean} [endless]  goes on after the end, without a Content-Length
 * @property {boolean} [noRanges]  sends everything whatever was asked for
 * @property {boolean} [noCors]
 * @property {number[]} [holdAt]  offsets after which it sends nothing more until `release` or `break` is called, each once
 */

/** From this size on a file is large. */
const LARGE_BYTES = 40_000;
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const EXPOSED = "X-Repo-Commit, X-Error-Code, ETag, Link, Accept-Ranges, Content-Range, X-Linked-Size, X-Linked-ETag";
const PIECE_BYTES = 2 ** 18;

export class HubServer {
  /** @type {Map<string, Repository>} */
  #repositories = new Map();
  /** Large files by their hash. @type {Map<string, { path: string, content: Content }>} */
  #large = new Map();
  /** @type {Map<Content, string>} */
  #hashes = new Map();
  /** What goes wrong, by path in the repository. @type {Map<string, Fault>} */
  faults = new Map();
  /** Bytes of large files that were sent, by path. @type {Map<string, number>} */
  served = new Map();
  /** Requests in order: method, path, and where a part was asked for its start. @type {string[]} */
  requests = [];
  /** Files on one page of a listing. */
  pageSize = 1000;
  endpoint = "";
  #storage = "";
  /** @type {import("node:http").Server[]} */
  #servers = [];
  /** @type {Set<(how: "go" | "break") => void>} */
  #held = new Set();
  /** @type {((value?: unknown) => void)[]} */
  #waiting = [];

  static async start() {
    const server = new HubServer();
    await server.restart();
    return server;
  }

  /** Starts, or starts again with the same repositories, at other addresses. */
  async restart() {
    const hub = createServer((request, response) => this.#answer(request, response));
    const storage = createServer((request, response) => this.#answerLarge(request, response));
    this.#servers = [hub, storage];
    [this.endpoint, this.#storage] = await Promise.all([listen(hub), listen(storage)]);
  }

  async stop() {
    this.release();
    await Promise.all(this.#servers.map(stop));
  }

  /**
   * @param {string} repo  owner/name
   * @param {Repository} repository
   */
  publish(repo, repository) {
    this.#repositories.set(repo, repository);
    for (const [path, content] of Object.entries(repository.files)) {
      if (isLarge(content)) this.#large.set(this.#sha256(content), { path, content });
    }
  }

  /** Everything is well again, and nothing has been counted. */
  reset() {
    this.faults.clear();
    this.served.clear();
    this.requests = [];
    this.pageSize = 1000;
    this.release();
  }

  /** Goes on with what is held. */
  release() {
    this.#letGo("go");
  }

  /** Breaks the connections that are held. */
  break() {
    this.#letGo("break");
  }

  /** @param {"go" | "break"} how */
  #letGo(how) {
    for (const go of this.#held) go(how);
    this.#held.clear();
  }

  /** Resolves when a file has been sent up to where it is held. */
  held() {
    return this.#held.size > 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Bytes of all large files that were sent. */
  get servedBytes() {
    return [...this.served.values()].reduce((sum, n) => sum + n, 0);
  }

  /**
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   */
  #answer(request, response) {
    const url = new URL(request.url ?? "/", this.endpoint);
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Expose-Headers", EXPOSED);
    if (request.method === "OPTIONS") return permit(response);
    this.requests.push(`${request.method} ${url.pathname}${url.search}`);
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/(tree|revision)\/([^/]+)$/.exec(url.pathname);
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
    const repository = this.#repositories.get(decodeURIComponent((api ?? file)?.[1] ?? ""));
    // As on the Hub: who may not see a repository is not told whether it is there.
    if (!repository) return refuse(response, 401, "RepoNotFound");
    if (decodeURIComponent((api?.[3] ?? file?.[2]) ?? "") !== "main") return refuse(response, 404, "RevisionNotFound");
    response.setHeader("X-Repo-Commit", COMMIT);
    if (api?.[2] === "tree") return this.#list(repository, url, response);
    if (api) return json(response, infoOf(repository));
    return this.#resolve(repository, decodeURIComponent(file?.[3] ?? ""), response);
  }

  /**
   * @param {Repository} repository
   * @param {URL} url
   * @param {import("node:http").ServerResponse} response
   */
  #list({ files }, url, response) {
    const entries = Object.entries(files).map(([path, content]) => {
      const size = sizeOf(content);
      if (!isLarge(content)) return { type: "file", oid: gitOid(content), size, path };
      return { type: "file", oid: "f".repeat(40), size, path, lfs: { oid: this.#sha256(content), size, pointerSize: 134 } };
    });
    const start = Number(url.searchParams.get("cursor") ?? 0);
    const next = start + this.pageSize;
    if (next < entries.length) {
      url.searchParams.set("cursor", String(next));
      response.setHeader("Link", `<${url.href}>; rel="next"`);
    }
    json(response, [{ type: "directory", oid: "0".repeat(40), size: 0, path: "folder" }, ...entries.slice(start, next)]);
  }

  /**
   * @param {Repository} repository
   * @param {string} path
   * @param {import("node:http").ServerResponse} response
   */
  #resolve(repository, path, response) {
    if (repository.gated) return refuse(response, 401, "GatedRepo");
    const content = repository.files[path];
    if (content === undefined) return refuse(response, 404, "EntryNotFound");
    if (content instanceof Uint8Array && !isLarge(content)) {
      response.writeHead(200, { "Content-Type": "text/plain", ETag: `"${gitOid(content)}"`, "Content-Length": content.length });
      return response.end(content);
    }
    const sha256 = this.#sha256(content);
    response.writeHead(302, {
      Location: `${this.#storage}/${sha256}?signature=of-an-hour`,
      "X-Linked-ETag": `"${sha256}"`,
      "X-Linked-Size": sizeOf(content),
    });
    response.end();
  }

  /**
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   */
  async #answerLarge(request, response) {
    const sha256 = (request.url ?? "/").slice(1).split("?")[0];
    const { path, content } = this.#large.get(sha256) ?? { path: "", content: new Uint8Array() };
    const fault = this.faults.get(path) ?? {};
    if (!fault.noCors) response.setHeader("Access-Control-Allow-Origin", "*");
    if (request.method === "OPTIONS") return permit(response);
    const start = fault.noRanges ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    this.requests.push(`${request.method} storage/${path}${start > 0 ? ` from ${start}` : ""}`);
    if (fault.status) return refuse(response, fault.status, "");
    if (fault.html) return response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Log in</title>");
    const size = fault.length ?? sizeOf(content);
    if (start >= size) return response.writeHead(416, { "Content-Range": `bytes */${size}` }).end();
    /** @type {Record<string, string | number>} */
    const headers = { "Content-Type": "binary/octet-stream", ETag: `"${sha256}"`, "Accept-Ranges": "bytes" };
    if (!fault.endless) headers["Content-Length"] = size - start;
    if (start > 0) headers["Content-Range"] = `bytes ${start}-${size - 1}/${size}`;
    response.writeHead(start > 0 ? 206 : 200, headers);
    response.flushHeaders();
    await this.#send(path, content, fault, start, response);
  }

  /**
   * @param {string} path
   * @param {Content} content
   * @param {Fault} fault
   * @param {number} start
   * @param {import("node:http").ServerResponse} response
   */
  async #send(path, content, fault, start, response) {
    const gone = new Promise((resolve) => response.once("close", () => resolve("gone")));
    const size = fault.length ?? sizeOf(content);
    const cut = fault.cuts?.find((offset) => offset >= start);
    if (cut !== undefined) fault.cuts?.splice(fault.cuts.indexOf(cut), 1);
    const hold = cut === undefined ? fault.holdAt?.find((offset) => offset >= start) : undefined;
    if (hold !== undefined) fault.holdAt?.splice(fault.holdAt.indexOf(hold), 1);
    const stops = [cut ?? hold ?? size, size];
    let at = start;
    for (const end of stops) {
      for (const piece of piecesOf(content, at, end, fault)) {
        this.served.set(path, (this.served.get(path) ?? 0) + piece.length);
        if (!response.write(piece) && (await Promise.race([gone, new Promise((resolve) => response.once("drain", resolve))])) === "gone") return;
      }
      at = Math.max(at, end);
      if (end === cut) {
        // What was written goes out before the connection breaks.
        await new Promise((resolve) => response.write("", resolve));
        response.destroy();
        return;
      }
      if (end === hold) {
        const released = new Promise((resolve) => this.#held.add(resolve));
        for (const resolve of this.#waiting.splice(0)) resolve();
        const how = await Promise.race([gone, released]);
        if (how === "break") response.destroy();
        if (how !== "go") return;
      }
    }
    const more = Buffer.alloc(PIECE_BYTES);
    while (fault.endless && !response.destroyed) {
      if (!response.write(more)) await Promise.race([gone, new Promise((resolve) => response.once("drain", resolve))]);
    }
    response.end();
  }

  /** @param {Content} content */
  #sha256(content) {
    let hex = content instanceof Uint8Array ? this.#hashes.get(content) : (content.sha256 ?? this.#hashes.get(content));
    if (hex === undefined) {
      const hash = createHash("sha256");
      for (const piece of piecesOf(content, 0, sizeOf(content), {})) hash.update(piece);
      this.#hashes.set(content, (hex = hash.digest("hex")));
    }
    return hex;
  }
}

/**
 * @param {Content} content
 * @param {number} start
 * @param {number} end
 * @param {Fault} fault
 * @returns {Generator<Uint8Array>}
 */
function* piecesOf(content, start, end, { flip }) {
  const inside = Math.min(end, sizeOf(content));
  let at = start;
  while (at < end) {
    const stop = Math.min(at + PIECE_BYTES, at < inside ? inside : end);
    const pieces = at >= inside ? [new Uint8Array(stop - at)] : content instanceof Uint8Array ? [content.subarray(at, stop)] : content.read(at, stop);
    for (const piece of pieces) {
      const isHit = flip !== undefined && flip >= at && flip < at + piece.length;
      const sent = isHit ? Buffer.from(piece) : piece;
      if (isHit) sent[flip - at] ^= 1;
      at += piece.length;
      yield sent;
    }
  }
}

/** @param {Repository} repository */
function infoOf({ license, gated, parameters }) {
  return {
    sha: COMMIT,
    gated: gated ?? false,
    cardData: license ? { license } : undefined,
    safetensors: parameters && { parameters, total: Object.values(parameters).reduce((sum, n) => sum + n, 0) },
  };
}

/** @param {Content} content */
const sizeOf = (content) => (content instanceof Uint8Array ? content.length : content.n_bytes);

/** @param {Content} content */
const isLarge = (content) => !(content instanceof Uint8Array) || content.length >= LARGE_BYTES;

/** @param {Content} content */
function gitOid(content) {
  if (!(content instanceof Uint8Array)) throw new Error("git keeps small files only");
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

/** @param {import("node:http").ServerResponse} response */
function permit(response) {
  response.writeHead(204, { "Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Allow-Headers": "Range" }).end();
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {unknown} body
 */
function json(response, body) {
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {number} status
 * @param {string} code  as the Hub names it
 */
function refuse(response, status, code) {
  response.writeHead(status, { "Content-Type": "text/plain", "X-Error-Code": code }).end(code);
}
