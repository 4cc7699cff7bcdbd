//! Configuration and tokenizer in the metadata of a GGUF file: read from there, and written.

use super::ModelParts;
use crate::config::{T5Config, TensorFacts};
use crate::error::{Error, Result};
use crate::text::{BYT5_EXTRA_IDS, SentencePieceVocab, Tokenizer, TokenizerKind};
use crate::weights::names::{self, LM_HEAD, Part, SHARED, Stack};
use crate::weights::{FileHeader, GgufMetadata, GgufValue};

/// Key under which a GGUF file holds a whole `tokenizer.json` (GGUF specification).
const HUGGINGFACE_TOKENIZER_KEY: &str = "tokenizer.huggingface.json";

/// Our key for the number of ByT5's `<extra_id_n>`.
const EXTRA_IDS_KEY: &str = "tokenizer.ggml.extra_ids";

/// The configuration in the metadata of a GGUF file, with what its tensors tell.
///
/// # Errors
/// `Error::MissingTensor` without an embedding; else those of [`T5Config::from_metadata`].
pub fn config_from_gguf(header: &FileHeader) -> Result<T5Config> {
    let shape = |name: &str| {
        header.tensors.iter().find(|tensor| tensor.name == name).map(|tensor| &tensor.shape)
    };
    let has = |name: &str| shape(name).is_some();
    let facts = TensorFacts {
        is_gated: has(&names::in_block(Stack::Encoder, 0, Part::FfnWi0)),
        is_tied: !has(LM_HEAD),
        bias_in_every_block: names::has_bias_in_every_block(has),
        vocab_size: shape(SHARED).map_or(0, |shape| shape[0]),
    };
    let get = |key: &str| header.metadata.get(key).and_then(GgufValue::to_config);
    match T5Config::from_metadata(&get, facts) {
        Err(Error::Config { key, .. }) if key == "vocab_size" && shape(SHARED).is_none() => {
            Err(Error::MissingTensor { name: SHARED.into(), expected: vec![] })
        }
        config => config,
    }
}

/// The tokenizer of a GGUF file, whose vocabulary is taken out of `metadata`.
pub fn tokenizer_from_gguf(metadata: &mut GgufMetadata) -> Result<Option<Tokenizer>> {
    if let Some(GgufValue::Text(json)) = metadata.get(HUGGINGFACE_TOKENIZER_KEY) {
        return Tokenizer::from_tokenizer_json(json.as_bytes()).map(Some);
    }
    match metadata.get("tokenizer.ggml.model") {
        None => Ok(None),
        Some(GgufValue::Text(model)) if model == "t5" => {
            Tokenizer::from_sentencepiece(sentencepiece_vocab(metadata)?).map(Some)
        }
        Some(GgufValue::Text(model)) if model == "byt5" => {
            let n_extra_ids = match metadata.get(EXTRA_IDS_KEY) {
                Some(GgufValue::Unsigned(n)) => usize::from(u16::try_from(*n).unwrap_or(u16::MAX)),
                _ => BYT5_EXTRA_IDS,
            };
            Ok(Some(Tokenizer::bytes(n_extra_ids)))
        }
        Some(other) => {
            let kind = match other {
                GgufValue::Text(model) => format!("`{model}`"),
                other => format!("{other:?}"),
            };
            Err(Error::Tokenizer(format!(
                "the GGUF file has a tokenizer of kind {kind}; this engine reads t5 (SentencePiece \
                 unigram) and whole tokenizer.json files"
            )))
        }
    }
}

/// Whether a GGUF file says itself what its configuration is, so that a file beside it need not.
pub fn holds_config(metadata: &GgufMetadata) -> bool {
    matches!(metadata.get("general.architecture"), Some(GgufValue::Text(_)))
}

/// Whether a GGUF file holds a tokenizer of a kind that [`tokenizer_from_gguf`] reads.
pub fn holds_tokenizer(metadata: &GgufMetadata) -> bool {
    let text = |key: &str| match metadata.get(key) {
        Some(GgufValue::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    text(HUGGINGFACE_TOKENIZER_KEY).is_some()
        || matches!(text("tokenizer.ggml.model"), Some("t5" | "byt5"))
}

fn sentencepiece_vocab(metadata: &mut GgufMetadata) -> Result<SentencePieceVocab> {
    let wrong = |key: &str, what: &str| Err(Error::Tokenizer(format!("`{key}` {what}")));
    let mut take = |name: &str| metadata.remove(&format!("tokenizer.ggml.{name}"));
    let Some(GgufValue::Texts(pieces)) = take("tokens") else {
        return wrong("tokenizer.ggml.tokens", "is not a list of strings");
    };
    let Some(GgufValue::Floats(scores)) = take("scores") else {
        return wrong("tokenizer.ggml.scores", "is not a list of floats");
    };
    let token_types = match take("token_type") {
        Some(GgufValue::Integers(types)) => types.iter().map(|t| *t as i32).collect(),
        _ => return wrong("tokenizer.ggml.token_type", "is not a list of integers"),
    };
    let precompiled_charsmap = match take("precompiled_charsmap") {
        None => Vec::new(),
        Some(GgufValue::Bytes(bytes)) => bytes,
        Some(_) => return wrong("tokenizer.ggml.precompiled_charsmap", "is not a list of bytes"),
    };
    let mut flag = |name, default| match take(name) {
        Some(GgufValue::Bool(flag)) => flag,
        _ => default,
    };
    let add_space_prefix = flag("add_space_prefix", true);
    let remove_extra_whitespaces = flag("remove_extra_whitespaces", true);
    let mut id = |name, default| match take(name) {
        Some(GgufValue::Unsigned(id)) => u32::try_from(id).unwrap_or(u32::MAX),
        _ => default,
    };
    Ok(SentencePieceVocab {
        pieces,
        scores,
        token_types,
        precompiled_charsmap,
        add_space_prefix,
        remove_extra_whitespaces,
        unk_id: id("unknown_token_id", 2),
        eos_id: id("eos_token_id", 1),
        pad_id: id("padding_token_id", 0),
    })
}

/// The metadata of a GGUF file that is a whole model: configuration and tokenizer inside.
///
/// `tokenizer_json` is the text of the tokenizer's file, where it has one; a SentencePiece
/// vocabulary is taken over from the `metadata` of the file that was read.
pub fn gguf_metadata(
    parts: &ModelParts,
    name: &str,
    tokenizer_json: Option<&[u8]>,
) -> Result<GgufMetadata> {
    let mut metadata: GgufMetadata = parts
        .metadata
        .iter()
        .filter(|(key, _)| key.starts_with("tokenizer.") || key.starts_with("general."))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    // The tensors change their types and places, so what the other file said of them is no longer true.
    for key in ["general.file_type", "general.quantization_version", "general.alignment"] {
        metadata.remove(key);
    }
    for (key, value) in parts.config.to_metadata() {
        metadata.insert(key, value.into());
    }
    metadata.entry("general.name".into()).or_insert_with(|| GgufValue::Text(name.into()));
    if let Some(json) = tokenizer_json {
        let text = String::from_utf8(json.to_vec())
            .map_err(|_| Error::Tokenizer("tokenizer.json is not UTF-8".into()))?;
        metadata.insert(HUGGINGFACE_TOKENIZER_KEY.into(), GgufValue::Text(text));
    } else if let Some(tokenizer) = &parts.tokenizer
        && tokenizer.kind() == TokenizerKind::Bytes
    {
        let n_extra_ids = tokenizer.n_vocab() - Tokenizer::bytes(0).n_vocab();
        metadata.insert("tokenizer.ggml.model".into(), GgufValue::Text("byt5".into()));
        metadata.insert(EXTRA_IDS_KEY.into(), GgufValue::Unsigned(n_extra_ids as u64));
    }
    Ok(metadata)
}
