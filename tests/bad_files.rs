//! Damaged, hostile and mismatched files: each ends in an error that says what was wrong and where,
//! never in a panic or an absurd allocation.

mod common;

use std::fs;

use common::{golden, load, options};
use t5_playground::engine::{Engine, LoadOptions, LoadSession};
use t5_playground::error::{Error, ErrorKind};
use t5_playground::weights::WeightType;

/// The error of loading these bytes as the only file of a model.
fn refusal(options: LoadOptions, file: &[u8]) -> Error {
    match load(options, &[file], 1 << 12) {
        Ok(_) => panic!("the file was accepted"),
        Err(error) => error,
    }
}

fn gguf() -> Vec<u8> {
    fs::read(golden("gguf/t5-v1_1.f32.gguf")).unwrap()
}

fn alone() -> LoadOptions {
    LoadOptions { without_tokenizer: true, ..Default::default() }
}

fn v1_1() -> LoadOptions {
    options(&golden("models/t5-v1_1"), WeightType::AsIs)
}

fn safetensors() -> Vec<u8> {
    fs::read(golden("models/t5-v1_1/model.safetensors")).unwrap()
}

fn position(haystack: &[u8], needle: &[u8]) -> usize {
    haystack.windows(needle.len()).position(|window| window == needle).unwrap()
}

/// End of the header of a GGUF file: where its first tensor begins, at the latest.
fn header_bytes(file: &[u8]) -> usize {
    position(file, b"output.weight") + 4096
}

#[test]
fn a_gguf_truncated_anywhere_in_its_header_is_named() {
    let file = gguf();
    // Every byte of the first stretch, then a stride that shares no factor with the alignment.
    let ends = (0..600).chain((600..header_bytes(&file).min(file.len())).step_by(97));
    for end in ends {
        let error = refusal(alone(), &file[..end]);
        assert_eq!(error.kind(), ErrorKind::DamagedFile, "cut at {end}: {error}");
        let text = error.to_string();
        assert!(text.contains("ends") || text.contains("but the file has"), "cut at {end}: {text}");
    }
}

#[test]
fn a_file_cut_inside_a_tensor_names_the_tensor() {
    for file in [gguf(), safetensors()] {
        let half = file.len() / 2;
        let mut session = t5_playground::engine::LoadSession::new(v1_1()).unwrap();
        // As a stream whose length nobody said.
        session.begin_file("model", None).unwrap();
        session.push(&file[..half]).unwrap();
        let error = session.finish_file().unwrap_err();
        assert!(error.to_string().contains("before tensor `"), "{error}");
        assert!(error.to_string().contains(&format!("byte {half}")), "{error}");
        // With a known length it is refused before any tensor is read.
        assert!(refusal(v1_1(), &file[..half]).to_string().contains("but the file has"));
    }
}

#[test]
fn what_is_no_model_is_recognised() {
    for (bytes, expected) in [
        (&b"<!DOCTYPE html><html><head></head></html>"[..], "HTML"),
        (b"\n <html> Not found </html>", "HTML"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00", "Git LFS pointer"),
        (b"PK\x03\x04 and the rest of an archive", "PyTorch"),
        (b"{\"error\": \"Repository not found\"}", "JSON"),
        (b"FUGG\0\0\0\x03 and more", "big-endian"),
        (b"GGUX\x03\0\0\0 and more", "neither GGUF nor safetensors"),
        (b"GGUF\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "version 1"),
        (b"", "ends after 0 bytes"),
        (b"GG", "ends after 2 bytes"),
    ] {
        let error = refusal(alone(), bytes).to_string();
        assert!(error.contains(expected), "{:?}: {error}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn absurd_counts_and_offsets_are_refused_without_taking_memory() {
    let file = gguf();
    let set = |at: usize, bytes: &[u8]| {
        let mut file = file.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        refusal(alone(), &file).to_string()
    };
    let huge = u64::MAX.to_le_bytes();
    assert!(set(8, &huge).contains("tensors cannot be right"));
    assert!(set(16, &huge).contains("metadata keys cannot be right"));
    // The length of the first key.
    assert!(set(24, &huge).contains("cannot be right"));
    assert!(set(24, &(1u64 << 40).to_le_bytes()).contains("cannot be right"));

    let dims = position(&file, b"output.weight") + b"output.weight".len();
    assert!(set(dims, &9u32.to_le_bytes()).contains("9 dimensions"));
    assert!(set(dims + 4, &huge).contains("cannot be"));
    assert!(set(dims + 4, &0u64.to_le_bytes()).contains("cannot be"));
    assert!(set(dims + 20, &99u32.to_le_bytes()).contains("GGUF type 99"));
    assert!(set(dims + 24, &huge).contains("cannot begin at"));
    assert!(set(dims + 24, &(1u64 << 50).to_le_bytes()).contains("but the file has"));
    assert!(set(dims + 24, &7u64.to_le_bytes()).contains("cannot begin at 7"));
}

#[test]
fn every_single_damaged_byte_of_the_header_ends_well() {
    // Whatever a damaged byte makes of the header, loading ends: in an error, or with a model where
    // the byte did not matter (a letter of a name that nobody reads).
    let file = gguf();
    let end = position(&file, b"tokenizer.ggml.tokens");
    for at in (0..end).chain((end..header_bytes(&file).min(file.len())).step_by(211)) {
        let mut damaged = file.clone();
        damaged[at] ^= 0x91;
        let _ = load(alone(), &[&damaged], usize::MAX);
    }
}

#[test]
fn safetensors_headers_that_lie_are_refused() {
    let build = |header: &str| {
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header.as_bytes());
        file.extend([0; 64]);
        refusal(v1_1(), &file).to_string()
    };
    let tensor = |fields: &str| build(&format!("{{\"shared.weight\":{{{fields}}}}}"));
    assert!(build("{ not json").contains("safetensors file is damaged"));
    assert!(tensor(r#""dtype":"I64","shape":[4],"data_offsets":[0,32]"#).contains("I64"));
    assert!(tensor(r#""dtype":"F32","shape":[4]"#).contains("data_offsets"));
    assert!(
        tensor(r#""dtype":"F32","shape":[4],"data_offsets":[0,20]"#).contains("takes 16 bytes")
    );
    assert!(tensor(r#""dtype":"F32","shape":[4],"data_offsets":[32,16]"#).contains("takes 16"));
    assert!(tensor(r#""dtype":"F32","shape":[-4],"data_offsets":[0,16]"#).contains("no shape"));
    let wide = r#""dtype":"F32","shape":[9223372036854775807,2],"data_offsets":[0,16]"#;
    assert!(tensor(wide).contains("cannot be of shape"));
    let two = r#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},
        "b":{"dtype":"F32","shape":[4],"data_offsets":[8,24]}}"#;
    assert!(build(two).contains("overlaps"));
    let mut endless = u64::MAX.to_le_bytes().to_vec();
    endless.extend(b"{}");
    assert!(refusal(v1_1(), &endless).to_string().contains("neither GGUF nor safetensors"));
}

#[test]
fn missing_and_misshaped_tensors_are_named_with_both_shapes() {
    let renamed = {
        let mut file = safetensors();
        let at = position(&file, b"decoder.block.1.layer.1.EncDecAttention.k.weight");
        file[at] = b'x';
        refusal(v1_1(), &file)
    };
    assert_eq!(renamed.kind(), ErrorKind::UnsupportedModel);
    let text = renamed.to_string();
    assert!(text.contains("decoder.block.1.layer.1.EncDecAttention.k.weight"), "{text}");
    assert!(text.contains("missing") && text.contains('['), "{text}");

    let mut file = gguf();
    let at = position(&file, b"token_embd.weight");
    file[at] = b'x';
    let text = refusal(alone(), &file).to_string();
    assert!(text.contains("shared.weight") && text.contains("missing"), "{text}");

    let mut lying = v1_1();
    let config = lying.config_json.as_mut().unwrap();
    let d_ff: serde_json::Value = serde_json::from_str(config).unwrap();
    let d_ff = d_ff["d_ff"].as_u64().unwrap();
    *config = config.replace(&format!("\"d_ff\": {d_ff}"), "\"d_ff\": 4096");
    let text = refusal(lying, &safetensors()).to_string();
    assert!(text.contains("DenseReluDense.wi_0.weight"), "{text}");
    assert!(text.contains("[4096, ") && text.contains(&format!("[{d_ff}, ")), "{text}");
}

#[test]
fn nan_and_infinite_weights_are_named() {
    let file = safetensors();
    let header_bytes = 8 + u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    for weights in [WeightType::AsIs, WeightType::Q8_0, WeightType::Q4_0] {
        for bad in [f32::NAN, f32::INFINITY] {
            let mut damaged = file.clone();
            let at = header_bytes + 4 * 1000;
            damaged[at..at + 4].copy_from_slice(&bad.to_le_bytes());
            let error = refusal(options(&golden("models/t5-v1_1"), weights), &damaged);
            assert_eq!(error.kind(), ErrorKind::DamagedFile);
            assert!(error.to_string().contains("at element"), "{error}");
        }
    }
}

#[test]
fn a_model_without_its_other_files_says_which() {
    let no_config = LoadOptions { config_json: None, ..v1_1() };
    assert!(refusal(no_config, &safetensors()).to_string().contains("config.json"));
    let no_tokenizer = LoadOptions { tokenizer_json: None, without_tokenizer: false, ..v1_1() };
    // As soon as half of the file is here: nobody waits for a gigabyte to read that.
    let file = safetensors();
    let mut session = LoadSession::new(no_tokenizer).unwrap();
    session.begin_file("the file", Some(file.len() as u64)).unwrap();
    let error = session.push(&file[..file.len() / 2]).unwrap_err();
    assert!(error.to_string().contains("tokenizer.json"), "{error}");
    let mut other = v1_1();
    other.tokenizer_json = fs::read(golden("models/mt5/tokenizer.json")).ok();
    let error = refusal(other, &safetensors());
    assert_eq!(error.kind(), ErrorKind::Tokenizer);
    assert!(error.to_string().contains("do not belong together"), "{error}");
}

#[test]
fn an_unknown_architecture_is_named() {
    let mut file = gguf();
    let at = position(&file, b"general.architecture") + b"general.architecture".len() + 4 + 8;
    assert_eq!(&file[at..at + 2], b"t5");
    file[at..at + 2].copy_from_slice(b"xx");
    assert!(refusal(alone(), &file).to_string().contains("`xx`"));
    let llama = LoadOptions { config_json: Some(r#"{"model_type":"llama"}"#.into()), ..v1_1() };
    assert!(refusal(llama, &safetensors()).to_string().contains("llama"));
}

#[test]
fn a_failed_load_costs_the_loaded_model_nothing() {
    let mut engine = common::load_golden("t5-v1_1", WeightType::Q8_0);
    let before = common::greedy(&mut engine, &[5, 6, 7, 1], Default::default());
    refusal(v1_1(), b"<html>");
    assert_eq!(common::greedy(&mut engine, &[5, 6, 7, 1], Default::default()), before);
}

#[test]
fn requests_out_of_turn_are_refused() {
    let mut engine = Engine::new();
    let start =
        |engine: &mut Engine, prompt: &str| engine.start_generation(prompt, Default::default());
    assert_eq!(start(&mut engine, "hi").unwrap_err().kind(), ErrorKind::State);
    assert_eq!(engine.step().unwrap_err().kind(), ErrorKind::State);
    assert_eq!(engine.stop().unwrap_err().kind(), ErrorKind::State);

    let mut engine = common::load_golden("t5-v1_1", WeightType::Q8_0);
    assert_eq!(start(&mut engine, "").unwrap_err().kind(), ErrorKind::Prompt);
    assert_eq!(start(&mut engine, " \n\t ").unwrap_err().kind(), ErrorKind::Prompt);
    let long = "word ".repeat(20_000);
    let text = start(&mut engine, &long).unwrap_err().to_string();
    assert!(text.contains("takes at most 8192") && text.contains("Shorten"), "{text}");
    let beyond = engine.start_generation_from_ids(&[5, 1_000_000], Default::default());
    assert!(beyond.unwrap_err().to_string().contains("1000000"));

    start(&mut engine, "The house").unwrap();
    assert_eq!(start(&mut engine, "again").unwrap_err().kind(), ErrorKind::State);
    // A stop before the first token.
    let result = engine.stop().unwrap();
    assert_eq!((result.text.as_str(), result.usage.decoder_tokens), ("", 0));
    start(&mut engine, "The house\0with NUL").unwrap();
    engine.stop().unwrap();
}
