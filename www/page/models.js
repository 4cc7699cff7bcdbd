/** The models that come with the page. */

/** @import { BuiltinModel } from "./types.js" */

/** @returns {BuiltinModel | null} the first of them, where `./build.sh dist` wrote it into the page */
export function firstModelOfPage() {
  const element = document.getElementById("first-model");
  return element ? JSON.parse(element.textContent ?? "null") : null;
}

/** @returns {Promise<BuiltinModel[] | null>} none where this copy of the page comes without models; null where the list did not arrive */
export async function listBuiltins() {
  try {
    // A list that the browser has had for a while may name files that are gone.
    const response = await fetch(new URL("models/index.json", document.baseURI), { cache: "no-cache" });
    if (response.ok) return await response.json();
    return response.status === 404 ? [] : null;
  } catch {
    return null;
  }
}
