/** A storage like localStorage and sessionStorage, which can be full. */
export class FakeStorage {
  /** @type {Map<string, string>} */
  #items = new Map();
  /** Characters of all items together that there is room for. */
  room = Infinity;
  getItem(/** @type {string} */ key) {
    return this.#items.get(key) ?? null;
  }
  setItem(/** @type {string} */ key, /** @type {string} */ value) {
    const others = [...this.#items].filter(([other]) => other !== key).map(([, text]) => text.length);
    if (others.reduce((a, b) => a + b, value.length) > this.room) throw new Error("QuotaExceededError");
    this.#items.set(key, value);
  }
  removeItem(/** @type {string} */ key) {
    this.#items.delete(key);
  }
}
