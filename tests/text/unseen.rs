//! What the model will not see as it was typed.

use super::small_json::tokenizer_json;
use super::{Golden, golden, published, spiece};
use serde_json::json;
use t5_playground::text::{SeenAs, Tokenizer, Unseen};

use SeenAs::{Nothing, Space, Unknown};

fn unseen(tokenizer: &Tokenizer, text: &str) -> Vec<(String, SeenAs)> {
    let encoding = tokenizer.encode(text).unwrap();
    encoding.unseen.into_iter().map(|Unseen { text, seen_as }| (text, seen_as)).collect()
}

fn assert_unseen(tokenizer: &Tokenizer, text: &str, expected: &[(&str, SeenAs)]) {
    let found = unseen(tokenizer, text);
    let found: Vec<(&str, SeenAs)> =
        found.iter().map(|(text, fate)| (text.as_str(), *fate)).collect();
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn t5_says_what_it_does_not_see() {
    let (Some(json), Some(model)) = (published("tokenizer.json"), published("spiece.model")) else {
        return;
    };
    let from_json = Tokenizer::from_tokenizer_json(&json).unwrap();
    let from_gguf = Tokenizer::from_sentencepiece(spiece::read(&model)).unwrap();
    for tokenizer in [&from_json, &from_gguf] {
        assert_unseen(tokenizer, "", &[]);
        assert_unseen(tokenizer, "Translate to German: I'm here.", &[]);
        assert_unseen(tokenizer, "é, ü, ß and 5 €", &[]);
        assert_unseen(
            tokenizer,
            "def f(x):\n\treturn {x} < 1",
            &[("\n", Space), ("\t", Space), ("{", Unknown), ("}", Unknown), ("<", Unknown)],
        );
        assert_unseen(
            tokenizer,
            "가나다 가나 中文, 中",
            &[("가", Unknown), ("나", Unknown), ("다", Unknown), ("中", Unknown), ("文", Unknown)],
        );
        assert_unseen(tokenizer, "a  b   c    d", &[("  ", Space)]);
        assert_unseen(tokenizer, "<<{{<", &[("<", Unknown), ("{", Unknown)]);
        assert_unseen(tokenizer, "a \n b", &[("\n", Space)]);
        assert_unseen(
            tokenizer,
            "a\u{a0}b\u{3000}c\u{200d}d",
            &[("\u{a0}", Space), ("\u{3000}", Space), ("\u{200d}", Space)],
        );
        assert_unseen(tokenizer, "a\u{7}b\0", &[("\u{7}", Nothing), ("\0", Unknown)]);
        assert_unseen(tokenizer, "  a", &[("  ", Nothing)]);
        assert_unseen(tokenizer, "\na", &[("\n", Nothing)]);
    }
    // A space at the end is a piece for the one and nothing for the other.
    assert_unseen(&from_json, "a ", &[]);
    assert_unseen(&from_gguf, "a ", &[(" ", Nothing)]);
    assert_unseen(&from_json, "a\n", &[("\n", Space)]);
    assert_unseen(&from_gguf, "a\n", &[("\n", Nothing)]);
    assert_unseen(&from_json, "\n", &[("\n", Space)]);
    assert_unseen(&from_gguf, "\n", &[("\n", Nothing)]);
    // <unk> is one of its special tokens, and a text like any other to the SentencePiece library.
    assert_unseen(&from_json, "a <unk> b", &[]);
    assert_unseen(&from_gguf, "a <unk> b", &[("<", Unknown)]);
}

#[test]
fn a_tokenizer_with_a_newline_of_its_own_reports_none() {
    let tokenizer = Tokenizer::from_tokenizer_json(&tokenizer_json(json!({}))).unwrap();
    assert_unseen(&tokenizer, "ab\na\n\nb", &[]);
    assert_unseen(&tokenizer, "\na c", &[(" ", Unknown), ("c", Unknown)]);
}

#[test]
fn byt5_sees_everything() {
    let tokenizer = Tokenizer::bytes(125);
    assert_unseen(&tokenizer, " \n\t\0가  {<\u{200d}\u{feff}\u{10ffff} ", &[]);
}

/// Of a text without them, or with spaces in their place, the tokenizer makes the same tokens.
#[test]
fn what_is_said_to_be_unseen_is_unseen() {
    let golden_cases = Golden::read();
    let mut n_checked = 0;
    for reference in &golden_cases.tokenizers {
        let tokenizer = reference.load();
        for text in &golden_cases.texts {
            let ids = |text: &str| tokenizer.encode(text).unwrap().ids;
            let all = unseen(&tokenizer, text);
            for (thing, fate) in &all {
                let other = match fate {
                    Space => " ",
                    Nothing => "",
                    Unknown => continue,
                };
                let has_other_fates = all.iter().filter(|(other, _)| other == thing).count() > 1;
                if has_other_fates || thing.starts_with(' ') {
                    continue;
                }
                let replaced = text.replace(thing, other);
                assert_eq!(
                    ids(&replaced),
                    ids(text),
                    "{}: {text:?} without {thing:?}",
                    reference.file
                );
                n_checked += 1;
            }
        }
    }
    assert!(n_checked > 100, "{n_checked}");
}

#[test]
fn unknown_characters_are_those_of_unknown_tokens() {
    let tokenizer =
        Tokenizer::from_tokenizer_json(&golden("models/t5-v1_1/tokenizer.json")).unwrap();
    let text: String = ('\u{20}'..='\u{2ff}').flat_map(|c| [c, ' ']).collect();
    let said: Vec<String> = unseen(&tokenizer, &text)
        .into_iter()
        .filter(|(_, fate)| *fate == Unknown)
        .map(|(character, _)| character)
        .collect();
    for character in ('\u{21}'..='\u{2ff}').filter(|c| !c.is_whitespace()) {
        let alone = tokenizer.encode(&character.to_string()).unwrap();
        let is_unknown = alone.unknown.contains(&true);
        assert_eq!(said.contains(&character.to_string()), is_unknown, "{character:?}");
    }
}

/// Around what is looked into stands a letter, which a vocabulary may lack, and have no token for what it lacks.
#[test]
fn a_vocabulary_without_letters_reads_what_it_can() {
    let json = tokenizer_json(json!({
        "pre_tokenizer": {"type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": "always", "split": true},
        "model": {"type": "Unigram", "unk_id": null,
            "vocab": [["</s>", 0.0], ["\u{2581}", -2.0], ["b", -2.0], ["\u{2581}b", -1.0]]},
    }));
    let tokenizer = Tokenizer::from_tokenizer_json(&json).unwrap();
    assert_eq!(tokenizer.encode("b b").unwrap().ids, [3, 3, 0]);
    assert_unseen(&tokenizer, "b b", &[]);
}

#[test]
fn unseen_has_its_wire_form() {
    let unseen = Unseen { text: "\n".to_string(), seen_as: Space };
    assert_eq!(serde_json::to_value(&unseen).unwrap(), json!({"text": "\n", "seen_as": "space"}));
}
