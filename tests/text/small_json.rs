//! Small `tokenizer.json` files made here: parts that the golden files do not have.

use serde_json::{Value, json};
use t5_playground::text::Tokenizer;

/// A small `tokenizer.json` with the parts given.
pub fn tokenizer_json(parts: Value) -> Vec<u8> {
    let mut file = json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": null, "pre_tokenizer": null, "post_processor": null, "decoder": null,
        "model": {"type": "Unigram", "unk_id": 1, "vocab": [
            ["</s>", 0.0], ["<unk>", 0.0], ["a", -1.0], ["b", -2.0], ["ab", -2.5], ["\n", -3.0],
        ]},
    });
    for (key, value) in parts.as_object().unwrap() {
        file[key] = value.clone();
    }
    serde_json::to_vec(&file).unwrap()
}

#[test]
fn the_end_of_the_text_is_added_where_the_file_does_not() {
    let ids = |parts: Value, text: &str| {
        let tokenizer = Tokenizer::from_tokenizer_json(&tokenizer_json(parts)).unwrap();
        tokenizer.encode(text).unwrap().ids
    };
    assert_eq!(ids(json!({}), "abab"), [4, 4, 0]);
    assert_eq!(ids(json!({}), ""), [0]);
    let template = json!({
        "type": "TemplateProcessing",
        "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "b", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
        "special_tokens": {"b": {"id": "b", "ids": [3], "tokens": ["b"]}},
    });
    assert_eq!(ids(json!({"post_processor": template}), "a"), [2, 3]);
    let no_eos = json!({"model": {"type": "Unigram", "unk_id": 0, "vocab": [["a", 0.0]]}});
    let error = Tokenizer::from_tokenizer_json(&tokenizer_json(no_eos)).err().unwrap();
    assert!(error.to_string().contains("</s>"), "{error}");
}

#[test]
fn truncation_and_padding_of_the_file_are_switched_off() {
    let parts = json!({
        "truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": null,
            "pad_id": 0, "pad_type_id": 0, "pad_token": "</s>"},
    });
    let tokenizer = Tokenizer::from_tokenizer_json(&tokenizer_json(parts)).unwrap();
    assert_eq!(tokenizer.encode("aaaa").unwrap().ids, [2, 2, 2, 2, 0]);
}

#[test]
fn the_order_of_keys_does_not_matter() {
    let first =
        r#"{"model": {"unk_id": 0, "vocab": [["<unk>", 0.0], ["</s>", 0], ["\u00e9", -1e0]]}}"#;
    let last = r#"{"model": {"vocab": [["<unk>", 0.0], ["</s>", 0], ["é", -1.0]], "unk_id": 0, "type": "Unigram"}}"#;
    for file in [first, last] {
        let tokenizer = Tokenizer::from_tokenizer_json(file.as_bytes()).unwrap();
        assert_eq!(tokenizer.encode("éx").unwrap().ids, [2, 0, 1]);
        assert_eq!(tokenizer.id_to_piece(2).as_deref(), Some("é"));
        assert_eq!(tokenizer.n_vocab(), 3);
    }
}

/// `added_tokens` that are special; their ids are those of the vocabulary.
pub fn special_tokens<const N: usize>(contents: [&str; N]) -> Value {
    let token = |content| {
        json!({"id": 0, "content": content, "special": true, "single_word": false,
            "lstrip": false, "rstrip": false, "normalized": false})
    };
    Value::Array(contents.map(token).to_vec())
}

/// The layout of CodeT5: byte-level BPE with RoBERTa's post-processor.
pub fn byte_level_bpe() -> Value {
    let parts = json!({
        "added_tokens": special_tokens(["<s>", "</s>", "<unk>"]),
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true},
        "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0],
            "trim_offsets": true, "add_prefix_space": false},
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true},
        "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>", "fuse_unk": false,
            "vocab": {"<s>": 0, "</s>": 1, "<unk>": 2, "a": 3, "b": 4, "ab": 5, "Ġ": 6, "Ċ": 7, "Ã": 8, "©": 9},
            "merges": ["a b"]},
    });
    serde_json::from_slice(&tokenizer_json(parts)).unwrap()
}

#[test]
fn byte_level_bpe_is_read() {
    let json = serde_json::to_vec(&byte_level_bpe()).unwrap();
    let tokenizer = Tokenizer::from_tokenizer_json(&json).unwrap();
    let encoding = tokenizer.encode("ab  a\né?").unwrap();
    assert_eq!(encoding.ids, [0, 5, 6, 6, 3, 7, 8, 9, 2, 1]);
    assert_eq!(encoding.unknown.iter().position(|unknown| *unknown), Some(8));
    assert_eq!(encoding.unseen.len(), 1);
    assert_eq!(encoding.unseen[0].text, "?");
    assert_eq!(tokenizer.decode(&encoding.ids, true), "ab  a\né");
    assert_eq!(tokenizer.decode(&encoding.ids, false), "<s>ab  a\né<unk></s>");
}
