//! SentencePiece unigram from the vocabulary that a GGUF file carries.
//!
//! Gives the ids of `spiece.model` in the SentencePiece library, which differ from those of the
//! same model's `tokenizer.json` where the text ends in a space or spells a control piece. The texts around an
//! `<extra_id_n>` are read apart, as by transformers' `T5Tokenizer`, which reads `spiece.model` too.
//!
//! Source: SentencePiece `normalizer.cc`, `unigram_model.cc`, `sentencepiece_processor.cc`; transformers
//! `tokenization_t5.py` with `legacy`.

use std::ops::Range;

use super::charsmap::Charsmap;
use super::sentencepiece_vocab::{PieceType, SentencePieceVocab};
use super::token::{EXTRA_ID_PREFIX, Token, extra_id_length};
use super::unigram::{Accumulate, Unigram};
use super::vocabulary::Vocabulary;
use crate::error::{Error, Result};

/// Stands for a space inside a piece.
pub(super) const SPACE_SYMBOL: char = '\u{2581}';

/// A SentencePiece unigram tokenizer.
pub(super) struct SentencePiece {
    unigram: Unigram,
    /// (V,)
    types: Vec<PieceType>,
    charsmap: Option<Charsmap>,
    add_space_prefix: bool,
    remove_extra_whitespaces: bool,
    unk_id: u32,
    eos_id: u32,
    /// Ids of `<0x00>` to `<0xFF>`, if all of them are there: unknown characters become bytes.
    byte_ids: Option<Box<[u32]>>,
    /// Whether any user-defined piece starts with this byte, (256,).
    user_defined_starts: Box<[bool]>,
}

/// Text as the unigram model reads it.
struct Normalized {
    text: String,
    /// For each byte of `text` the byte of the typed text that it comes from, and the end.
    origins: Vec<u32>,
}

impl SentencePiece {
    pub fn new(mut vocab: SentencePieceVocab) -> Result<SentencePiece> {
        vocab.check()?;
        vocab.name_sentinels();
        let charsmap = match vocab.precompiled_charsmap.is_empty() {
            true => None,
            false => Some(Charsmap::new(vocab.precompiled_charsmap).map_err(|message| {
                Error::Tokenizer(format!(
                    "precompiled_charsmap in the GGUF file is damaged: it {message}; \
                     fetch or convert the file again"
                ))
            })?),
        };
        let mut types = vocab
            .token_types
            .iter()
            .enumerate()
            .map(|(id, &token_type)| PieceType::from_gguf(id, token_type))
            .collect::<Result<Vec<PieceType>>>()?;
        types[vocab.unk_id as usize] = PieceType::Unknown;

        let mut vocabulary = Vocabulary::default();
        let mut user_defined_starts = vec![false; 256].into_boxed_slice();
        // Each piece is freed once it is copied, so that the vocabulary is never there twice.
        for (piece, &piece_type) in vocab.pieces.into_iter().zip(&types) {
            vocabulary.push(&piece);
            if let (PieceType::UserDefined, Some(&first)) = (piece_type, piece.as_bytes().first()) {
                user_defined_starts[usize::from(first)] = true;
            }
        }
        vocabulary.seal();

        let byte_ids: Option<Box<[u32]>> = (0..=255_u8)
            .map(|byte| vocabulary.id(&format!("<0x{byte:02X}>")))
            .map(|id| id.filter(|&id| types[id as usize] == PieceType::Byte))
            .collect();
        Ok(SentencePiece {
            unigram: unigram(vocabulary, &vocab.scores, &types, vocab.unk_id),
            types,
            charsmap,
            add_space_prefix: vocab.add_space_prefix,
            remove_extra_whitespaces: vocab.remove_extra_whitespaces,
            unk_id: vocab.unk_id,
            eos_id: vocab.eos_id,
            byte_ids,
            user_defined_starts,
        })
    }

    /// The tokens of `text`, with `</s>` at the end.
    pub fn tokenize(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut start = 0;
        for (range, id) in self.sentinels(text) {
            self.tokenize_part(text, start..range.start, &mut tokens);
            start = range.end;
            let piece = text[range.clone()].to_string();
            tokens.push(Token { id, piece, source: range, unknown: false });
        }
        self.tokenize_part(text, start..text.len(), &mut tokens);
        let eos = self.unigram.vocabulary.piece(self.eos_id).unwrap_or_default();
        tokens.push(Token::special(self.eos_id, eos, text.len()));
        tokens
    }

    /// Where `text` spells an `<extra_id_n>` of the vocabulary. The library, and `tokenizer.json`, would leave a piece for
    /// the space before it, which T5 has never seen there.
    fn sentinels(&self, text: &str) -> impl Iterator<Item = (Range<usize>, u32)> {
        text.match_indices(EXTRA_ID_PREFIX).filter_map(|(start, _)| {
            let range = start..start + extra_id_length(&text[start..])?;
            let id = self.unigram.vocabulary.id(&text[range.clone()])?;
            (self.types[id as usize] == PieceType::UserDefined).then_some((range, id))
        })
    }

    /// Adds the tokens of a part of `text`.
    fn tokenize_part(&self, text: &str, part: Range<usize>, tokens: &mut Vec<Token>) {
        let start = part.start;
        let normalized = self.normalize(&text[part]);
        // Cannot fail: the model has an unknown piece.
        let segments = self.unigram.segment(&normalized.text).unwrap_or_default();
        tokens.reserve(segments.len() + 1);
        for (range, id) in segments {
            let source = start + normalized.origins[range.start] as usize
                ..start + normalized.origins[range.end] as usize;
            let piece = &normalized.text[range];
            match &self.byte_ids {
                Some(byte_ids) if id == self.unk_id => {
                    tokens.extend(piece.bytes().map(|byte| Token {
                        id: byte_ids[usize::from(byte)],
                        piece: format!("<0x{byte:02X}>"),
                        source: source.clone(),
                        unknown: false,
                    }))
                }
                _ => tokens.push(Token {
                    id,
                    piece: piece.to_string(),
                    source,
                    unknown: id == self.unk_id,
                }),
            }
        }
    }

    /// Applies the rules and replaces spaces by their symbol.
    fn normalize(&self, text: &str) -> Normalized {
        let mut normalized = Normalized {
            text: String::with_capacity(text.len() + text.len() / 2),
            origins: Vec::with_capacity(text.len() + text.len() / 2),
        };
        let mut position = 0;
        if self.remove_extra_whitespaces {
            while let Some((length, " ")) = self.next_unit(&text[position..]) {
                position += length;
            }
        }
        if position < text.len() && self.add_space_prefix {
            normalized.push(SPACE_SYMBOL, position);
        }
        let mut after_space = self.remove_extra_whitespaces;
        while let Some((length, mut unit)) = self.next_unit(&text[position..]) {
            if after_space {
                unit = unit.trim_start_matches(' ');
            }
            for character in unit.chars() {
                let escaped = if character == ' ' { SPACE_SYMBOL } else { character };
                normalized.push(escaped, position);
            }
            if !unit.is_empty() {
                after_space = self.remove_extra_whitespaces && unit.ends_with(' ');
            }
            position += length;
        }
        normalized.origins.push(position as u32);
        if self.remove_extra_whitespaces {
            // A typed U+2581 at the end goes too, as in the library.
            let length = normalized.text.trim_end_matches(SPACE_SYMBOL).len();
            normalized.text.truncate(length);
            normalized.origins.truncate(length + 1);
        }
        normalized
    }

    /// What the start of `text` is read as: (bytes taken, their replacement). `None` at the end.
    fn next_unit<'a>(&'a self, text: &'a str) -> Option<(usize, &'a str)> {
        let first = text.chars().next()?;
        if self.user_defined_starts[usize::from(text.as_bytes()[0])] {
            let mut longest = 0;
            self.unigram.vocabulary.each_prefix(text.as_bytes(), |id, length| {
                if self.types[id as usize] == PieceType::UserDefined {
                    longest = length;
                }
            });
            if longest > 0 {
                return Some((longest, &text[..longest]));
            }
        }
        let rule = self.charsmap.as_ref().and_then(|charsmap| charsmap.longest_rule(text));
        Some(rule.unwrap_or((first.len_utf8(), &text[..first.len_utf8()])))
    }

    /// The piece of an id.
    pub fn piece(&self, id: u32) -> Option<&str> {
        self.unigram.vocabulary.piece(id)
    }

    /// The id of a piece.
    pub fn id(&self, piece: &str) -> Option<u32> {
        self.unigram.vocabulary.id(piece)
    }

    pub fn n_vocab(&self) -> usize {
        self.types.len()
    }

    /// Whether decoding leaves the piece out when it skips special tokens. As in Hugging Face's
    /// T5 tokenizer, `<unk>` and `<extra_id_n>` count as special.
    pub fn is_special(&self, id: u32) -> bool {
        match self.types.get(id as usize) {
            Some(PieceType::Normal | PieceType::Byte) | None => false,
            Some(PieceType::Unknown | PieceType::Control | PieceType::Unused) => true,
            Some(PieceType::UserDefined) => {
                self.piece(id).is_some_and(|piece| piece.starts_with(EXTRA_ID_PREFIX))
            }
        }
    }

    pub fn has_bytes(&self) -> bool {
        self.byte_ids.is_some()
    }

    pub fn removes_extra_whitespaces(&self) -> bool {
        self.remove_extra_whitespaces
    }

    pub fn adds_space_prefix(&self) -> bool {
        self.add_space_prefix
    }
}

impl Normalized {
    fn push(&mut self, character: char, origin: usize) {
        self.text.push(character);
        self.origins.resize(self.text.len(), origin as u32);
    }
}

/// The model behind the pieces: only normal and user-defined ones can be chosen for a text.
fn unigram(vocabulary: Vocabulary, scores: &[f32], types: &[PieceType], unk_id: u32) -> Unigram {
    let normal = scores.iter().zip(types).filter(|(_, t)| **t == PieceType::Normal);
    let min_score = normal.fold(f32::MAX, |least, (score, _)| least.min(*score));
    let score = |id: usize| match types[id] {
        PieceType::Normal => f64::from(scores[id]),
        // Better than any other cut of the same text, whatever the score in the file.
        PieceType::UserDefined => {
            let n_bytes = vocabulary.piece(id as u32).map_or(0, str::len);
            f64::from((0.1 * (n_bytes as f64 - 1.0)) as f32)
        }
        PieceType::Unknown | PieceType::Control | PieceType::Unused | PieceType::Byte => {
            f64::NEG_INFINITY
        }
    };
    Unigram {
        scores: (0..types.len()).map(score).collect(),
        vocabulary,
        unknown_score: f64::from(Unigram::unknown_score(f64::from(min_score)) as f32),
        unk_id: Some(unk_id),
        accumulate: Accumulate::F32,
    }
}
