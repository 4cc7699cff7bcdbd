/**
 * Compiles the engine in the page, while the worker that will run it starts. What is compiled serves every later
 * worker of the page, with all that the browser has optimised of it by then.
 */

import { chooseBuild, filesOf, wishOf } from "./builds.js";

/** By their addresses. @type {Map<string, Promise<WebAssembly.Module>>} */
const modules = new Map();

/**
 * @param {string} engine  a wish, as in an address
 * @returns {Promise<WebAssembly.Module | null>} null where it cannot be compiled here: the worker then tries, and says why not
 */
export async function compileEngine(engine) {
  try {
    const { instructions, nThreads } = chooseBuild(wishOf(new URLSearchParams(engine)));
    const { href } = filesOf(instructions, nThreads > 1 ? "-threads" : "").wasm;
    const compiling = modules.get(href) ?? WebAssembly.compileStreaming(fetch(href));
    modules.set(href, compiling);
    compiling.catch(() => modules.delete(href));
    return await compiling;
  } catch {
    return null;
  }
}

/** Lets the next worker's module be compiled anew: one could not start what there is. */
export function forgetCompiled() {
  modules.clear();
}
