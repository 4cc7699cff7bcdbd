/** A proxy that a browser sends every request through, whoever makes it: pages, workers, service workers. */
import { createServer, request as ask } from "node:http";
import { listen, stop } from "./listen.mjs";

/** Hosts that browsers ask by themselves, whatever page is open; not those of the same makers that pages like to ask. */
const OF_BROWSERS = /^(?!(?:fonts|ajax|storage)\.)(.*\.)?(google|googleapis|gstatic|gvt1|mozilla|firefox)\.(com|net|org)$/;

export class RecordingProxy {
  /** Addresses, of encrypted connections `https://HOST:PORT`. @type {string[]} */
  #requested = [];
  /** Those who wait for an address. @type {Map<string, (value: true) => void>} */
  #waiting = new Map();

  static async start() {
    const proxy = new RecordingProxy();
    proxy.#http = createServer((request, response) => proxy.#pass(request, response));
    proxy.#http.on("connect", (request, socket) => {
      proxy.#note(`https://${request.url}`);
      socket.destroy();
    });
    proxy.address = new URL(await listen(proxy.#http)).host;
    return proxy;
  }

  /**
   * Hands a request on to a server of this machine; any other has no answer.
   *
   * @param {import("node:http").IncomingMessage} request
   * @param {import("node:http").ServerResponse} response
   */
  #pass(request, response) {
    const url = new URL(request.url ?? "", "http://none.invalid");
    this.#note(url.href);
    if (url.hostname !== "127.0.0.1") {
      request.socket.destroy();
      return;
    }
    const { method, headers } = request;
    const asked = ask(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    asked.on("error", () => request.socket.destroy());
    request.pipe(asked);
  }

  /** @param {string} url */
  #note(url) {
    this.#requested.push(url);
    this.#waiting.get(url)?.(true);
  }

  /**
   * @param {string} url
   * @returns {Promise<true>} resolves when it has been asked for
   */
  asked(url) {
    if (this.#requested.includes(url)) return Promise.resolve(true);
    return new Promise((resolve) => this.#waiting.set(url, resolve));
  }

  /** What was asked for, but by the browser itself. */
  get requested() {
    return this.#requested.filter((url) => !OF_BROWSERS.test(new URL(url).hostname));
  }

  async stop() {
    await stop(this.#http);
  }

  /** @type {import("node:http").Server} */
  #http = /** @type {any} */ (undefined);
  /** `HOST:PORT`. */
  address = "";
}
