/** Starts the browsers that the tests drive: headless, each with a fresh profile. */
import { execFileSync } from "node:child_process";
import puppeteer from "puppeteer-core";
import { launchWebKit } from "./webkit.mjs";

/**
 * @typedef {"chromium" | "firefox" | "webkit"} BrowserName
 * @typedef {import("puppeteer-core").Browser} Browser
 * @typedef {import("puppeteer-core").Page} Page
 */

/** @type {readonly BrowserName[]} */
export const EVERY_BROWSER = ["chromium", "firefox", "webkit"];

/** Where each browser is: what the environment says, or else the first of these commands there is. */
const COMMANDS = { chromium: ["chromium", "chromium-browser", "google-chrome"], firefox: ["firefox-esr", "firefox"] };

/** Keeps a browser from asking servers of its maker, and from greeting a new user. */
const CHROMIUM_ARGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

/** @type {Record<string, boolean | number | string>} */
const FIREFOX_PREFERENCES = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.safebrowsing.downloads.remote.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "http://127.0.0.1:9/",
  "toolkit.telemetry.reportingpolicy.firstRun": false,
};

/** The browsers to test with: all, or those that BROWSERS names. @type {readonly BrowserName[]} */
export const BROWSERS = (process.env.BROWSERS ?? EVERY_BROWSER.join(" ")).split(/[\s,]+/).filter(Boolean).map((named) => {
  const name = EVERY_BROWSER.find((known) => known === named);
  if (!name) throw new Error(`BROWSERS names "${named}"; there are ${EVERY_BROWSER.join(", ")}.`);
  return name;
});

/**
 * @param {BrowserName} name
 * @param {string[]} [extraArgs]
 * @param {string} [proxy]  `HOST:PORT` of a proxy for everything, this machine included
 * @returns {Promise<import("puppeteer-core").Browser>}
 */
export async function launch(name, extraArgs = [], proxy) {
  // It has that part of puppeteer's API that the tests of all browsers use.
  if (name === "webkit") return /** @type {any} */ (launchWebKit());
  const executablePath = findBrowser(name);
  if (name === "firefox") {
    return puppeteer.launch({
      browser: "firefox",
      executablePath,
      headless: true,
      args: extraArgs,
      extraPrefsFirefox: { ...FIREFOX_PREFERENCES, ...(proxy ? firefoxProxy(proxy) : {}) },
    });
  }
  // Chromium's sandbox refuses to start for root, as in a container.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const proxied = proxy ? [`--proxy-server=http://${proxy}`, "--proxy-bypass-list=<-loopback>"] : [];
  return puppeteer.launch({ executablePath, headless: true, args: [...CHROMIUM_ARGS, ...sandbox, ...proxied, ...extraArgs] });
}

/** @param {string} proxy  `HOST:PORT` */
function firefoxProxy(proxy) {
  const [host, port] = proxy.split(":");
  return {
    "network.proxy.type": 1,
    "network.proxy.http": host,
    "network.proxy.http_port": Number(port),
    "network.proxy.ssl": host,
    "network.proxy.ssl_port": Number(port),
    "network.proxy.no_proxies_on": "",
    "network.proxy.allow_hijacking_localhost": true,
  };
}

/** @param {keyof typeof COMMANDS} name */
function findBrowser(name) {
  const named = process.env[name.toUpperCase()];
  if (named) return named;
  for (const command of COMMANDS[name]) {
    try {
      return execFileSync("which", [command], { encoding: "utf8" }).trim();
    } catch {
      // Not this one.
    }
  }
  throw new Error(`${name} is not installed; ./build.sh test installs it.`);
}
