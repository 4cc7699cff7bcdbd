/**
 * Finds the files of a model, wherever they are: the weights, and the configuration and tokenizer
 * that go with weights which do not hold their own.
 */

/** @import { ModelSource } from "./protocol.js" */
/** @import { HubFile, Listing } from "./hub.js" */
/** @import { ModelFiles, Reading } from "./model-parts.js" */
/** @import { FileRecord, FileRole } from "./store/index.js" */
import { nameOfUrl, openFile, openUrl, readAll } from "./byte-source.js";
import { sortByRole } from "./file-roles.js";
import { listRepository } from "./hub.js";
import { HttpError, LoadError } from "./load-error.js";
import { modelId } from "./model-id.js";
import { assembled, fileRecord, inShards, keeperOf, newRecord, optional, readCompanions, textOf, withCompanions } from "./model-parts.js";
import { offersOf, recommendedOf } from "./offers.js";
import { hubUrl } from "./reference.js";
import { memoryStore } from "./store/memory.js";

const NOT_FOUND = [404, 410];
/** Storage services answer 403 for what is not there, when their lists are private. */
const NOT_FOUND_OR_REFUSED = [401, 403, ...NOT_FOUND];

/** @type {[string, FileRole][]} */
const COMPANIONS = [["config.json", "config"], ["tokenizer.json", "tokenizer"], ["tokenizer_config.json", "tokenizer_config"]];

/**
 * @param {ModelSource} source
 * @param {File[]} files  those of a `files` source
 * @param {Reading} reading
 * @returns {Promise<ModelFiles>}
 */
export async function findModelFiles(source, files, reading) {
  switch (source.kind) {
    case "files":
      return localFiles(files, reading);
    case "hub":
      return hubFiles(source, reading);
    case "stored":
      return storedFiles(source.id, reading);
    case "urls":
      return urlFiles(source, reading);
  }
}

/**
 * @param {File[]} files
 * @param {Reading} reading
 * @returns {Promise<ModelFiles>}
 */
async function localFiles(files, { onProgress }) {
  const { weights, config, tokenizer, tokenizerConfig } = sortByRole(files);
  const read = async (/** @type {File | null} */ file) => {
    return file ? readAll(await openFile(file), (n) => onProgress(file.name, n, file.size)) : undefined;
  };
  return {
    name: weights[0].name.replace(/(-\d{5}-of-\d{5})?\.(gguf|safetensors)$/i, ""),
    config: textOf(await read(config)),
    tokenizer: await read(tokenizer),
    tokenizerConfig: textOf(await read(tokenizerConfig)),
    weights: weights.map((file) => () => openFile(file)),
    totalBytes: () => [...weights, config, tokenizer, tokenizerConfig].reduce((sum, file) => sum + (file?.size ?? 0), 0),
    close: async () => {},
    keeper: null,
  };
}

/**
 * @param {string} id
 * @param {Reading} reading
 * @returns {Promise<ModelFiles>}
 */
async function storedFiles(id, reading) {
  const kept = await reading.store.get(id);
  if (!kept) throw new LoadError("network", "This model is not kept in this browser any more. Fetch it again.");
  const { name, files } = kept.record;
  const keeper = keeperOf({ ...kept.record, weights: reading.weights }, reading);
  const companions = files.filter((file) => file.role !== "weights" && kept.files.has(file.name));
  return assembled(name, await readCompanions(companions, [], keeper, reading), keeper);
}

/**
 * @param {Extract<ModelSource, { kind: "hub" }>} source
 * @param {Reading} reading
 * @returns {Promise<ModelFiles>}
 */
async function hubFiles(source, reading) {
  const { endpoint, repo, revision } = source;
  const place = { endpoint, repo, revision };
  /** @type {Listing} */
  let listing;
  try {
    listing = await listRepository(place, reading.signal);
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    // A plain server with the Hub's paths lists nothing.
    if (error instanceof HttpError && NOT_FOUND.includes(error.status)) return unlistedFiles(source, reading);
    const kept = (await reading.store.list()).find(({ record }) => record.is_whole && isOf(record.source, source));
    if (kept && !(error instanceof HttpError)) return storedFiles(kept.record.id, reading);
    throw error;
  }
  const { weights, beside } = chosenFrom(listing, source);
  const path = (/** @type {HubFile} */ file) => file.path;
  const record = newRecord(source, nameOf(repo, weights[0].path), modelId(place, weights.map(path)), reading.weights);
  const keeper = keeperOf({ ...record, license: listing.license }, reading);
  const recordOf = (/** @type {FileRole} */ role) => (/** @type {HubFile} */ file) => {
    const { n_bytes, sha256, git_oid } = file;
    // Git's checksum is of a whole file, which weights never are in memory.
    return { ...fileRecord(file.path, role, hubUrl(endpoint, repo, revision, file.path)), n_bytes, sha256, git_oid: role === "weights" ? null : git_oid };
  };
  const companions = beside.map((file) => recordOf(roleOf(file.path))(file));
  return withCompanions(record.name, { weights: weights.map(recordOf("weights")), named: [], beside: companions, absent: [] }, keeper, reading);
}

/**
 * The usual files of a repository go by its name, any other by its own.
 *
 * @param {string} repo
 * @param {string} path  of the first of the weights
 */
function nameOf(repo, path) {
  return /^model(-\d{5}-of-\d{5})?\.safetensors$/.test(path) ? repo : `${repo}/${path}`;
}

/**
 * @param {Listing} listing
 * @param {Extract<ModelSource, { kind: "hub" }>} source
 */
function chosenFrom(listing, { repo, files }) {
  const offers = offersOf(listing);
  if (files) {
    const offer = offers.find(({ weights }) => weights.some(({ path }) => path === files[0]));
    if (offer) return offer;
    throw new LoadError("network", `${repo} has no ${files[0]} that can be read here. Check its spelling, or choose among the files of ${repo}.`);
  }
  const offer = recommendedOf(offers, null);
  if (offer) return offer;
  const [lacking] = offers;
  if (lacking) {
    const what = lacking.lacks === "no_config" ? "config.json" : "tokenizer.json";
    throw new LoadError("unsupported_model", `${repo} has no ${what}, without which its weights cannot be used.`);
  }
  throw new LoadError(
    "unsupported_model",
    `${repo} has no .gguf or .safetensors file (its weights may be in PyTorch's own format, which is not read here). ` +
      `Another repository may have the same model in one of them.`,
  );
}

/**
 * A repository on a server that does not list it: its files are where they usually are.
 *
 * @param {Extract<ModelSource, { kind: "hub" }>} source
 * @param {Reading} reading
 * @returns {Promise<ModelFiles>}
 */
async function unlistedFiles(source, reading) {
  const { endpoint, repo, revision, files } = source;
  const urlOf = (/** @type {string} */ path) => hubUrl(endpoint, repo, revision, path);
  const name = files ? `${repo}/${files[0]}` : repo;
  const keeper = keeperOf(newRecord(source, name, modelId({ endpoint, repo, revision }, files ?? []), reading.weights), reading);
  const beside = COMPANIONS.map(([path, role]) => fileRecord(path, role, urlOf(path)));
  const from = (/** @type {string[]} */ urls) => {
    const weights = urls.map((url) => fileRecord(nameOfUrl(url), "weights", url));
    return withCompanions(name, { weights, named: [], beside, absent: NOT_FOUND }, keeper, reading);
  };
  if (files) return from(await inShards(files.map(urlOf), reading));
  const single = await optional(() => from([urlOf("model.safetensors")]), NOT_FOUND);
  if (single) return single;
  const shards = await optional(() => inShards([urlOf("model.safetensors.index.json")], reading), NOT_FOUND);
  if (shards) return from(shards);
  const config = await optional(() => openUrl(urlOf("config.json"), reading), NOT_FOUND);
  if (!config) {
    throw new LoadError(
      "network",
      `${repo} has no config.json. If it holds GGUF files, name one of them: ${repo}/name-of-the-file.gguf`,
    );
  }
  await readAll(config);
  throw new LoadError(
    "unsupported_model",
    `${repo} has no model.safetensors (its weights may be in PyTorch's own format, which is not read here). ` +
      `Another repository may have the same model as .safetensors or .gguf.`,
  );
}

/**
 * @param {Extract<ModelSource, { kind: "urls" }>} source
 * @param {Reading} reading
 * @returns {Promise<ModelFiles>}
 */
async function urlFiles(source, reading) {
  const { name, config, tokenizer, sha256, keep, in_parts: isInParts } = source;
  const urls = await inShards(source.weights, reading);
  const record = newRecord(source, name, modelId({}, urls), reading.weights);
  const keeper = keeperOf(record, keep ? reading : { ...reading, store: memoryStore });
  const weights = urls.map((url, i) => ({ ...fileRecord(nameOfUrl(url), "weights", url), sha256: sha256?.[i] ?? null }));
  /** @type {FileRecord[]} */
  const named = [];
  if (config !== null) named.push(fileRecord(nameOfUrl(config), "config", config));
  if (tokenizer !== null) named.push(fileRecord(nameOfUrl(tokenizer), "tokenizer", tokenizer));
  // What was not named is looked for beside weights that need it.
  const sought = config === null ? COMPANIONS.filter(([, role]) => role !== "tokenizer" || tokenizer === null) : [];
  const beside = sought.map(([path, role]) => fileRecord(path, role, new URL(path, urls[0]).href));
  const found = await withCompanions(name, { weights, named, beside, absent: NOT_FOUND_OR_REFUSED }, keeper, reading);
  return { ...found, keeper: keep ? found.keeper : null, isInParts };
}

/** @param {string} path @returns {FileRole} */
function roleOf(path) {
  const name = path.split("/").pop();
  return COMPANIONS.find(([companion]) => companion === name)?.[1] ?? "weights";
}

/**
 * Whether a kept model is the one that is asked for.
 *
 * @param {ModelSource} kept
 * @param {Extract<ModelSource, { kind: "hub" }>} asked
 */
function isOf(kept, { endpoint, repo, revision, files }) {
  if (kept.kind !== "hub" || kept.endpoint !== endpoint || kept.repo !== repo || kept.revision !== revision) return false;
  return files === null || files.join() === kept.files?.join();
}
