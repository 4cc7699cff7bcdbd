import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Sha256 } from "../../www/engine/sha256.js";

const bytes = (/** @type {number} */ n) => Uint8Array.from({ length: n }, (_, i) => (i * i + 7 * i) % 251);

test("a hash is that of OpenSSL, whatever the length and the pieces", () => {
  for (let n = 0; n <= 300; n++) {
    const whole = bytes(n);
    const expected = createHash("sha256").update(whole).digest("hex");
    for (const size of [1, 3, 63, 64, 65, 300]) {
      const hash = new Sha256();
      for (let at = 0; at < n; at += size) hash.update(whole.subarray(at, at + size));
      assert.equal(hash.hex(), expected, `${n} bytes in pieces of ${size}`);
    }
  }
});

test("bytes may lie anywhere in their buffer", () => {
  const whole = bytes(1000);
  assert.equal(new Sha256().update(whole.subarray(13, 913)).hex(), createHash("sha256").update(whole.subarray(13, 913)).digest("hex"));
});
