/**
 * The last resort, as in some private windows: nothing is kept but what the engine itself holds in memory,
 * since a copy beside it would take the memory twice.
 */

/** @import { ModelStore } from "./index.js" */

/** @type {ModelStore} */
export const memoryStore = {
  place: "memory",
  list: async () => [],
  get: async () => null,
  putRecord: async () => {},
  async *read() {},
  append: async () => ({ write() {}, close() {} }),
  commit: async () => {},
  removeFile: async () => {},
  remove: async () => {},
};
