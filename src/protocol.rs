//! The wire format between the page and the engine's worker: every request and every event, in one
//! place.
//!
//! The other side is `www/engine/protocol.d.ts`. `tests/protocol.rs` writes a sample of each
//! message, which `tsc` checks against that file, so the two cannot drift apart.
//!
//! All names are snake_case, every message carries a `type`. Bytes never travel through JSON: file
//! contents go from the worker to the engine as `Uint8Array`s (see `wasm.rs`).

use serde::{Deserialize, Serialize};

use crate::engine::{EngineInfo, GenerationResult, ModelInfo, Notice, TokenInfo};
use crate::error::{Error, ErrorKind};
use crate::generate::GenerationConfig;
use crate::weights::WeightType;

/// What the page asks of the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum EngineRequest {
    /// Fetch a model and make it ready. Answered by `load_progress`..., then `loaded`,
    /// `load_cancelled` or `error`.
    Load {
        /// Where its files are.
        source: ModelSource,
        /// How its matrices are kept in memory.
        weights: WeightType,
    },
    /// Give up a load that is under way.
    CancelLoad,
    /// Complete a prompt. Answered by `generation_started`, `encoding`..., `token`...,
    /// `generation_done`; or by `error`.
    Generate {
        /// Chosen by the page; every event of this generation carries it.
        generation_id: u32,
        /// The text to complete.
        prompt: String,
        /// Options under Hugging Face's names; those left out take their defaults.
        options: GenerationConfig,
    },
    /// End a generation after the token that is being computed.
    Stop {
        /// The generation to end.
        generation_id: u32,
    },
    /// Count and show the tokens of a text. Answered by `tokenized`.
    Tokenize {
        /// Chosen by the page; the answer carries it.
        request_id: u32,
        /// Text of a prompt.
        text: String,
    },
}

/// Where the files of a model are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ModelSource {
    /// Addresses, absolute or relative to the page.
    Urls {
        /// Name to show.
        name: String,
        /// A GGUF file, or the safetensors files in order.
        weights: Vec<String>,
        /// `config.json`; not needed where the GGUF file holds the configuration.
        config: Option<String>,
        /// `tokenizer.json`; not needed where the GGUF file holds the tokenizer.
        tokenizer: Option<String>,
        /// Of each of the weights, in hexadecimal; what differs is refused.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sha256: Vec<String>,
        /// Whether the files are kept in the browser.
        #[serde(default)]
        keep: bool,
        /// Whether the weights are one file in parts, cut anywhere, for hosts that take no large files.
        #[serde(default)]
        in_parts: bool,
    },
    /// A repository of the Hugging Face Hub (or of a server with its paths).
    Hub {
        /// Such as `https://huggingface.co`.
        endpoint: String,
        /// Such as `google/flan-t5-small`.
        repo: String,
        /// Branch, tag or commit; `main` where the user names none.
        revision: String,
        /// Paths of the weights in the repository; none for the recommended ones.
        files: Option<Vec<String>>,
    },
    /// Files chosen or dropped by the user; the `File` objects travel beside the message.
    Files {
        /// Their names, in the order of the objects.
        names: Vec<String>,
    },
    /// A model that is kept in the browser.
    Stored {
        /// Its place there.
        id: String,
    },
}

/// Where the files of a model are now that it has loaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// What kind of place.
    pub place: KeptPlace,
    /// Its name there; none where nothing of it is there.
    pub id: Option<String>,
    /// Why it is not kept, or not whole, where it should be.
    pub why: Option<WhyNotKept>,
    /// As the repository states it.
    pub license: Option<String>,
}

/// Where files can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptPlace {
    /// The browser's origin-private file system.
    Opfs,
    /// The browser's Cache Storage.
    Cache,
    /// Nowhere but in the engine's memory: the browser keeps nothing for this page.
    Memory,
    /// They were not fetched to be kept.
    None,
}

/// Why a model is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNotKept {
    /// The browser gives this page no more room.
    NoRoom,
    /// Another tab is writing the same file.
    OtherTab,
    /// The browser keeps nothing for this page.
    NoStore,
}

/// What the worker tells the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum EngineEvent {
    /// The worker has compiled the engine and waits for requests.
    EngineReady {
        /// What this build is.
        engine: EngineInfo,
    },
    /// Bytes have arrived.
    LoadProgress {
        /// Name of the file that is being read.
        file: String,
        /// Bytes of this file so far.
        loaded_bytes: u64,
        /// Size of this file, where the server or disk says it.
        total_bytes: Option<u64>,
        /// Bytes of all files so far.
        all_loaded_bytes: u64,
        /// Size of all files, where it is known.
        all_total_bytes: Option<u64>,
    },
    /// The connection broke, and the rest will be asked for again.
    LoadWaiting {
        /// How often it has been tried since the last bytes.
        attempt: u32,
        /// Pause before it is tried again, in milliseconds; none where the device is offline and it
        /// goes on as soon as that has changed.
        delay_ms: Option<u32>,
        /// What happened, as a sentence.
        message: String,
    },
    /// The model is ready.
    Loaded {
        /// What was loaded.
        model: ModelInfo,
        /// The engine, with the number of threads that it uses for this model.
        engine: EngineInfo,
        /// From the request to ready, in milliseconds.
        load_ms: f64,
        /// Bytes of WebAssembly memory that the worker has now; it never shrinks.
        memory_bytes: u64,
        /// Where its files are.
        kept: Kept,
    },
    /// The load was given up as asked; no model was lost.
    LoadCancelled,
    /// The tokens of a text.
    Tokenized {
        /// As in the request.
        request_id: u32,
        /// Tokens in order, `</s>` included.
        tokens: Vec<TokenInfo>,
        /// What the model will not see as it was typed.
        notices: Vec<Notice>,
    },
    /// The prompt was accepted.
    GenerationStarted {
        /// As in the request.
        generation_id: u32,
        /// Tokens of the prompt, `</s>` included.
        encoder_tokens: usize,
        /// What the model will not see as it was typed, and what else there is to know.
        notices: Vec<Notice>,
    },
    /// One more layer of the encoder has run.
    Encoding {
        /// As in the request.
        generation_id: u32,
        /// Layers done so far, from 1.
        n_layers_done: usize,
        /// Layers in all.
        n_layers: usize,
    },
    /// One more token.
    Token {
        /// As in the request.
        generation_id: u32,
        /// Position among the generated tokens, from 0.
        token_idx: usize,
        /// Id in the vocabulary.
        token_id: u32,
        /// As in the vocabulary, such as `▁house` or `</s>`; empty without a tokenizer.
        piece: String,
        /// Text that this token adds; empty while a character is still incomplete.
        text: String,
        /// Natural logarithm of the model's own probability (temperature 1, before processors).
        log_probability: f32,
        /// Time that this step took, in milliseconds.
        elapsed_ms: f64,
    },
    /// The generation has ended: by itself, at its limit, or as asked.
    GenerationDone {
        /// As in the request.
        generation_id: u32,
        /// Everything about it.
        result: GenerationResult,
        /// Bytes of WebAssembly memory that the worker has now; it never shrinks.
        memory_bytes: u64,
    },
    /// A request could not be done. What was there before is still there, unless `fatal`.
    Error {
        /// Which request failed.
        context: ErrorContext,
        /// The generation, where it was one.
        generation_id: Option<u32>,
        /// What went wrong and what to do.
        error: ErrorReport,
    },
}

/// The request that an error belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorContext {
    /// Starting the engine.
    Start,
    /// Loading a model.
    Load,
    /// Completing a prompt.
    Generate,
    /// Counting tokens.
    Tokenize,
}

/// An error as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorReport {
    /// Decides the advice that the page gives.
    pub kind: ReportKind,
    /// Name of the generation option that was refused, where it was one.
    pub option: Option<String>,
    /// One or two sentences for a person.
    pub message: String,
    /// True when the engine itself is gone (a panic, no memory) and a new worker is needed.
    pub fatal: bool,
}

/// [`ErrorKind`] and what can only go wrong outside the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// See [`ErrorKind::DamagedFile`].
    DamagedFile,
    /// See [`ErrorKind::UnsupportedModel`].
    UnsupportedModel,
    /// See [`ErrorKind::Tokenizer`].
    Tokenizer,
    /// See [`ErrorKind::Option`].
    Option,
    /// See [`ErrorKind::Prompt`].
    Prompt,
    /// See [`ErrorKind::State`].
    State,
    /// See [`ErrorKind::Memory`].
    Memory,
    /// A file could not be fetched or read to its end (404, offline, cut off, not allowed).
    Network,
    /// A fault in the engine itself.
    Internal,
}

impl From<ErrorKind> for ReportKind {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::DamagedFile => ReportKind::DamagedFile,
            ErrorKind::UnsupportedModel => ReportKind::UnsupportedModel,
            ErrorKind::Tokenizer => ReportKind::Tokenizer,
            ErrorKind::Option => ReportKind::Option,
            ErrorKind::Prompt => ReportKind::Prompt,
            ErrorKind::State => ReportKind::State,
            ErrorKind::Memory => ReportKind::Memory,
        }
    }
}

impl From<&Error> for ErrorReport {
    fn from(error: &Error) -> Self {
        ErrorReport {
            kind: error.kind().into(),
            option: match error {
                Error::Option { name, .. } => Some((*name).into()),
                _ => None,
            },
            message: error.to_string(),
            fatal: false,
        }
    }
}
