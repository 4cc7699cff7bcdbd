/**
 * A device with little memory: the engine's module is given a maximum, past which its memory does not
 * grow, just as where a browser gives no more.
 */

const PAGE_BYTES = 65_536;
const MEMORY_SECTION = 5;

/**
 * @param {Uint8Array} module  WebAssembly that defines one memory
 * @param {number} maximumBytes  of that memory
 * @returns {Uint8Array}
 */
export function limitMemory(module, maximumBytes) {
  let at = 8;
  while (at < module.length) {
    const id = module[at];
    const size = readLeb(module, at + 1);
    const end = size.next + size.value;
    if (id === MEMORY_SECTION) {
      const count = readLeb(module, size.next);
      const flags = module[count.next];
      const minimum = readLeb(module, count.next + 1);
      if (count.value !== 1 || (flags !== 0 && flags !== 1)) break;
      const limits = [1, 1, ...leb(minimum.value), ...leb(Math.max(minimum.value, Math.floor(maximumBytes / PAGE_BYTES)))];
      return Buffer.concat([module.subarray(0, at), Buffer.from([id, ...leb(limits.length), ...limits]), module.subarray(end)]);
    }
    at = end;
  }
  throw new Error("This module defines no single memory of its own that could be limited.");
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @returns {{ value: number, next: number }}  an unsigned number and the place after it
 */
function readLeb(bytes, at) {
  let value = 0;
  for (let shift = 0, next = at; ; shift += 7, next++) {
    value += (bytes[next] & 0x7f) * 2 ** shift;
    if (bytes[next] < 0x80) return { value, next: next + 1 };
  }
}

/**
 * @param {number} value
 * @returns {number[]}
 */
function leb(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(Math.floor(value / 0x80))];
}
