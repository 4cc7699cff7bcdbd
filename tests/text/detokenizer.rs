//! The detokenizer, joined, is `decode`; and `decode` is what the references give.

use super::small_json::{special_tokens, tokenizer_json};
use super::{Golden, published, published_cases};
use proptest::collection::vec;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use t5_playground::text::Tokenizer;

/// The text of `ids` token by token; checks that certain text never changes.
fn stream(tokenizer: &Tokenizer, ids: &[u32]) -> String {
    let mut detokenizer = tokenizer.detokenizer();
    let mut text = String::new();
    ids.iter().for_each(|&id| text += &detokenizer.push(tokenizer, id));
    text + &detokenizer.finish(tokenizer)
}

/// Random ids: any of the vocabulary and two beyond it, half of them from `often`.
fn check_random_ids(tokenizer: &Tokenizer, often: &[u32], check: impl Fn(&[u32], &str)) {
    let n = tokenizer.n_vocab() as u32;
    let draw = vec((0..n + 2, proptest::bool::ANY, 0..often.len().max(1)), 0..24);
    let strategy = (draw,);
    TestRunner::deterministic()
        .run(&strategy, |(draws,)| {
            let ids: Vec<u32> = draws
                .into_iter()
                .map(
                    |(any, is_often, i)| if is_often { *often.get(i).unwrap_or(&any) } else { any },
                )
                .collect();
            let text = stream(tokenizer, &ids);
            assert_eq!(text, tokenizer.decode(&ids, true), "{ids:?}");
            check(&ids, &text);
            Ok(())
        })
        .unwrap();
}

/// The ids of pieces that stand for bytes or are special: those that make decoding hard.
fn hard_ids(tokenizer: &Tokenizer) -> Vec<u32> {
    let hard = ["<pad>", "</s>", "<unk>", "<extra_id_0>", "\u{2581}", "<0xEA>", "<0xB0>", "<0x80>"];
    let bytes =
        [0xea_u8, 0xb0, 0x80, 0xf0, 0x9f, 0xff, b' '].map(|byte| char::from(byte).to_string());
    let pieces = hard.map(String::from).into_iter().chain(bytes);
    pieces.filter_map(|piece| tokenizer.token_to_id(&piece)).collect()
}

#[test]
fn golden_tokenizers_stream_what_they_decode() {
    let golden = Golden::read();
    for reference in &golden.tokenizers {
        let tokenizer = reference.load();
        for (i, ids) in reference.ids.iter().enumerate() {
            let text = stream(&tokenizer, ids);
            assert_eq!(text, tokenizer.decode(ids, true), "{:?}", golden.texts[i]);
        }
        let library = (reference.kind == "tokenizer.json")
            .then(|| tokenizers::Tokenizer::from_bytes(super::golden(&reference.file)).unwrap());
        check_random_ids(&tokenizer, &hard_ids(&tokenizer), |ids, text| {
            if let Some(library) = &library {
                assert_eq!(text, library.decode(ids, true).unwrap(), "{ids:?}");
                let all = library.decode(ids, false).unwrap();
                assert_eq!(tokenizer.decode(ids, false), all, "{ids:?}");
            }
        });
    }
}

#[test]
fn the_published_tokenizer_streams_what_it_decodes() {
    let (Some(json), Some(cases)) = (published("tokenizer.json"), published_cases()) else {
        return;
    };
    let tokenizer = Tokenizer::from_tokenizer_json(&json).unwrap();
    for case in &cases {
        assert_eq!(
            stream(&tokenizer, &case.ids),
            tokenizer.decode(&case.ids, true),
            "{:?}",
            case.text
        );
    }
    let library = tokenizers::Tokenizer::from_bytes(&json).unwrap();
    check_random_ids(&tokenizer, &hard_ids(&tokenizer), |ids, text| {
        assert_eq!(text, library.decode(ids, true).unwrap(), "{ids:?}");
    });
}

/// Pieces that are hard for one decoder or another.
const PIECES: [&str; 32] = [
    "</s>",
    "<unk>",
    "<s>",
    "\u{2581}",
    "\u{2581}the",
    "a\u{2581}b",
    "\u{2581}\u{2581}",
    "a",
    "##b",
    "b</w>",
    "</w>",
    " ",
    "  c ",
    " .",
    " n't",
    "\u{120}x",
    "\u{ea}",
    "\u{b0}",
    "\u{10a}",
    "\u{80}",
    "가",
    "<0xEA>",
    "<0xB0>",
    "<0x80>",
    "<0x41>",
    "<0xFF>",
    "<0x+1>",
    "<0xé>",
    "|",
    "👩\u{200d}👧",
    "\u{301}",
    "\u{fffd}",
];

fn with_decoder(decoder: Value) -> Vec<u8> {
    let vocab: serde_json::Map<String, Value> =
        PIECES.iter().enumerate().map(|(id, piece)| (piece.to_string(), json!(id))).collect();
    tokenizer_json(json!({
        "decoder": decoder,
        "added_tokens": special_tokens(["</s>", "<unk>", "<s>"]),
        "model": {"type": "WordLevel", "vocab": vocab, "unk_token": "<unk>"},
    }))
}

/// Every decoder of the tokenizers library, and how real files put them together.
fn decoders() -> Vec<Value> {
    let metaspace =
        |scheme| json!({"type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": scheme});
    let byte_fallback = json!({"type": "ByteFallback"});
    let byte_level = json!({"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true});
    let fuse = json!({"type": "Fuse"});
    let replace = json!({"type": "Replace", "pattern": {"String": "\u{2581}"}, "content": " "});
    let replace_text =
        |from, to| json!({"type": "Replace", "pattern": {"String": from}, "content": to});
    let strip =
        |start, stop| json!({"type": "Strip", "content": " ", "start": start, "stop": stop});
    let word_piece = json!({"type": "WordPiece", "prefix": "##", "cleanup": true});
    let bpe = json!({"type": "BPEDecoder", "suffix": "</w>"});
    let ctc =
        json!({"type": "CTC", "pad_token": "a", "word_delimiter_token": "|", "cleanup": true});
    let sequence = |decoders: &[&Value]| json!({"type": "Sequence", "decoders": decoders});
    vec![
        Value::Null,
        metaspace("always"),
        metaspace("never"),
        sequence(&[&replace, &byte_fallback, &fuse, &strip(1, 0)]),
        sequence(&[&byte_fallback, &fuse, &metaspace("always")]),
        sequence(&[&byte_fallback, &metaspace("always")]),
        sequence(&[&sequence(&[&byte_level]), &fuse]),
        sequence(&[&byte_level, &replace]),
        sequence(&[&bpe, &replace, &byte_fallback]),
        sequence(&[&strip(1, 0), &word_piece, &fuse, &strip(2, 0)]),
        sequence(&[&fuse, &word_piece]),
        sequence(&[&metaspace("always"), &fuse, &replace_text("a b", "")]),
        sequence(&[&replace, &fuse, &replace_text("  ", "<"), &replace_text("a ", "a")]),
        sequence(&[&fuse, &replace_text("", "x")]),
        sequence(&[&fuse, &ctc]),
        byte_level,
        byte_fallback,
        replace,
        word_piece,
        bpe,
        ctc,
        fuse,
    ]
}

#[test]
fn every_decoder_gives_the_text_of_the_tokenizers_library() {
    for decoder in decoders() {
        let json = with_decoder(decoder.clone());
        let tokenizer = Tokenizer::from_tokenizer_json(&json).unwrap();
        let library = tokenizers::Tokenizer::from_bytes(&json).unwrap();
        check_random_ids(&tokenizer, &[0, 16, 17, 19, 21, 22, 23], |ids, text| {
            // The library panics on no pieces at all in some of its decoders.
            let has_pieces = ids.iter().any(|id| (3..PIECES.len() as u32).contains(id));
            let expected =
                if has_pieces { library.decode(ids, true).unwrap() } else { String::new() };
            assert_eq!(text, expected, "{decoder} of {ids:?}");
        });
    }
}

/// A pattern that overlaps itself is replaced from the left.
#[test]
fn three_spaces_are_two_and_one() {
    let step = |from: &str, to: &str| json!({"type": "Replace", "pattern": {"String": from}, "content": to});
    let decoders = json!([step("\u{2581}", " "), {"type": "Fuse"}, step("  ", "<")]);
    let json = with_decoder(json!({"type": "Sequence", "decoders": decoders}));
    let tokenizer = Tokenizer::from_tokenizer_json(&json).unwrap();
    let library = tokenizers::Tokenizer::from_bytes(&json).unwrap();
    for ids in [&[3, 6, 3][..], &[6, 3], &[3, 6], &[6, 6, 3, 7]] {
        assert_eq!(stream(&tokenizer, ids), library.decode(ids, true).unwrap(), "{ids:?}");
    }
}

/// Text is given out with the token that makes it certain, and no later.
#[test]
fn text_comes_as_early_as_it_can() {
    let pushes = |tokenizer: &Tokenizer, pieces: &[&str]| -> Vec<String> {
        let mut detokenizer = tokenizer.detokenizer();
        let mut texts: Vec<String> = pieces
            .iter()
            .map(|piece| detokenizer.push(tokenizer, tokenizer.token_to_id(piece).unwrap()))
            .collect();
        texts.push(detokenizer.finish(tokenizer));
        texts
    };
    let decoder = |decoder: Value| Tokenizer::from_tokenizer_json(&with_decoder(decoder)).unwrap();

    let metaspace = decoder(
        json!({"type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": "always"}),
    );
    assert_eq!(
        pushes(&metaspace, &["\u{2581}the", "</s>", "\u{2581}the", "a"]),
        ["the", "", " the", "a", ""]
    );

    // Only what may be the start of what is replaced has to wait.
    let joined = decoder(json!({"type": "Sequence", "decoders": [
        {"type": "Fuse"},
        {"type": "Replace", "pattern": {"String": " .|"}, "content": "!"},
    ]}));
    assert_eq!(
        pushes(&joined, &["a", " ", " .", "|", "a", " .", "</w>", " "]),
        ["a", "", " ", "!", "a", "", " .</w>", "", " "]
    );

    let byte_level =
        decoder(json!({"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true}));
    assert_eq!(pushes(&byte_level, &["\u{ea}", "\u{b0}", "\u{122}"][..2]), ["", "", "\u{fffd}"]);

    let fallback = decoder(json!({"type": "ByteFallback"}));
    let run = ["<0xEA>", "<0xB0>", "<0x80>", "a", "<0xEA>", "<0xB0>"];
    assert_eq!(pushes(&fallback, &run), ["", "", "", "가a", "", "", "\u{fffd}\u{fffd}"]);

    let bytes = Tokenizer::bytes(2);
    let run = ["\u{ea}", "\u{b0}", "<extra_id_1>", "\u{80}", "\u{ea}", "a", "\u{ea}"];
    assert_eq!(pushes(&bytes, &run), ["", "", "", "가", "", "a", "", ""]);
}

#[test]
fn byt5_puts_spaces_around_extra_ids_as_transformers_does() {
    // (ids, text with special tokens), as ByT5Tokenizer().decode of transformers 4.57 gives them.
    let cases: [(&[u32], &str); 7] = [
        (&[100, 259, 101], "a <extra_id_0> b"),
        (&[259, 260], "<extra_id_0> <extra_id_1>"),
        (&[100, 1, 259, 0, 101], "a</s> <extra_id_0> <pad>b"),
        (&[237, 259, 101], "<extra_id_0> b"),
        (&[259, 237], "<extra_id_0> "),
        (&[237], ""),
        (&[259, 237, 179, 131], "<extra_id_0> 가"),
    ];
    let tokenizer = Tokenizer::bytes(125);
    for (ids, text) in cases {
        assert_eq!(tokenizer.decode(ids, false), text, "{ids:?}");
    }
}
