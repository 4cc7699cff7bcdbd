//! Damaged and hostile files: an error with a sentence, never a panic.

use super::small_json::{byte_level_bpe, tokenizer_json};
use super::{golden, spiece};
use proptest::collection::vec;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use t5_playground::error::{Error, ErrorKind};
use t5_playground::text::{SentencePieceVocab, Tokenizer};

const TEXT: &str = "The Ａéﬁ\u{301} \u{200d}가① \0 </s> <extra_id_0>\n";

/// Loads and, if that goes well, uses a tokenizer; whatever happens, it must not panic.
fn try_out(loaded: Result<Tokenizer, Error>) -> Result<(), Error> {
    let tokenizer = loaded?;
    let encoding = tokenizer.encode(TEXT)?;
    tokenizer.decode(&encoding.ids, true);
    Ok(())
}

fn assert_refused(loaded: Result<Tokenizer, Error>, words: &[&str]) {
    let error = try_out(loaded).expect_err("a damaged tokenizer was accepted");
    assert_eq!(error.kind(), ErrorKind::Tokenizer, "{error}");
    for word in words {
        assert!(error.to_string().contains(word), "{error} does not say {word:?}");
    }
}

fn from_json(json: &[u8]) -> Result<Tokenizer, Error> {
    Tokenizer::from_tokenizer_json(json)
}

#[test]
fn random_bytes_are_no_tokenizer() {
    TestRunner::deterministic()
        .run(&vec(0..=255_u8, 0..200), |bytes| {
            assert_refused(from_json(&bytes), &[]);
            Ok(())
        })
        .unwrap();
}

#[test]
fn truncated_files_are_refused_wherever_they_break_off() {
    for file in ["models/t5-v1_1/tokenizer.json", "models/umt5/tokenizer.json"] {
        let json = golden(file);
        for length in 0..json.len() {
            assert_refused(from_json(&json[..length]), &["not a whole tokenizer.json"]);
        }
    }
    let large = golden("models/t5-v1_0/tokenizer.json");
    for length in (0..large.len()).step_by(4999) {
        assert_refused(from_json(&large[..length]), &["not a whole tokenizer.json"]);
    }
}

#[test]
fn other_files_are_refused_by_name() {
    assert_refused(
        from_json(b"<!doctype html><title>404</title>"),
        &["not a whole tokenizer.json"],
    );
    assert_refused(from_json(br#"{"d_model": 512}"#), &["`model`"]);
    assert_refused(
        from_json(br#"{"model": {"type": "Fancy", "vocab": []}}"#),
        &["`Fancy`", "Unigram"],
    );
    let wrong_list = json!({"model": {"type": "BPE", "merges": [], "vocab": [["a", 0.0]]}});
    assert_refused(from_json(&tokenizer_json(wrong_list)), &["Unigram"]);
}

#[test]
fn empty_vocabularies_are_refused() {
    let unigram = json!({"model": {"type": "Unigram", "unk_id": null, "vocab": []}});
    assert_refused(from_json(&tokenizer_json(unigram)), &["empty"]);
    let bpe = json!({"model": {"type": "BPE", "vocab": {}, "merges": []}});
    assert_refused(from_json(&tokenizer_json(bpe)), &["empty"]);
}

#[test]
fn contradictions_are_refused() {
    let vocab = json!([["</s>", 0.0], ["a", 0.0]]);
    let unk_outside = json!({"model": {"type": "Unigram", "unk_id": 2, "vocab": vocab}});
    assert_refused(from_json(&tokenizer_json(unk_outside)), &["unk_id"]);
    let no_unk = json!({"model": {"type": "Unigram", "vocab": vocab}});
    assert_refused(from_json(&tokenizer_json(no_unk)), &["unk_id"]);
    let template = |single: Value, ids: Value| {
        let special = json!({"b": {"id": "b", "ids": ids, "tokens": ["b"]}});
        tokenizer_json(json!({"post_processor": {"type": "TemplateProcessing", "single": single,
            "pair": [], "special_tokens": special}}))
    };
    let special = |name: &str| json!([{"SpecialToken": {"id": name, "type_id": 0}}]);
    assert_refused(from_json(&template(special("b"), json!([9]))), &["id 9"]);
    assert_refused(from_json(&template(special("c"), json!([3]))), &["`c`"]);
    assert_refused(from_json(&template(special("b"), json!([3, 4]))), &["`b`"]);
    let second = json!([{"Sequence": {"id": "B", "type_id": 0}}]);
    assert_refused(from_json(&template(second, json!([3]))), &["second sequence"]);
    // The tokenizers crate knows a template by its keys.
    let untagged = json!({"single": special("c"), "pair": [], "special_tokens": {}});
    assert_refused(from_json(&tokenizer_json(json!({"post_processor": untagged}))), &["`c`"]);
    // Nor does it mind arrays in the place of objects.
    let bare_second = json!([{"Sequence": ["B", 0]}]);
    assert_refused(from_json(&template(bare_second, json!([3]))), &["second sequence"]);
    let bare_special = json!([{"Sequence": ["A", 0]}, {"SpecialToken": ["c", 0]}]);
    assert_refused(from_json(&template(bare_special, json!([3]))), &["`c`"]);
    let bare = json!([special("c"), [], {}]);
    for processor in [bare.clone(), json!({"type": "Sequence", "processors": [bare]})] {
        let file = tokenizer_json(json!({"post_processor": processor}));
        assert_refused(from_json(&file), &["`c`"]);
    }
    for merge in [json!("a b"), json!(["a", "b"])] {
        let bpe = json!({"type": "BPE", "continuing_subword_prefix": "##",
            "vocab": {"a": 0, "b": 1, "ab": 2, "</s>": 3}, "merges": [merge]});
        assert_refused(from_json(&tokenizer_json(json!({"model": bpe}))), &["`b`", "`##`"]);
    }
    let nothing = json!({"pre_tokenizer": {"type": "FixedLength", "length": 0}});
    assert_refused(from_json(&tokenizer_json(nothing)), &["length 0"]);
    let blank = json!({"normalizer": {"type": "Strip", "strip_left": true, "strip_right": true},
        "added_tokens": [{"id": 6, "content": "\n ", "normalized": true, "special": false,
            "single_word": false, "lstrip": false, "rstrip": false}]});
    assert_refused(from_json(&tokenizer_json(blank)), &["\\n", "`normalized` false"]);
}

/// Puts every other kind of value in the place of every value of a real file.
#[test]
fn changed_files_do_not_panic() {
    let mut umt5: Value = serde_json::from_slice(&golden("models/umt5/tokenizer.json")).unwrap();
    umt5["model"]["vocab"].as_array_mut().unwrap().truncate(10);
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1e300),
        json!(4_294_967_296_u64),
        json!(""),
        json!("A"),
        json!("Strip"),
        json!("Sequence"),
        json!("\u{2581}"),
        json!([]),
        json!([[]]),
        json!({}),
        json!({"type": "Fuse"}),
    ];
    for file in [umt5, byte_level_bpe()] {
        let n_values = count_values(&file);
        let mut n_accepted = 0;
        for position in 0..n_values {
            for other in &others {
                let mut changed = file.clone();
                assert!(replace_value(&mut changed, &mut position.clone(), other));
                let json = serde_json::to_vec(&changed).unwrap();
                n_accepted += usize::from(try_out(from_json(&json)).is_ok());
            }
        }
        assert!((1..n_values * others.len()).contains(&n_accepted), "{n_accepted} accepted");
    }
}

fn count_values(value: &Value) -> usize {
    1 + match value {
        Value::Object(map) => map.values().map(count_values).sum(),
        Value::Array(list) => list.iter().map(count_values).sum(),
        _ => 0,
    }
}

/// Puts `other` in the place of the value at `position`, counted in depth.
fn replace_value(value: &mut Value, position: &mut usize, other: &Value) -> bool {
    if *position == 0 {
        *value = other.clone();
        return true;
    }
    *position -= 1;
    match value {
        Value::Object(map) => map.values_mut().any(|inner| replace_value(inner, position, other)),
        Value::Array(list) => list.iter_mut().any(|inner| replace_value(inner, position, other)),
        _ => false,
    }
}

fn with_charsmap(charsmap: Vec<u8>) -> Result<Tokenizer, Error> {
    Tokenizer::from_sentencepiece(SentencePieceVocab {
        precompiled_charsmap: charsmap,
        ..gguf_vocab()
    })
}

fn with_json_charsmap(charsmap: &str) -> Result<Tokenizer, Error> {
    let normalizer = json!({"type": "Precompiled", "precompiled_charsmap": charsmap});
    let nested = json!({"type": "Sequence", "normalizers": [normalizer]});
    from_json(&tokenizer_json(json!({"normalizer": nested})))
}

fn to_base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for i in 0..4 {
            let sextet = ALPHABET[(bits >> (18 - 6 * i) & 63) as usize];
            text.push(if i <= group.len() { char::from(sextet) } else { '=' });
        }
    }
    text
}

#[test]
fn damaged_rules_are_refused() {
    let whole = gguf_vocab().precompiled_charsmap;
    try_out(with_charsmap(whole.clone())).unwrap();
    try_out(with_json_charsmap(&to_base64(&whole))).unwrap();
    let size = u32::from_le_bytes(whole[..4].try_into().unwrap()) as usize;
    let damaged = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut charsmap = whole.clone();
        change(&mut charsmap);
        assert_refused(with_charsmap(charsmap.clone()), &["precompiled_charsmap", "GGUF"]);
        assert_refused(
            with_json_charsmap(&to_base64(&charsmap)),
            &["precompiled_charsmap", "tokenizer.json"],
        );
    };
    damaged(&|charsmap| charsmap.truncate(3));
    damaged(&|charsmap| charsmap.truncate(4));
    damaged(&|charsmap| charsmap.truncate(size));
    damaged(&|charsmap| charsmap.truncate(size + 4));
    for size in [0, 3, size as u32 + 2, u32::MAX] {
        damaged(&|charsmap| charsmap[..4].copy_from_slice(&size.to_le_bytes()));
    }
    // The root leads far outside.
    damaged(&|charsmap| charsmap[4..8].copy_from_slice(&0xffff_ff00_u32.to_le_bytes()));
    // Replacements that are no UTF-8, or end before the rules that point at them.
    damaged(&|charsmap| charsmap[size + 4] = 0xff);
    for text in ["", "A", "====", "\u{e9}", "AAAA AAA"] {
        assert_refused(with_json_charsmap(text), &["precompiled_charsmap"]);
    }
    let missing = json!({"normalizer": {"type": "Precompiled"}});
    assert_refused(from_json(&tokenizer_json(missing)), &["precompiled_charsmap"]);
}

/// Each unit of the rules replaced by others: refused, or harmless.
#[test]
fn changed_rules_do_not_panic() {
    let vocab = spiece::read(&golden("models/mt5/spiece.model"));
    let whole = &vocab.precompiled_charsmap;
    let size = u32::from_le_bytes(whole[..4].try_into().unwrap()) as usize;
    let (mut n_refused, mut n_tried) = (0, 0);
    for position in (4..size + 4).step_by(4) {
        let unit = u32::from_le_bytes(whole[position..position + 4].try_into().unwrap());
        // One is most often unused; for one in use: another label, a leaf, a far offset, a value.
        for changed in [unit ^ 1, unit ^ 1 << 8, unit ^ 1 << 9, unit ^ 1 << 20, unit ^ 1 << 31] {
            let mut vocab = vocab.clone();
            vocab.precompiled_charsmap[position..position + 4]
                .copy_from_slice(&changed.to_le_bytes());
            n_refused += usize::from(try_out(Tokenizer::from_sentencepiece(vocab)).is_err());
            n_tried += 1;
        }
    }
    assert!((1..n_tried).contains(&n_refused), "{n_refused} of {n_tried} refused");
}

#[test]
fn contradictions_in_a_gguf_vocabulary_are_refused() {
    let refused = |change: &dyn Fn(&mut SentencePieceVocab), words: &[&str]| {
        let mut vocab = gguf_vocab();
        change(&mut vocab);
        assert_refused(Tokenizer::from_sentencepiece(vocab), words);
    };
    refused(&|vocab| *vocab = SentencePieceVocab::default(), &["empty"]);
    refused(&|vocab| vocab.scores.truncate(7), &["scores", "7"]);
    refused(&|vocab| vocab.token_types.push(1), &["token_type"]);
    refused(&|vocab| vocab.token_types[9] = 7, &["piece 9", "7"]);
    refused(&|vocab| vocab.scores[9] = f32::NAN, &["piece 9", "NaN"]);
    refused(&|vocab| vocab.scores[9] = f32::INFINITY, &["piece 9", "inf"]);
    refused(&|vocab| vocab.unk_id = 1_000_000, &["unknown", "1000000"]);
    refused(&|vocab| vocab.eos_id = u32::MAX, &["eos"]);
    refused(&|vocab| vocab.pad_id = u32::MAX, &["padding"]);
}

#[test]
fn odd_gguf_vocabularies_work() {
    let vocab = SentencePieceVocab {
        pieces: ["", "</s>", "<unk>", "a", "a", "", "<0x41>"].map(String::from).to_vec(),
        scores: vec![0.0; 7],
        token_types: vec![5, 3, 2, 4, 5, 1, 6],
        unk_id: 2,
        eos_id: 1,
        pad_id: 0,
        ..SentencePieceVocab::default()
    };
    let tokenizer = Tokenizer::from_sentencepiece(vocab).unwrap();
    assert_eq!(tokenizer.encode("b A").unwrap().ids, [2, 1]);
    assert_eq!(tokenizer.encode("").unwrap().ids, [1]);
}

#[test]
fn long_texts_of_one_kind_come_to_an_end() {
    let tokenizers = [
        Tokenizer::bytes(125),
        from_json(&golden("models/t5-v1_1/tokenizer.json")).unwrap(),
        Tokenizer::from_sentencepiece(gguf_vocab()).unwrap(),
    ];
    // Quadratic work on any of these would take hours.
    for tokenizer in &tokenizers {
        for unit in [" ", "\n", "<", "<extra_id_", "가", "\u{2581}", "\u{200d}", "a"] {
            let text = unit.repeat(200_000 / unit.len());
            let ids = tokenizer.encode(&text).unwrap().ids;
            assert_eq!(ids.last(), Some(&1), "{unit:?}");
        }
    }
}

/// The tiny T5 vocabulary as a GGUF file would give it, with the rules of T5 itself.
fn gguf_vocab() -> SentencePieceVocab {
    spiece::read(&golden("models/t5-v1_0/spiece.model"))
}
