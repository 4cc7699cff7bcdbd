//! The unigram model of a `tokenizer.json`, packed.
//!
//! The tokenizers crate reads every other part of the file. Its own unigram model builds a trie of
//! hash maps: 26 MB for T5's 32,100 pieces, and mT5 has 250,100. This one gives the same
//! tokens from 1.4 MB, and reads the pieces straight from the file, with no tree of JSON values
//! between. Models of other kinds are the crate's.

use super::unigram::{Accumulate, NoUnknownPiece, Unigram};
use super::vocabulary::Vocabulary;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use tokenizers::models::unigram::UnigramTrainer;
use tokenizers::models::{ModelWrapper, TrainerWrapper};
use tokenizers::{Model, Result, Token};

/// The `model` section of a `tokenizer.json`.
pub(super) enum JsonModel {
    Unigram(Box<JsonUnigram>),
    Other(Box<ModelWrapper>),
}

/// `{"type": "Unigram", "unk_id": 2, "vocab": [["<pad>", 0.0], ...], "byte_fallback": false}`
pub(super) struct JsonUnigram {
    unigram: Unigram,
    byte_fallback: bool,
}

impl JsonModel {
    /// The piece that stands for what is not in the vocabulary.
    pub fn unk_id(&self) -> Option<u32> {
        let piece = match self {
            JsonModel::Unigram(model) => return model.unigram.unk_id,
            JsonModel::Other(model) => match model.as_ref() {
                ModelWrapper::BPE(model) => model.get_unk_token().as_deref()?,
                ModelWrapper::WordPiece(model) => &model.unk_token,
                ModelWrapper::WordLevel(model) => &model.unk_token,
                ModelWrapper::Unigram(_) => return None,
            },
        };
        self.token_to_id(piece)
    }

    /// The highest id, and `None` for an empty vocabulary.
    pub fn highest_id(&self) -> Option<u32> {
        match self {
            JsonModel::Unigram(model) => (model.unigram.vocabulary.len() as u32).checked_sub(1),
            JsonModel::Other(model) => model.get_vocab().into_values().max(),
        }
    }
}

impl JsonUnigram {
    fn new(
        vocabulary: Vocabulary,
        scores: Vec<f64>,
        unk_id: Option<usize>,
        byte_fallback: bool,
    ) -> std::result::Result<JsonUnigram, String> {
        let n = vocabulary.len();
        if unk_id.is_some_and(|unk_id| unk_id >= n) {
            return Err(format!("unk_id is {unk_id:?}, and there are {n} pieces"));
        }
        let min_score = scores.iter().copied().fold(f64::INFINITY, f64::min);
        let unigram = Unigram {
            vocabulary,
            scores,
            unknown_score: Unigram::unknown_score(min_score),
            unk_id: unk_id.map(|id| id as u32),
            accumulate: Accumulate::F64,
        };
        Ok(JsonUnigram { unigram, byte_fallback })
    }

    /// The tokens of a stretch of characters that no piece covers.
    fn push_unknown(&self, tokens: &mut Vec<Token>, piece: &str, start: usize, unk_id: u32) {
        let offsets = (start, start + piece.len());
        let vocabulary = &self.unigram.vocabulary;
        if let Some(id) = vocabulary.id(piece) {
            return tokens.push(Token::new(id, piece.to_string(), offsets));
        }
        let byte_tokens: Option<Vec<Token>> = match self.byte_fallback {
            false => None,
            true => piece
                .bytes()
                .map(|byte| {
                    let piece = format!("<0x{byte:02X}>");
                    Some(Token::new(vocabulary.id(&piece)?, piece, offsets))
                })
                .collect(),
        };
        match byte_tokens {
            Some(byte_tokens) => tokens.extend(byte_tokens),
            None => tokens.push(Token::new(unk_id, piece.to_string(), offsets)),
        }
    }
}

impl Model for JsonModel {
    type Trainer = TrainerWrapper;

    fn tokenize(&self, sequence: &str) -> Result<Vec<Token>> {
        let model = match self {
            JsonModel::Unigram(model) => model,
            JsonModel::Other(model) => return model.tokenize(sequence),
        };
        let segments = model.unigram.segment(sequence).map_err(|NoUnknownPiece| {
            "the text has a character that is not in the vocabulary, and the model names no unk_id"
        })?;
        let mut tokens = Vec::with_capacity(segments.len());
        for (range, id) in segments {
            let piece = &sequence[range.clone()];
            if Some(id) == model.unigram.unk_id {
                model.push_unknown(&mut tokens, piece, range.start, id);
            } else {
                tokens.push(Token::new(id, piece.to_string(), (range.start, range.end)));
            }
        }
        Ok(tokens)
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        match self {
            JsonModel::Unigram(model) => model.unigram.vocabulary.id(token),
            JsonModel::Other(model) => model.token_to_id(token),
        }
    }

    fn id_to_token(&self, id: u32) -> Option<String> {
        match self {
            JsonModel::Unigram(model) => model.unigram.vocabulary.piece(id).map(str::to_string),
            JsonModel::Other(model) => model.id_to_token(id),
        }
    }

    fn get_vocab(&self) -> HashMap<String, u32> {
        match self {
            JsonModel::Unigram(model) => {
                let vocabulary = &model.unigram.vocabulary;
                (0..vocabulary.len() as u32)
                    .filter_map(|id| Some((vocabulary.piece(id)?.to_string(), id)))
                    .collect()
            }
            JsonModel::Other(model) => model.get_vocab(),
        }
    }

    fn get_vocab_size(&self) -> usize {
        match self {
            JsonModel::Unigram(model) => model.unigram.vocabulary.len(),
            JsonModel::Other(model) => model.get_vocab_size(),
        }
    }

    // The trait asks for the two below; an engine that only reads has no use for them.

    fn save(&self, _folder: &Path, _prefix: Option<&str>) -> Result<Vec<PathBuf>> {
        Err("this engine does not write tokenizers".into())
    }

    fn get_trainer(&self) -> TrainerWrapper {
        match self {
            JsonModel::Unigram(_) => UnigramTrainer::default().into(),
            JsonModel::Other(model) => model.get_trainer(),
        }
    }
}

impl<'de> Deserialize<'de> for JsonModel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(ModelVisitor)
    }
}

struct ModelVisitor;

impl<'de> Visitor<'de> for ModelVisitor {
    type Value = JsonModel;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the model of a tokenizer")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<JsonModel, A::Error> {
        let mut vocab: Option<PackedVocab> = None;
        // Everything but the pieces of a unigram model, which is what its `vocab` list must be.
        let mut rest = serde_json::Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == "vocab" {
                match map.next_value::<Vocab>()? {
                    Vocab::List(packed) => vocab = Some(packed),
                    Vocab::Map(pieces) => {
                        rest.insert(key, Value::Object(pieces));
                    }
                }
            } else {
                rest.insert(key, map.next_value()?);
            }
        }
        let Some(PackedVocab { vocabulary, scores }) = vocab else {
            let model: ModelWrapper =
                serde_json::from_value(Value::Object(rest)).map_err(de::Error::custom)?;
            return Ok(JsonModel::Other(Box::new(model)));
        };
        if rest.get("type").is_some_and(|name| name != "Unigram") {
            return Err(de::Error::custom("only a Unigram model has a list as its `vocab`"));
        }
        let mut take = |key: &str| rest.remove(key).unwrap_or(Value::Null);
        let unk_id: Option<usize> =
            serde_json::from_value(take("unk_id")).map_err(de::Error::custom)?;
        let byte_fallback: Option<bool> =
            serde_json::from_value(take("byte_fallback")).map_err(de::Error::custom)?;
        JsonUnigram::new(vocabulary, scores, unk_id, byte_fallback.unwrap_or(false))
            .map(|model| JsonModel::Unigram(Box::new(model)))
            .map_err(de::Error::custom)
    }
}

/// `vocab` is a list of [piece, score] in a unigram model, and a map of piece to id in the others.
enum Vocab {
    List(PackedVocab),
    Map(serde_json::Map<String, Value>),
}

#[derive(Default)]
struct PackedVocab {
    vocabulary: Vocabulary,
    scores: Vec<f64>,
}

impl<'de> Deserialize<'de> for Vocab {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(VocabVisitor)
    }
}

struct VocabVisitor;

impl<'de> Visitor<'de> for VocabVisitor {
    type Value = Vocab;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a list of [piece, score] or a map of piece to id")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Vocab, A::Error> {
        #[derive(serde::Deserialize)]
        struct Entry<'a>(#[serde(borrow)] Cow<'a, str>, f64);

        let mut packed = PackedVocab::default();
        while let Some(Entry(piece, score)) = list.next_element()? {
            packed.vocabulary.push(&piece);
            packed.scores.push(score);
        }
        packed.vocabulary.seal();
        packed.scores.shrink_to_fit();
        Ok(Vocab::List(packed))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Vocab, A::Error> {
        let mut pieces = serde_json::Map::new();
        while let Some((piece, id)) = map.next_entry()? {
            pieces.insert(piece, id);
        }
        Ok(Vocab::Map(pieces))
    }
}
