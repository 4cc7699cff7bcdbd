/**
 * The page's end of a driver: a module that makes one peer load and generate, on the page or in a worker of its own.
 *
 * @typedef {object} Generated
 * @property {number} encode_ms
 * @property {number} decode_ms  of all tokens, by the clock on the wall
 * @property {number} [later_ms]  of those after the first, likewise; where it is told
 * @property {number[]} token_ids  what was generated
 * @property {number} [wasm_bytes]  WebAssembly memory by now
 */

/** @typedef {(method: string, args: object) => Promise<any>} Call */

/**
 * @param {string} url  of the driver's module
 * @param {boolean} inWorker
 * @returns {Promise<Call>}
 */
export async function open(url, inWorker) {
  if (inWorker) return start(url);
  const driver = await import(url);
  return (method, args) => driver[method](args);
}

/**
 * @param {string} url  of a module that calls `serve`
 * @returns {Call}
 */
export function start(url) {
  const worker = new Worker(url, { type: "module" });
  return (method, args) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => ("error" in data ? reject(new Error(data.error)) : resolve(data.result));
    worker.onerror = (event) => reject(new Error(event.message || "the worker's script did not load"));
    worker.postMessage({ method, args });
  });
}

/**
 * The worker's end: answers what `call` asks.
 *
 * @param {Record<string, (args: any) => Promise<any>>} driver
 */
export function serve(driver) {
  self.onmessage = async ({ data: { method, args } }) => {
    try {
      self.postMessage({ result: await driver[method]?.(args) });
    } catch (error) {
      self.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  };
}

/** @param {string} url */
export async function bytesOf(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: status ${response.status}`);
  return response.arrayBuffer();
}
