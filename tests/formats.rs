//! The same model from every kind of file, in chunks of every size.

mod common;

use std::fs;
use std::path::Path;

use common::{expected, golden, greedy, load, load_golden, options, read_f32, relative_error};
use t5_playground::engine::{Engine, LoadOptions, LoadSession, Notice, gguf_metadata};
use t5_playground::error::{Error, Result};
use t5_playground::generate::GenerationConfig;
use t5_playground::kernels::TensorType;
use t5_playground::model::Workspace;
use t5_playground::text::TokenizerKind;
use t5_playground::weights::{FileHeader, GgufValue, WeightType, WeightsLoader, write_gguf};

const MODEL: &str = "t5-v1_1";

fn folder() -> std::path::PathBuf {
    golden("models").join(MODEL)
}

/// Logits of the short prompt, teacher-forced, (n_steps, V).
fn logits(engine: &Engine, n_steps: usize) -> Vec<f32> {
    logits_of(MODEL, engine, n_steps)
}

/// As [`logits`], for the short prompt of that golden model.
fn logits_of(model: &str, engine: &Engine, n_steps: usize) -> Vec<f32> {
    let t5 = engine.model().unwrap();
    let prompt = &expected(model).0.prompts[0];
    let mut ws = Workspace::default();
    let states = t5.encode(&prompt.input_ids, &mut ws).unwrap();
    let mut state = t5.start_decoder(&states, n_steps, &mut ws).unwrap();
    t5.decode(&prompt.greedy_48_ids[..n_steps], &mut state, &mut ws).unwrap().to_vec()
}

fn load_file(options: LoadOptions, path: &Path) -> Engine {
    load(options, &[&fs::read(path).unwrap()], 1 << 16).unwrap()
}

/// Everything is inside.
fn llama(name: &str) -> Engine {
    load_file(LoadOptions::default(), &golden("gguf").join(name))
}

/// Configuration and tokenizer lie beside.
fn candle(name: &str) -> Engine {
    load_file(options(&folder(), WeightType::AsIs), &golden("gguf").join(name))
}

#[test]
fn gguf_of_both_dialects_gives_the_logits_of_an_independent_reader() {
    let recorded = read_f32(&golden("gguf/expected.safetensors"));
    type Read = fn(&str) -> Engine;
    let files: [(&str, Read); 5] = [
        ("t5-v1_1.f32.gguf", llama),
        ("t5-v1_1.f16.gguf", llama),
        ("t5-v1_1.q8_0.gguf", llama),
        ("t5-v1_1.candle.q8_0.gguf", candle),
        ("t5-v1_1.candle.q4_0.gguf", candle),
    ];
    for (name, read) in files {
        let expected = &recorded[name];
        let n_steps = expected.len() / read(name).model().unwrap().config().vocab_size;
        let error = relative_error(&logits(&read(name), n_steps), expected);
        // The recorded logits multiply dequantized weights in f32. Here the activations are in 8
        // bits too where weights are in blocks; read as f32, the same files agree closely.
        let is_blocks = name.contains("q8") || name.contains("q4");
        assert!(error < if is_blocks { 0.1 } else { 1e-4 }, "{name} is off by {error:e}");

        let mut options = match name.contains("candle") {
            true => options(&folder(), WeightType::F32),
            false => LoadOptions::default(),
        };
        options.weights = WeightType::F32;
        let engine = load_file(options, &golden("gguf").join(name));
        let error = relative_error(&logits(&engine, n_steps), expected);
        assert!(error < 1e-4, "{name} read as f32 is off by {error:e}");
    }
}

#[test]
fn a_gguf_of_llama_has_its_configuration_and_tokenizer_inside() {
    let engine = llama("t5-v1_1.f32.gguf");
    let info = engine.model_info().unwrap();
    assert_eq!(info.tokenizer, Some(TokenizerKind::SentencePiece));
    assert_eq!(&info.config, &load_golden(MODEL, WeightType::AsIs).model_info().unwrap().config);
}

#[test]
fn safetensors_of_every_kind_give_the_same_model() {
    let whole = logits(&load_golden(MODEL, WeightType::AsIs), 8);
    let sharded = golden("safetensors/sharded");
    let shards = ["00001", "00002"]
        .map(|n| fs::read(sharded.join(format!("model-{n}-of-00002.safetensors"))).unwrap());
    let sharded =
        load(options(&folder(), WeightType::AsIs), &[&shards[0], &shards[1]], 1 << 16).unwrap();
    assert_eq!(logits(&sharded, 8), whole);
    let recorded = read_f32(&golden("safetensors/expected.safetensors"));
    for name in ["f16", "bf16"] {
        let path = golden("safetensors").join(name).join("model.safetensors");
        let as_is = load_file(options(&folder(), WeightType::AsIs), &path);
        let as_f32 = load_file(options(&folder(), WeightType::F32), &path);
        for engine in [as_is, as_f32] {
            assert!(relative_error(&logits(&engine, 8), &recorded[name]) < 1e-4, "{name}");
        }
    }
}

#[test]
fn chunks_of_any_size_give_the_same_model() {
    let file = fs::read(folder().join("model.safetensors")).unwrap();
    let gguf = fs::read(golden("gguf/t5-v1_1.q8_0.gguf")).unwrap();
    for weights in [WeightType::AsIs, WeightType::Q8_0] {
        let expected = logits(&load_golden(MODEL, weights), 4);
        for chunk_bytes in [1, 7, 33, 4096, usize::MAX] {
            let engine = load(options(&folder(), weights), &[&file], chunk_bytes).unwrap();
            assert_eq!(logits(&engine, 4), expected, "chunks of {chunk_bytes}");
        }
    }
    let expected = logits(&llama("t5-v1_1.q8_0.gguf"), 4);
    for chunk_bytes in [1, 31, 65_537] {
        let engine = load(LoadOptions::default(), &[&gguf], chunk_bytes).unwrap();
        assert_eq!(logits(&engine, 4), expected, "chunks of {chunk_bytes}");
    }
}

/// The bytes of the GGUF file that `convert` makes of one file.
fn convert(options: LoadOptions, file: &[u8]) -> Result<Vec<u8>> {
    let tokenizer_json = options.tokenizer_json.clone();
    let mut session = LoadSession::new(LoadOptions { for_parts: true, ..options })?;
    session.begin_file("the file", None)?;
    session.push(file)?;
    session.finish_file()?;
    let parts = session.finish_parts()?;
    let metadata = gguf_metadata(&parts, "a model", tokenizer_json.as_deref())?;
    let mut gguf = Vec::new();
    write_gguf(&mut gguf, &metadata, &parts.weights).unwrap();
    Ok(gguf)
}

#[test]
fn convert_writes_a_whole_model() {
    for model in ["t5-v1_0", "t5-v1_1", "flan-odd", "mt5", "umt5", "byt5"] {
        let folder = golden("models").join(model);
        let file = fs::read(folder.join("model.safetensors")).unwrap();
        let gguf = convert(options(&folder, WeightType::Q8_0), &file).unwrap();
        let mut converted = load(LoadOptions::default(), &[&gguf], 1000).unwrap();
        let mut original = load_golden(model, WeightType::Q8_0);
        let config = |engine: &Engine| engine.model_info().unwrap().config.clone();
        assert_eq!(config(&converted), config(&original), "{model}");
        let text = "The teacher waited, then 12 {braces} 한글";
        assert_eq!(converted.tokenize(text).unwrap(), original.tokenize(text).unwrap(), "{model}");
        let ids = &expected(model).0.prompts[0].input_ids;
        let options = GenerationConfig { max_new_tokens: 24, ..Default::default() };
        assert_eq!(
            greedy(&mut converted, ids, options.clone()),
            greedy(&mut original, ids, options),
            "{model}"
        );
    }
}

#[test]
fn convert_keeps_the_number_of_extra_ids_of_byt5() {
    let folder = golden("models/byt5");
    let config = r#"{"tokenizer_class": "ByT5Tokenizer", "extra_ids": 5}"#;
    let options = LoadOptions {
        tokenizer_config_json: Some(config.into()),
        ..options(&folder, WeightType::F32)
    };
    let gguf = convert(options, &fs::read(folder.join("model.safetensors")).unwrap()).unwrap();
    let converted = load(LoadOptions::default(), &[&gguf], 1000).unwrap();
    let n_tokens = |text| converted.tokenize(text).unwrap().0.len();
    assert_eq!((n_tokens("<extra_id_4>"), n_tokens("<extra_id_5>")), (2, 13));
}

#[test]
fn convert_refuses_a_model_without_its_other_files() {
    let path = golden("safetensors/sharded/model-00001-of-00002.safetensors");
    let refused = convert(options(&folder(), WeightType::AsIs), &fs::read(path).unwrap());
    assert!(matches!(refused, Err(Error::MissingTensor { .. })), "{refused:?}");
}

#[test]
fn convert_does_not_copy_the_alignment_of_another_file() {
    let gguf = fs::read(golden("gguf/t5-v1_1.f32.gguf")).unwrap();
    let mut session =
        LoadSession::new(LoadOptions { for_parts: true, ..Default::default() }).unwrap();
    session.begin_file("t5-v1_1.f32.gguf", None).unwrap();
    session.push(&gguf).unwrap();
    session.finish_file().unwrap();
    let mut parts = session.finish_parts().unwrap();
    parts.metadata.insert("general.alignment".into(), GgufValue::Unsigned(4096));
    let metadata = gguf_metadata(&parts, MODEL, None).unwrap();
    assert!(metadata.contains_key("general.name"));
    let mut converted = Vec::new();
    write_gguf(&mut converted, &metadata, &parts.weights).unwrap();
    let converted = load(LoadOptions::default(), &[&converted], 1000).unwrap();
    assert_eq!(logits(&converted, 4), logits(&llama("t5-v1_1.f32.gguf"), 4));
}

#[test]
fn a_config_of_transformers_5_gives_the_same_model() {
    for model in ["t5-v1_0", "t5-v1_1", "flan-odd", "byt5", "mt5", "umt5"] {
        let engine = load_with_config_of_transformers_5(model, model);
        let golden = load_golden(model, WeightType::F32);
        assert_eq!(logits_of(model, &engine, 8), logits_of(model, &golden, 8), "{model}");
        assert_eq!(engine.model_info().unwrap().notices, [], "{model}");
    }

    // A new model of version 1.1: the head is the embedding, and nothing is scaled.
    let engine = load_with_config_of_transformers_5("t5-v1_0", "unscaled");
    let scale = (engine.model_info().unwrap().config.d_model as f32).sqrt();
    let golden = logits_of("t5-v1_0", &load_golden("t5-v1_0", WeightType::F32), 8);
    let golden: Vec<f32> = golden.iter().map(|logit| logit * scale).collect();
    assert!(relative_error(&logits_of("t5-v1_0", &engine, 8), &golden) < 1e-6);
}

/// The weights of a golden model with a configuration of `configs_of_transformers_5`, and through `convert` as well.
fn load_with_config_of_transformers_5(model: &str, config: &str) -> Engine {
    let folder = golden("models").join(model);
    let options = || LoadOptions {
        config_json: fs::read_to_string(golden(&format!(
            "configs_of_transformers_5/{config}.json"
        )))
        .ok(),
        ..options(&folder, WeightType::F32)
    };
    let file = fs::read(folder.join("model.safetensors")).unwrap();
    let engine = load(options(), &[&file], 1 << 16).unwrap();
    let gguf = convert(options(), &file).unwrap();
    let converted = load(LoadOptions::default(), &[&gguf], 1 << 16).unwrap();
    assert_eq!(logits_of(model, &converted, 4), logits_of(model, &engine, 4), "{config}");
    engine
}

#[test]
fn tensors_tell_what_a_config_without_a_model_type_does_not() {
    let folder = golden("models/umt5");
    let mut options = options(&folder, WeightType::F32);
    let mut config: serde_json::Value =
        serde_json::from_str(options.config_json.as_ref().unwrap()).unwrap();
    config.as_object_mut().unwrap().remove("model_type").unwrap();
    options.config_json = Some(config.to_string());
    let engine =
        load(options, &[&fs::read(folder.join("model.safetensors")).unwrap()], 1 << 16).unwrap();
    assert_eq!(
        logits_of("umt5", &engine, 8),
        logits_of("umt5", &load_golden("umt5", WeightType::F32), 8)
    );
}

#[test]
fn a_single_number_and_an_empty_tensor_are_passed_over() {
    let file = fs::read(golden("models/t5-v1_1/model.safetensors")).unwrap();
    let (n_bytes, rest) = file.split_first_chunk::<8>().unwrap();
    let (header, data) = rest.split_at(u64::from_le_bytes(*n_bytes) as usize);
    let mut header: serde_json::Value = serde_json::from_slice(header).unwrap();
    let n = data.len();
    header["temperature"] =
        serde_json::json!({"dtype": "F32", "shape": [], "data_offsets": [n, n + 4]});
    header["nothing"] =
        serde_json::json!({"dtype": "F32", "shape": [0], "data_offsets": [n + 4, n + 4]});
    let header = header.to_string();
    let file =
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data, &1f32.to_le_bytes()]
            .concat();
    let engine = load(options(&folder(), WeightType::AsIs), &[&file], 1 << 16).unwrap();
    let notices = &engine.model_info().unwrap().notices;
    assert!(format!("{notices:?}").contains("temperature"), "{notices:?}");
}

#[test]
fn rows_that_no_block_divides_fall_back_and_say_so() {
    let engine = load_golden("odd-rows", WeightType::Q4_0);
    let info = engine.model_info().unwrap();
    let is_change = |notice: &&Notice| matches!(notice, Notice::TensorTypeChanged { .. });
    assert!(info.notices.iter().any(|notice| is_change(&notice)), "{:?}", info.notices);
    assert!(
        info.tensor_types.iter().any(|tensors| tensors.r#type == "F32" && tensors.n_tensors > 20)
    );

    // 64 columns are no K-quant block of 256, but two blocks of Q8_0.
    let engine = load_golden(MODEL, WeightType::Q4K);
    let info = engine.model_info().unwrap();
    assert!(info.tensor_types.iter().any(|tensors| tensors.r#type == "Q8_0"), "{info:?}");
    let first = info.notices.iter().find(is_change).unwrap();
    let Notice::TensorTypeChanged { asked, used, .. } = first else { unreachable!() };
    assert_eq!((asked.as_str(), used.as_str()), ("Q4_K", "Q8_0"));
}

#[test]
fn copies_and_leftovers_in_published_files_are_passed_over() {
    for model in ["mt5", "t5-v1_0"] {
        let engine = load_golden(model, WeightType::AsIs);
        assert_eq!(engine.model_info().unwrap().notices, [], "{model}");
    }
}

#[test]
fn blocks_of_every_type_are_read_as_an_independent_reader_reads_them() {
    let recorded = read_f32(&golden("gguf/blocks.safetensors"));
    let file = fs::read(golden("gguf/blocks.gguf")).unwrap();
    let mut loader = WeightsLoader::new(WeightType::AsIs, false);
    let mut keep_all = |header: &mut FileHeader| {
        Ok(header.tensors.iter().map(|tensor| tensor.name.clone()).collect())
    };
    loader.begin_file("blocks.gguf", Some(file.len() as u64)).unwrap();
    loader.push(&file, &mut keep_all).unwrap();
    loader.finish_file(&mut keep_all).unwrap();
    let (weights, _, _) = loader.finish().unwrap();
    let mut n_types = 0;
    for (name, _, matrix) in weights.iter() {
        assert!(relative_error(&matrix.plain().to_f32(), &recorded[name]) < 1e-6, "{name}");
        assert_eq!(matrix.tensor_type().name(), name);
        n_types += 1;
    }
    assert_eq!(n_types, recorded.len());
}

#[test]
fn gguf_type_numbers_are_the_specifications() {
    for tensor_type in TensorType::ALL {
        assert_eq!(TensorType::from_gguf_id(tensor_type.gguf_id()), Some(tensor_type));
    }
    assert_eq!(TensorType::from_gguf_id(4), None);
}

#[test]
fn a_load_ends_in_what_it_was_begun_for() {
    let file = fs::read(golden("models/t5-v1_1/model.safetensors")).unwrap();
    let loaded = |for_parts| {
        let options = options(&golden("models/t5-v1_1"), WeightType::Q8_0);
        let mut session = LoadSession::new(LoadOptions { for_parts, ..options }).unwrap();
        session.begin_file("model.safetensors", None).unwrap();
        session.push(&file).unwrap();
        session.finish_file().unwrap();
        session
    };
    assert!(loaded(true).finish_parts().is_ok());
    assert!(loaded(false).finish().is_ok());
    assert!(matches!(loaded(true).finish(), Err(Error::State(_))));
    assert!(matches!(loaded(false).finish_parts(), Err(Error::State(_))));
}
