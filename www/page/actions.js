/** What a person can do that reaches beyond the state: to the engine, the clipboard, the focus. */

/** @import { EngineClient } from "../engine/client.js" */
/** @import { GenerationConfig, ModelSource } from "../engine/protocol.js" */
/** @import { BuiltinModel, ModelChoice, OptionName, PageEvent, State } from "./types.js" */
/** @import { Store } from "./store.js" */
import { parseReference } from "../engine/reference.js";
import { completionText, isGenerating } from "./derived.js";
import { parseOptions } from "./options.js";

/** How long a button says that it has copied. */
const COPIED_MS = 2000;

export class Actions {
  #store;
  #client;
  #afterRender;

  /**
   * @param {Store} store
   * @param {EngineClient} client
   * @param {(work: () => void) => void} afterRender
   */
  constructor(store, client, afterRender) {
    this.#store = store;
    this.#client = client;
    this.#afterRender = afterRender;
  }

  /** @param {PageEvent} event */
  dispatch = (event) => this.#store.dispatch(event);

  get #state() {
    return this.#store.state;
  }

  run = () => {
    const { model, load, prompt, options: texts } = this.#state;
    if (isGenerating(this.#state)) return;
    if (!model) return this.dispatch({ type: "run_refused", why: { key: load ? "run.model_loading" : "run.needs_model" } });
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

  runOrStop = () => (isGenerating(this.#state) ? this.stop() : this.run());

  /** @param {number} id */
  runAgain = (id) => {
    if (isGenerating(this.#state)) return;
    this.dispatch({ type: "history_chosen", id });
    this.run();
    this.focus("prompt");
  };

  /** @param {ModelChoice} choice */
  load = (choice) => {
    // The client refuses a second load with a sentence, so only a first one changes the state.
    const isFirst = !this.#client.isLoading;
    if (isFirst) this.dispatch({ type: "load_requested", choice, at_ms: performance.now() });
    this.#client.load(choice.source, { weights: choice.weights, files: choice.files });
  };

  /** @param {BuiltinModel} builtin */
  loadBuiltin = ({ name, file }) => {
    const url = new URL(`models/${file}`, document.baseURI).href;
    this.#loadSource({ kind: "urls", name, weights: [url], config: null, tokenizer: null }, name);
  };

  /**
   * Fills in a Hub id for the person to load, or to change first: nothing is fetched unasked.
   *
   * @param {string} reference
   */
  proposeReference = (reference) => {
    this.dispatch({ type: "reference_edited", reference });
    this.dispatch({ type: "picker_toggled", open: true });
    this.focus("reference");
  };

  /** @param {File[]} files */
  loadFiles = (files) => {
    if (files.length === 0) return;
    const names = files.map((file) => file.name);
    this.#loadSource({ kind: "files", names }, names.join(", "), files);
  };

  loadReference = () => {
    const { reference, endpoint, revision } = this.#state;
    const source = parseReference(reference, { endpoint, revision });
    if (!source) {
      this.dispatch({ type: "reference_refused" });
      return this.focus("reference-input");
    }
    this.#loadSource(source, source.kind === "hub" ? source.repo : source.name);
  };

  cancelLoad = () => {
    this.#client.cancelLoad();
    this.focus("change-model");
  };

  unload = () => this.#client.unload();

  chooseModel = () => {
    this.dispatch({ type: "picker_toggled", open: true });
    this.focus("file-input");
  };

  /** @param {NonNullable<State["copied"]>} what */
  copy = async (what) => {
    const { completion, history } = this.#state;
    const shown = what === "completion" ? completion : history.find(({ id }) => id === what);
    if (!shown) return;
    await navigator.clipboard.writeText(completionText(shown));
    this.dispatch({ type: "copied", what });
    setTimeout(() => this.#state.copied === what && this.dispatch({ type: "copied", what: null }), COPIED_MS);
  };

  /** @param {string} testid  of an element that is there after the next rendering */
  focus = (testid) => {
    this.#afterRender(() => {
      const element = document.querySelector(`[data-testid="${testid}"]`);
      if (element instanceof HTMLElement) element.focus();
    });
  };

  /**
   * @param {ModelSource} source
   * @param {string} label
   * @param {File[]} [files]
   */
  #loadSource(source, label, files = []) {
    this.load({ label, source, files, weights: this.#state.weights });
  }
}

/**
 * Draws a seed where sampling needs one and none was given, so that every run can be repeated.
 *
 * @param {Partial<GenerationConfig>} options
 * @returns {Partial<GenerationConfig>}
 */
function withSeed(options) {
  if (!options.do_sample || options.seed !== undefined) return options;
  return { ...options, seed: crypto.getRandomValues(new Uint32Array(1))[0] };
}
