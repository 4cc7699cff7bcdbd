/** The command behind `./build.sh dist`, with a Hub on this machine and a page whose engine is left out. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, open, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ggufRepository, shardedRepository } from "./harness/golden.mjs";
import { HubServer } from "./harness/hub-server.mjs";
import { PAGE_ROOT } from "./harness/page-server.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COMMAND = join(ROOT, "scripts/dist-command.mjs");
const NATIVE = join(ROOT, "target/debug/t5-playground");
/** How a page begins that the command wrote. */
const EARLIER = '<!doctype html><html data-version="1"><title>T5 Playground</title>';
const BUILDS = ["simd128", "simd128-threads"];
const MIB = 2 ** 20;

describe("./build.sh dist", { timeout: 600_000 }, () => {
  /** The current folder of the command; the page that it begins with is in `page`. */
  let folder = "";
  /** @type {HubServer} */
  let hub;

  before(async () => {
    execFileSync("cargo", ["build", "--quiet", "--bin", "t5-playground", "--target-dir", "target"], { cwd: ROOT, stdio: "inherit" });
    folder = await mkdtemp(join(tmpdir(), "t5-playground-dist-command-"));
    const page = join(folder, "page");
    await cp(PAGE_ROOT, page, { recursive: true, filter: (path) => !/engine.wasm./.test(path) });
    for (const build of BUILDS) {
      await mkdir(join(page, "engine/wasm", build), { recursive: true });
      await writeFile(join(page, "engine/wasm", build, "t5_playground.js"), `export default "${build}";`);
    }
    hub = await HubServer.start();
    hub.publish("tests/sharded", await shardedRepository());
    hub.publish("tests/gguf", await ggufRepository());
  });

  after(async () => {
    await hub?.stop();
    await rm(folder, { recursive: true });
  });

  beforeEach(() => rm(join(folder, "out"), { recursive: true, force: true }));

  const run = (/** @type {string[]} */ ...args) => runWith({ CALLED_FROM: folder }, "--out", "out", ...args);

  /**
   * @param {Record<string, string>} more  of the environment
   * @param {string[]} args
   * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
   */
  function runWith(more, ...args) {
    const env = { ...process.env, HF_ENDPOINT: hub.endpoint, T5_PLAYGROUND: NATIVE, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1", ...more };
    return new Promise((resolve) => {
      execFile(process.execPath, [COMMAND, "--from", "page", ...args], { cwd: folder, env }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      });
    });
  }

  const read = async (/** @type {string} */ path) => readFile(join(folder, "out", path));
  const readJson = async (/** @type {string} */ path) => JSON.parse(String(await read(path)));
  const there = () => readdir(join(folder, "out"));

  /** @param {Buffer} gguf @returns {Promise<string>} what the native command says of it */
  async function infoOf(gguf) {
    await writeFile(join(folder, "model.gguf"), gguf);
    return execFileSync(NATIVE, ["info", join(folder, "model.gguf")], { encoding: "utf8" });
  }

  it("puts a model of the Hub first, quantized as asked, and cuts what is too large", async () => {
    const { code, stdout, stderr } = await run("--model", "tests/sharded", "--type", "q4_0", "--shard-size", "5");
    assert.equal(code, 0, stderr);
    const [first, builtIn] = await readJson("models/index.json");
    assert.equal(first.id, "tests/sharded");
    const bytes = await read(`models/${first.file}`);
    assert.equal(createHash("sha256").update(bytes).digest("hex"), first.sha256);
    assert.ok(first.file.includes(first.sha256.slice(0, 12)), "its hash is in its name");
    assert.equal(bytes.length, first.n_bytes);
    assert.match(await infoOf(bytes), /Q4_0/);
    const notices = String(await read("licenses/engine.txt"));
    for (const crate of ["t5-playground", "candle-core", "tokenizers", "wasm-bindgen"]) assert.match(notices, new RegExp(`^${crate} \\d`, "m"));

    const parts = await Promise.all(builtIn.parts.map((/** @type {{ file: string }} */ { file }) => read(`models/${file}`)));
    assert.deepEqual(parts.slice(0, -1).map(({ length }) => length), parts.slice(0, -1).map(() => 5e6));
    assert.ok(parts.length > 1);
    const whole = Buffer.concat(parts);
    assert.equal(whole.length, builtIn.n_bytes);
    assert.ok(whole.equals(await readFile(join(folder, "page/models/built-in.q8_0.gguf"))));

    assert.match(stdout, /models +\d+/, "a report of sizes");
    assert.match(String(await read("index.html")), /tests\/sharded/, "the first view names it");
  });

  it("takes one file of a repository, a folder, and a file of this computer, in their order", async () => {
    const golden = join(ROOT, "tests/golden");
    const { code, stderr } = await run("--model", "tests/gguf/tiny.f32.gguf", "--model", join(golden, "models/byt5"), "--model", join(golden, "gguf/t5-v1_1.q8_0.gguf"));
    assert.equal(code, 0, stderr);
    const models = await readJson("models/index.json");
    assert.deepEqual(models.slice(0, 3).map((/** @type {{ id: string }} */ { id }) => id), ["tests/gguf/tiny.f32", "byt5", "t5-v1_1.q8_0"]);
    const infos = [];
    for (const { file } of models.slice(0, 3)) infos.push(await infoOf(await read(`models/${file}`)));
    assert.match(infos[0], /F32/);
    assert.doesNotMatch(infos[0], /Q8_0/, "a GGUF file stays as it is");
    assert.match(infos[1], /Q8_0/, "what is no GGUF file becomes Q8_0");
    assert.match(infos[2], /Q8_0/);
  });

  it("calls a model.safetensors by its folder, from where the command was typed, and takes no two of one name", async () => {
    const typedIn = { CALLED_FROM: join(ROOT, "tests/golden") };
    const { code, stderr } = await runWith(typedIn, "--out", join(folder, "out"), "--model", "models/byt5/model.safetensors", "--model", "models/umt5/model.safetensors");
    assert.equal(code, 0, stderr);
    const models = await readJson("models/index.json");
    assert.deepEqual(models.slice(0, 2).map((/** @type {{ id: string }} */ { id }) => id), ["byt5", "umt5"]);

    const twice = await runWith(typedIn, "--out", join(folder, "out"), "--model", "models/byt5", "--model", "models/byt5/model.safetensors");
    assert.equal(twice.code, 1);
    assert.match(twice.stderr, /two models would be called byt5/);
  });

  it("--base stands in the manifest; --no-threads leaves their builds out; --no-service-worker the service worker", async () => {
    const { code, stderr } = await run("--base", "/school/t5/", "--no-threads", "--no-service-worker");
    assert.equal(code, 0, stderr);
    const { start_url, scope } = await readJson("manifest.webmanifest");
    assert.deepEqual([start_url, scope], ["/school/t5/", "/school/t5/"]);
    const wasm = (await readdir(join(folder, "out/assets"))).find((name) => name.startsWith("wasm."));
    assert.deepEqual(await readdir(join(folder, "out/assets", String(wasm))), ["simd128"]);
    const page = String(await read("index.html"));
    assert.match(page, /data-threads="off"/);
    assert.doesNotMatch(page, /data-service-worker/);
    assert.match(String(await read("sw.js")), /unregister/);
  });

  it("writes packed files beside those that get smaller, and takes the place of an earlier folder", async () => {
    await mkdir(join(folder, "out/assets"), { recursive: true });
    await writeFile(join(folder, "out/index.html"), EARLIER);
    await writeFile(join(folder, "out/index.html.br"), "");
    await writeFile(join(folder, "out/assets/old.js"), "");
    await mkdir(join(folder, "out/.git"));
    await writeFile(join(folder, "out/CNAME"), "t5.example.org");
    const { code, stderr } = await run();
    assert.equal(code, 0, stderr);
    const assets = await readdir(join(folder, "out/assets"));
    const page = /** @type {string} */ (assets.find((name) => /^page\.\w+\.js$/.test(name)));
    assert.ok(assets.includes(`${page}.br`) && assets.includes(`${page}.gz`));
    assert.ok(!assets.includes("old.js"));
    assert.equal(String(await read("CNAME")), "t5.example.org", "what the host wants stays");
    assert.deepEqual((await there()).filter((name) => name.startsWith(".")), [".git"]);
  });

  const MISTAKES = /** @type {const} */ ([
    [["--base", "/school"], /ends with a slash: --base \/school\//],
    [["--shard-size", "0"], /number of megabytes/],
    [["--shard-size", "many"], /not "many"/],
    [["--model", "no such thing"], /neither a file or folder of this computer nor an id/],
    [["--model", "tests/missing"], /tests\/missing/],
    [["--model", "tests/missing.gguf"], /neither a file or folder/],
    [["--model", "./missing"], /neither a file or folder/],
    [["--model", "tests/gguf"], /has no model\.safetensors\. Name the files/],
    [["--model", "tests/sharded", "--type", "q9"], /q9/],
    [["--colour"], /--colour/],
  ]);
  for (const [args, wanted] of MISTAKES) {
    it(`says what is wrong with ${args.join(" ")}, and changes nothing`, async () => {
      await mkdir(join(folder, "out"));
      await writeFile(join(folder, "out/index.html"), EARLIER);
      const { code, stderr } = await run(...args);
      assert.equal(code, 1);
      assert.match(stderr, wanted);
      assert.doesNotMatch(stderr, /^ {4}at /m, "no stack");
      assert.deepEqual(await there(), ["index.html"]);
    });
  }

  it("leaves a folder alone that holds something else", async () => {
    await mkdir(join(folder, "out"));
    await writeFile(join(folder, "out/thesis.txt"), "years of work");
    await cp(join(folder, "page/index.html"), join(folder, "out/index.html"));
    const { code, stderr } = await run();
    assert.equal(code, 1);
    assert.match(stderr, /holds something else/);
    assert.deepEqual(await there(), ["index.html", "thesis.txt"]);
  });

  it("reads models as streams: a large one takes no more memory than a small one", async () => {
    const large = join(folder, "large.gguf");
    const file = await open(large, "w");
    await file.truncate(384 * MIB);
    await file.close();
    const script = `
      import { putModels } from ${JSON.stringify(join(ROOT, "scripts/dist-models.mjs"))};
      const [from, out, path] = process.argv.slice(1);
      const { sizes } = await putModels({ from, out, bundled: [{ path, id: "large", name: "Large" }], shardBytes: ${100 * MIB} });
      console.log(JSON.stringify({ sizes: [...sizes.values()], memory: process.resourceUsage().maxRSS * 1024 }));`;
    const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script, "none", join(folder, "large"), large], { encoding: "utf8" });
    const { sizes, memory } = JSON.parse(output);
    assert.deepEqual(sizes, [100, 100, 100, 84].map((n) => n * MIB));
    assert.ok(memory < 192 * MIB, `${memory} bytes of memory`);
    await rm(join(folder, "large"), { recursive: true });
  });
});
