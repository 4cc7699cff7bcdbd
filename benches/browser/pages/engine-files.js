/**
 * Where a build of the engine without threads lies.
 *
 * @param {string} build
 * @returns {{ bindings: string, module: string }}
 */
export function engineFiles(build) {
  const folder = `/app/engine/wasm/${build}`;
  return { bindings: `${folder}/t5_playground.js`, module: `${folder}/t5_playground_bg.wasm` };
}
