/** Serves what the contenders need, from one origin, and keeps account of what was fetched. */
import { stat, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { listen, stop } from "../../tests/browser/harness/listen.mjs";
import { PAGE_ROOT } from "../../tests/browser/harness/page-server.mjs";
import { createStaticServer } from "../../www/serve.mjs";
import { hostEngine } from "./hosted.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Everything that the comparison makes. */
export const BUILD = join(ROOT, "build/bench");

/** Paths of the site and the folders that lie there. @type {Record<string, string>} */
const FOLDERS = {
  app: join(BUILD, "app"),
  bench: join(HERE, "pages"),
  candle: join(BUILD, "candle"),
  models: join(BUILD, "models"),
  peers: join(HERE, "node_modules"),
};

/**
 * @typedef {object} Fetched
 * @property {string} path
 * @property {number} n_bytes
 * @property {number} sent_at  when its last byte had been handed over, in milliseconds since 1970
 */

export class Site {
  /** @type {Fetched[]} */
  fetched = [];
  origin = "";
  /** @type {import("node:http").Server} */
  #http = /** @type {any} */ (undefined);

  static async start() {
    const site = new Site();
    await hostEngine(PAGE_ROOT, join(BUILD, "app"));
    const servers = Object.fromEntries(
      Object.entries(FOLDERS).map(([name, root]) => [name, createStaticServer({ root })]),
    );
    site.#http = createServer((request, response) => {
      const path = (request.url ?? "/").split("?")[0] ?? "/";
      const name = path.split("/")[1] ?? "";
      const server = servers[name];
      if (!server) return void response.writeHead(404).end();
      response.on("finish", () => {
        if (response.statusCode !== 200 || request.method !== "GET") return;
        const n_bytes = Number(response.getHeader("Content-Length") ?? 0);
        site.fetched.push({ path, n_bytes, sent_at: performance.timeOrigin + performance.now() });
      });
      request.url = request.url?.slice(name.length + 1);
      server.emit("request", request, response);
    });
    site.origin = await listen(site.#http);
    return site;
  }

  stop() {
    return stop(this.#http);
  }
}

/**
 * What a visitor would download: the code as a host sends it with gzip, the model as it is.
 *
 * @param {Fetched[]} fetched
 * @returns {Promise<{ code_bytes: number, model_bytes: number }>}
 */
export async function downloadOf(fetched) {
  let [code_bytes, model_bytes] = [0, 0];
  for (const path of new Set(fetched.map((file) => file.path))) {
    const [, name = "", ...rest] = path.split("/");
    const file = join(FOLDERS[name] ?? "", rest.join(sep));
    if (name === "models") model_bytes += (await stat(file)).size;
    else if (name !== "bench") code_bytes += gzipSync(await readFile(file), { level: 9 }).length;
  }
  return { code_bytes, model_bytes };
}
