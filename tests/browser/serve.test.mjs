/** The server of `./build.sh serve`: headers, ranges, and nothing from outside its folder. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { createStaticServer } from "../../www/serve.mjs";
import { listen, stop } from "./harness/listen.mjs";

const SERVE = fileURLToPath(new URL("../../www/serve.mjs", import.meta.url));

describe("serve.mjs", () => {
  /** @type {string} */
  let folder;
  /** @type {import("node:http").Server} */
  let server;
  let origin = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "t5-playground-serve-"));
    const root = join(folder, "root");
    await mkdir(join(root, "sub"), { recursive: true });
    await writeFile(join(folder, "secret.txt"), "secret");
    await writeFile(join(root, "index.html"), "<!doctype html><title>root</title>");
    await writeFile(join(root, "sub", "index.html"), "<!doctype html><title>sub</title>");
    await writeFile(join(root, "digits.gguf"), "0123456789");
    await writeFile(join(root, "empty.js"), "");
    await writeFile(join(root, "app-3f9a2b1c.js"), "export {};");
    await writeFile(join(root, "engine.wasm"), "");
    await symlink(join(folder, "secret.txt"), join(root, "link.txt"));
    server = createStaticServer({ root });
    origin = await listen(server);
  });

  after(async () => {
    await stop(server);
    await rm(folder, { recursive: true });
  });

  /**
   * A request whose path is sent as it is written; `fetch` would tidy it.
   *
   * @param {string} path
   * @param {import("node:http").RequestOptions} [options]
   * @returns {Promise<{ status: number | undefined, headers: import("node:http").IncomingHttpHeaders, body: string }>}
   */
  function get(path, options = {}) {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(origin);
      request({ hostname, port, path, ...options }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text) => (body += text));
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
      })
        .on("error", reject)
        .end();
    });
  }

  it("isolates the page and names types", async () => {
    const { status, headers } = await get("/");
    assert.equal(status, 200);
    assert.equal(headers["cross-origin-opener-policy"], "same-origin");
    assert.equal(headers["cross-origin-embedder-policy"], "require-corp");
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    assert.equal((await get("/engine.wasm")).headers["content-type"], "application/wasm");
    assert.equal((await get("/digits.gguf")).headers["content-type"], "application/octet-stream");
    assert.equal((await get("/empty.js")).headers["content-type"], "text/javascript; charset=utf-8");
  });

  it("leaves the isolation out when asked to", async () => {
    const plain = createStaticServer({ root: join(folder, "root"), isolation: false });
    const { headers } = await fetch(await listen(plain));
    assert.equal(headers.get("cross-origin-opener-policy"), null);
    assert.equal(headers.get("cross-origin-embedder-policy"), null);
    await stop(plain);
  });

  it("lets a browser ask whether a file has changed", async () => {
    const { headers } = await get("/digits.gguf");
    assert.equal(headers["cache-control"], "no-cache");
    const again = await get("/digits.gguf", { headers: { "If-None-Match": headers.etag } });
    assert.equal(again.status, 304);
    assert.equal(again.body, "");
    assert.match((await get("/app-3f9a2b1c.js")).headers["cache-control"] ?? "", /immutable/);
  });

  it("gives ranges", async () => {
    const range = (/** @type {string} */ bytes) => get("/digits.gguf", { headers: { Range: `bytes=${bytes}` } });
    assert.deepEqual([(await range("2-4")).status, (await range("2-4")).body], [206, "234"]);
    assert.equal((await range("2-4")).headers["content-range"], "bytes 2-4/10");
    assert.equal((await range("7-")).body, "789");
    assert.equal((await range("-2")).body, "89");
    assert.equal((await range("8-99")).body, "89");
    assert.equal((await range("10-")).status, 416);
    assert.equal((await range("-0")).status, 416);
    assert.equal((await range("4-2")).status, 200);
    assert.equal((await range("0-1,4-5")).status, 200);
    const stale = await get("/digits.gguf", { headers: { Range: "bytes=2-4", "If-Range": '"old"' } });
    assert.deepEqual([stale.status, stale.body], [200, "0123456789"]);
  });

  it("answers HEAD, an empty file, and a folder without its slash", async () => {
    const head = await get("/digits.gguf", { method: "HEAD" });
    assert.deepEqual([head.status, head.headers["content-length"], head.body], [200, "10", ""]);
    assert.equal((await get("/empty.js")).headers["content-length"], "0");
    assert.deepEqual([(await get("/sub?a=b")).status, (await get("/sub?a=b")).headers.location], [301, "/sub/?a=b"]);
    assert.match((await get("/sub/")).body, /sub/);
    assert.equal((await get("//sub")).headers.location, "/sub/");
  });

  it("gives nothing from outside its folder", async () => {
    for (const path of ["/../secret.txt", "/..%2fsecret.txt", "/sub/../../secret.txt", "/%2e%2e/secret.txt", "/link.txt"]) {
      const { status, body } = await get(path);
      assert.deepEqual([status, body.includes("secret")], [404, false], path);
    }
  });

  it("answers what it cannot serve with a status, not with a crash", async () => {
    assert.equal((await get("/missing")).status, 404);
    assert.equal((await get("/%00")).status, 404);
    assert.equal((await get("/%")).status, 404);
    assert.equal((await get(`/${"a".repeat(5000)}`)).status, 404);
    assert.equal((await get("/", { method: "POST" })).status, 405);
  });

  it("prints its address, and says in a sentence that a port is taken", async () => {
    const first = run("--port", "0");
    const [line] = await once(first.stdout, "data");
    const port = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(String(line))?.[1] ?? "";
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 200);

    const second = run("--port", port);
    let sentence = "";
    second.stderr.on("data", (text) => (sentence += text));
    const [code] = await once(second, "close");
    assert.equal(code, 1);
    assert.match(sentence, new RegExp(`^serve: port ${port} is taken`));

    first.kill("SIGTERM");
    assert.deepEqual(await once(first, "exit"), [0, null]);
  });

  /** @param {string[]} args */
  function run(...args) {
    return spawn(process.execPath, [SERVE, "--root", join(folder, "root"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  }
});
