/** Keeps the count of the prompt's tokens up with what is typed. */

/** @import { EngineClient } from "../engine/client.js" */
/** @import { EngineEvent } from "../engine/protocol.js" */
/** @import { CountedPrompt, State } from "./types.js" */

/** Typing pauses this long before its text is counted. */
const DEBOUNCE_MS = 150;

export class PromptCounter {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** What was asked last. @type {{ request_id: number | null, prompt: string, model: unknown } | null} */
  #asked = null;
  /** A text that the engine ended by: it is not asked for again. @type {string | null} */
  #tooMuch = null;
  #client;
  #onCounted;

  /**
   * @param {Pick<EngineClient, "tokenize">} client
   * @param {(counted: CountedPrompt) => void} onCounted
   */
  constructor(client, onCounted) {
    this.#client = client;
    this.#onCounted = onCounted;
  }

  /**
   * To be called after every change.
   *
   * @param {State} state
   */
  watch({ prompt, model }) {
    if (!model || prompt === this.#tooMuch || (this.#asked?.prompt === prompt && this.#asked.model === model)) return;
    const isFirst = this.#asked?.model !== model;
    this.#asked = { request_id: null, prompt, model };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), isFirst ? 0 : DEBOUNCE_MS);
  }

  /**
   * To be called with every `tokenized`; answers that typing has overtaken are dropped.
   *
   * @param {Extract<EngineEvent, { type: "tokenized" }>} event
   */
  receive({ request_id, tokens, notices }) {
    if (this.#asked?.request_id !== request_id) return;
    this.#onCounted({ prompt: this.#asked.prompt, tokens, notices });
  }

  /** To be called when the engine has ended while it counted. */
  giveUp() {
    this.#tooMuch = this.#asked?.prompt ?? null;
  }

  #ask() {
    if (this.#asked) this.#asked.request_id = this.#client.tokenize(this.#asked.prompt);
  }
}
