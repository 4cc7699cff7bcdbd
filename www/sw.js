/**
 * The service worker of a hosted copy of the page (`./build.sh dist` writes one line with DIST before
 * this file). It does two things, and neither may ever make the page worse than it is without:
 *
 * - it adds the headers that isolate the page, so that the engine may use threads on hosts that cannot
 *   send them;
 * - it keeps the files of one version, each checked by its hash, and the models that were used, and
 *   serves them without a network.
 *
 * What it does not know, and everything that goes wrong in here, goes to the network as if it were not
 * there. The page speaks to it in `page/hosting.js`.
 */

/**
 * @typedef {object} Dist
 * @property {string} version  of all files together; stands in the pages and in the assets' folder
 * @property {boolean} isolate  whether to add COOP and COEP
 * @property {Record<string, string>} pages  what a page is called, after the scope, and its file
 * @property {Record<string, string>} files  the other files and their `sha256-...`
 * @property {Record<string, number>} models  files of models and their sizes in bytes
 */

const worker = /** @type {ServiceWorkerGlobalScope & { DIST: Dist }} */ (/** @type {unknown} */ (self));
const { version, isolate } = worker.DIST;
const pages = new Map(Object.entries(worker.DIST.pages));
const files = new Map(Object.entries(worker.DIST.files));
const models = new Map(Object.entries(worker.DIST.models));
const { scope } = worker.registration;

// Caches belong to the whole origin, on which there may be several copies of the page.
const PREFIX = `t5-playground ${new URL(scope).pathname} `;
const CACHE = PREFIX + version;
const MODELS_CACHE = `${PREFIX}models`;

/** Whose own headers decide about isolation; files of the same origin need none. */
const NEED_HEADERS = ["document", "iframe", "worker", "sharedworker"];

worker.addEventListener("install", (event) => {
  // The first version starts at once, so that isolation comes soon, and keeps its files later, when the
  // page asks for it. A newer one waits until it has everything and the person wants it.
  event.waitUntil(worker.registration.active ? keepSuccessors() : worker.skipWaiting());
});

worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("message", (event) => {
  if (event.data.type === "use_now") event.waitUntil(worker.skipWaiting());
  if (event.data.type === "keep") event.waitUntil(keep(event.data, event.source));
  if (event.data.type === "forget") event.waitUntil(forget(event.data.models).catch(() => {}));
});

worker.addEventListener("fetch", (event) => {
  const path = pathOf(event.request.url);
  if (event.request.method === "GET" && path !== null) event.respondWith(answer(event, path));
});

/**
 * @param {string} url
 * @returns {string | null} the path after the scope, a page's being that of its file; null where the
 *   address is none of this version's business
 */
function pathOf(url) {
  const address = url.split(/[?#]/)[0];
  if (!address.startsWith(scope)) return null;
  const path = address.slice(scope.length);
  // Files of other versions too: a page of theirs may be open, and its worker needs the headers.
  const isOurs = files.has(path) || /^(assets|models)\//.test(path);
  return pages.get(path) ?? (isOurs ? path : null);
}

/**
 * @param {FetchEvent} event
 * @param {string} path
 * @returns {Promise<Response>}
 */
async function answer(event, path) {
  const kept = event.request.headers.has("range") ? undefined : await find(path).catch(() => undefined);
  const response = kept ?? (models.has(path) ? await fetchModel(event, path) : await fetch(event.request));
  return NEED_HEADERS.includes(event.request.destination) ? isolated(response) : response;
}

/** @param {string} path */
async function find(path) {
  const url = urlOf(path);
  // Not opened, as that would make a cache that was removed anew.
  const cacheName = models.has(path) ? MODELS_CACHE : CACHE;
  // A page of an older version may ask for what that has kept, where its hash is in its name.
  const isImmutable = path.startsWith("assets/") || withoutHash(path) !== path;
  // The others are of the page that is kept: a newer one, from the network, needs its own.
  if (!isImmutable && !(await isKeptWhole())) return undefined;
  return (await caches.match(url, { cacheName })) ?? (isImmutable ? caches.match(url) : undefined);
}

/** Whether this version's pages are kept, which come last. */
async function isKeptWhole() {
  const kept = await Promise.all([...new Set(pages.values())].map((page) => caches.match(urlOf(page), { cacheName: CACHE })));
  return kept.every((page) => page !== undefined);
}

/**
 * @param {Response} response
 * @returns {Response}
 */
function isolated(response) {
  // A redirection that the browser is to follow itself cannot be rewritten.
  if (!isolate || response.type === "opaqueredirect" || response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

// ---- Keeping ------------------------------------------------------------------------------------

/**
 * Keeps the files of this version, and the models named; tells the page how that went.
 *
 * @param {{ version: string, models: string[], builds: string[] }} what  the page's version; addresses of models'
 *   files, of which others than this version's are ignored; the builds of the engine that this browser runs
 * @param {Client | ServiceWorker | MessagePort | null} page
 */
async function keep(what, page) {
  try {
    await keepFiles(new Set(what.builds));
    const paths = modelsAt(what.models);
    for (const path of paths) await keepModel(path);
    // Another tab may have let this version take over from a page that still needs the files of its own.
    if (what.version === version) await cleanUp();
    page?.postMessage({ type: "kept", nModels: paths.length });
  } catch (cause) {
    // No room, no network, or a host that changes files: the page goes on from the network.
    page?.postMessage({ type: "not_kept", message: String(cause) });
  }
}

/** @param {string[]} urls @returns {string[]} the paths of those that are this version's models */
function modelsAt(urls) {
  return urls.map(pathOf).filter((path) => path !== null).filter((path) => models.has(path));
}

/** @param {string} path @returns {string | undefined} the build of the engine that a file belongs to */
function buildOf(path) {
  return /(?:^|\/)assets\/wasm\.\w+\/([^/]+)\//.exec(path)?.[1];
}

/** The builds of the engine that earlier versions have kept: those that this browser runs. */
async function buildsKept() {
  const builds = new Set();
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    for (const { url } of await (await caches.open(name)).keys()) builds.add(buildOf(url));
  }
  return builds;
}

/** Keeps what takes the place of all that earlier versions have kept, so that this one opens without a network too. */
async function keepSuccessors() {
  await keepFiles(await buildsKept());
  if (!(await caches.has(MODELS_CACHE))) return;
  const before = new Set((await (await caches.open(MODELS_CACHE)).keys()).map(({ url }) => withoutHash(url.slice(scope.length))));
  for (const path of models.keys()) {
    // Where there is no room, it is fetched when it is used.
    if (before.has(withoutHash(path))) await keepModel(path).catch(() => {});
  }
}

/** @param {string} path  of a model's file */
function withoutHash(path) {
  return path.replace(/\.[0-9a-f]{12}(?=\.\w+$)/, "");
}

/**
 * Fetches what is missing of this version; the pages last, so that one that is kept has all that it needs. What
 * an earlier version has kept under the same name, which has its hash in it, is taken from there.
 *
 * @param {Set<string | undefined>} builds  of the engine; a browser needs one of them, and each is large
 */
async function keepFiles(builds) {
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  const isNeeded = (/** @type {string | undefined} */ build) => build === undefined || builds.has(build);
  const missing = [...files.keys()].filter((path) => isNeeded(buildOf(path)) && !kept.has(urlOf(path)));
  await Promise.all(missing.map(async (path) => {
    const before = path.startsWith("assets/") ? await caches.match(urlOf(path)) : undefined;
    await cache.put(urlOf(path), before ?? (await fetchChecked(path)));
  }));
  for (const path of new Set(pages.values())) {
    if (!kept.has(urlOf(path))) await cache.put(urlOf(path), await fetchPage(path));
  }
}

/**
 * @param {string} path
 * @returns {Promise<Response>}
 * @throws where the bytes are not those of this version: the browser compares the hash
 */
async function fetchChecked(path) {
  const isImmutable = path.startsWith("assets/");
  return copyOf(await fetch(urlOf(path), { integrity: files.get(path), cache: isImmutable ? "default" : "no-cache" }));
}

/**
 * Some hosts add a line to pages, so that their hash says nothing; the version stands in them.
 *
 * @param {string} path
 */
async function fetchPage(path) {
  const response = await fetch(urlOf(path), { cache: "no-cache" });
  const copy = copyOf(response);
  if (!(await copy.clone().text()).includes(version)) throw new Error(`${path} is of another version`);
  return copy;
}

/**
 * The response as it is kept: without the mark of having been redirected, which a page may not bear.
 *
 * @param {Response} response
 * @param {ReadableStream<Uint8Array> | null} [body]
 */
function copyOf(response, body = response.body) {
  if (response.status !== 200) throw new Error(`${response.url} answered ${response.status}`);
  const headers = new Headers(response.headers);
  // They were about the packed body.
  if (headers.has("content-encoding")) headers.delete("content-length");
  headers.delete("content-encoding");
  return new Response(body, { headers });
}

/** Models that are being kept as the page fetches them. @type {Map<string, Promise<void>>} */
const arriving = new Map();

/** @param {string} path */
async function keepModel(path) {
  if (arriving.has(path)) return arriving.get(path);
  const cache = await caches.open(MODELS_CACHE);
  if (!(await cache.match(urlOf(path)))) await putModel(path, await fetch(urlOf(path)));
}

/**
 * Gives a model's file to the page while it is being kept.
 *
 * @param {FetchEvent} event
 * @param {string} path
 */
async function fetchModel(event, path) {
  const response = await fetch(event.request);
  if (response.status !== 200 || !response.body) return response;
  const [now, kept] = response.body.tee();
  const putting = putModel(path, new Response(kept, { headers: response.headers }));
  arriving.set(path, putting);
  // Where it fails, `keep` says so to the page; the bytes that only it would read must not gather.
  event.waitUntil(putting.catch(() => kept.cancel()).catch(() => {}).then(() => arriving.delete(path)));
  return new Response(now, { headers: response.headers });
}

/**
 * @param {string} path
 * @param {Response} response
 * @throws where there is no room, or the length is wrong; then nothing is kept
 */
async function putModel(path, response) {
  let nBytes = 0;
  /** @type {TransformStream<Uint8Array, Uint8Array>} */
  const counted = new TransformStream({
    transform(chunk, controller) {
      nBytes += chunk.length;
      controller.enqueue(chunk);
    },
    flush() {
      if (nBytes !== models.get(path)) throw new Error(`${path} has ${nBytes} bytes instead of ${models.get(path)}`);
    },
  });
  const cache = await caches.open(MODELS_CACHE);
  await cache.put(urlOf(path), copyOf(response, response.body?.pipeThrough(counted)));
}

/** @param {string[]} urls */
async function forget(urls) {
  const cache = await caches.open(MODELS_CACHE);
  for (const path of modelsAt(urls)) {
    await arriving.get(path)?.catch(() => {});
    await cache.delete(urlOf(path));
  }
}

/** Forgets other versions, and models that are no longer offered, once no other page can need them. */
async function cleanUp() {
  const { waiting, installing } = worker.registration;
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (waiting || installing || open.filter(({ url }) => url.startsWith(scope)).length > 1) return;
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE && name !== MODELS_CACHE) await caches.delete(name);
  }
  const cache = await caches.open(MODELS_CACHE);
  for (const { url } of await cache.keys()) {
    if (!models.has(url.slice(scope.length))) await cache.delete(url);
  }
}

/** @param {string} path */
function urlOf(path) {
  return new URL(path, scope).href;
}
