/**
 * Writes the page's first view as HTML, so that it can be seen before any script has come: what the page itself
 * renders first, in English, until the first of its models begins to load. The page puts its own in its place.
 */
import { fileURLToPath } from "node:url";
import { build } from "../www/node_modules/esbuild/lib/main.js";

const NODE_MODULES = fileURLToPath(new URL("../www/node_modules", import.meta.url));
/** Lit's mark for what is not there. */
const NOTHING = Symbol.for("lit-nothing");
/** What a template has before a value that is a whole attribute, property or listener. */
const BINDING = /\s([.?@]?)([\w-]+)=$/;

/**
 * @param {string} from  the assembled page
 * @param {object | null} firstModel  that it opens with, as `models/index.json` has it
 * @returns {Promise<string>}
 */
export async function firstView(from, firstModel) {
  // The views look at where they are before they know that nobody looks at them.
  Reflect.has(globalThis, "navigator") || Object.assign(globalThis, { navigator: { platform: "", languages: ["en"] } });
  const { outputFiles } = await build({
    stdin: {
      contents: `export { appView } from "./page/views/app.js"; export { initialState } from "./page/state.js";`,
      resolveDir: from,
    },
    bundle: true,
    format: "esm",
    platform: "node",
    nodePaths: [NODE_MODULES],
    logLevel: "silent",
    write: false,
  });
  const { appView, initialState } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
  return htmlOf(appView({ ...initialState(), awaited: firstModel }, {})).replace(/\s*\n\s*/g, " ").trim();
}

/**
 * @param {any} value  what a template may have as a child
 * @returns {string}
 */
function htmlOf(value) {
  if (value === null || value === undefined || value === NOTHING) return "";
  if (Array.isArray(value)) return value.map(htmlOf).join("");
  if (typeof value !== "object") return escaped(value);
  if (!("strings" in value)) throw new Error("The first view has a directive for a child, which cannot be written as HTML.");
  const { strings, values } = value;
  let html = strings[0];
  for (const [i, part] of values.entries()) {
    const binding = BINDING.exec(html);
    if (!binding) html += htmlOf(part);
    else html = html.slice(0, binding.index) + attributeOf(binding[1], binding[2], part);
    html += strings[i + 1];
  }
  // For tests, which are to wait for the page itself.
  return html.replace(/\sdata-testid="[^"]*"/g, "");
}

/**
 * @param {string} kind
 * @param {string} name
 * @param {unknown} value
 */
function attributeOf(kind, name, value) {
  if (kind === "?") return value ? ` ${name}` : "";
  if (kind !== "" || value === NOTHING || value === undefined) return "";
  return ` ${name}="${escaped(value)}"`;
}

/** @param {unknown} value */
function escaped(value) {
  return String(value).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
