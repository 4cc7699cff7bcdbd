/** Checks a kept model away from the page, which stays usable: one request, answered by progress and an end. */

import { checkModel } from "./check.js";
import { openStore } from "./store/index.js";

/** @typedef {{ type: "progress", share: number } | { type: "checked", bad: string[] } | { type: "failed", message: string }} CheckEvent */

self.addEventListener("message", async (/** @type {MessageEvent<{ id: string }>} */ { data }) => {
  try {
    const bad = await checkModel(await openStore(), data.id, (share) => post({ type: "progress", share }));
    post({ type: "checked", bad });
  } catch (cause) {
    post({ type: "failed", message: cause instanceof Error ? cause.message : String(cause) });
  }
});

/** @param {CheckEvent} event */
function post(event) {
  self.postMessage(event);
}
