//! The SentencePiece vocabulary of a GGUF file, as it stands there.

use super::token::EXTRA_ID_PREFIX;
use crate::error::{Error, Result};

/// What the `tokenizer.ggml.*` keys of a GGUF file in llama.cpp's dialect say.
#[derive(Debug, Clone, Default)]
pub struct SentencePieceVocab {
    /// `tokens`: the piece of each id, (V,).
    pub pieces: Vec<String>,
    /// `scores`: log-probabilities, (V,).
    pub scores: Vec<f32>,
    /// `token_type`, (V,): 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte.
    pub token_types: Vec<i32>,
    /// `precompiled_charsmap`: rules that normalize the text; empty for none.
    pub precompiled_charsmap: Vec<u8>,
    /// `add_space_prefix`: the text is read as if a space stood before it.
    pub add_space_prefix: bool,
    /// `remove_extra_whitespaces`: spaces at both ends go, runs of spaces become one.
    pub remove_extra_whitespaces: bool,
    /// `unknown_token_id`; 2 in T5.
    pub unk_id: u32,
    /// `eos_token_id`; 1 in T5.
    pub eos_id: u32,
    /// `padding_token_id`; 0 in T5.
    pub pad_id: u32,
}

/// What a piece is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceType {
    Normal,
    Unknown,
    Control,
    UserDefined,
    Unused,
    Byte,
}

impl PieceType {
    pub fn from_gguf(id: usize, token_type: i32) -> Result<PieceType> {
        Ok(match token_type {
            1 => PieceType::Normal,
            2 => PieceType::Unknown,
            3 => PieceType::Control,
            4 => PieceType::UserDefined,
            5 => PieceType::Unused,
            6 => PieceType::Byte,
            _ => {
                return Err(Error::Tokenizer(format!(
                    "piece {id} of the GGUF file has token_type {token_type}, which is not one of \
                     1 to 6; the file is damaged or of a newer kind"
                )));
            }
        })
    }
}

/// Pieces of T5's `spiece.model`; the sentinels follow, the last of them first.
const T5_PIECES: usize = 32_000;
/// Sentinels of T5, `<extra_id_0>` to `<extra_id_99>`.
const T5_SENTINELS: usize = 100;

impl SentencePieceVocab {
    /// Gives T5's sentinels their names back, so that a text can spell them. llama.cpp's converter finds them only
    /// in an `added_tokens.json`, and writes `[PAD32000]` for `<extra_id_99>` to `[PAD32099]` for `<extra_id_0>`.
    ///
    /// Source: llama.cpp `convert_hf_to_gguf.py`, transformers `T5Tokenizer`.
    pub(super) fn name_sentinels(&mut self) {
        let ids = T5_PIECES..T5_PIECES + T5_SENTINELS;
        let is_filler =
            |id: usize| self.token_types[id] == 5 && self.pieces[id] == format!("[PAD{id}]");
        if self.pieces.len() < ids.end || !ids.clone().all(is_filler) {
            return;
        }
        for (id, n) in ids.zip((0..T5_SENTINELS).rev()) {
            self.pieces[id] = format!("{EXTRA_ID_PREFIX}{n}>");
            self.token_types[id] = 4;
        }
    }

    /// Whether the lists agree with each other and the ids are among them.
    pub(super) fn check(&self) -> Result<()> {
        let n = self.pieces.len();
        if n == 0 {
            return Err(Error::Tokenizer(
            "the vocabulary of the GGUF file is empty; choose a file with a tokenizer inside or \
             give the model's tokenizer.json"
                .to_string(),
        ));
        }
        for (name, length) in
            [("scores", self.scores.len()), ("token_type", self.token_types.len())]
        {
            if length != n {
                return Err(Error::Tokenizer(format!(
                    "the GGUF file has {n} tokens but {length} entries in {name}; \
                 the file is damaged or was badly converted"
                )));
            }
        }
        let ids = [("unknown", self.unk_id), ("eos", self.eos_id), ("padding", self.pad_id)];
        for (name, id) in ids {
            if id as usize >= n {
                return Err(Error::Tokenizer(format!(
                    "the {name} token of the GGUF file has id {id}, but there are only {n} tokens"
                )));
            }
        }
        match self.scores.iter().position(|score| !score.is_finite()) {
            Some(id) => Err(Error::Tokenizer(format!(
                "the score of piece {id} in the GGUF file is {}; the file is damaged",
                self.scores[id]
            ))),
            None => Ok(()),
        }
    }
}
