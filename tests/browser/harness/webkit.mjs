/**
 * WebKitGTK, driven over WebDriver on a screen of its own, behind the part of puppeteer's API that the
 * tests use. Every visit is a browser process of its own, with empty storage.
 *
 * WebDriver cannot run a script before those of a page, and does not tell of requests and uncaught
 * errors: the page's server adds the script (`PageServer.preload`), and the script notes the errors.
 */
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { setTimeout as after } from "node:timers/promises";
import { Builder, By, Capabilities, Key } from "selenium-webdriver";
import { HelperProcess } from "./helper-process.mjs";
import { listen, stop } from "./listen.mjs";

/** Longest wait for anything, in milliseconds, unless a test sets another. */
const PATIENCE_MS = 120_000;
/** A browser that has not closed by then, in milliseconds, goes with its screen. */
const CLOSING_MS = 20_000;

/** Keys that have no character. @type {Record<string, string>} */
const KEYS = {
  ArrowDown: Key.ARROW_DOWN, ArrowLeft: Key.ARROW_LEFT, ArrowRight: Key.ARROW_RIGHT, ArrowUp: Key.ARROW_UP,
  Backspace: Key.BACK_SPACE, Control: Key.CONTROL, End: Key.END, Enter: Key.ENTER, Escape: Key.ESCAPE,
  Home: Key.HOME, Shift: Key.SHIFT, Tab: Key.TAB,
};

/** @typedef {(...args: any[]) => any} InPage  runs in the page; its arguments and its result are JSON or elements */

/** Starts a screen for the browsers of a suite. */
export async function launchWebKit() {
  const screen = new HelperProcess("Xvfb", ["-displayfd", "3", "-screen", "0", "1600x1400x24", "-nolisten", "tcp"]);
  const display = `:${await screen.report()}`;
  /** @type {Set<WebKitContext>} */
  const contexts = new Set();
  return {
    async createBrowserContext() {
      const context = await WebKitContext.start(display, () => contexts.delete(context));
      contexts.add(context);
      return context;
    },
    async close() {
      await Promise.all([...contexts].map((context) => context.close()));
      await screen.end();
    },
  };
}

/** A driver, which can have one browser. */
class WebKitContext {
  /** @type {WebKitPage | null} */
  #page = null;
  #driver;
  #address;
  #onClose;

  /**
   * @param {string} display
   * @param {() => void} onClose
   */
  static async start(display, onClose) {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    // Without a graphics card, drawing in software is what works; no desktop is there to be asked anything.
    const driver = new HelperProcess("WebKitWebDriver", [`--port=${port}`], {
      DISPLAY: display, GDK_BACKEND: "x11", GIO_USE_VFS: "local", NO_AT_BRIDGE: "1", LIBGL_ALWAYS_SOFTWARE: "1",
    });
    const context = new WebKitContext(driver, address, onClose);
    try {
      await driver.until(async () => (await fetch(`${address}/status`)).ok);
    } catch (error) {
      await context.close();
      throw error;
    }
    return context;
  }

  /**
   * @param {HelperProcess} driver
   * @param {string} address
   * @param {() => void} onClose
   */
  constructor(driver, address, onClose) {
    this.#driver = driver;
    this.#address = address;
    this.#onClose = onClose;
  }

  async newPage() {
    const builder = new Builder().disableEnvironmentOverrides().usingServer(this.#address);
    const session = builder.withCapabilities(new Capabilities({ browserName: "MiniBrowser" })).build();
    this.#page = new WebKitPage(/** @type {import("selenium-webdriver").WebDriver} */ (
      await Promise.race([session, this.#driver.broken])));
    await this.#page.setDefaultTimeout(PATIENCE_MS);
    return this.#page;
  }

  async close() {
    this.#onClose();
    const page = this.#page;
    this.#page = null;
    const closed = page?.tellFaults().then(() => page.driver.quit()).catch(() => {});
    await Promise.race([closed, after(CLOSING_MS, undefined, { ref: false })]);
    await this.#driver.end();
  }
}

export class WebKitPage {
  /** @type {((error: Error) => void)[]} */
  #onFault = [];
  #url = "about:blank";

  /** @param {import("selenium-webdriver").WebDriver} driver */
  constructor(driver) {
    this.driver = driver;
  }

  /**
   * Errors are told of when the visit ends; of requests nothing is known.
   *
   * @param {string} name
   * @param {(error: Error) => void} hear
   */
  on(name, hear) {
    if (name === "pageerror") this.#onFault.push(hear);
  }

  /** The server has seen to it. */
  async evaluateOnNewDocument() {}

  /** Tells of the errors that the page's preload has noted. */
  async tellFaults() {
    const faults = await this.evaluate(() => /** @type {any} */ (window).pageFaults ?? []);
    for (const fault of faults) for (const hear of this.#onFault) hear(new Error(fault));
  }

  /** @param {number} ms  0: without limit */
  async setDefaultTimeout(ms) {
    await this.driver.manage().setTimeouts({ script: ms || 2 ** 31 });
  }

  /** @param {{ width: number, height: number }} inner  of the page, in CSS pixels */
  async setViewport({ width, height }) {
    const frame = await this.evaluate(() => ({ width: outerWidth - innerWidth, height: outerHeight - innerHeight }));
    await this.driver.manage().window().setRect({ width: width + frame.width, height: height + frame.height });
    await this.waitForFunction((/** @type {number} */ wanted) => innerWidth === wanted, {}, width);
  }

  /** @param {string} url */
  async goto(url) {
    await this.driver.get(url);
    this.#url = url;
  }

  reload() {
    return this.driver.navigate().refresh();
  }

  /** The address that was opened. */
  url() {
    return this.#url;
  }

  /**
   * @param {InPage} work
   * @param {unknown[]} args
   */
  async evaluate(work, ...args) {
    const outcome = await this.driver.executeAsyncScript(
      `const answer = arguments[arguments.length - 1];
      (async () => (${work})(...Array.from(arguments).slice(0, -1)))().then(
        (value) => answer({ value: value === undefined ? null : value }),
        (error) => answer({ error: String(error?.stack ? error + "\\n" + error.stack : error) }),
      );`,
      ...args.map((arg) => (arg instanceof WebKitElement ? arg.element : arg)),
    );
    const { value, error } = /** @type {{ value?: any, error?: string }} */ (outcome);
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /**
   * Waits, frame by frame, until the work gives something true.
   *
   * @param {InPage} work
   * @param {object} _options
   * @param {unknown[]} args
   */
  async waitForFunction(work, _options = {}, ...args) {
    const source = `async (...args) => {
      while (!(await (${work})(...args))) await new Promise((resolve) => requestAnimationFrame(resolve));
    }`;
    // `evaluate` takes a function as its text.
    await this.evaluate(/** @type {any} */ ({ toString: () => source }), ...args);
  }

  /**
   * @param {string} selector
   * @param {{ visible?: boolean }} [options]
   */
  async waitForSelector(selector, { visible = false } = {}) {
    await this.waitForFunction(
      (/** @type {string} */ wanted, /** @type {boolean} */ mustShow) => {
        const element = document.querySelector(wanted);
        return element && (!mustShow || element.checkVisibility({ visibilityProperty: true }));
      },
      {},
      selector,
      visible,
    );
    return /** @type {Promise<WebKitElement>} */ (this.$(selector));
  }

  /**
   * @param {string} selector
   * @returns {Promise<WebKitElement | null>}
   */
  async $(selector) {
    const [element] = await this.driver.findElements(By.css(selector));
    return element ? new WebKitElement(this, element) : null;
  }

  /**
   * @param {string} selector
   * @param {InPage} work  with the element as its first argument
   * @param {unknown[]} args
   */
  async $eval(selector, work, ...args) {
    const element = await this.$(selector);
    if (!element) throw new Error(`There is no ${selector}.`);
    return element.evaluate(work, ...args);
  }

  /**
   * @param {string} selector
   * @param {InPage} work  with the elements as its first argument
   * @param {unknown[]} args
   */
  async $$eval(selector, work, ...args) {
    const source = `(selector, ...args) => (${work})(Array.from(document.querySelectorAll(selector)), ...args)`;
    return this.evaluate(/** @type {any} */ ({ toString: () => source }), selector, ...args);
  }

  /** @param {string} selector */
  async click(selector) {
    await (await this.waitForSelector(selector)).click();
  }

  /** @param {string} selector */
  async focus(selector) {
    await this.$eval(selector, (/** @type {HTMLElement} */ element) => element.focus());
  }

  keyboard = {
    down: (/** @type {string} */ key) => this.driver.actions().keyDown(keyOf(key)).perform(),
    up: (/** @type {string} */ key) => this.driver.actions().keyUp(keyOf(key)).perform(),
    press: (/** @type {string} */ key) => this.driver.actions().keyDown(keyOf(key)).keyUp(keyOf(key)).perform(),
  };

  /** @param {{ path: string }} options  the picture shows what is in view */
  async screenshot({ path }) {
    await writeFile(path, await this.driver.takeScreenshot(), "base64");
  }
}

class WebKitElement {
  /**
   * @param {WebKitPage} page
   * @param {import("selenium-webdriver").WebElement} element
   */
  constructor(page, element) {
    this.page = page;
    this.element = element;
  }

  /**
   * @param {InPage} work  with this element as its first argument
   * @param {unknown[]} args
   */
  evaluate(work, ...args) {
    return this.page.evaluate(work, this, ...args);
  }

  click() {
    return this.element.click();
  }

  /** @param {string} text */
  type(text) {
    return this.element.sendKeys(text);
  }

  /** @param {string} key */
  press(key) {
    return this.element.sendKeys(keyOf(key));
  }

  /** @param {string[]} paths */
  uploadFile(...paths) {
    return this.element.sendKeys(paths.join("\n"));
  }
}

/** @param {string} name  as puppeteer calls it */
function keyOf(name) {
  const key = KEYS[name] ?? (name.length === 1 ? name : undefined);
  if (key === undefined) throw new Error(`The harness knows no key "${name}" for WebKit.`);
  return key;
}

/** @returns {Promise<number>} a port that nothing listens on */
async function freePort() {
  const server = createServer();
  const origin = await listen(server);
  await stop(server);
  return Number(new URL(origin).port);
}
