/** Whose notices go with the engine. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { compiledIn, notices } from "../../scripts/licenses.mjs";

const folder = mkdtempSync(join(tmpdir(), "t5-playground-licenses-"));
after(() => rmSync(folder, { recursive: true }));

const PACKAGES = ["own", "used", "usedByUsed", "macro", "onlyBuilds", "onlyTests"].map((name) => ({
  id: name, name, version: "1.0.0", license: "MIT", repository: null, authors: ["A. Author"],
  manifest_path: join(folder, "Cargo.toml"), targets: [{ kind: [name === "macro" ? "proc-macro" : "lib"] }],
}));
/** @param {string} pkg @param {string | null} kind */
const needs = (pkg, kind = null) => ({ pkg, dep_kinds: [{ kind }] });
const RESOLVE = {
  root: "own",
  nodes: [
    { id: "own", deps: [needs("used"), needs("macro"), needs("onlyBuilds", "build"), needs("onlyTests", "dev")] },
    { id: "used", deps: [needs("usedByUsed"), needs("own")] },
    ...["usedByUsed", "macro", "onlyBuilds", "onlyTests"].map((id) => ({ id, deps: [] })),
  ],
};

test("what only builds, tests or expands is not in the engine", () => {
  const names = compiledIn({ packages: PACKAGES, resolve: RESOLVE }).map(({ name }) => name);
  assert.deepEqual(names, ["own", "used", "usedByUsed"]);
});

test("a text that several crates have stands once; where there is a choice, MIT's", () => {
  writeFileSync(join(folder, "LICENSE-MIT"), "the text of MIT\n");
  writeFileSync(join(folder, "LICENSE-APACHE"), "the text of Apache\n");
  const two = PACKAGES.slice(0, 2).map((one) => ({ ...one, license: "MIT OR Apache-2.0" }));
  const text = notices(two);
  assert.match(text, /own 1\.0\.0 \(MIT OR Apache-2\.0\)\nused 1\.0\.0 \(MIT OR Apache-2\.0\)\n\nthe text of MIT\n/);
  assert.doesNotMatch(text, /the text of Apache/);
  const both = notices([{ ...PACKAGES[0], license: "MIT AND Apache-2.0" }]);
  assert.match(both, /the text of Apache\n\nthe text of MIT/);
});

test("a crate without a text is named with its licence and its authors", () => {
  rmSync(join(folder, "LICENSE-MIT"));
  rmSync(join(folder, "LICENSE-APACHE"));
  assert.match(notices(PACKAGES.slice(0, 1)), /own comes without a text of its licence, MIT\. Copyright: A\. Author\./);
});
