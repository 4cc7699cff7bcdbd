/** `node is-whole-wasm.mjs FILE`: fails where the sections of the module do not end where the file does. */
import { readFileSync } from "node:fs";

/** Magic number and version. */
const HEADER_BYTES = 8;

const bytes = readFileSync(process.argv[2]);
let at = HEADER_BYTES;
while (at < bytes.length) {
  at += 1; // the section's id
  let length = 0;
  let byte = 0x80;
  // LEB128: seven bits to a byte, the lowest first.
  for (let shift = 0; byte & 0x80; shift += 7) {
    byte = bytes[at] ?? 0;
    at += 1;
    length += (byte & 0x7f) * 2 ** shift;
  }
  at += length;
}
process.exit(bytes.length > HEADER_BYTES && at === bytes.length ? 0 : 1);
