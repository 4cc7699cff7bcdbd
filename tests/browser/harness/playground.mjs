/**
 * The page as a person uses it: what the tests do and see, by the page's `data-testid` hooks. Nothing
 * here waits for a time; everything waits for what the page shows.
 */
import assert from "node:assert/strict";
import { WebKitPage } from "./webkit.mjs";

/** What the page says of itself, on `[data-testid="app"]`. @typedef {Record<string, string>} AppState */

/**
 * Puppeteer sets the screen's orientation along with the size, a command that Firefox ESR 140 does not
 * know; there the size alone is set.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {import("puppeteer-core").Viewport} viewport
 */
async function setViewport(page, viewport) {
  try {
    await page.setViewport(viewport);
  } catch (error) {
    if (!String(error).includes("unknown command emulation.setScreenOrientationOverride")) throw error;
    await page.waitForFunction((width) => window.innerWidth === width, {}, viewport.width);
  }
}

/** Longest wait for anything, in milliseconds: generous, as a slow machine is no failure. */
const PATIENCE_MS = 120_000;

export class Playground {
  /** Errors that no one caught, and modules that did not load. @type {string[]} */
  faults = [];
  /** @type {string[]} */
  #requests = [];

  /** @type {import("puppeteer-core").Page} */
  page;

  /**
   * Opens the page with empty storage.
   *
   * @param {import("puppeteer-core").Browser} browser
   * @param {string} url
   * @param {{ viewport?: import("puppeteer-core").Viewport, scheme?: "light" | "dark" }} [look]
   */
  static async open(browser, url, { viewport = { width: 1280, height: 900 }, scheme } = {}) {
    const context = await browser.createBrowserContext();
    const playground = new Playground(context, await context.newPage());
    if (scheme) await playground.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await playground.#enter(url, viewport);
    return playground;
  }

  /** Ends this tab as it is and opens the page in another, which finds what the browser has kept. */
  async anotherTab() {
    const url = this.page.url();
    await this.page.close();
    this.page = await this.context.newPage();
    await this.#enter(url, { width: 1280, height: 900 });
  }

  /**
   * A tab with nothing in it yet, whose pages are watched for faults.
   *
   * @param {import("puppeteer-core").BrowserContext} context
   */
  static async tab(context) {
    const playground = new Playground(context, await context.newPage());
    await playground.#prepare({ width: 1280, height: 900 });
    return playground;
  }

  /**
   * @param {string} url
   * @param {import("puppeteer-core").Viewport} viewport
   */
  async #enter(url, viewport) {
    await this.#prepare(viewport);
    await this.page.goto(url);
    // Until the built-in models are listed, the page does not know yet whether it has one to load.
    await this.page.waitForSelector(`${hook("app")}[data-started="true"]`);
  }

  /** @param {import("puppeteer-core").Viewport} viewport */
  async #prepare(viewport) {
    const { page } = this;
    page.on("pageerror", (error) => this.faults.push(String(error)));
    page.on("request", (request) => this.#requests.push(request.url()));
    page.setDefaultTimeout(PATIENCE_MS);
    await setViewport(page, viewport);
    await page.evaluateOnNewDocument(PRELOAD);
  }

  /**
   * @param {import("puppeteer-core").BrowserContext} context
   * @param {import("puppeteer-core").Page} page
   */
  constructor(context, page) {
    this.context = context;
    this.page = page;
  }

  /** Ends the visit; an error that nobody caught fails the test. */
  async close() {
    await this.context.close();
    assert.deepEqual(this.faults, [], "uncaught errors on the page");
  }

  // ---- What is there ----

  /** Every address that was fetched. */
  get requests() {
    if (/** @type {unknown} */ (this.page) instanceof WebKitPage) throw new Error("WebKit's driver does not tell of requests.");
    return this.#requests;
  }

  /** @returns {Promise<AppState>} the attributes of the page's root, without `data-` */
  state() {
    return this.page.$eval(hook("app"), (app) => {
      const attributes = Array.from(app.attributes).filter(({ name }) => name.startsWith("data-"));
      return Object.fromEntries(attributes.map(({ name, value }) => [name.slice("data-".length), value]));
    });
  }

  /** @param {string} testid */
  text(testid) {
    return this.#read(testid, (element) => element.textContent ?? "");
  }

  /** @param {string} testid */
  value(testid) {
    return this.#read(testid, (element) => /** @type {HTMLInputElement} */ (element).value);
  }

  /**
   * @param {string} testid
   * @param {string} attribute
   */
  attribute(testid, attribute) {
    return this.page.$eval(hook(testid), (element, name) => element.getAttribute(name), attribute);
  }

  /**
   * The engine's events since the page opened, from all of its workers.
   *
   * @param {string} [type]  only those
   * @returns {Promise<any[]>}
   */
  async engineEvents(type) {
    const events = await this.page.evaluate(() => /** @type {any} */ (window).engineEvents);
    return type ? events.filter((/** @type {any} */ event) => event.type === type) : events;
  }

  // ---- Waiting ----

  /**
   * Waits until what was just done shows: the page renders in the next animation frame. After it, what
   * the page shows is no longer what stood there before.
   */
  rendered() {
    return this.page.evaluate(() => new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined)));
    }));
  }

  /**
   * Waits until the page's root has all of these attributes (named without `data-`).
   *
   * @param {AppState} wanted
   */
  async reached(wanted) {
    try {
      await this.page.waitForFunction(
        (selector, attributes) => {
          const app = document.querySelector(selector);
          return app && Object.entries(attributes).every(([name, value]) => app.getAttribute(`data-${name}`) === value);
        },
        {},
        hook("app"),
        wanted,
      );
    } catch (cause) {
      throw new Error(`the page did not reach ${JSON.stringify(wanted)}; ${await this.#described()}`, { cause });
    }
  }

  /** @param {number} n  waits until at least so many tokens are shown */
  async tokensShown(n) {
    await this.page.waitForFunction(
      (selector, least) => Number(document.querySelector(selector)?.getAttribute("data-n-tokens")) >= least,
      {},
      hook("app"),
      n,
    );
  }

  /** Waits until a model can be used and none is loading. */
  modelLoaded() {
    return this.reached({ model: "loaded", load: "idle" });
  }

  /**
   * Waits for the error panel.
   *
   * @param {{ context: string, kind: string }} error
   * @returns {Promise<string>} the sentence that it shows
   */
  async failed({ context, kind }) {
    await this.reached({ error: context, "error-kind": kind });
    return this.text("error-message");
  }

  async #described() {
    const message = await this.page.$(hook("error-message"));
    const error = message ? `; it says: ${await message.evaluate((element) => element.textContent)}` : "";
    const events = (await this.engineEvents().catch(() => [])).slice(-3);
    return `it is at ${JSON.stringify(await this.state())}${error}; last events ${JSON.stringify(events).slice(0, 500)}${this.faults.map((fault) => `; ${fault}`).join("")}`;
  }

  // ---- Doing ----

  /** @param {string} testid */
  async click(testid) {
    await (await this.#visible(testid)).click();
    await this.rendered();
  }

  /**
   * Types over what stands in a field.
   *
   * @param {string} testid
   * @param {string} text
   */
  async type(testid, text) {
    const field = await this.#visible(testid);
    await field.evaluate((element) => /** @type {HTMLInputElement} */ (element).select());
    await field.press("Backspace");
    await field.type(text);
  }

  /**
   * Puts text into a field at once, as pasting does; for what no key types, and for what is long.
   *
   * @param {string} testid
   * @param {number[]} codeUnits  UTF-16, so that lone surrogates pass
   */
  async paste(testid, codeUnits) {
    const field = await this.#visible(testid);
    await field.evaluate((element, units) => {
      const target = /** @type {HTMLTextAreaElement} */ (element);
      target.value = units.map((unit) => String.fromCharCode(unit)).join("");
      target.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }, codeUnits);
  }

  /**
   * Sets options in their fields.
   *
   * @param {Record<string, string | boolean>} options  by GenerationConfig's names
   */
  async setOptions(options) {
    await this.#unfold("options");
    for (const [name, value] of Object.entries(options)) {
      const testid = `option-${name}`;
      if (typeof value === "string") await this.type(testid, value);
      else if ((await this.#read(testid, (box) => /** @type {HTMLInputElement} */ (box).checked)) !== value) {
        await this.click(testid);
      }
    }
  }

  /** Runs the prompt with Ctrl+Enter and waits for the end. @returns {Promise<string>} the text */
  async complete() {
    await this.runWithKeys();
    await this.reached({ generation: "done" });
    return this.text("completion-text");
  }

  async runWithKeys() {
    await this.page.focus(hook("prompt"));
    await this.page.keyboard.down("Control");
    await this.page.keyboard.press("Enter");
    await this.page.keyboard.up("Control");
    await this.rendered();
  }

  /** @param {string} reference  address or Hub id of a model */
  async loadReference(reference) {
    await this.#openPicker();
    await this.type("reference-input", reference);
    await this.click("reference-load");
  }

  /** @param {string} endpoint  of a server with the Hub's paths */
  async setEndpoint(endpoint) {
    await this.#openPicker();
    await this.#unfold("advanced");
    await this.type("endpoint-input", endpoint);
  }

  /** @param {string[]} paths  files of this machine, for the file picker */
  async chooseFiles(paths) {
    await this.#openPicker();
    const input = await this.page.waitForSelector(hook("file-input"));
    await /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (input).uploadFile(...paths);
    await this.rendered();
  }

  /**
   * Drops a file on the page.
   *
   * @param {string} name
   * @param {Uint8Array} bytes
   */
  async dropFile(name, bytes) {
    await this.page.evaluate(
      (fileName, base64) => {
        const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([content], fileName));
        for (const type of ["dragenter", "dragover", "drop"]) {
          document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }
      },
      name,
      Buffer.from(bytes).toString("base64"),
    );
    await this.rendered();
  }

  /** The picker is open by itself while there is no model; otherwise its button opens it. */
  async #openPicker() {
    const button = await this.page.$(hook("change-model"));
    if (button && (await this.attribute("change-model", "aria-expanded")) !== "true") await this.click("change-model");
    await this.page.waitForSelector(hook("reference-input"), { visible: true });
  }

  /** @param {string} testid  of a `<details>` */
  async #unfold(testid) {
    const isOpen = await this.#read(testid, (element) => /** @type {HTMLDetailsElement} */ (element).open);
    if (!isOpen) await (await this.page.$(`${hook(testid)} > summary`))?.click();
    await this.page.waitForSelector(`${hook(testid)}[open]`);
  }

  /**
   * Reads something off an element, once it is there.
   *
   * @template R
   * @param {string} testid
   * @param {(element: Element) => R} read
   */
  async #read(testid, read) {
    const element = await this.page.waitForSelector(hook(testid));
    return /** @type {import("puppeteer-core").ElementHandle<Element>} */ (element).evaluate(read);
  }

  /** @param {string} testid */
  async #visible(testid) {
    const element = await this.page.waitForSelector(hook(testid), { visible: true });
    return /** @type {import("puppeteer-core").ElementHandle<Element>} */ (element);
  }
}

/** @param {string} testid */
export function hook(testid) {
  return `[data-testid="${testid}"]`;
}

/** Runs in the page, before its scripts: keeps every event that a worker posts, and uncaught errors. */
export const PRELOAD = `(${recordEngineEvents})();`;

function recordEngineEvents() {
  /** @type {unknown[]} */
  const events = [];
  /** @type {string[]} */
  const faults = [];
  Object.assign(window, { engineEvents: events, pageFaults: faults });
  addEventListener("error", ({ message }) => faults.push(message));
  addEventListener("unhandledrejection", ({ reason }) => faults.push(String(reason)));
  const Original = window.Worker;
  window.Worker = class extends Original {
    /** @param {ConstructorParameters<typeof Worker>} args */
    constructor(...args) {
      super(...args);
      this.addEventListener("message", ({ data }) => events.push(...[data].flat()));
    }
  };
}
