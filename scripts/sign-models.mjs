/**
 * Writes the length and the SHA-256 of each built-in model into the list of a page that is being assembled, so
 * that the page refuses a damaged copy:
 *
 *     node scripts/sign-models.mjs build/www/models
 */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const folder = process.argv[2];
const list = join(folder, "index.json");
const models = JSON.parse(await readFile(list, "utf8"));
for (const model of models) {
  const bytes = await readFile(join(folder, model.file));
  model.n_bytes = bytes.length;
  model.sha256 = createHash("sha256").update(bytes).digest("hex");
}
await writeFile(list, `${JSON.stringify(models, null, 2)}\n`);
