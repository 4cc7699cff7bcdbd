/** The page's state and the events that change it. Read with `state.js`, which holds `reduce`. */

import type { ClientEvent } from "../engine/client.js";
import type {
  EngineInfo, ErrorReport, FinishReason, GenerationConfig, GenerationResult, Kept, ModelInfo, ModelSource, Notice,
  TokenInfo, WeightType,
} from "../engine/protocol.js";
import type { Offer } from "../engine/offers.js";
import type { ModelStore } from "../engine/store/index.js";
import type { Key, Language, Values } from "./i18n/index.js";
import type { Sample } from "./rate.js";

/** An entry of `models/index.json`. */
export interface BuiltinModel {
  id: string;
  name: string;
  /** Relative to `models/`. */
  file: string;
  n_bytes: number;
  /** Of the file, in hexadecimal; written when the page is assembled. */
  sha256?: string;
  /** What the file was cut into, in order, for a host that takes no large files; then it is not there itself. */
  parts?: { file: string; sha256: string }[];
  /** What it is for, in a sentence or two. */
  description: string;
  /** Of its weights, as an SPDX expression. */
  license?: string;
  /** Where it comes from and what to expect of it: data, licences, training, scores, limits. */
  card: { title: string; text: string }[];
  /** Hub id of a larger model, for what this one cannot do. */
  larger: string | null;
}

/** All that is needed to load a model, and to load it again. */
export interface ModelChoice {
  /** To show until the model says its own name. */
  label: string;
  source: ModelSource;
  files: File[];
  weights: WeightType;
}

/** A built-in model by its id, or another as it was chosen. */
export type ModelToReopen = { builtin: string } | Omit<ModelChoice, "files">;

export interface Load {
  choice: ModelChoice;
  /** Name of the file that is arriving; null until the first bytes. */
  file: string | null;
  loadedBytes: number;
  totalBytes: number | null;
  /** Of all files of the model. */
  allLoadedBytes: number;
  allTotalBytes: number | null;
  /** What the speed is measured by. */
  samples: Sample[];
  /** The connection is broken, and why. */
  waiting: { message: string; isOffline: boolean } | null;
}

/** A repository that was looked up, and what it offers. */
export interface Listing {
  source: HubSource;
  /** Null until they have arrived. */
  offers: Offer[] | null;
  license: string | null;
  isGated: boolean;
  /** Id of an offer. */
  chosen: string | null;
  weights: WeightType;
  /** Memory of the device, where the browser says it. */
  deviceBytes: number | null;
}

export type HubSource = Extract<ModelSource, { kind: "hub" }>;

/** A model that the browser keeps, or a part of one. */
export interface KeptSummary {
  id: string;
  name: string;
  source: ModelSource;
  weights: WeightType;
  license: string | null;
  isWhole: boolean;
  /** Milliseconds since 1970. */
  usedAt: number;
  keptBytes: number;
  totalBytes: number | null;
}

/** All that the browser keeps for this page. */
export interface Stored {
  place: ModelStore["place"];
  /** The last used first. */
  models: KeptSummary[];
  /** Bytes; null where the browser does not say. */
  usage: number | null;
  quota: number | null;
  /** The browser has promised not to throw it away by itself. */
  isPersistent: boolean;
}

/** A sentence of the page, kept as a key so that it follows the language. */
export interface Sentence {
  key: Key;
  values?: Values;
}

export type OptionName = keyof GenerationConfig;
/** What stands in the options' fields, valid or not. */
export type OptionTexts = Record<OptionName, string | boolean>;
export type OptionErrors = Partial<Record<OptionName, Sentence>>;

/** What the engine said about the prompt that is typed. */
export interface CountedPrompt {
  prompt: string;
  tokens: TokenInfo[];
  notices: Notice[];
}

export interface GeneratedToken {
  id: number;
  /** As in the vocabulary. */
  piece: string;
  /** 0 to 1. */
  probability: number;
}

export type Phase = "stored" | "starting" | "encoding" | "decoding" | "done" | "error";

/** The completion that is shown: running, ended, or an example's stored one. */
export interface Completion {
  phase: Phase;
  generationId: number | null;
  prompt: string;
  modelName: string;
  text: string;
  tokens: GeneratedToken[];
  notices: Notice[];
  /** Share of the encoder's layers that have run, 0 to 1. */
  encoded: number;
  startedMs: number;
  firstTokenMs: number | null;
  decodeMs: number;
  result: GenerationResult | null;
}

export interface HistoryItem {
  id: number;
  prompt: string;
  text: string;
  modelName: string;
  options: GenerationConfig;
  finishReason: FinishReason;
  nTokens: number;
}

export interface PageError {
  context: "start" | "load" | "generate" | "tokenize";
  report: ErrorReport;
  /** The load that failed, to be tried again. */
  choice: ModelChoice | null;
  /** The look-up that failed, to be tried again. */
  lookUp: HubSource | null;
}

export interface Copied {
  /** The completion that is shown, or the id of a history item. */
  what: "completion" | number;
  outcome: "copied" | "not_copied";
}

export interface TokenPlace {
  list: "prompt" | "generated";
  idx: number;
}

export type Theme = "light" | "dark";
export type Size = "normal" | "large";

/** What the browser keeps from one visit to the next. */
export interface Settings {
  prompt: string;
  options: OptionTexts;
  showsTokens: boolean;
  /** Null where it follows the system's. */
  theme: Theme | null;
  size: Size;
  /** Null where it follows the browser's. */
  language: Language | null;
  weights: WeightType;
  endpoint: string;
}

export interface State extends Settings {
  systemTheme: Theme;
  engine: EngineInfo | null;
  /** Null until they have been asked for. */
  builtins: BuiltinModel[] | null;
  /** Their list did not arrive. */
  builtinsFailed: boolean;
  /** The built-in model that will be loaded first, before it is; null where another one was asked for. */
  awaited: BuiltinModel | null;
  model: ModelInfo | null;
  /** How the model in use, or the last one that was, came here. */
  choice: ModelChoice | null;
  loadMs: number | null;
  /** WebAssembly memory of the worker in use, in bytes. */
  memoryBytes: number | null;
  /** Where the files of the model in use are. */
  kept: Kept | null;
  load: Load | null;
  /** Null until it has been read. */
  stored: Stored | null;
  /** By id: how far a check is, the files that it found wrong, or null where it failed. */
  checks: Record<string, { share: number } | string[] | null>;
  /** By id: what is being deleted, and what could not be. */
  removals: Record<string, "running" | "failed">;
  listing: Listing | null;
  pickerOpen: boolean;
  reference: string;
  referenceError: Sentence | null;
  endpointError: Sentence | null;
  revision: string;

  exampleId: string | null;
  /** Typed texts that examples or past prompts took the place of, the last one last. */
  replacedPrompts: string[];
  counted: CountedPrompt | null;
  /** A prompt whose tokens could not be counted. */
  uncounted: string | null;
  optionsOpen: boolean;
  optionErrors: OptionErrors;

  completion: Completion | null;
  history: HistoryItem[];
  error: PageError | null;
  tokenPlace: TokenPlace | null;
  dragging: boolean;
  /** What was to be copied a moment ago. */
  copied: Copied | null;
  /** A new version of the page has arrived and waits to be used. */
  updateReady: boolean;
  /** Loaded again, the page will be isolated, and its engine may use threads. */
  canHaveThreads: boolean;
  /** What opens without a network: the page, or its own model in use with it. */
  keptOffline: "page" | "model" | null;
  /** For screen readers; starts and ends, not every token. */
  /** Why the last press of Run did nothing, until something changes. */
  refusal: Sentence | null;
  announcement: string;
}

/** Events of the engine carry the time of their arrival. */
export type TimedClientEvent = ClientEvent & { at_ms: number };

export type PageEvent =
  | { type: "builtins_listed"; builtins: BuiltinModel[]; hasFailed?: boolean }
  | { type: "load_requested"; choice: ModelChoice; isAsked?: boolean }
  | { type: "load_paused" }
  | { type: "kept_read"; kept: Stored }
  | { type: "kept_removal_began"; ids: string[] }
  | { type: "kept_removal_failed"; ids: string[] }
  | { type: "check_went_on"; id: string; share: number }
  | { type: "check_ended"; id: string; bad: string[] | null }
  | { type: "listing_requested"; source: HubSource; deviceBytes: number | null }
  | { type: "listing_arrived"; offers: Offer[]; license: string | null; isGated: boolean }
  | { type: "listing_failed"; source: HubSource; report: ErrorReport }
  | { type: "listing_closed" }
  | { type: "offer_chosen"; id: string }
  | { type: "offer_weights_chosen"; weights: WeightType }
  | { type: "picker_toggled"; open: boolean }
  | { type: "reference_edited"; reference: string }
  | { type: "reference_refused" }
  | { type: "weights_chosen"; weights: WeightType }
  | { type: "endpoint_edited"; endpoint: string }
  | { type: "endpoint_refused" }
  | { type: "revision_edited"; revision: string }
  | { type: "prompt_edited"; prompt: string }
  | { type: "example_chosen"; id: string }
  | { type: "prompt_restored" }
  | { type: "prompt_counted"; counted: CountedPrompt }
  | { type: "options_toggled"; open: boolean }
  | { type: "option_edited"; name: OptionName; value: string | boolean }
  | { type: "options_reset" }
  | { type: "options_refused"; errors: OptionErrors }
  | { type: "run_requested"; generation_id: number; at_ms: number }
  | { type: "run_refused"; why: Sentence }
  | { type: "history_chosen"; id: number }
  | { type: "history_cleared" }
  | { type: "error_dismissed" }
  | { type: "tokens_toggled" }
  | { type: "token_pointed"; place: TokenPlace | null }
  | { type: "theme_toggled" }
  | { type: "system_theme_changed"; theme: Theme }
  | { type: "size_toggled" }
  | { type: "language_chosen"; language: Language }
  | { type: "drag_changed"; dragging: boolean }
  | { type: "update_found" }
  | { type: "threads_possible" }
  | { type: "offline_ready"; what: "page" | "model" }
  | { type: "copied"; copied: State["copied"] };
