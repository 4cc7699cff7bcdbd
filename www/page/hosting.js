/**
 * The page's side of the service worker (`sw.js`): isolation from the second visit on, files kept for use
 * without a network, new versions. Where there is no service worker, as in a build that is not for
 * hosting, in a private window or at an address without HTTPS, the page is as it would be without.
 */

/** @import { PageError, PageEvent, State } from "./types.js" */
import { FILE_FAULTS } from "../engine/load-error.js";
import { IS_WITHOUT_THREADS, buildsInUse } from "./engine-wish.js";

/** `?service-worker=off` removes it. */
const IS_OFF = new URLSearchParams(location.search).get("service-worker") === "off";

/** What `./build.sh dist` wrote into the page. */
const isHosted = document.documentElement.dataset.serviceWorker !== undefined && "serviceWorker" in navigator && !IS_OFF;
/** Whether the service worker's headers isolate the page, once it is loaded through it. */
const canBeIsolated = !IS_WITHOUT_THREADS && window === window.top && navigator.hardwareConcurrency > 1;

export class Hosting {
  #dispatch;
  /** @type {ServiceWorkerRegistration | null} */
  #registration = null;
  #isReplacing = false;
  /** The files that were last asked to be kept, so that they are asked for once. @type {string | null} */
  #asked = null;
  /** @type {State | null} */
  #latest = null;

  /** @param {(event: PageEvent) => void} dispatch */
  constructor(dispatch) {
    this.#dispatch = dispatch;
  }

  /** Starts the service worker, unless the address says that it is not wanted. */
  async start() {
    if (!isHosted) return;
    try {
      this.#listen();
      this.#registration = await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" });
      this.#watchForUpdates(this.#registration);
      await navigator.serviceWorker.ready;
      // The headers that isolate come with the next loading of the page.
      if (canBeIsolated && !crossOriginIsolated) this.#dispatch({ type: "threads_possible" });
    } catch (cause) {
      // Forbidden here, or the file did not arrive: the page goes on from the network.
      console.warn(`No offline copy and no isolation: ${cause}`);
    }
  }

  /**
   * Keeps the page's files, and those of its own model where that is in use, while nothing is loading.
   *
   * @param {State} state
   */
  keepWhenIdle(state) {
    // The state may be between two events here: it is looked at after them.
    if (isHosted && this.#latest === null) setTimeout(() => this.#keep());
    this.#latest = state;
  }

  async #keep() {
    const { builtins, load, model, choice } = /** @type {State} */ (this.#latest);
    this.#latest = null;
    if (builtins === null || load !== null) return;
    const models = model && choice?.source.kind === "urls" ? choice.source.weights : [];
    const asked = JSON.stringify(models);
    if (asked === this.#asked) return;
    this.#asked = asked;
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage({ type: "keep", version: document.documentElement.dataset.version, models, builds: buildsInUse(canBeIsolated) });
  }

  /**
   * A model did not load: what is kept of its files may be what is wrong.
   *
   * @param {PageError} error
   */
  forgetAfter({ report, choice }) {
    const source = choice?.source;
    if (!isHosted || source?.kind !== "urls" || !FILE_FAULTS.includes(report.kind)) return;
    this.#asked = null;
    navigator.serviceWorker.controller?.postMessage({ type: "forget", models: source.weights });
  }

  /** Loads the page anew, with the version that waits, if there is one. */
  loadPageAgain() {
    const waiting = this.#registration?.waiting;
    if (!waiting) return location.reload();
    this.#isReplacing = true;
    waiting.postMessage({ type: "use_now" });
  }

  #listen() {
    const { serviceWorker: container } = navigator;
    let isControlled = container.controller !== null;
    container.addEventListener("controllerchange", () => {
      if (this.#isReplacing) return location.reload();
      // Another tab has let the new version take over: here the old page goes on until it is asked.
      if (isControlled) this.#dispatch({ type: "update_found" });
      isControlled = true;
    });
    container.addEventListener("message", ({ data }) => {
      if (data.type === "kept") this.#dispatch({ type: "offline_ready", what: data.nModels > 0 ? "model" : "page" });
      if (data.type === "not_kept") console.warn(`Not everything is kept for use without a network: ${data.message}`);
    });
  }

  /** @param {ServiceWorkerRegistration} registration */
  #watchForUpdates(registration) {
    if (registration.waiting) this.#dispatch({ type: "update_found" });
    const watch = () => {
      const { installing } = registration;
      installing?.addEventListener("statechange", () => {
        if (installing.state === "installed" && ![null, installing].includes(registration.active)) this.#dispatch({ type: "update_found" });
      });
    };
    registration.addEventListener("updatefound", watch);
    // One that began before this page looked.
    watch();
  }
}

/**
 * Removes the service worker and what it kept, where the address says so.
 *
 * @returns {Promise<boolean>} whether the page is being loaded anew, as what was removed still serves it
 */
export async function removeUnwanted() {
  if (!IS_OFF || !("serviceWorker" in navigator)) return false;
  try {
    await (await navigator.serviceWorker.getRegistration())?.unregister();
    const { pathname } = new URL("./", document.baseURI);
    for (const name of await caches.keys()) {
      if (name.startsWith(`t5-playground ${pathname} `)) await caches.delete(name);
    }
    if (!navigator.serviceWorker.controller) return false;
  } catch (cause) {
    // Where storage is forbidden, there is nothing to remove either.
    console.warn(`The service worker could not be removed: ${cause}`);
    return false;
  }
  location.reload();
  return true;
}
