/** Memory of a browser's content processes, from Linux's /proc. */
import { readFile, readdir } from "node:fs/promises";

/**
 * The most memory that any content process of a browser has had so far: the largest `VmHWM`.
 *
 * @param {number} browserPid
 * @returns {Promise<number | null>} bytes; null where the system does not say
 */
export async function peakContentMemory(browserPid) {
  const pids = await readdir("/proc").catch(() => []);
  const processes = await Promise.all(pids.filter((name) => /^\d+$/.test(name)).map(describe));
  const known = new Map(processes.flatMap((found) => (found ? [[found.pid, found]] : [])));
  let peak = 0;
  for (const found of known.values()) {
    if (found.isContent && descendsFrom(found, browserPid, known)) peak = Math.max(peak, found.peakBytes);
  }
  return peak || null;
}

/** @typedef {{ pid: number, parent: number, isContent: boolean, peakBytes: number }} Process */

/**
 * @param {string} pid
 * @returns {Promise<Process | null>} null where it has ended meanwhile
 */
async function describe(pid) {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8");
    const number = (/** @type {string} */ name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
    // Chromium's renderers; Firefox's content processes, whose command line ends so.
    const isContent = command.includes("--type=renderer") || (command.includes("-contentproc") && /tab\0?$/.test(command));
    return { pid: Number(pid), parent: number("PPid"), isContent, peakBytes: number("VmHWM") * 1024 };
  } catch {
    return null;
  }
}

/**
 * @param {Process} process
 * @param {number} ancestor
 * @param {Map<number, Process>} known
 */
function descendsFrom(process, ancestor, known) {
  /** @type {Process | undefined} */
  let at = process;
  while (at) {
    if (at.parent === ancestor) return true;
    at = known.get(at.parent);
  }
  return false;
}
