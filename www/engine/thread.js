/** A thread of the engine: the same module on the same memory, computing what the engine hands over. */

/** @import { ThreadMessage, ThreadStart } from "./protocol.js" */
/** @import { Bindings } from "./start.js" */

self.onmessage = async (/** @type {MessageEvent<ThreadStart>} */ { data }) => {
  /** @type {Bindings | undefined} */
  let bindings;
  try {
    const { bindings: url, module, memory, stackBytes } = data;
    bindings = /** @type {Bindings} */ (await import(url));
    bindings.initSync({ module, memory, thread_stack_size: stackBytes });
    const place = bindings.joinTeam();
    post({ type: "ready" });
    place?.work(); // Never returns: from now on this worker hears no messages.
  } catch (error) {
    // The engine may be waiting for this thread, deaf to messages: its memory tells it.
    bindings?.reportFailure();
    post({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  }
};

/** @param {ThreadMessage} message */
function post(message) {
  self.postMessage(message);
}
