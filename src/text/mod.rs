//! Text to tokens and back.
//!
//! [`Tokenizer`] reads a `tokenizer.json`, the SentencePiece vocabulary of a GGUF file, or is
//! ByT5's. [`Tokenizer::encode`] gives the ids that the encoder takes, and says what of the text
//! they do not carry ([`Unseen`]); [`Detokenizer`] turns the ids that the decoder gives into text
//! as they come.
//!
//! ```
//! use t5_playground::text::Tokenizer;
//!
//! let tokenizer = Tokenizer::bytes(125);
//! let encoding = tokenizer.encode("hé")?;
//! assert_eq!(encoding.ids, [107, 198, 172, 1]);
//! let mut detokenizer = tokenizer.detokenizer();
//! assert_eq!(detokenizer.push(&tokenizer, 198), "");
//! assert_eq!(detokenizer.push(&tokenizer, 172), "é");
//! # Ok::<(), t5_playground::error::Error>(())
//! ```

mod bytes;
mod charsmap;
mod decode;
mod json_check;
mod sentencepiece;
mod sentencepiece_vocab;
mod strip;
mod token;
mod tokenizer_json;
mod unigram;
mod unigram_json;
mod unseen;
mod utf8;
mod vocabulary;

use crate::error::{Error, Result};
use bytes::ByteTokenizer;
use decode::{Step, StepState};
use sentencepiece::SentencePiece;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokenizer_json::JsonTokenizer;

pub use sentencepiece_vocab::SentencePieceVocab;
pub use unseen::{SeenAs, Unseen};

/// Number of `<extra_id_n>` of ByT5 where its configuration does not say.
pub const BYT5_EXTRA_IDS: usize = 125;

/// A text as the encoder takes it. The first three lists are of one length.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoding {
    /// `input_ids`, (S,), with `</s>` at the end.
    pub ids: Vec<u32>,
    /// The piece of each token; where it is unknown, the text that it stands for.
    pub pieces: Vec<String>,
    /// Whether a token only says that something unknown stood there.
    pub unknown: Vec<bool>,
    /// What of the text the model will not see as it was typed; each thing once, in order.
    pub unseen: Vec<Unseen>,
}

/// Where a tokenizer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenizerKind {
    /// A `tokenizer.json`.
    TokenizerJson,
    /// The SentencePiece vocabulary of a GGUF file.
    SentencePiece,
    /// ByT5's, which has no file.
    Bytes,
}

/// Turns text into ids and ids into text.
pub struct Tokenizer {
    source: Source,
    steps: Vec<Step>,
}

enum Source {
    Json(Box<JsonTokenizer>),
    SentencePiece(Box<SentencePiece>),
    Bytes(ByteTokenizer),
}

impl Tokenizer {
    /// Reads a `tokenizer.json`. Its `truncation` and `padding` are switched off. `</s>` comes
    /// from the file's post-processor, and is added to the text where that adds nothing.
    ///
    /// # Errors
    /// `Error::Tokenizer` if the file is damaged, of an unknown kind or has no vocabulary.
    pub fn from_tokenizer_json(json: &[u8]) -> Result<Tokenizer> {
        let tokenizer = JsonTokenizer::new(json)?;
        Ok(Tokenizer { steps: tokenizer.steps(), source: Source::Json(Box::new(tokenizer)) })
    }

    /// Takes over the vocabulary of a GGUF file.
    ///
    /// # Errors
    /// `Error::Tokenizer` if the vocabulary is empty or contradicts itself, or if its
    /// normalization rules are damaged.
    pub fn from_sentencepiece(vocab: SentencePieceVocab) -> Result<Tokenizer> {
        let tokenizer = SentencePiece::new(vocab)?;
        let step = Step::SentencePiece {
            has_bytes: tokenizer.has_bytes(),
            strips_first_space: tokenizer.adds_space_prefix()
                || tokenizer.removes_extra_whitespaces(),
            strips_all_spaces: tokenizer.removes_extra_whitespaces(),
        };
        Ok(Tokenizer { source: Source::SentencePiece(Box::new(tokenizer)), steps: vec![step] })
    }

    /// ByT5's tokenizer: `<pad>`, `</s>`, `<unk>`, 256 bytes, then `n_extra_ids` `<extra_id_n>`.
    pub fn bytes(n_extra_ids: usize) -> Tokenizer {
        Tokenizer {
            source: Source::Bytes(ByteTokenizer::new(n_extra_ids)),
            steps: vec![Step::Bytes],
        }
    }

    /// The tokenizer that a `tokenizer_config.json` names, if it needs no other file: ByT5's.
    ///
    /// # Errors
    /// `Error::Tokenizer` if it is no JSON, or names ByT5 with an impossible number of extra ids.
    pub fn from_tokenizer_config(json: &str) -> Result<Option<Tokenizer>> {
        #[derive(Deserialize)]
        struct TokenizerConfig {
            tokenizer_class: Option<String>,
            extra_ids: Option<u16>,
            additional_special_tokens: Option<Value>,
            extra_special_tokens: Option<Value>,
        }
        let config: TokenizerConfig = serde_json::from_str(json).map_err(|error| {
            Error::Tokenizer(format!(
                "tokenizer_config.json cannot be read ({error}); fetch the file again"
            ))
        })?;
        if config.tokenizer_class.as_deref() != Some("ByT5Tokenizer") {
            return Ok(None);
        }
        // Newer versions of transformers list the tokens, since 5 under another key, and write `extra_ids` as 0.
        let lists = [config.additional_special_tokens, config.extra_special_tokens];
        let mut n_listed = lists.iter().filter_map(|list| list.as_ref()?.as_array().map(Vec::len));
        let n_extra_ids = match (config.extra_ids, n_listed.find(|n| *n > 0)) {
            (_, Some(n)) => n,
            (Some(n), None) => usize::from(n),
            (None, None) => BYT5_EXTRA_IDS,
        };
        Ok(Some(Tokenizer::bytes(n_extra_ids)))
    }

    /// The tokens of a text.
    ///
    /// # Errors
    /// `Error::Tokenizer` if the vocabulary has no piece for a character and none for unknown ones.
    pub fn encode(&self, text: &str) -> Result<Encoding> {
        let tokens = self.tokenize(text)?;
        let unk_id = tokens.iter().find(|token| token.unknown).map(|token| token.id);
        let unk_piece = unk_id.and_then(|id| self.id_to_piece(id)).unwrap_or_default();
        let unseen = unseen::find(text, &tokens, &unk_piece, |text| self.tokenize(text))?;
        Ok(Encoding {
            ids: tokens.iter().map(|token| token.id).collect(),
            unknown: tokens.iter().map(|token| token.unknown).collect(),
            pieces: tokens.into_iter().map(|token| token.piece).collect(),
            unseen,
        })
    }

    /// The text of `ids`, as Hugging Face's `decode` with `clean_up_tokenization_spaces=False`.
    /// Ids outside the vocabulary are passed over.
    pub fn decode(&self, ids: &[u32], skip_special_tokens: bool) -> String {
        let mut detokenizer = Detokenizer::new(self, skip_special_tokens);
        let mut text = String::new();
        ids.iter().for_each(|&id| detokenizer.push_to(self, id, &mut text));
        text + &detokenizer.finish(self)
    }

    /// The piece of an id.
    pub fn id_to_piece(&self, id: u32) -> Option<String> {
        match &self.source {
            Source::Json(tokenizer) => tokenizer.piece(id),
            Source::SentencePiece(tokenizer) => tokenizer.piece(id).map(str::to_string),
            Source::Bytes(tokenizer) => tokenizer.piece(id),
        }
    }

    /// The id of a piece.
    pub fn token_to_id(&self, piece: &str) -> Option<u32> {
        match &self.source {
            Source::Json(tokenizer) => tokenizer.id(piece),
            Source::SentencePiece(tokenizer) => tokenizer.id(piece),
            Source::Bytes(tokenizer) => tokenizer.id(piece),
        }
    }

    /// The highest id + 1, added tokens included.
    pub fn n_vocab(&self) -> usize {
        match &self.source {
            Source::Json(tokenizer) => tokenizer.n_vocab(),
            Source::SentencePiece(tokenizer) => tokenizer.n_vocab(),
            Source::Bytes(tokenizer) => tokenizer.n_vocab(),
        }
    }

    /// Where the tokenizer comes from.
    pub fn kind(&self) -> TokenizerKind {
        match &self.source {
            Source::Json(_) => TokenizerKind::TokenizerJson,
            Source::SentencePiece(_) => TokenizerKind::SentencePiece,
            Source::Bytes(_) => TokenizerKind::Bytes,
        }
    }

    /// A detokenizer at the start of a text; it leaves special tokens out.
    pub fn detokenizer(&self) -> Detokenizer {
        Detokenizer::new(self, true)
    }

    /// A detokenizer that does not.
    pub fn detokenizer_of_all(&self) -> Detokenizer {
        Detokenizer::new(self, false)
    }

    fn tokenize(&self, text: &str) -> Result<Vec<token::Token>> {
        match &self.source {
            Source::Json(tokenizer) => tokenizer.tokenize(text),
            Source::SentencePiece(tokenizer) => Ok(tokenizer.tokenize(text)),
            Source::Bytes(tokenizer) => Ok(tokenizer.tokenize(text)),
        }
    }

    /// Whether decoding leaves a token out when it skips special tokens.
    fn is_special(&self, id: u32, piece: &str) -> bool {
        match &self.source {
            Source::Json(tokenizer) => tokenizer.is_special(piece),
            Source::SentencePiece(tokenizer) => tokenizer.is_special(id),
            Source::Bytes(tokenizer) => tokenizer.is_special(id),
        }
    }
}

/// Turns ids into text as they come. What it gives, joined, is what [`Tokenizer::decode`] gives
/// for all of them; it holds back only what a later token could still change.
#[derive(Clone)]
pub struct Detokenizer {
    skip_special_tokens: bool,
    states: Vec<StepState>,
}

impl Detokenizer {
    fn new(tokenizer: &Tokenizer, skip_special_tokens: bool) -> Detokenizer {
        Detokenizer {
            skip_special_tokens,
            states: vec![StepState::default(); tokenizer.steps.len()],
        }
    }

    /// Takes the next id; returns the text that is certain now, which may be none.
    /// `tokenizer` is the one that made this.
    pub fn push(&mut self, tokenizer: &Tokenizer, id: u32) -> String {
        let mut text = String::new();
        self.push_to(tokenizer, id, &mut text);
        text
    }

    /// Ends the text; returns the rest of it.
    pub fn finish(&mut self, tokenizer: &Tokenizer) -> String {
        let mut text = String::new();
        decode::finish(&tokenizer.steps, &mut self.states, &mut text);
        text
    }

    fn push_to(&mut self, tokenizer: &Tokenizer, id: u32, text: &mut String) {
        let Some(piece) = tokenizer.id_to_piece(id) else {
            return;
        };
        if !(self.skip_special_tokens && tokenizer.is_special(id, &piece)) {
            decode::push(&tokenizer.steps, &mut self.states, piece, text);
        }
    }
}
