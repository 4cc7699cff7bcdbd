/**
 * A server of model files with the Hub's paths (`/{repo}/resolve/{revision}/{file}`) that can do wrong:
 * each file is given an answer by the test.
 */
import { createServer } from "node:http";
import { listen, stop } from "./listen.mjs";

/** @typedef {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => void} Answer */

export class ModelServer {
  /** @type {Map<string, Answer>} */
  #answers = new Map();
  /** Paths that were asked for, in order. @type {string[]} */
  requested = [];

  static async start() {
    const server = new ModelServer();
    server.http = createServer((request, response) => {
      const path = decodeURIComponent((request.url ?? "/").split("?")[0]);
      server.requested.push(path);
      response.setHeader("Access-Control-Allow-Origin", "*");
      (server.#answers.get(path) ?? notFound)(request, response);
    });
    server.origin = await listen(server.http);
    return server;
  }

  /**
   * @param {string} file  such as `models/tiny/model.gguf`: owner, name and path
   * @param {Answer} answer
   * @param {string} [revision]
   * @returns {string} the file's address
   */
  put(file, answer, revision = "main") {
    const [owner, name, ...rest] = file.split("/");
    const path = `/${owner}/${name}/resolve/${revision}/${rest.join("/")}`;
    this.#answers.set(path, answer);
    return this.origin + path;
  }

  async stop() {
    await stop(this.http);
  }

  /** @type {import("node:http").Server} */
  http = /** @type {any} */ (undefined);
  origin = "";
}

/** @type {Answer} */
export const notFound = (_request, response) => {
  response.writeHead(404, { "Content-Type": "text/plain" }).end("Entry not found");
};

/** A page where a file should be, with status 200, as of a host that shows a page for everything. @type {Answer} */
export const webPage = (_request, response) => {
  response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Sign in</title>");
};

/**
 * @param {Uint8Array} bytes
 * @returns {Answer}
 */
export function whole(bytes) {
  return (_request, response) => {
    response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": bytes.length }).end(bytes);
  };
}

/**
 * Promises all bytes and breaks the connection in their middle.
 *
 * @param {Uint8Array} bytes
 * @returns {Answer}
 */
export function cut(bytes) {
  return (_request, response) => {
    response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": bytes.length });
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
  };
}

/**
 * Gives a file in the pieces, and at the times, that the test chooses.
 *
 * @param {Uint8Array} bytes
 */
export function gated(bytes) {
  /** @type {import("node:http").ServerResponse | undefined} */
  let open;
  let sent = 0;
  /** @type {(value?: unknown) => void} */
  let arrived;
  /** @type {(value?: unknown) => void} */
  let left;
  const gate = {
    /** Resolves when the file is asked for. */
    asked: new Promise((resolve) => (arrived = resolve)),
    /** Resolves when the client ends the connection before the file does. */
    abandoned: new Promise((resolve) => (left = resolve)),
    /** The part of the file that was sent, 0 to 1. */
    share: () => sent / bytes.length,
    /** @param {number} n  bytes to send now */
    async sendMore(n) {
      await gate.asked;
      const piece = bytes.subarray(sent, sent + n);
      sent += piece.length;
      open?.write(piece);
    },
    /** @param {number} share  of the file that is to be sent by now, 0 to 1 */
    sendUpTo: (/** @type {number} */ share) => gate.sendMore(Math.ceil(bytes.length * share) - sent),
    async sendRest() {
      await gate.asked;
      open?.end(bytes.subarray(sent));
    },
    /** @type {Answer} */
    answer(_request, response) {
      open = response;
      response.on("close", () => response.writableFinished || left());
      response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": bytes.length });
      response.flushHeaders();
      arrived();
    },
  };
  return gate;
}
