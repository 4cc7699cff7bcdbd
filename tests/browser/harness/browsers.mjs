/** Starts the browsers that the tests drive: headless, each with a fresh profile. */
import { execFileSync } from "node:child_process";
import puppeteer from "puppeteer-core";

/** @typedef {"chromium" | "firefox"} BrowserName */

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

/** The browsers to test with: both, or those that BROWSERS names. @type {BrowserName[]} */
export const BROWSERS = (process.env.BROWSERS ?? "chromium firefox").split(/[\s,]+/).filter(Boolean).map((name) => {
  if (name !== "chromium" && name !== "firefox") throw new Error(`BROWSERS names "${name}"; there are chromium and firefox.`);
  return name;
});

/**
 * @param {BrowserName} name
 * @param {string[]} [extraArgs]
 * @returns {Promise<import("puppeteer-core").Browser>}
 */
export function launch(name, extraArgs = []) {
  const executablePath = findBrowser(name);
  if (name === "firefox") {
    return puppeteer.launch({
      browser: "firefox",
      executablePath,
      headless: true,
      args: extraArgs,
      extraPrefsFirefox: FIREFOX_PREFERENCES,
    });
  }
  // Chromium's sandbox refuses to start for root, as in a container.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return puppeteer.launch({ executablePath, headless: true, args: [...CHROMIUM_ARGS, ...sandbox, ...extraArgs] });
}

/** @param {BrowserName} name */
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
