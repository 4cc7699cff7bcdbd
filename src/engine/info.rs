//! What the engine tells of itself, of a model and of a generation. These types are on the wire.

use serde::{Deserialize, Serialize};

use crate::config::T5Config;
use crate::generate::{FinishReason, GenerationConfig};
use crate::text::TokenizerKind;

/// What this build of the engine is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineInfo {
    /// Version of the crate.
    pub version: String,
    /// Instruction set of the kernels, such as `simd128`.
    pub build: String,
    /// Threads that compute: with a loaded model, as many as make it fastest.
    pub n_threads: usize,
    /// What there is to know about how it runs.
    pub notices: Vec<Notice>,
}

/// A loaded model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelInfo {
    /// Name to show.
    pub name: String,
    /// `t5`, or `umt5` where every block has its own position bias.
    pub architecture: String,
    /// Shape and constants.
    pub config: T5Config,
    /// Number of weights.
    pub n_parameters: u64,
    /// Bytes of all tensors as they stand in memory.
    pub weights_bytes: u64,
    /// The same by type, largest first.
    pub tensor_types: Vec<TensorTypeInfo>,
    /// What kind of tokenizer it has; none if it was loaded for token ids alone.
    pub tokenizer: Option<TokenizerKind>,
    /// Tokens that the model was trained on; it goes on beyond, less well.
    pub trained_length: usize,
    /// Most tokens that this engine takes as a prompt.
    pub max_encoder_tokens: usize,
    /// What there is to know about the load.
    pub notices: Vec<Notice>,
}

/// Tensors of one type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TensorTypeInfo {
    /// GGUF's name, such as `Q8_0`.
    pub r#type: String,
    /// How many tensors.
    pub n_tensors: usize,
    /// Their bytes in memory.
    pub n_bytes: u64,
}

/// Something that happened and that the user should know; nothing is done silently.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Notice {
    /// The model sees `<unk>` or nothing in place of these.
    UnknownCharacters {
        /// Each once, in the order of the text.
        characters: Vec<String>,
    },
    /// The model does not see this whitespace as it was typed.
    WhitespaceChanged {
        /// Each kind once: `"\n"`, `"\t"`, `"  "` for runs of spaces, ...
        characters: Vec<String>,
    },
    /// Halves of UTF-16 pairs were in the text; the model sees U+FFFD in their place.
    LoneSurrogates {
        /// How many.
        n_characters: usize,
    },
    /// The prompt is longer than those that the model was trained on.
    BeyondTrainedLength {
        /// Tokens of the prompt.
        encoder_tokens: usize,
        /// Tokens of the longest training prompts.
        trained_length: usize,
    },
    /// A tensor's rows are not whole blocks of the type asked for.
    TensorTypeChanged {
        /// Hugging Face name.
        tensor: String,
        /// Type asked for.
        asked: String,
        /// Type used.
        used: String,
    },
    /// The engine could not use more than one thread.
    OneThread {
        /// What kept it from that.
        reason: OneThreadReason,
        /// What the browser said, where it said something.
        message: String,
    },
    /// Anything else, as a sentence.
    Other {
        /// The sentence.
        message: String,
    },
}

/// What keeps the engine from using threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OneThreadReason {
    /// The page's host does not isolate it (COOP and COEP headers), so it has no shared memory.
    NotIsolated,
    /// The page is isolated, and yet the browser has no shared memory.
    NoSharedMemory,
    /// The build with threads, or a thread, did not start.
    Failed,
}

/// A token of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenInfo {
    /// Id in the vocabulary.
    pub id: u32,
    /// As in the vocabulary, such as `▁house`.
    pub piece: String,
    /// The text here is not in the vocabulary.
    pub unknown: bool,
}

/// A finished generation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenerationResult {
    /// Generated text, special tokens left out.
    pub text: String,
    /// Ids as Hugging Face returns them, decoder_start_token_id first.
    pub token_ids: Vec<u32>,
    /// Sum of the log-probabilities of the generated tokens.
    pub score: f64,
    /// Why it ended.
    pub finish_reason: FinishReason,
    /// Tokens against the trained length.
    pub usage: Usage,
    /// Where the time went.
    pub timing: Timing,
    /// Every option used, so that it can be repeated.
    pub options: GenerationConfig,
}

/// How much of the context window a generation took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Tokens of the prompt, `</s>` included.
    pub encoder_tokens: usize,
    /// Generated tokens, `</s>` included.
    pub decoder_tokens: usize,
    /// Tokens that the model was trained on, each side.
    pub trained_length: usize,
}

/// Times of a generation, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// Text to tokens.
    pub tokenize_ms: f64,
    /// The encoder alone.
    pub encode_ms: f64,
    /// From the request to the first token; so also what the decoder prepares of the prompt, the keys and
    /// values of cross-attention.
    pub first_token_ms: f64,
    /// All decoder steps.
    pub decode_ms: f64,
    /// From the request to the end, pauses of the caller included.
    pub total_ms: f64,
    /// Decoded tokens per second of `decode_ms`.
    pub tokens_per_second: f64,
}
