/**
 * Where a build of the engine without threads lies.
 *
 * @param {string} build
 * @returns {{ bindings: string, module: string }}
 */
export function engineFiles(build) {
  if (build !== "simd128") throw new Error(`there is no ${build} build`);
  return { bindings: "/app/engine/wasm/t5_playground.js", module: "/app/engine/wasm/t5_playground_bg.wasm" };
}
