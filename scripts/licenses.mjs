/**
 * Writes the notices that go with the engine wherever it is published: node scripts/licenses.mjs FILE
 *
 * Of every crate that is compiled into the engine, as `cargo metadata` tells: name, version, licence, address and the
 * licence's text, this project's first. Equal texts stand once, with all crates that have them. Procedural macros and what
 * only builds are left out, as nothing of them is in the engine.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TARGET = "wasm32-unknown-unknown";
const NOTICE = /^(licen[cs]e|copying|notice|unlicense)/i;

/**
 * @typedef {{ id: string, name: string, version: string, license: string | null, repository: string | null, authors: string[],
 *   manifest_path: string, targets: { kind: string[] }[] }} Package
 * @typedef {{ packages: Package[], resolve: { root: string, nodes: { id: string, deps: { pkg: string, dep_kinds: { kind: string | null }[] }[] }[] } }} Metadata
 */

/** @returns {Metadata} */
function metadata() {
  const manifest = fileURLToPath(new URL("../Cargo.toml", import.meta.url));
  const options = ["metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET, "--manifest-path", manifest];
  return JSON.parse(execFileSync("cargo", options, { encoding: "utf8", maxBuffer: 2 ** 28 }));
}

/**
 * @param {Metadata} metadata
 * @returns {Package[]} what the library is made of: itself, then the others by name
 */
export function compiledIn({ packages, resolve }) {
  const byId = new Map(packages.map((one) => [one.id, one]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const found = new Set([resolve.root]);
  for (const id of found) {
    for (const { pkg, dep_kinds } of nodes.get(id)?.deps ?? []) {
      const isMacro = byId.get(pkg)?.targets.some(({ kind }) => kind.includes("proc-macro"));
      if (!isMacro && dep_kinds.some(({ kind }) => kind === null)) found.add(pkg);
    }
  }
  const [own, ...others] = [...found].map((id) => /** @type {Package} */ (byId.get(id)));
  return [own, ...others.sort((a, b) => (a.name < b.name ? -1 : 1))];
}

/**
 * @param {Package} crate
 * @returns {string} the texts of its licence; where it may be chosen, that of MIT
 */
function textOf({ name, license, authors, manifest_path }) {
  const folder = dirname(manifest_path);
  const all = readdirSync(folder).filter((file) => NOTICE.test(file)).sort();
  const mit = all.filter((file) => /MIT$/i.test(file));
  const chosen = /\bOR\b|\//.test(license ?? "") && !/\bAND\b/.test(license ?? "") && mit.length > 0 ? mit : all;
  if (chosen.length === 0) return `${name} comes without a text of its licence, ${license}. Copyright: ${authors.join(", ") || `the authors of ${name}`}.`;
  return chosen.map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim()).join("\n\n");
}

/**
 * @param {Package[]} crates
 * @returns {string}
 */
export function notices(crates) {
  /** @type {Map<string, string[]>} */
  const byText = new Map();
  for (const crate of crates) {
    const text = textOf(crate);
    const line = `${crate.name} ${crate.version} (${crate.license ?? "no licence named"}) ${crate.repository ?? ""}`.trim();
    byText.set(text, [...(byText.get(text) ?? []), line]);
  }
  const parts = [...byText].map(([text, lines]) => `${lines.join("\n")}\n\n${text}\n`);
  return [
    "The engine of T5 Playground is made of the following, and of the standard library of Rust (MIT OR Apache-2.0, https://github.com/rust-lang/rust).\n",
    ...parts,
  ].join(`\n${"-".repeat(80)}\n\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const crates = compiledIn(metadata());
  writeFileSync(process.argv[2], notices(crates));
  console.log(`The notices of ${crates.length} crates are in ${process.argv[2]}.`);
}
