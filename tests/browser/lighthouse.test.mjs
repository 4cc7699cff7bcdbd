/** What Lighthouse says of the folder for hosting: what does not depend on how fast this machine is. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { makeDist } from "../../scripts/dist.mjs";
import { BareServer } from "./harness/bare-server.mjs";
import { BROWSERS, launch } from "./harness/browsers.mjs";
import { PAGE_ROOT } from "./harness/page-server.mjs";

const LEAST = 0.95;
/** Share of the screen that moves by itself, times how far; Lighthouse calls less than 0.1 good. */
const LARGEST_SHIFT = 0.05;
/** What a page is fast by on any machine: it is not loaded twice, and no byte of its code is for people to read. */
const STRUCTURAL = ["redirects", "unminified-javascript", "unminified-css"];
const CATEGORIES = "performance,accessibility,best-practices";

it("Lighthouse: accessibility, best practices, and that nothing moves or is loaded in vain", { timeout: 300_000, skip: !BROWSERS.includes("chromium") }, async () => {
  const out = await mkdtemp(join(tmpdir(), "t5-playground-lighthouse-"));
  await makeDist({ from: PAGE_ROOT, out, packed: false });
  const server = await BareServer.start(out, "/page");
  /** @type {import("puppeteer-core").Browser | undefined} */
  let browser;
  try {
    browser = await launch("chromium");
    const port = Number(new URL(browser.wsEndpoint()).port);
    // Its command, as its types do not fit this project's compiler.
    const command = fileURLToPath(new URL("node_modules/lighthouse/cli/index.js", import.meta.url));
    const args = [server.url, `--port=${port}`, "--output=json", "--quiet", "--no-enable-error-reporting", `--only-categories=${CATEGORIES}`];
    const { stdout } = await promisify(execFile)(process.execPath, [command, ...args], { maxBuffer: 100 << 20 });
    /** @type {{ categories: Record<string, { score: number | null, auditRefs: { id: string }[] }>, audits: Record<string, { id: string, title: string, score: number | null, numericValue?: number }> }} */
    const { categories, audits } = JSON.parse(stdout);
    // It depends on the machine and on what else it does, so it is said and not asserted.
    console.log(`performance: ${categories.performance.score}`);
    for (const name of ["accessibility", "best-practices"]) {
      const { score, auditRefs } = categories[name];
      const failed = auditRefs.map(({ id }) => audits[id]).filter((audit) => audit.score !== null && audit.score < 1);
      assert.ok((score ?? 0) >= LEAST, `${name}: ${score}; ${failed.map(({ id, title }) => `${id}: ${title}`).join("; ")}`);
    }
    const shift = audits["cumulative-layout-shift"].numericValue ?? Infinity;
    assert.ok(shift < LARGEST_SHIFT, `what is on the page moves: ${shift}`);
    for (const id of STRUCTURAL) assert.equal(audits[id].score, 1, `${id}: ${audits[id].title}`);
  } finally {
    await browser?.close();
    await server.stop();
    await rm(out, { recursive: true });
  }
});
