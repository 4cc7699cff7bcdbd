/** What a person can do that reaches beyond the state: to the engine, the clipboard, the focus. */

/** @import { EngineClient } from "../engine/client.js" */
/** @import { ModelSource } from "../engine/protocol.js" */
/** @import { Hosting } from "./hosting.js" */
/** @import { KeptModels } from "./kept-models.js" */
/** @import { BuiltinModel, Copied, HubSource, KeptSummary, ModelChoice, OptionName, PageError, PageEvent } from "./types.js" */
/** @import { Store } from "./store.js" */
import { listRepository } from "../engine/hub.js";
import { HttpError, LoadError } from "../engine/load-error.js";
import { offersOf } from "../engine/offers.js";
import { DEFAULT_ENDPOINT, parseEndpoint, parseReference } from "../engine/reference.js";
import { copyText } from "./clipboard.js";
import { completionText, isChecking, isGenerating, isOf, modelToReopen } from "./derived.js";
import { t } from "./i18n/index.js";
import { parseOptions, withSeed } from "./options.js";
import { keep, keepModelToReopen } from "./storage.js";

/** How long a button says whether it has copied. */
const COPIED_MS = 3000;
/** Where a model is chosen, as the page stands: the first of these that is there. */
const MODEL_CHOICE = ["change-model", "load-cancel", "file-input"];

export class Actions {
  #store;
  #client;
  #kept;
  #hosting;
  #afterRender;
  /** @type {AbortController | null} */
  #listing = null;

  /**
   * @param {Store} store
   * @param {EngineClient} client
   * @param {KeptModels} kept
   * @param {Hosting} hosting
   * @param {(work: () => void) => void} afterRender
   */
  constructor(store, client, kept, hosting, afterRender) {
    this.#store = store;
    this.#client = client;
    this.#kept = kept;
    this.#hosting = hosting;
    this.#afterRender = afterRender;
  }

  /** @param {PageEvent} event */
  dispatch = (event) => this.#store.dispatch(event);

  get #state() {
    return this.#store.state;
  }

  run = () => {
    const { model, load, awaited, prompt, options: texts } = this.#state;
    if (isGenerating(this.#state)) return;
    if (!model) return this.dispatch({ type: "run_refused", why: { key: load || awaited ? "run.model_loading" : "run.needs_model" } });
    if (prompt === "") {
      this.dispatch({ type: "run_refused", why: { key: "run.needs_prompt" } });
      return this.focus("prompt");
    }
    const { options, errors } = parseOptions(texts);
    const [refused] = /** @type {OptionName[]} */ (Object.keys(errors));
    if (refused) {
      this.dispatch({ type: "options_refused", errors });
      return this.focus(`option-${refused}`);
    }
    const generation_id = this.#client.generate(prompt, withSeed(options));
    if (generation_id !== null) this.dispatch({ type: "run_requested", generation_id, at_ms: performance.now() });
  };

  stop = () => this.#client.stop();

  /** The second click of a double click is neither. @param {MouseEvent} event */
  runOrStop = ({ detail }) => {
    if (detail > 1) return;
    if (isGenerating(this.#state)) this.stop();
    else this.run();
  };

  /** @param {number} id */
  runAgain = (id) => {
    if (isGenerating(this.#state)) return;
    this.dispatch({ type: "history_chosen", id });
    this.run();
    // Not the prompt, whose keyboard would cover the completion on a phone.
    this.focus("run");
  };

  restorePrompt = () => {
    this.dispatch({ type: "prompt_restored" });
    this.focus("prompt");
  };

  /**
   * @param {ModelChoice} choice
   * @param {{ isAsked?: boolean }} [by]  whether a person asked for it, and not the page itself
   */
  load = (choice, { isAsked = true } = {}) => {
    // The client refuses a second load with a sentence, so only a first one changes the state.
    const isFirst = !this.#client.isLoading;
    if (isFirst) this.dispatch({ type: "load_requested", choice, isAsked });
    this.#client.load(choice.source, { weights: choice.weights, files: choice.files });
  };

  /**
   * @param {BuiltinModel} builtin
   * @param {{ isAsked?: boolean }} [by]  as of `load`
   */
  loadBuiltin = ({ name, file, sha256, parts }, by) => {
    const files = parts ?? [{ file, sha256 }];
    const weights = files.map((part) => new URL(`models/${part.file}`, document.baseURI).href);
    const checksums = files.map((part) => part.sha256 ?? "").filter((checksum) => checksum !== "");
    this.#loadSource({ kind: "urls", name, weights, config: null, tokenizer: null, sha256: checksums, in_parts: parts !== undefined }, name, [], by);
  };

  /**
   * Fills in a Hub id for the person to load, or to change first: nothing is fetched unasked.
   *
   * @param {string} reference
   */
  proposeReference = (reference) => {
    this.dispatch({ type: "reference_edited", reference });
    this.dispatch({ type: "picker_toggled", open: true });
    this.focus("reference-input");
  };

  /** @param {File[]} files */
  loadFiles = (files) => {
    const names = files.map((file) => file.name);
    // A folder may have none; that there is no model in it is said as of other files.
    this.#loadSource({ kind: "files", names }, names.join(", ") || t("picker.files"), files);
  };

  /** Loads a file that is named; of a repository, first shows what there is. */
  loadReference = () => {
    const { reference, revision } = this.#state;
    const endpoint = parseEndpoint(this.#state.endpoint);
    // A whole address says by itself which server is meant.
    if (endpoint === null && !/^\s*https?:/i.test(reference)) {
      this.dispatch({ type: "endpoint_refused" });
      return this.focus("endpoint-input");
    }
    const source = parseReference(reference, { endpoint: endpoint ?? DEFAULT_ENDPOINT, revision });
    if (!source) {
      this.dispatch({ type: "reference_refused" });
      return this.focus("reference-input");
    }
    if (source.kind === "urls") return this.#loadSource(source, source.name);
    if (source.files) return this.#loadSource(source, `${source.repo}/${source.files[0]}`);
    return this.#list(source);
  };

  /** @param {string} reference  Hub id of a model whose files are to be shown */
  lookUp = (reference) => {
    this.dispatch({ type: "reference_edited", reference });
    return this.loadReference();
  };

  /** Does what failed once more. @param {PageError} error */
  retry = ({ choice, lookUp }) => {
    if (choice) return this.load(choice);
    if (!lookUp) return;
    this.focus("reference-load");
    return this.#list(lookUp);
  };

  loadOffer = () => {
    const { listing } = this.#state;
    const offer = listing?.offers?.find(({ id }) => id === listing.chosen);
    if (!listing || !offer) return;
    const { source, weights } = listing;
    this.load({ label: source.repo, source: { ...source, files: [offer.id] }, files: [], weights });
  };

  /** What has come stays, and the load can go on from there. */
  pauseLoad = async () => {
    this.#client.cancelLoad();
    this.dispatch({ type: "load_paused" });
    await this.#kept.refresh();
    this.focus(...MODEL_CHOICE);
  };

  /** What has come is thrown away. */
  cancelLoad = async () => {
    const { load } = this.#state;
    this.#client.cancelLoad();
    this.focus(...MODEL_CHOICE);
    if (load) await this.#kept.removePart(load.choice.source);
  };

  /** @param {KeptSummary} model */
  openKept = ({ id, name, source, weights, isWhole }) => {
    this.load({ label: name, source: isWhole ? { kind: "stored", id } : source, files: [], weights });
  };

  /** @param {string} id */
  checkKept = (id) => {
    if (!isChecking(this.#state.checks[id])) this.#kept.check(id);
  };

  /** @param {string} id */
  deleteKept = async (id) => {
    await this.#kept.remove([id]);
    // One that could not be deleted still has its button.
    if (this.#state.removals[id] === undefined) this.focus("reference-input");
  };

  deleteAllKept = async () => {
    if (!confirm(t("kept.delete_all.confirm"))) return;
    await this.#kept.remove(this.#state.stored?.models.map(({ id }) => id) ?? []);
    this.focus("reference-input");
  };

  closeListing = () => {
    this.dispatch({ type: "listing_closed" });
    this.focus("reference-input");
  };

  /** @param {HubSource} source */
  async #list(source) {
    this.#listing?.abort();
    const controller = new AbortController();
    this.#listing = controller;
    const { deviceMemory } = /** @type {{ deviceMemory?: number }} */ (/** @type {unknown} */ (navigator));
    this.dispatch({ type: "listing_requested", source, deviceBytes: deviceMemory ? deviceMemory * 2 ** 30 : null });
    // The person may have closed it meanwhile, or asked for something else.
    const isAwaited = () => this.#state.listing?.source === source;
    try {
      const { license, isGated, ...listing } = await listRepository(source, controller.signal);
      if (isAwaited()) this.dispatch({ type: "listing_arrived", offers: offersOf({ license, isGated, ...listing }), license, isGated });
    } catch (error) {
      if (isAwaited()) this.#withoutListing(source, error);
    }
  }

  /**
   * A server that lists nothing may have the usual files all the same, which the engine's worker knows how to
   * find, and without a network the model may be kept.
   *
   * @param {HubSource} source
   * @param {unknown} error
   */
  #withoutListing(source, error) {
    // The load that follows is refused while another one goes on, and nothing more would come.
    if (this.#client.isLoading) this.dispatch({ type: "listing_closed" });
    if (error instanceof HttpError && error.status === 404) return this.#loadSource(source, source.repo);
    const kept = this.#state.stored?.models.find((model) => model.isWhole && isOf(model, source));
    if (kept && !(error instanceof HttpError)) return this.openKept(kept);
    const report = error instanceof LoadError ? error.report() : new LoadError("internal", String(error)).report();
    this.dispatch({ type: "listing_failed", source, report });
  }

  unload = () => {
    this.#client.unload();
    this.focus(...MODEL_CHOICE);
  };

  /**
   * For a new version, or for isolation. The prompt and the history are kept in any case; the model in use is
   * opened again, where it can be. All is written at once: a page that becomes isolated goes on in another process,
   * where Firefox does not see what is written as the old one goes away.
   */
  loadPageAgain = () => {
    this.leave();
    this.#hosting.loadPageAgain();
  };

  /**
   * Writes down all that the page is to go on with when it is back.
   *
   * @param {MouseEvent} [click]  of a link, which may open elsewhere: this page stays then
   */
  leave = (click) => {
    keep(this.#state);
    if (click && opensElsewhere(click)) return;
    const model = modelToReopen(this.#state);
    keepModelToReopen(model === "impossible" ? null : model);
  };

  chooseModel = () => {
    this.dispatch({ type: "picker_toggled", open: true });
    this.focus("file-input");
  };

  /** @param {Copied["what"]} what */
  copy = async (what) => {
    const { completion, history } = this.#state;
    const shown = what === "completion" ? completion : history.find(({ id }) => id === what);
    if (!shown) return;
    /** @type {Copied} */
    const copied = { what, outcome: (await copyText(completionText(shown))) ? "copied" : "not_copied" };
    this.dispatch({ type: "copied", copied });
    setTimeout(() => this.#state.copied === copied && this.dispatch({ type: "copied", copied: null }), COPIED_MS);
  };

  clearHistory = () => {
    this.dispatch({ type: "history_cleared" });
    this.focus("history-title");
  };

  dismissError = () => {
    const context = this.#state.error?.context;
    this.dispatch({ type: "error_dismissed" });
    this.focus(...(context === "load" || context === "start" ? MODEL_CHOICE : ["run"]));
  };

  /**
   * A button that goes away would take the focus with it.
   *
   * @param {string[]} testids  of elements: the first that is there after the next rendering has the focus
   */
  focus = (...testids) => {
    this.#afterRender(() => {
      for (const testid of testids) {
        const element = document.querySelector(`[data-testid="${testid}"]`);
        if (!(element instanceof HTMLElement)) continue;
        // What is folded away takes no focus.
        element.closest("details")?.setAttribute("open", "");
        return element.focus();
      }
    });
  };

  /**
   * @param {ModelSource} source
   * @param {string} label
   * @param {File[]} [files]
   * @param {{ isAsked?: boolean }} [by]
   */
  #loadSource(source, label, files = [], by = {}) {
    this.load({ label, source, files, weights: this.#state.weights }, by);
  }
}

/** Whether a click on a link leaves this page where it is. @param {MouseEvent} click */
function opensElsewhere({ currentTarget, ctrlKey, metaKey, shiftKey }) {
  return ctrlKey || metaKey || shiftKey || /** @type {HTMLAnchorElement} */ (currentTarget).target === "_blank";
}
