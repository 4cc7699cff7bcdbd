/** Holds the state, applies events to it, and tells those who look at it. */

/** @import { PageEvent, State, TimedClientEvent } from "./types.js" */
import { reduce } from "./state.js";

export class Store {
  /** @type {((state: State) => void)[]} */
  #watchers = [];

  /** @param {State} state */
  constructor(state) {
    this.state = state;
  }

  /** @param {PageEvent | TimedClientEvent} event */
  dispatch = (event) => {
    const before = this.state;
    this.state = reduce(before, event);
    if (this.state !== before) for (const watcher of this.#watchers) watcher(this.state);
  };

  /** @param {(state: State) => void} watcher  called after every change */
  watch(watcher) {
    this.#watchers.push(watcher);
  }
}
