/** A process that serves the tests, such as a screen or a driver, and that never outlives them. */
import { spawn } from "node:child_process";
import { once } from "node:events";

/** Longest wait for a start, in milliseconds: generous, as a slow machine is no failure. */
const PATIENCE_MS = 60_000;
/** Between two questions whether it has started, in milliseconds. */
const INTERVAL_MS = 20;

export class HelperProcess {
  #said = "";

  /**
   * @param {string} command
   * @param {string[]} args
   * @param {Record<string, string>} [environment]  added to this process's own
   */
  constructor(command, args, environment = {}) {
    this.command = command;
    // The system ends it when this process ends, however that comes about.
    this.process = spawn("setpriv", ["--pdeathsig", "TERM", command, ...args], {
      stdio: ["ignore", "ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    const [, , said, reports] = /** @type {import("node:stream").Readable[]} */ (this.process.stdio);
    said.on("data", (text) => (this.#said = (this.#said + text).slice(-2000)));
    this.reports = reports;
    this.ended = once(this.process, "exit").catch((error) => [error.message]);
    this.broken = this.ended.then(([why]) => {
      throw new Error(`${command} ended (${why}); ./build.sh test installs it where it is missing. It said: ${this.#said || "nothing"}`);
    });
    // Whoever waits hears of it; while nobody does, it may end.
    this.broken.catch(() => {});
  }

  /** @returns {Promise<string>} the first thing that it writes to its descriptor 3 */
  async report() {
    const [text] = await Promise.race([once(this.reports, "data"), this.broken]);
    return String(text).trim();
  }

  /** @param {() => Promise<boolean>} isReady  asked again while it says no or throws */
  async until(isReady) {
    const latest = Date.now() + PATIENCE_MS;
    while (!(await Promise.race([isReady().catch(() => false), this.broken]))) {
      if (Date.now() > latest) throw new Error(`${this.command} does not answer. It said: ${this.#said || "nothing"}`);
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
  }

  async end() {
    this.process.kill();
    await this.ended;
  }
}
