/** Measures, in one worker among several, how fast this machine's memory is read. */
import { serve } from "./drive.js";

/** @type {any} */
let ceilings;

serve({
  /** @param {{ bindings: string, module: string, nBytes: number }} what */
  async prepare({ bindings, module, nBytes }) {
    const engine = await import(bindings);
    await engine.default({ module_or_path: module });
    ceilings = new engine.Ceilings(nBytes);
    // V8 optimises what has run for a while.
    for (let i = 0; i < 5 + 50e6 / nBytes; i++) void [ceilings.read(), ceilings.multiply()];
  },

  /**
   * @param {{ what: "read" | "multiply", seconds: number }} how
   * @returns {Promise<number>} bytes a second
   */
  async measure({ what, seconds }) {
    const started = performance.now();
    let n = 0;
    while (performance.now() - started < seconds * 1e3) {
      ceilings[what]();
      n += 1;
    }
    return (n * ceilings.nBytes) / ((performance.now() - started) / 1e3);
  },
});
