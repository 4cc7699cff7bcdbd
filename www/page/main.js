/** Wires the page: engine events and people's actions go to the state, the state goes to the views. */

/** @import { ClientEvent } from "../engine/client.js" */
import { render } from "lit/html.js";
import { EngineClient } from "../engine/client.js";
import { Actions } from "./actions.js";
import { isGenerating, themeOf } from "./derived.js";
import { listenForDrops } from "./drop.js";
import { engineWish } from "./engine-wish.js";
import { keepingFocus } from "./focus.js";
import { Hosting, removeUnwanted } from "./hosting.js";
import { language, setLanguage } from "./i18n/index.js";
import { KeptModels } from "./kept-models.js";
import { PromptCounter } from "./prompt-counter.js";
import { firstModelOfPage, listBuiltins } from "./models.js";
import { initialState } from "./state.js";
import { keep, readHistory, readReplacedPrompts, readSettings, startKeeping, takeModelToReopen } from "./storage.js";
import { Store } from "./store.js";
import { appView } from "./views/app.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
/** The model that was in use before the page was loaded anew. */
const toReopen = takeModelToReopen();
const askedFor = toReopen && "builtin" in toReopen ? toReopen.builtin : new URLSearchParams(location.search).get("model");
const store = new Store({ ...initialState(readSettings(), readHistory(), readReplacedPrompts()), awaited: toReopen || askedFor ? null : firstModelOfPage() });
const client = new EngineClient({
  engine: engineWish(),
  onEvent(event) {
    if (event.type === "error" && event.context === "tokenize" && event.error.fatal) counter.giveUp();
    store.dispatch({ ...event, at_ms: performance.now() });
    if (event.type === "tokenized") counter.receive(event);
    if (event.type === "loaded" || (event.type === "error" && event.context === "load")) noteKept(event);
    if (event.type === "error" && event.context === "load" && store.state.error) hosting.forgetAfter(store.state.error);
  },
});
const counter = new PromptCounter(client, (counted) => store.dispatch({ type: "prompt_counted", counted }));
const kept = new KeptModels(store.dispatch);
const hosting = new Hosting(store.dispatch);
const actions = new Actions(store, client, kept, hosting, afterRender);

// Back from the Speed page without having been loaded anew: the mark was for that.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) takeModelToReopen();
});

// Many events may come between two frames; the views are rendered once for all of them.
/** @type {(() => void)[]} */
let waiting = [];
let isScheduled = false;

function scheduleRender() {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(renderNow);
}

function renderNow() {
  if (root.inert) removeFirstView();
  isScheduled = false;
  const { state } = store;
  setRoot("data-theme", themeOf(state));
  setRoot("data-size", state.size);
  setRoot("lang", language());
  keepingFocus(() => render(appView(state, actions), root));
  const work = waiting;
  waiting = [];
  for (const job of work) job();
}

/**
 * Sets an attribute of the page's root; one that is written anew has browsers style every element again.
 *
 * @param {string} name
 * @param {string} value
 */
function setRoot(name, value) {
  const { documentElement } = document;
  if (documentElement.getAttribute(name) !== value) documentElement.setAttribute(name, value);
}

/** What `./build.sh dist` wrote into the page is only to be looked at. */
function removeFirstView() {
  root.replaceChildren();
  root.inert = false;
}

/** @param {() => void} work */
function afterRender(work) {
  waiting.push(work);
  scheduleRender();
}

startKeeping(store.state);
setLanguage(store.state.language);
store.watch((state) => setLanguage(state.language));

/** @param {ClientEvent} event  after which something else may be kept */
async function noteKept(event) {
  await kept.refresh();
  if (event.type === "loaded" && event.kept.id !== null && event.kept.why === null) await kept.persist();
}

store.watch(scheduleRender);
store.watch((state) => counter.watch(state));
store.watch(keepSoon);
store.watch((state) => hosting.keepWhenIdle(state));

/** @type {ReturnType<typeof setTimeout> | undefined} */
let keeping;

/** Writing on every token would be waste; the last words are written when the page goes away. */
function keepSoon() {
  keeping ??= setTimeout(keepNow, 500);
}

function keepNow() {
  clearTimeout(keeping);
  keeping = undefined;
  keep(store.state);
}

addEventListener("pagehide", keepNow);

document.addEventListener("keydown", (event) => {
  // Keys of an input method.
  if (event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (!event.repeat) actions.run();
  } else if (event.key === "Enter" && event.repeat && event.target instanceof Element && event.target.closest(".run")) {
    // A key that is held would run and stop in turn.
    event.preventDefault();
  } else if (event.key === "Escape" && isGenerating(store.state)) {
    actions.stop();
  }
});

listenForDrops(document, {
  onDrag: (dragging) => store.dispatch({ type: "drag_changed", dragging }),
  onDrop: actions.loadFiles,
});

const darkScheme = matchMedia("(prefers-color-scheme: dark)");
const followSystem = () => store.dispatch({ type: "system_theme_changed", theme: darkScheme.matches ? "dark" : "light" });
darkScheme.addEventListener("change", followSystem);
followSystem();
// In a task of its own, so that a slow device answers between this and that.
scheduleRender();
// A slow device first paints the page, and answers to the person.
whenIdle(async () => {
  if (await removeUnwanted()) return;
  await loadFirstModel();
  kept.refresh();
  hosting.start();
});

/** @param {() => void} work */
function whenIdle(work) {
  // Not every browser has it.
  if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: 1000 });
  else setTimeout(work);
}

/**
 * Loads the model that was in use before the page was loaded anew, or that the address asks for with
 * `?model=ID`, or the first built-in one.
 */
async function loadFirstModel() {
  const listed = await listBuiltins();
  const written = firstModelOfPage();
  const builtins = listed ?? (written ? [written] : []);
  store.dispatch({ type: "builtins_listed", builtins, hasFailed: listed === null && !written });
  // Whoever was faster has chosen.
  if (client.isLoading || store.state.model || store.state.error) return;
  if (toReopen && "source" in toReopen) return actions.load({ ...toReopen, files: [] }, { isAsked: false });
  const asked = builtins.find(({ id }) => id === askedFor);
  // What was in use may be gone from a new version; what the address asks for is not to be another.
  const first = asked ?? (askedFor === null || toReopen ? builtins[0] : undefined);
  if (first) actions.loadBuiltin(first, { isAsked: false });
}
