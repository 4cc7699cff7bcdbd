//! A sample of every message of the wire format. `tests/protocol/samples.ts` is made of them, and
//! `tsc` checks it against `www/engine/protocol.d.ts` (`./build.sh check`), so that the two sides
//! cannot drift apart.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use t5_playground::config::T5Config;
use t5_playground::engine::{
    EngineInfo, GenerationResult, ModelInfo, Notice, OneThreadReason, TensorTypeInfo, Timing,
    TokenInfo, Usage,
};
use t5_playground::error::Error;
use t5_playground::generate::{FinishReason, GenerationConfig};
use t5_playground::protocol::{
    EngineEvent, EngineRequest, ErrorContext, ErrorReport, Kept, KeptPlace, ModelSource,
    ReportKind, WhyNotKept,
};
use t5_playground::text::TokenizerKind;
use t5_playground::weights::WeightType;

fn requests() -> Vec<EngineRequest> {
    let load = |source| EngineRequest::Load { source, weights: WeightType::Q8_0 };
    vec![
        load(ModelSource::Urls {
            name: "built-in".into(),
            weights: vec!["models/built-in.gguf".into()],
            config: None,
            tokenizer: Some("tokenizer.json".into()),
            sha256: vec!["0".repeat(64)],
            keep: false,
            in_parts: false,
        }),
        load(hub(None)),
        load(hub(Some(vec!["model.safetensors".into()]))),
        load(ModelSource::Stored { id: "google-flan-t5-small-0".into() }),
        EngineRequest::Load {
            source: ModelSource::Files { names: vec!["model.gguf".into()] },
            weights: WeightType::AsIs,
        },
        EngineRequest::CancelLoad,
        EngineRequest::Generate {
            generation_id: 1,
            prompt: "translate English to German: Good morning.".into(),
            options: GenerationConfig::default(),
        },
        EngineRequest::Stop { generation_id: 1 },
        EngineRequest::Tokenize { request_id: 2, text: "Good morning".into() },
    ]
}

fn hub(files: Option<Vec<String>>) -> ModelSource {
    ModelSource::Hub {
        endpoint: "https://huggingface.co".into(),
        repo: "google/flan-t5-small".into(),
        revision: "main".into(),
        files,
    }
}

fn notices() -> Vec<Notice> {
    vec![
        Notice::UnknownCharacters { characters: vec!["{".into()] },
        Notice::WhitespaceChanged { characters: vec!["\n".into()] },
        Notice::LoneSurrogates { n_characters: 1 },
        Notice::BeyondTrainedLength { encoder_tokens: 600, trained_length: 512 },
        Notice::TensorTypeChanged {
            tensor: "shared.weight".into(),
            asked: "Q4_K".into(),
            used: "Q8_0".into(),
        },
        Notice::OneThread { reason: OneThreadReason::NotIsolated, message: String::new() },
        Notice::OneThread { reason: OneThreadReason::NoSharedMemory, message: String::new() },
        Notice::OneThread { reason: OneThreadReason::Failed, message: "out of memory".into() },
        Notice::Other { message: "a sentence".into() },
    ]
}

fn events() -> Vec<EngineEvent> {
    let config = T5Config::from_json(
        r#"{"vocab_size": 100, "d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4}"#,
    )
    .unwrap();
    let engine = |n_threads, notices| EngineInfo {
        version: "0.1.0".into(),
        build: "simd128".into(),
        n_threads,
        notices,
    };
    let model = |tokenizer| ModelInfo {
        name: "built-in".into(),
        architecture: "t5".into(),
        config: config.clone(),
        n_parameters: 11_000_000,
        weights_bytes: 12_000_000,
        tensor_types: vec![TensorTypeInfo {
            r#type: "Q8_0".into(),
            n_tensors: 99,
            n_bytes: 12_000_000,
        }],
        tokenizer,
        trained_length: 512,
        max_encoder_tokens: 8192,
        notices: notices(),
    };
    let result = |finish_reason| GenerationResult {
        text: "Guten Morgen.".into(),
        token_ids: vec![0, 17, 4, 1],
        score: -0.5,
        finish_reason,
        usage: Usage { encoder_tokens: 9, decoder_tokens: 3, trained_length: 512 },
        timing: Timing {
            tokenize_ms: 0.1,
            encode_ms: 5.0,
            first_token_ms: 8.0,
            decode_ms: 9.0,
            total_ms: 15.0,
            tokens_per_second: 333.3,
        },
        options: GenerationConfig { min_p: Some(0.05), ..GenerationConfig::default() },
    };
    let report = |error: &Error| ErrorReport::from(error);
    let refused = Error::Option { name: "top_p", value: "2".into(), message: "is above 1".into() };
    let error =
        |context, generation_id, error| EngineEvent::Error { context, generation_id, error };
    let progress = |total_bytes| EngineEvent::LoadProgress {
        file: "a.gguf".into(),
        loaded_bytes: 1,
        total_bytes,
        all_loaded_bytes: 3,
        all_total_bytes: total_bytes.map(|n| n + 2),
    };
    let waiting = |delay_ms| EngineEvent::LoadWaiting {
        attempt: 1,
        delay_ms,
        message: "The connection broke.".into(),
    };
    let mut events = vec![
        EngineEvent::EngineReady { engine: engine(1, vec![]) },
        EngineEvent::EngineReady { engine: engine(1, notices()) },
        progress(Some(2)),
        progress(None),
        waiting(Some(250)),
        waiting(None),
        EngineEvent::LoadCancelled,
        EngineEvent::Tokenized {
            request_id: 2,
            tokens: vec![TokenInfo { id: 17, piece: "▁Good".into(), unknown: false }],
            notices: notices(),
        },
        EngineEvent::GenerationStarted { generation_id: 1, encoder_tokens: 9, notices: notices() },
        EngineEvent::Encoding { generation_id: 1, n_layers_done: 1, n_layers: 2 },
        EngineEvent::Token {
            generation_id: 1,
            token_idx: 0,
            token_id: 17,
            piece: "▁Guten".into(),
            text: "Guten".into(),
            log_probability: -0.1,
            elapsed_ms: 3.0,
        },
        error(ErrorContext::Load, None, report(&Error::Input("what".into()))),
        error(ErrorContext::Generate, Some(1), report(&refused)),
    ];
    for (tokenizer, place, id, why) in [
        (None, KeptPlace::None, None, None),
        (Some(TokenizerKind::SentencePiece), KeptPlace::Opfs, Some("t5-0"), None),
        (Some(TokenizerKind::Bytes), KeptPlace::Cache, Some("t5-0"), Some(WhyNotKept::NoRoom)),
        (Some(TokenizerKind::Bytes), KeptPlace::Opfs, Some("t5-0"), Some(WhyNotKept::OtherTab)),
        (Some(TokenizerKind::Bytes), KeptPlace::Memory, None, Some(WhyNotKept::NoStore)),
    ] {
        events.push(EngineEvent::Loaded {
            model: model(tokenizer),
            engine: engine(2, vec![]),
            load_ms: 100.0,
            memory_bytes: 40_000_000,
            kept: Kept { place, id: id.map(str::to_owned), why, license: id.map(|_| "mit".into()) },
        });
    }
    for reason in [FinishReason::Stop, FinishReason::Length, FinishReason::Cancelled] {
        events.push(EngineEvent::GenerationDone {
            generation_id: 1,
            result: result(reason),
            memory_bytes: 40_000_000,
        });
    }
    for (context, kind) in [
        (ErrorContext::Start, ReportKind::Internal),
        (ErrorContext::Tokenize, ReportKind::Network),
        (ErrorContext::Load, ReportKind::Memory),
    ] {
        let (option, message) = (None, "a sentence".to_string());
        events.push(error(context, None, ErrorReport { kind, option, message, fatal: true }));
    }
    events
}

fn typescript(requests: &[EngineRequest], events: &[EngineEvent]) -> String {
    let list =
        |values: Vec<Value>| values.iter().map(|value| format!("  {value},\n")).collect::<String>();
    let requests = requests.iter().map(|request| json!(request)).collect();
    let events = events.iter().map(|event| json!(event)).collect();
    format!(
        "// Written by tests/protocol.rs (UPDATE_SAMPLES=1 cargo test --test protocol).\n\
         import type {{ EngineEvent, EngineRequest }} from \"../../www/engine/protocol.js\";\n\n\
         export const requests: EngineRequest[] = [\n{}];\n\n\
         export const events: EngineEvent[] = [\n{}];\n",
        list(requests),
        list(events)
    )
}

#[test]
fn every_message_survives_the_wire() {
    for request in requests() {
        assert_eq!(serde_json::from_value::<EngineRequest>(json!(request)).unwrap(), request);
    }
    for event in events() {
        assert_eq!(serde_json::from_value::<EngineEvent>(json!(event)).unwrap(), event);
    }
}

#[test]
fn unknown_messages_and_fields_are_refused() {
    for bad in [
        json!({"type": "dance"}),
        json!({"type": "stop"}),
        json!({"type": "stop", "generation_id": 1, "now": true}),
        json!({"type": "generate", "generation_id": 1, "prompt": "p", "options": {"topk": 3}}),
    ] {
        let error = serde_json::from_value::<EngineRequest>(bad.clone()).unwrap_err().to_string();
        assert!(!error.is_empty(), "{bad}");
    }
}

#[test]
fn the_samples_that_tsc_checks_are_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/protocol/samples.ts");
    let samples = typescript(&requests(), &events());
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        fs::write(&path, &samples).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == samples,
        "the wire format has changed: run UPDATE_SAMPLES=1 cargo test --test protocol, then ./build.sh check"
    );
}
