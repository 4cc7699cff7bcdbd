//! What the integration tests share: golden files and loading.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use t5_playground::engine::{Engine, LoadOptions, LoadSession};
use t5_playground::error::Result;
use t5_playground::generate::GenerationConfig;
use t5_playground::weights::WeightType;

/// A folder of `tests/golden`.
pub fn golden(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(path)
}

/// Names of the golden models.
pub const MODELS: [&str; 8] =
    ["t5-v1_0", "t5-v1_1", "flan-odd", "mt5", "umt5", "byt5", "odd-rows", "k-rows"];

/// What `expected.json` of a golden model holds.
#[derive(Deserialize)]
pub struct Expected {
    pub prompts: Vec<Prompt>,
}

#[derive(Deserialize)]
pub struct Prompt {
    pub name: String,
    pub text: Option<String>,
    pub input_ids: Vec<u32>,
    pub greedy_ids: Vec<u32>,
    pub greedy_text: Option<String>,
    pub greedy_48_ids: Vec<u32>,
    pub greedy_48_text: Option<String>,
}

/// `expected.json` and the tensors of `expected.safetensors`.
pub fn expected(model: &str) -> (Expected, HashMap<String, Vec<f32>>) {
    let folder = golden("models").join(model);
    let json = fs::read_to_string(folder.join("expected.json")).unwrap();
    (serde_json::from_str(&json).unwrap(), read_f32(&folder.join("expected.safetensors")))
}

/// The F32 tensors of a safetensors file.
pub fn read_f32(path: &Path) -> HashMap<String, Vec<f32>> {
    let bytes = fs::read(path).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let values =
        |data: &[u8]| data.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    file.tensors().into_iter().map(|(name, view)| (name, values(view.data()))).collect()
}

/// The files beside a model's weights.
pub fn options(folder: &Path, weights: WeightType) -> LoadOptions {
    LoadOptions {
        name: folder.file_name().unwrap().to_string_lossy().into(),
        weights,
        config_json: fs::read_to_string(folder.join("config.json")).ok(),
        tokenizer_json: fs::read(folder.join("tokenizer.json")).ok(),
        tokenizer_config_json: fs::read_to_string(folder.join("tokenizer_config.json")).ok(),
        without_tokenizer: true,
        for_parts: false,
    }
}

/// Loads whole files, in chunks of `chunk_bytes`.
pub fn load(options: LoadOptions, files: &[&[u8]], chunk_bytes: usize) -> Result<Engine> {
    let mut session = LoadSession::new(options)?;
    for (idx, file) in files.iter().enumerate() {
        session.begin_file(&format!("file {idx}"), Some(file.len() as u64))?;
        for chunk in file.chunks(chunk_bytes) {
            session.push(chunk)?;
        }
        session.finish_file()?;
    }
    let mut engine = Engine::new();
    engine.set_model(session.finish()?)?;
    Ok(engine)
}

/// Loads a golden model.
pub fn load_golden(model: &str, weights: WeightType) -> Engine {
    let folder = golden("models").join(model);
    let file = fs::read(folder.join("model.safetensors")).unwrap();
    load(options(&folder, weights), &[&file], 1 << 16).unwrap()
}

/// Runs a generation to its end.
pub fn run(engine: &mut Engine) -> t5_playground::engine::GenerationResult {
    loop {
        if let t5_playground::engine::EngineStep::Done(result) = engine.step().unwrap() {
            return *result;
        }
    }
}

/// Greedy ids after `input_ids`.
pub fn greedy(engine: &mut Engine, input_ids: &[u32], config: GenerationConfig) -> Vec<u32> {
    engine.start_generation_from_ids(input_ids, config).unwrap();
    run(engine).token_ids
}

/// Largest difference, relative to the largest magnitude of `expected`.
///
/// # Panics
/// If a number found is none, which the largest of differences would pass over.
pub fn relative_error(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    assert!(found.iter().all(|x| x.is_finite()), "a number that is none");
    let largest = expected.iter().fold(0f32, |m, x| m.max(x.abs()));
    let difference = found.iter().zip(expected).fold(0f32, |m, (a, b)| m.max((a - b).abs()));
    difference / largest
}

/// Mean Kullback-Leibler divergence KL(p || q) of rows of logits, in nats.
pub fn mean_kl(p_logits: &[f32], q_logits: &[f32], n_vocab: usize) -> f64 {
    let log_softmax = |row: &[f32]| -> Vec<f64> {
        let max = row.iter().fold(f64::NEG_INFINITY, |m, x| m.max(*x as f64));
        let sum: f64 = row.iter().map(|x| (*x as f64 - max).exp()).sum();
        row.iter().map(|x| *x as f64 - max - sum.ln()).collect()
    };
    let rows = p_logits.chunks_exact(n_vocab).zip(q_logits.chunks_exact(n_vocab));
    let n_rows = p_logits.len() / n_vocab;
    let total: f64 = rows
        .map(|(p, q)| {
            let (p, q) = (log_softmax(p), log_softmax(q));
            p.iter().zip(&q).map(|(p, q)| p.exp() * (p - q)).sum::<f64>()
        })
        .sum();
    total / n_rows as f64
}
