//! What can go wrong, said so that a person can act on it.
//!
//! Every message names the thing (a tensor, an option, a file) and, where there is one, the place
//! (a byte offset). [`Error::kind`] groups the variants by what the user can do about them; the
//! page chooses its advice from the kind and never parses a message.

use serde::{Deserialize, Serialize};

/// Result of everything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// An error with the names, shapes and offsets that explain it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not what the file format says they must be.
    #[error("{format} file is damaged at byte {offset}: {message}")]
    Format {
        /// `GGUF`, `safetensors`, `config.json`, ...
        format: &'static str,
        /// Offset in bytes from the start of the file.
        offset: u64,
        /// What was found and what was expected.
        message: String,
    },
    /// The file is whole but is not one that this engine reads.
    #[error("{0}")]
    UnsupportedFile(String),
    /// A key of the model's configuration is missing, wrong or contradicts another.
    #[error("configuration key `{key}`: {message}")]
    Config {
        /// The key as the file spells it.
        key: String,
        /// What is wrong with its value.
        message: String,
    },
    /// A tensor that the configuration promises is not in the files.
    #[error("tensor `{name}` of shape {expected:?} is missing from the model file")]
    MissingTensor {
        /// Hugging Face name of the tensor.
        name: String,
        /// Shape that the configuration asks for.
        expected: Vec<usize>,
    },
    /// A tensor or a buffer has another shape than it must have.
    #[error("`{name}` has shape {found:?}, but the configuration asks for {expected:?}")]
    Shape {
        /// Name of the tensor or buffer.
        name: String,
        /// Shape that was asked for.
        expected: Vec<usize>,
        /// Shape that was found.
        found: Vec<usize>,
    },
    /// A tensor holds a number that is not finite.
    #[error(
        "tensor `{name}` holds {value} at element {index}; the file is damaged or was badly converted"
    )]
    NonFinite {
        /// Hugging Face name of the tensor.
        name: String,
        /// Row-major index of the first such element (of its block, for block types).
        index: usize,
        /// `NaN`, `inf` or `-inf`, as text.
        value: String,
    },
    /// The tokenizer file is damaged, of an unknown kind, or does not fit the model.
    #[error("tokenizer: {0}")]
    Tokenizer(String),
    /// A generation option is out of its range or not available.
    #[error("option `{name}` = {value}: {message}")]
    Option {
        /// Name as in Hugging Face's `GenerationConfig`.
        name: &'static str,
        /// The refused value.
        value: String,
        /// The range, or why it is refused.
        message: String,
    },
    /// The prompt cannot be used.
    #[error("{0}")]
    Input(String),
    /// The request does not fit the engine's state (no model, a load already running, ...).
    #[error("{0}")]
    State(String),
    /// The memory that is needed is not there.
    #[error("out of memory: {message} ({needed_bytes} bytes)")]
    Memory {
        /// What the memory was for.
        message: String,
        /// How much was asked for.
        needed_bytes: u64,
    },
}

/// What the user can do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file is damaged: fetch it again.
    DamagedFile,
    /// The file or model is of a kind that this engine does not read: choose another.
    UnsupportedModel,
    /// The tokenizer does not fit: give the one that belongs to the model.
    Tokenizer,
    /// Change the option named.
    Option,
    /// Change the prompt.
    Prompt,
    /// Wait, or do the missing step first.
    State,
    /// Choose a smaller model or quantization, or close other tabs.
    Memory,
}

impl Error {
    /// Groups the error by what the user can do about it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Format { .. } | Error::NonFinite { .. } => ErrorKind::DamagedFile,
            Error::UnsupportedFile(_)
            | Error::Config { .. }
            | Error::MissingTensor { .. }
            | Error::Shape { .. } => ErrorKind::UnsupportedModel,
            Error::Tokenizer(_) => ErrorKind::Tokenizer,
            Error::Option { .. } => ErrorKind::Option,
            Error::Input(_) => ErrorKind::Prompt,
            Error::State(_) => ErrorKind::State,
            Error::Memory { .. } => ErrorKind::Memory,
        }
    }
}
