/** Servers of the tests: on this machine alone, on any free port. */

/**
 * @param {import("node:http").Server} server
 * @returns {Promise<string>} its origin, such as `http://127.0.0.1:40123`
 */
export function listen(server) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}

/** @param {import("node:http").Server} server */
export function stop(server) {
  return new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}
