/** What the browser keeps: reads it for the page, checks and deletes it. */

/** @import { CheckEvent } from "../engine/check-worker.js" */
/** @import { ModelSource } from "../engine/protocol.js" */
/** @import { KeptSummary, PageEvent } from "./types.js" */
import { keptBytes, openStore, totalBytes } from "../engine/store/index.js";

export class KeptModels {
  #dispatch;
  #store = openStore();
  #isPersistenceAsked = false;

  /** @param {(event: PageEvent) => void} dispatch */
  constructor(dispatch) {
    this.#dispatch = dispatch;
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
  }

  /** @param {string} id */
  async remove(id) {
    await (await this.#store).remove(id);
    await this.refresh();
  }

  async removeAll() {
    const store = await this.#store;
    for (const { record } of await store.list()) await store.remove(record.id);
    await this.refresh();
  }

  /** Throws away what a load that was given up has left, but no model that was whole. @param {ModelSource} source */
  async removePart(source) {
    const store = await this.#store;
    const asked = JSON.stringify(source);
    for (const { record } of await store.list()) {
      if (!record.is_whole && (JSON.stringify(record.source) === asked || (source.kind === "stored" && source.id === record.id))) {
        await store.remove(record.id);
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
