/** Serves the built page to a test, with the project's own server. */
import { createServer } from "node:http";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createStaticServer } from "../../../www/serve.mjs";
import { listen, stop } from "./listen.mjs";
import { limitMemory } from "./memory-limit.mjs";

/** The page as it was built; PAGE_ROOT names another copy of it. */
export const PAGE_ROOT = process.env.PAGE_ROOT ?? fileURLToPath(new URL("../../../build/www", import.meta.url));

/** The addresses of the bindings of the engine's builds in the page. */
const BINDINGS = /^\/engine\/wasm\/[^/]+\/t5_playground\.js$/;
/** The address of the script that runs before those of the page. */
const PRELOAD = "/preload-of-the-test.js";

/** The smallest module whose one function, `trap`, executes `unreachable`: a real trap to throw. */
const TRAP_MODULE = "0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,8,1,4,116,114,97,112,0,0,10,5,1,3,0,0,11";

export class PageServer {
  /** JavaScript that is added to the engine's bindings, for workers that start from now on. */
  addedToBindings = "";
  /** Most that the engine's memory may grow to in workers that start from now on, in bytes; null: as far as it does. @type {number | null} */
  memoryLimit = null;
  /** Whether a bit of every built-in model is flipped. */
  damagesModels = false;
  /** A script that runs before those of the page, where it is not empty. */
  preload = "";

  /**
   * @param {object} [options]
   * @param {boolean} [options.isolation]  false: without COOP and COEP
   * @param {string} [options.base]  path that the page lies under, such as `/some/folder`
   */
  static async start({ isolation = true, base = "" } = {}) {
    await access(join(PAGE_ROOT, "index.html")).catch(() => {
      throw new Error(`There is no page in ${PAGE_ROOT}: run ./build.sh build first.`);
    });
    const server = new PageServer();
    const files = createStaticServer({ root: PAGE_ROOT, isolation });
    server.http = createServer(async (request, response) => {
      const path = (request.url ?? "/").split("?")[0];
      if (!path.startsWith(`${base}/`)) return response.writeHead(404).end();
      request.url = (request.url ?? "/").slice(base.length);
      const changed = await server.#changed(request.url);
      if (changed) {
        if (isolation) {
          response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
          response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
        }
        response.writeHead(200, { "Content-Type": changed.type, "Cache-Control": "no-store" });
        return response.end(changed.content);
      }
      return files.emit("request", request, response);
    });
    server.url = `${await listen(server.http)}${base}/`;
    return server;
  }

  /**
   * What is sent in place of a file, where the test changes it.
   *
   * @param {string} address  without the base
   */
  async #changed(address) {
    const path = address.split(/[?#]/)[0];
    const read = (/** @type {string} */ file) => readFile(join(PAGE_ROOT, file));
    if (this.addedToBindings && BINDINGS.test(path)) {
      return { type: "text/javascript", content: `${await read(path)}\n${this.addedToBindings}` };
    }
    if (this.memoryLimit !== null && path.endsWith(".wasm")) {
      return { type: "application/wasm", content: limitMemory(await read(path), this.memoryLimit) };
    }
    if (this.damagesModels && path.endsWith(".gguf")) {
      const content = await read(path);
      content[content.length - 1000] ^= 1;
      return { type: "application/octet-stream", content };
    }
    if (!this.preload) return null;
    if (path === PRELOAD) return { type: "text/javascript", content: this.preload };
    if (path !== "/" && !path.endsWith(".html")) return null;
    const page = String(await read(path === "/" ? "index.html" : path));
    return { type: "text/html; charset=utf-8", content: page.replace("<head>", `<head><script src="${PRELOAD.slice(1)}"></script>`) };
  }

  /**
   * Lets a method of the engine end in a trap, as a panic does.
   *
   * @param {string} method  of the class `Engine`
   * @param {{ call?: number, panic?: string }} [when]  at which call, from 1; the panic's message
   */
  trapIn(method, { call = 1, panic = "panicked at a place that the test chose" } = {}) {
    this.#doIn(method, call, `
      const { trap } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${TRAP_MODULE}]))).exports;
      lastPanic = () => ${JSON.stringify(panic)};
      trap();`);
  }

  /**
   * Lets a thread of the engine panic while a method computes.
   *
   * @param {string} method  of the class `Engine`
   * @param {number} call  at which call, from 1
   */
  crashThreadIn(method, call) {
    this.#doIn(method, call, "crashThread();");
  }

  /**
   * @param {string} method
   * @param {number} call
   * @param {string} action  done in its place, in the scope of the bindings
   */
  #doIn(method, call, action) {
    // Declared names would collide with those of the bindings, so all of it is inside a function.
    this.addedToBindings = `
      (() => {
        const { startGeneration, ${method}: whole } = Engine.prototype;
        let calls = 0;
        // The worker rehearses with a generation 0, for as many steps as there is time.
        let rehearses = false;
        Engine.prototype.startGeneration = function (id, ...args) {
          rehearses = id === 0;
          return startGeneration.call(this, id, ...args);
        };
        Engine.prototype.${method} = function (...args) {
          if (!rehearses) calls += 1;
          if (rehearses || calls !== ${call}) return whole.apply(this, args);
          ${action}
        };
      })();`;
  }

  /** The engine is as it was built. */
  repair() {
    this.addedToBindings = "";
    this.memoryLimit = null;
    this.damagesModels = false;
  }

  async stop() {
    await stop(this.http);
  }

  /** @type {import("node:http").Server} */
  http = /** @type {any} */ (undefined);
  /** The page's address, with a slash at its end. */
  url = "";
}

/**
 * A built-in model of the page: its entry in models/index.json and its bytes.
 *
 * @returns {Promise<{ id: string, name: string, file: string, path: string, bytes: Buffer }>}
 */
export async function builtinModel() {
  const folder = join(PAGE_ROOT, "models");
  const [first] = JSON.parse(await readFile(join(folder, "index.json"), "utf8"));
  const path = join(folder, first.file);
  return { id: first.id, name: first.name, file: first.file, path, bytes: await readFile(path) };
}
