/** Models from a Hub, kept in the browser: found, fetched, cut, killed, full, wrong, and opened again. */
import assert from "node:assert/strict";
import { flanT5Small } from "./harness/flan-t5-small.mjs";
import { ggufRepository, shardedRepository } from "./harness/golden.mjs";
import { inEachBrowser } from "./harness/suite.mjs";

/** @typedef {import("./harness/playground.mjs").Playground} Playground */

const REPO = "tests/gguf";
const FILE = "tiny.f32.gguf";
const NO_MODEL = "?model=none";

inEachBrowser("keeping models", {}, {
  async "two shards load the Hub's way, and open again without the network"({ visit, hub }) {
    hub.publish("tests/sharded", await shardedRepository());
    const page = await visit(NO_MODEL);
    const first = await load(page, hubSource(hub, "tests/sharded"));
    assert.equal(first.error, undefined);
    assert.deepEqual(withoutId(first.loaded.kept), { place: "opfs", why: null, license: "apache-2.0" });
    const text = await complete(page);

    await page.anotherTab();
    hub.requests = [];
    const again = await load(page, { kind: "stored", id: first.loaded.kept.id });
    assert.equal(again.loaded?.model.n_parameters, first.loaded.model.n_parameters);
    assert.equal(await complete(page), text);
    assert.deepEqual(hub.requests, []);
  },

  async "both dialects of GGUF load the Hub's way"({ visit, hub }) {
    hub.publish(REPO, await ggufRepository());
    const page = await visit(NO_MODEL);
    const whole = await load(page, hubSource(hub, REPO, ["tiny.q8_0.gguf"]));
    assert.deepEqual(withoutId(whole.loaded?.kept), { place: "opfs", why: null, license: "mit" });
    assert.equal(hub.requests.some((request) => request.includes("config.json")), false, "it describes itself");
    const candle = await load(page, hubSource(hub, REPO, ["tiny.candle.q8_0.gguf"]));
    assert.equal(candle.loaded?.model.n_parameters, whole.loaded.model.n_parameters);
    assert.equal(hub.requests.filter((request) => request.includes("/config.json")).length, 1);
  },

  async "a tab that is killed at 20 moments leaves a part, and the next one fetches only the rest"({ visit, hub }) {
    const { files } = await publishGguf(hub);
    const page = await visit(NO_MODEL);
    const size = sizeOf(files[FILE]);
    const moments = places(20, size, 8);
    for (const place of moments) {
      hub.faults.set(FILE, { holdAt: [place] });
      await start(page, hubSource(hub, REPO, [FILE]));
      await hub.held();
      await partHas(page, FILE, place);
      await page.anotherTab();
      assert.deepEqual(await kept(page), { [FILE]: { n_bytes: place, is_whole: false } });
      hub.break(); // Firefox keeps the connection of a killed tab, and opens six at most.
    }
    hub.faults.clear();
    hub.served.clear();
    const { loaded } = await load(page, hubSource(hub, REPO, [FILE]));
    assert.equal(loaded?.kept.why, null);
    assert.equal(hub.served.get(FILE), size - (moments.at(-1) ?? 0));
    assert.deepEqual(await kept(page), { [FILE]: { n_bytes: size, is_whole: true } });
  },

  async "a flipped bit is refused, nothing of it is kept, and the right file loads after it"({ visit, hub }) {
    const { files } = await publishGguf(hub);
    const page = await visit(NO_MODEL);
    for (const flip of [sizeOf(files[FILE]) - 1, ...places(2, sizeOf(files[FILE]), 9)]) {
      hub.faults.set(FILE, { flip });
      const { error } = await load(page, hubSource(hub, REPO, [FILE]));
      assert.equal(error?.kind, "damaged_file");
      assert.deepEqual(await kept(page), {});
    }
    hub.faults.clear();
    assert.equal((await load(page, hubSource(hub, REPO, [FILE]))).loaded?.kept.why, null);
  },

});

inEachBrowser("keeping models under pressure", {}, {
  async "a connection cut at 20 places brings the model whole, and no byte twice"({ visit, hub }) {
    const { files } = await publishGguf(hub);
    const page = await visit(NO_MODEL);
    const size = sizeOf(files[FILE]);
    const cuts = places(20, size, 7);
    hub.faults.set(FILE, { holdAt: [...cuts] });
    await start(page, hubSource(hub, REPO, [FILE]));
    for (const cut of cuts) {
      // What has not reached the store when a connection breaks is lost with it, so it is waited for.
      await hub.held();
      await partHas(page, FILE, cut);
      hub.break();
    }
    assert.equal((await finished(page)).loaded?.kept.why, null);
    assert.equal(hub.served.get(FILE), size);
  },

  async "every wrong answer has its own message"({ visit, hub }) {
    const { files } = await publishGguf(hub);
    const page = await visit(NO_MODEL);
    const size = sizeOf(files[FILE]);
    /** @type {[import("./harness/hub-server.mjs").Fault, RegExp][]} */
    const answers = [
      [{ status: 404 }, /no file at/],
      [{ status: 401 }, /wants a login/],
      [{ status: 403 }, /access to it has to be granted/],
      [{ status: 500 }, /fault of its own/],
      [{ html: true }, /web page/],
      [{ length: size - 1 }, /wrong size.*but the server has/],
      [{ endless: true }, /wrong size.*does not stop/],
      [{ noCors: true }, /CORS/],
    ];
    const seen = new Set();
    for (const [fault, message] of answers) {
      hub.faults.set(FILE, fault);
      const { error } = await load(page, hubSource(hub, REPO, [FILE]));
      assert.match(error?.message ?? "", message);
      seen.add(error.message);
      assert.deepEqual(await kept(page), {});
    }
    assert.equal(seen.size, answers.length);
  },

  async "a full disk loads the model without keeping it, and goes on when there is room"({ visit, hub, pages }) {
    const { files } = await publishGguf(hub);
    const page = await visit(NO_MODEL);
    const client = await page.page.createCDPSession();
    const origin = new URL(pages.url).origin;
    const size = sizeOf(files[FILE]);
    await client.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 100_000 });
    const full = await load(page, hubSource(hub, REPO, [FILE]));
    assert.equal(full.loaded?.kept.why, "no_room");
    const part = (await kept(page))[FILE]?.n_bytes ?? 0;
    assert.ok(part < size, `${part} bytes are kept`);

    await client.send("Storage.overrideQuotaForOrigin", { origin });
    hub.served.clear();
    const roomy = await load(page, hubSource(hub, REPO, [FILE]));
    assert.equal(roomy.loaded?.kept.why, null);
    assert.equal(hub.served.get(FILE), size - part);
  },

  async "without a file system Cache Storage keeps, and a killed tab costs at most its last piece"({ visit, hub, pages, builtin }) {
    pages.addedToBindings = "delete globalThis.FileSystemFileHandle;";
    hub.publish("tests/built-in", { files: { "built-in.gguf": builtin.bytes } });
    const page = await visit(NO_MODEL);
    hub.faults.set("built-in.gguf", { holdAt: [9_000_000] });
    await start(page, hubSource(hub, "tests/built-in"));
    await hub.held();
    const pieces = 2 * 2 ** 22;
    while (((await kept(page, "cache"))["built-in.gguf"]?.n_bytes ?? 0) < pieces) await page.rendered();
    await page.anotherTab();
    hub.served.clear();
    const { loaded } = await load(page, hubSource(hub, "tests/built-in"));
    assert.deepEqual(withoutId(loaded?.kept), { place: "cache", why: null, license: null });
    assert.equal(hub.served.get("built-in.gguf"), builtin.bytes.length - pieces);

    hub.requests = [];
    assert.ok((await load(page, { kind: "stored", id: loaded.kept.id })).loaded);
    assert.deepEqual(hub.requests, []);
  },

  async "a window that keeps nothing loads all the same, and the page says so"({ visit, hub, pages }) {
    pages.addedToBindings = `
      delete globalThis.FileSystemFileHandle;
      Object.defineProperty(globalThis, "caches", { get() { throw new DOMException("closed", "SecurityError"); } });`;
    await publishGguf(hub);
    const page = await visit(NO_MODEL);
    await page.setEndpoint(hub.endpoint);
    await page.loadReference(`${REPO}/${FILE}`);
    await page.modelLoaded();
    assert.match(await page.text("not-kept"), /keeps nothing/);
    const [{ kept: where }] = await page.engineEvents("loaded");
    assert.deepEqual(where, { place: "memory", id: null, why: "no_store", license: "mit" });
  },

  async "two tabs that fetch the same model both get it, and it is kept once and right"({ visit, hub }) {
    const { files } = await publishGguf(hub);
    const page = await visit(NO_MODEL);
    hub.faults.set(FILE, { holdAt: [100_000] });
    await start(page, hubSource(hub, REPO, [FILE]));
    await hub.held();
    await partHas(page, FILE, 100_000);
    const ended = await page.page.evaluate(async (source) => {
      const { EngineClient } = await import(new URL("engine/client.js", document.baseURI).href);
      return new Promise((resolve) => {
        new EngineClient({ onEvent: (/** @type {any} */ event) => ["loaded", "error"].includes(event.type) && resolve(event) }).load(source);
      });
    }, /** @type {any} */ (hubSource(hub, REPO, [FILE])));
    assert.equal(ended.kept?.why, "other_tab");
    hub.release();
    assert.equal((await finished(page)).loaded?.kept.why, null);
    assert.deepEqual(await kept(page), { [FILE]: { n_bytes: sizeOf(files[FILE]), is_whole: true } });
  },

  async "a tab that crashes is as good as one that was closed"({ visit, hub }) {
    await publishGguf(hub);
    const page = await visit(NO_MODEL);
    hub.faults.set(FILE, { holdAt: [123_456] });
    await start(page, hubSource(hub, REPO, [FILE]));
    await hub.held();
    await partHas(page, FILE, 123_456);
    const crashed = new Promise((resolve) => page.page.once("error", resolve));
    const client = await page.page.createCDPSession();
    client.send("Page.crash").catch(() => {});
    await crashed;
    await page.anotherTab();
    assert.deepEqual(await kept(page), { [FILE]: { n_bytes: 123_456, is_whole: false } });
    hub.faults.clear();
    assert.equal((await load(page, hubSource(hub, REPO, [FILE]))).loaded?.kept.why, null);
  },

  async "308 MB of F32 in the shape of flan-t5-small become 8 bits as they stream, in little more than their memory"({ visit, hub }) {
    hub.publish("tests/flan-t5-small", flanT5Small());
    const page = await visit(NO_MODEL);
    const { loaded, error } = await load(page, hubSource(hub, "tests/flan-t5-small"), "q8_0");
    assert.equal(error, undefined);
    assert.ok(hub.servedBytes > 300e6, `${hub.servedBytes} bytes were sent`);
    const { model, memory_bytes, kept: { why, id } } = loaded;
    assert.equal(why, null);
    assert.ok(memory_bytes <= 1.15 * model.weights_bytes + 24e6, `${memory_bytes} bytes for ${model.weights_bytes} of weights`);

    hub.requests = [];
    const again = await load(page, { kind: "stored", id }, "q8_0");
    assert.ok(again.loaded.memory_bytes <= 1.15 * model.weights_bytes + 24e6, `${again.loaded.memory_bytes} bytes from the store`);
    assert.deepEqual(hub.requests, []);
  },
}, ["chromium"]);

inEachBrowser("keeping models without a file system", {}, {
  async "a model that was fetched once is in Cache Storage, and no byte is fetched again"({ visit, hub }) {
    const { files } = await publishGguf(hub);
    const page = await visit(NO_MODEL);
    await page.setEndpoint(hub.endpoint);
    for (let n = 1; n <= 2; n++) {
      await page.loadReference(`${REPO}/${FILE}`);
      await page.reached({ model: "loaded", load: "idle", error: "none" });
      const loaded = await page.engineEvents("loaded");
      assert.equal(loaded.length, n);
      assert.deepEqual(withoutId(loaded[n - 1].kept), { place: "cache", why: null, license: "mit" });
      assert.equal(hub.served.get(FILE), sizeOf(files[FILE]));
    }
  },
}, ["webkit"]);

/** @param {import("./harness/hub-server.mjs").HubServer} hub */
async function publishGguf(hub) {
  const repository = await ggufRepository();
  hub.publish(REPO, repository);
  return repository;
}

/** @param {import("./harness/hub-server.mjs").Content} content */
const sizeOf = (content) => (content instanceof Uint8Array ? content.length : content.n_bytes);

/**
 * Places in a file that are the same every time, in order.
 *
 * @param {number} n
 * @param {number} size
 * @param {number} seed
 */
function places(n, size, seed) {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  return Array.from({ length: n }, () => 1 + Math.floor(next() * (size - 2))).sort((a, b) => a - b);
}

/**
 * @param {import("./harness/hub-server.mjs").HubServer} hub
 * @param {string} repo
 * @param {string[] | null} [files]
 */
function hubSource(hub, repo, files = null) {
  return { kind: "hub", endpoint: hub.endpoint, repo, revision: "main", files };
}

/** @param {any} kept */
function withoutId({ id, ...rest }) {
  assert.equal(typeof id, "string");
  return rest;
}

/**
 * Starts a load by an engine of the page, not by the page's own.
 *
 * @param {Playground} page
 * @param {object} source
 * @param {string} [weights]
 */
function start(page, source, weights = "as_is") {
  return page.page.evaluate(
    async (wanted, type) => {
      const { EngineClient } = await import(new URL("engine/client.js", document.baseURI).href);
      const global = /** @type {any} */ (window);
      global.client?.unload();
      global.ended = new Promise((resolve) => {
        global.client = new EngineClient({
          onEvent(/** @type {any} */ event) {
            global.onEngineEvent?.(event);
            if (event.type === "loaded") resolve({ loaded: event });
            if (event.type === "error") resolve({ error: event.error });
          },
        });
        global.client.load(wanted, { weights: type });
      });
    },
    /** @type {any} */ (source),
    weights,
  );
}

/**
 * @param {Playground} page
 * @param {object} source
 * @param {string} [weights]
 * @returns {Promise<{ loaded?: any, error?: any }>}
 */
async function load(page, source, weights) {
  await start(page, source, weights);
  return finished(page);
}

/** @param {Playground} page @returns {Promise<{ loaded?: any, error?: any }>} how the load ended */
function finished(page) {
  return page.page.evaluate(() => /** @type {any} */ (window).ended);
}

/** Completes a prompt with the model that was loaded last. @param {Playground} page @returns {Promise<string>} */
function complete(page) {
  return page.page.evaluate(() => new Promise((resolve, reject) => {
    const global = /** @type {any} */ (window);
    global.onEngineEvent = (/** @type {any} */ event) => {
      if (event.type === "generation_done") resolve(event.result.text);
      if (event.type === "error") reject(new Error(event.error.message));
    };
    global.client.generate("The sea is", { max_new_tokens: 8 });
  }));
}

/**
 * What the browser keeps of each file of all models.
 *
 * @param {Playground} page
 * @param {"opfs" | "cache"} [place]
 * @returns {Promise<Record<string, { n_bytes: number, is_whole: boolean }>>}
 */
function kept(page, place = "opfs") {
  return page.page.evaluate(async (name) => {
    const module = await import(new URL(`engine/store/${name}.js`, document.baseURI).href);
    const models = await (await module[`${name}Store`]()).list();
    return Object.fromEntries(models.flatMap((/** @type {any} */ { files }) => [...files]));
  }, place);
}

/**
 * Waits until so many bytes of a file are kept.
 *
 * @param {Playground} page
 * @param {string} name
 * @param {number} n_bytes
 */
async function partHas(page, name, n_bytes) {
  while (((await kept(page))[name]?.n_bytes ?? 0) < n_bytes) await page.rendered();
}
