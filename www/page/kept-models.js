/** What the browser keeps: reads it for the page, checks and deletes it. */

/** @import { CheckEvent } from "../engine/check-worker.js" */
/** @import { ModelSource } from "../engine/protocol.js" */
/** @import { ModelStore } from "../engine/store/index.js" */
/** @import { KeptSummary, PageEvent } from "./types.js" */
import { keptBytes, openStore, totalBytes } from "../engine/store/index.js";

export class KeptModels {
  #dispatch;
  #store;
  #isPersistenceAsked = false;

  /**
   * @param {(event: PageEvent) => void} dispatch
   * @param {Promise<ModelStore>} [store]
   */
  constructor(dispatch, store = openStore()) {
    this.#dispatch = dispatch;
    this.#store = store;
  }

  async refresh() {
    const store = await this.#store;
    const [models, estimate, isPersistent] = await Promise.all([
      store.list().catch(() => []),
      // Not everywhere, and not in every window.
      navigator.storage?.estimate?.().catch(() => null) ?? null,
      navigator.storage?.persisted?.().catch(() => false) ?? false,
    ]);
    /** @type {KeptSummary[]} */
    const summaries = models.map((model) => {
      const { id, name, source, weights, license, is_whole, used_at } = model.record;
      return { id, name, source, weights, license, isWhole: is_whole, usedAt: used_at, keptBytes: keptBytes(model), totalBytes: totalBytes(model.record) };
    });
    summaries.sort((a, b) => b.usedAt - a.usedAt);
    const { usage = null, quota = null } = estimate ?? {};
    this.#dispatch({ type: "kept_read", kept: { place: store.place, models: summaries, usage, quota, isPersistent } });
    return summaries;
  }

  /**
   * Deletes models; of one that is there all the same, that is told: another tab, or a load here, may be fetching it,
   * and makes anew what was deleted under it.
   *
   * @param {string[]} ids
   */
  async remove(ids) {
    this.#dispatch({ type: "kept_removal_began", ids });
    const store = await this.#store;
    await Promise.allSettled(ids.map((id) => store.remove(id)));
    const left = (await this.refresh()).map(({ id }) => id).filter((id) => ids.includes(id));
    if (left.length > 0) this.#dispatch({ type: "kept_removal_failed", ids: left });
  }

  /** Throws away what a load that was given up has left, but no model that was whole. @param {ModelSource} source */
  async removePart(source) {
    const store = await this.#store;
    const asked = JSON.stringify(source);
    for (const { record } of await store.list()) {
      if (!record.is_whole && (JSON.stringify(record.source) === asked || (source.kind === "stored" && source.id === record.id))) {
        // Another tab may be fetching it, and keeps it then; it may have all of it by the time it lets go.
        const isPart = async () => (await store.get(record.id))?.record.is_whole === false;
        await store.remove(record.id, isPart).catch(() => {});
      }
    }
    await this.refresh();
  }

  /** @param {string} id */
  check(id) {
    const worker = new Worker(new URL("../engine/check-worker.js", import.meta.url), { type: "module", name: "t5-check" });
    const end = (/** @type {string[] | null} */ bad) => {
      worker.terminate();
      this.#dispatch({ type: "check_ended", id, bad });
    };
    worker.onmessage = (/** @type {MessageEvent<CheckEvent>} */ { data }) => {
      if (data.type === "progress") this.#dispatch({ type: "check_went_on", id, share: data.share });
      else end(data.type === "checked" ? data.bad : null);
    };
    worker.onerror = () => end(null);
    this.#dispatch({ type: "check_went_on", id, share: 0 });
    worker.postMessage({ id });
  }

  /**
   * Asks the browser, once a model is kept for the first time, not to throw it away when room gets short.
   * Some browsers ask the person.
   */
  async persist() {
    if (this.#isPersistenceAsked || !navigator.storage?.persist) return;
    this.#isPersistenceAsked = true;
    if (!(await navigator.storage.persisted())) await navigator.storage.persist();
    await this.refresh();
  }
}
