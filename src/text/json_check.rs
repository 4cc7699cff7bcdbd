//! A look at a `tokenizer.json` before the tokenizers crate reads it, and at its post-processor before it is used.
//!
//! The crate trusts some parts of the file and would panic on them, at once or on the first text:
//! they are checked here. Syntax is too, because the crate panics on a file that breaks off inside
//! its `decoder`.

use super::charsmap::Charsmap;
use crate::error::{Error, Result};
use serde::Deserialize;
use serde_json::Value;
use tokenizers::PostProcessorWrapper;

const MODEL_TYPES: [&str; 4] = ["Unigram", "BPE", "WordPiece", "WordLevel"];

/// The sections that need a look; the others are only passed over.
#[derive(Deserialize)]
struct Outline {
    model: Option<ModelOutline>,
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
}

#[derive(Deserialize)]
struct ModelOutline {
    #[serde(rename = "type")]
    model_type: Option<String>,
    /// Of BPE.
    #[serde(default)]
    continuing_subword_prefix: Value,
    #[serde(default)]
    merges: Value,
}

/// Checks the syntax of the file and the parts that the crate trusts.
///
/// # Errors
/// `Error::Tokenizer` with the place of the first thing that is wrong.
pub(super) fn check(json: &[u8]) -> Result<()> {
    let outline: Outline = serde_json::from_slice(json).map_err(|error| {
        Error::Tokenizer(format!(
            "this is not a whole tokenizer.json ({error}); fetch the file again"
        ))
    })?;
    let Some(model) = outline.model else {
        return Err(Error::Tokenizer(
            "the file has no `model` section; give the model's tokenizer.json, \
             not another of its .json files"
                .to_string(),
        ));
    };
    check_merges(&model)?;
    if let Some(name) = model.model_type.filter(|name| !MODEL_TYPES.contains(&name.as_str())) {
        return Err(Error::Tokenizer(format!(
            "tokenizer.json has a model of type `{name}`; this engine reads {}",
            MODEL_TYPES.join(", ")
        )));
    }
    each_object(&outline.normalizer, &mut check_normalizer)?;
    each_object(&outline.pre_tokenizer, &mut check_pre_tokenizer)
}

/// The same for the post-processor that the crate has read: a file may spell it in several ways.
///
/// # Errors
/// As [`check`].
pub(super) fn check_post_processor(read: Option<&PostProcessorWrapper>) -> Result<()> {
    let written = serde_json::to_value(read).map_err(|error| {
        Error::Tokenizer(format!("post_processor in tokenizer.json cannot be checked: {error}"))
    })?;
    each_object(&written, &mut check_template)
}

/// Calls `check` for `value` and every object inside it.
fn each_object(value: &Value, check: &mut dyn FnMut(&Value) -> Result<()>) -> Result<()> {
    match value {
        Value::Object(map) => {
            check(value)?;
            map.values().try_for_each(|inner| each_object(inner, check))
        }
        Value::Array(list) => list.iter().try_for_each(|inner| each_object(inner, check)),
        _ => Ok(()),
    }
}

fn check_normalizer(normalizer: &Value) -> Result<()> {
    if normalizer["type"] != "Precompiled" {
        return Ok(());
    }
    let damaged = |message: String| {
        Error::Tokenizer(format!(
            "precompiled_charsmap in tokenizer.json is damaged: it {message}; fetch the file again"
        ))
    };
    let blob = normalizer["precompiled_charsmap"]
        .as_str()
        .and_then(|text| decode_base64(text.as_bytes()))
        .ok_or_else(|| damaged("is not base64".to_string()))?;
    Charsmap::new(blob).map_err(damaged)?;
    Ok(())
}

/// The crate cuts the prefix off the second piece of each merge: a pair, or a text with a space in it.
fn check_merges(model: &ModelOutline) -> Result<()> {
    let Some(prefix) = model.continuing_subword_prefix.as_str() else { return Ok(()) };
    for merge in model.merges.as_array().into_iter().flatten() {
        let of_text = || merge.as_str()?.split_once(' ').map(|(_, second)| second);
        let Some(second) = merge[1].as_str().or_else(of_text) else { continue };
        if !second.is_char_boundary(prefix.len()) {
            return Err(Error::Tokenizer(format!(
                "tokenizer.json merges `{second}`, which does not begin with its prefix `{prefix}`; \
                 take the file from the model's authors"
            )));
        }
    }
    Ok(())
}

/// `FixedLength`: pieces of nothing do not end. The crate takes what has no `type` by its other keys.
fn check_pre_tokenizer(pre_tokenizer: &Value) -> Result<()> {
    let is_fixed = pre_tokenizer.get("type").is_none_or(|name| name == "FixedLength");
    if is_fixed && pre_tokenizer["length"] == 0 {
        return Err(Error::Tokenizer(
            "pre_tokenizer in tokenizer.json cuts the text in pieces of length 0; \
             take the file from the model's authors"
                .to_string(),
        ));
    }
    Ok(())
}

/// `TemplateProcessing`: `single` may name the sequence A and tokens of `special_tokens` only.
fn check_template(processor: &Value) -> Result<()> {
    let wrong = |message: String| {
        Error::Tokenizer(format!(
            "post_processor in tokenizer.json {message}; take the file from the model's authors"
        ))
    };
    let empty = Vec::new();
    for piece in processor["single"].as_array().unwrap_or(&empty) {
        if piece["Sequence"]["id"] == "B" {
            return Err(wrong("uses a second sequence for a single text".to_string()));
        }
        let Some(name) = piece["SpecialToken"]["id"].as_str() else {
            continue;
        };
        let token = &processor["special_tokens"][name];
        let n = |key: &str| token[key].as_array().map(Vec::len);
        if n("ids").is_none() || n("ids") != n("tokens") {
            return Err(wrong(format!("adds `{name}`, which its special_tokens do not define")));
        }
    }
    Ok(())
}

/// Standard base64 with its padding; `None` if it is anything else.
fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let sextet = |character: u8| {
        Some(match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        })
    };
    let n_padding = text.iter().rev().take(2).take_while(|c| **c == b'=').count();
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for group in text[..text.len() - n_padding].chunks(4) {
        let mut bits = 0_u32;
        for &character in group {
            bits = bits << 6 | u32::from(sextet(character)?);
        }
        let n_bytes = group.len() * 6 / 8;
        let n_spare = group.len() * 6 - n_bytes * 8;
        if bits & ((1 << n_spare) - 1) != 0 {
            return None;
        }
        bits >>= n_spare;
        bytes.extend_from_slice(&bits.to_be_bytes()[4 - n_bytes..]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_base64_and_nothing_else() {
        let cases =
            [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob")];
        for (text, bytes) in cases {
            assert_eq!(decode_base64(text.as_bytes()).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(decode_base64(b"+/+/"), Some(vec![0xfb, 0xff, 0xbf]));
        for text in ["Z", "Zg=", "Zg", "Zh==", "Zm9=", "Z===", "Zm9v\n", "Zg==Zg==", "Zm_v", "===="]
        {
            assert_eq!(decode_base64(text.as_bytes()), None, "{text:?}");
        }
    }
}
