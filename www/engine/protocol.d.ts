/**
 * The wire format between the page and the engine's worker; the other side is `src/protocol.rs`.
 * `tests/protocol.rs` writes a sample of every message and `tsc` checks them against this file.
 */

/** How a model's matrices are kept in memory; `as_is` keeps the file's own types. */
export type WeightType =
  | "as_is" | "f32" | "f16" | "q8_0" | "q4_0" | "q4_1" | "q5_0" | "q5_1"
  | "q2_k" | "q3_k" | "q4_k" | "q5_k" | "q6_k";

export type ModelSource =
  | {
      kind: "urls"; name: string; weights: string[]; config: string | null; tokenizer: string | null;
      /** Of each of the weights, in hexadecimal; what differs is refused. */
      sha256?: string[];
      /** Whether the files are kept in this browser. */
      keep?: boolean;
      /** The weights are one file in parts, cut anywhere. */
      in_parts?: boolean;
    }
  /** `files`: paths of the weights in the repository; null for the recommended ones. */
  | { kind: "hub"; endpoint: string; repo: string; revision: string; files: string[] | null }
  | { kind: "files"; names: string[] }
  /** A model that is kept in this browser. */
  | { kind: "stored"; id: string };

/** Where the files of a model are now that it has loaded. */
export interface Kept {
  /**
   * The browser's file system, its Cache Storage, nowhere but in the engine's memory, or `none`: they were
   * not fetched to be kept.
   */
  place: "opfs" | "cache" | "memory" | "none";
  /** In the store; null where nothing of it is there. */
  id: string | null;
  /** Why it is not kept, or not whole, where it should be. */
  why: "no_room" | "other_tab" | "no_store" | null;
  /** As the repository states it. */
  license: string | null;
}

/** Options under the names of Hugging Face's `GenerationConfig`; those left out take their defaults. */
export interface GenerationConfig {
  max_new_tokens: number;
  min_new_tokens: number;
  do_sample: boolean;
  num_beams: number;
  temperature: number;
  top_k: number;
  top_p: number;
  min_p: number | null;
  typical_p: number;
  repetition_penalty: number;
  no_repeat_ngram_size: number;
  stop_strings: string[];
  bad_words_ids: number[][];
  seed: number;
}

export type EngineRequest =
  | { type: "load"; source: ModelSource; weights: WeightType }
  | { type: "cancel_load" }
  | { type: "generate"; generation_id: number; prompt: string; options: Partial<GenerationConfig> }
  | { type: "stop"; generation_id: number }
  | { type: "tokenize"; request_id: number; text: string };

/** What the page posts to a worker first: the module of its build; null where the page could not compile it. */
export interface Compiled { compiled: WebAssembly.Module | null }

/** What is posted to the worker: the request, and the `File` objects of a `files` source. */
export interface Envelope {
  request: EngineRequest;
  files?: File[];
}

export interface EngineInfo {
  version: string;
  /** Instruction set of the kernels: `simd128` or `relaxed-simd`. */
  build: string;
  /** Threads that compute: with a loaded model, as many as make it fastest. */
  n_threads: number;
  /** What there is to know about how it runs. */
  notices: Notice[];
}

export interface T5Config {
  vocab_size: number;
  d_model: number;
  d_kv: number;
  d_ff: number;
  num_layers: number;
  num_decoder_layers: number;
  num_heads: number;
  relative_attention_num_buckets: number;
  relative_attention_max_distance: number;
  layer_norm_epsilon: number;
  feed_forward_proj: string;
  tie_word_embeddings: boolean;
  scale_decoder_outputs: boolean;
  bias_in_every_block: boolean;
  decoder_start_token_id: number;
  eos_token_id: number;
  pad_token_id: number;
  n_positions: number;
}

export interface TensorTypeInfo {
  /** GGUF name of the type, such as `Q8_0`. */
  type: string;
  n_tensors: number;
  n_bytes: number;
}

export interface ModelInfo {
  name: string;
  /** `t5`, `mt5`, `umt5`. */
  architecture: string;
  config: T5Config;
  n_parameters: number;
  /** Bytes of all tensors as they stand in memory. */
  weights_bytes: number;
  tensor_types: TensorTypeInfo[];
  /** `tokenizer_json`, `sentence_piece` or `bytes`. */
  tokenizer: string | null;
  /** Tokens that the model was trained on; it goes on beyond, less well. */
  trained_length: number;
  /** Most tokens that this engine takes as a prompt. */
  max_encoder_tokens: number;
  notices: Notice[];
}

export type Notice =
  | { kind: "unknown_characters"; characters: string[] }
  | { kind: "whitespace_changed"; characters: string[] }
  | { kind: "lone_surrogates"; n_characters: number }
  | { kind: "beyond_trained_length"; encoder_tokens: number; trained_length: number }
  | { kind: "tensor_type_changed"; tensor: string; asked: string; used: string }
  | { kind: "one_thread"; reason: "not_isolated" | "no_shared_memory" | "failed"; message: string }
  | { kind: "other"; message: string };

export interface TokenInfo {
  id: number;
  /** As in the vocabulary, such as `▁house`. */
  piece: string;
  /** True where the text is not in the vocabulary. */
  unknown: boolean;
}

export type FinishReason = "stop" | "length" | "cancelled";

export interface GenerationResult {
  /** Generated text, special tokens left out. */
  text: string;
  /** Ids as Hugging Face returns them, decoder_start_token_id first. */
  token_ids: number[];
  /** Sum of the log-probabilities of the generated tokens. */
  score: number;
  finish_reason: FinishReason;
  usage: { encoder_tokens: number; decoder_tokens: number; trained_length: number };
  timing: {
    tokenize_ms: number;
    /** The encoder alone. */
    encode_ms: number;
    /** From the request to the first token; so also what the decoder prepares of the prompt. */
    first_token_ms: number;
    decode_ms: number;
    total_ms: number;
    /** Decoded tokens per second of decode_ms. */
    tokens_per_second: number;
  };
  options: GenerationConfig;
}

export type ReportKind =
  | "damaged_file" | "unsupported_model" | "tokenizer" | "option" | "prompt" | "state" | "memory"
  | "network" | "internal";

export interface ErrorReport {
  kind: ReportKind;
  /** Name of the generation option that was refused, where it was one. */
  option: string | null;
  message: string;
  /** True when the engine itself is gone and a new worker is needed. */
  fatal: boolean;
}

/** What the worker says: it posts arrays of these, in the order in which they happened. */
export type EngineEvent =
  | { type: "engine_ready"; engine: EngineInfo }
  /** Every second while a model loads. */
  | { type: "alive" }
  | {
      type: "load_progress"; file: string; loaded_bytes: number; total_bytes: number | null;
      /** Of all files of the model. */
      all_loaded_bytes: number; all_total_bytes: number | null;
    }
  /** The connection broke; asked again after the delay, or without one as soon as the device is online. */
  | { type: "load_waiting"; attempt: number; delay_ms: number | null; message: string }
  | { type: "loaded"; model: ModelInfo; engine: EngineInfo; load_ms: number; memory_bytes: number; kept: Kept }
  | { type: "load_cancelled" }
  | { type: "tokenized"; request_id: number; tokens: TokenInfo[]; notices: Notice[] }
  | { type: "generation_started"; generation_id: number; encoder_tokens: number; notices: Notice[] }
  | { type: "encoding"; generation_id: number; n_layers_done: number; n_layers: number }
  | {
      type: "token"; generation_id: number; token_idx: number; token_id: number; piece: string; text: string;
      log_probability: number; elapsed_ms: number;
    }
  | { type: "generation_done"; generation_id: number; result: GenerationResult; memory_bytes: number }
  | {
      type: "error"; context: "start" | "load" | "generate" | "tokenize";
      generation_id: number | null; error: ErrorReport;
    };

/** What a thread of the engine is told: the bindings to run, and what to run them on. */
export interface ThreadStart { bindings: string; module: WebAssembly.Module; memory: WebAssembly.Memory; stackBytes: number }

/** What a thread says: that it waits for work, or what ended it. */
export type ThreadMessage = { type: "ready" } | { type: "failed"; message: string };

/** An engine's worker asks the page for threads. */
export interface ThreadsWanted { type: "threads_wanted"; n: number; start: ThreadStart }

/** The page tells the worker what one of them said. */
export interface ThreadNews { thread: number; said: ThreadMessage }
