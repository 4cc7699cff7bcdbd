//! Writes a GGUF with random weights in the shape of a published model, for measuring speed and
//! memory without downloading anything:
//!
//! ```text
//! cargo run --release --example random-model -- flan-t5-small q8_0 build/flan-t5-small.q8_0.gguf
//! ```
//!
//! Its tokenizer knows the words w0, w1, ...: a prompt of n words has n + 1 tokens.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::json;
use t5_playground::config::T5Config;
use t5_playground::kernels::{Matrix, Order, PackedMatrix, TensorType};
use t5_playground::weights::names::expected_tensors;
use t5_playground::weights::{GgufMetadata, GgufValue, Weights, write_gguf};

/// Name, d_model, d_ff, layers (each stack), heads of 64.
const SHAPES: [(&str, usize, usize, usize, usize); 3] = [
    ("flan-t5-small", 512, 1024, 8, 6),
    ("flan-t5-base", 768, 2048, 12, 12),
    ("flan-t5-large", 1024, 2816, 24, 16),
];
const VOCAB_SIZE: usize = 32_128;
const N_PIECES: usize = 32_100;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [shape, tensor_type, out] = args.as_slice() else {
        panic!("usage: random-model flan-t5-small|flan-t5-base|flan-t5-large TYPE OUT.gguf");
    };
    let (name, d_model, d_ff, num_layers, num_heads) =
        *SHAPES.iter().find(|known| known.0 == shape).expect("a shape of the list");
    let tensor_type = TensorType::ALL
        .into_iter()
        .find(|known| known.name().eq_ignore_ascii_case(tensor_type))
        .expect("a GGUF type");
    let config = json!({
        "model_type": "t5", "vocab_size": VOCAB_SIZE, "d_model": d_model, "d_kv": 64, "d_ff": d_ff,
        "num_layers": num_layers, "num_heads": num_heads, "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": false,
    });
    let config = T5Config::from_json(&config.to_string()).expect("a valid configuration");

    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut weights = Weights::new();
    for (name, shape) in expected_tensors(&config) {
        let (n_rows, n_cols) =
            if let [n_rows, n_cols] = shape[..] { (n_rows, n_cols) } else { (1, shape[0]) };
        let is_norm = shape.len() == 1;
        // Uniform, with the standard deviation of the usual initialization.
        let scale = (3.0 / n_cols as f32).sqrt();
        let mut uniform = || (rng.next_u32() >> 8) as f32 / (1u32 << 23) as f32 - 1.0;
        let values: Vec<f32> =
            (0..n_rows * n_cols).map(|_| if is_norm { 1.0 } else { uniform() * scale }).collect();
        let keeps_f32 = is_norm || name.contains("relative_attention_bias");
        let tensor_type = if keeps_f32 { TensorType::F32 } else { tensor_type };
        let matrix = Matrix::from_f32(tensor_type, n_rows, n_cols, &values).expect("whole blocks");
        weights.insert(name, shape, PackedMatrix::with_order(matrix, Order::Plain));
    }

    let mut metadata = GgufMetadata::new();
    for (key, value) in config.to_metadata() {
        metadata.insert(key, value.into());
    }
    metadata.insert("general.name".into(), GgufValue::Text(format!("{name}, random weights")));
    metadata.insert("tokenizer.huggingface.json".into(), GgufValue::Text(tokenizer_json()));
    if let Some(folder) = Path::new(out).parent() {
        std::fs::create_dir_all(folder).expect("the folder can be made");
    }
    let mut file = BufWriter::new(File::create(out).expect("the file can be written"));
    write_gguf(&mut file, &metadata, &weights).expect("the file can be written");
}

/// A unigram tokenizer whose pieces are numbered words.
fn tokenizer_json() -> String {
    let special = ["<pad>", "</s>", "<unk>"];
    let mut vocab: Vec<_> = special.iter().map(|piece| json!([piece, 0.0])).collect();
    vocab.extend((0..N_PIECES - special.len()).map(|i| json!([format!("▁w{i}"), -10.0])));
    let added: Vec<_> = special
        .iter()
        .enumerate()
        .map(|(id, piece)| {
            json!({"id": id, "content": piece, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true})
        })
        .collect();
    let metaspace =
        json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true});
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": added,
        "normalizer": null, "pre_tokenizer": metaspace, "decoder": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}},
        },
        "model": {"type": "Unigram", "unk_id": 2, "vocab": vocab, "byte_fallback": false},
    })
    .to_string()
}
