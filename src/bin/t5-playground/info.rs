//! `info`: what a model is and what it will take.

use std::io::{self, Write};

use serde_json::json;
use t5_playground::engine::{Engine, ModelInfo};

use crate::CliError;
use crate::args::InfoArgs;
use crate::model_files::ModelFiles;

/// Engine, tokenizer and buffers besides the weights, in a browser.
const OTHER_BYTES: u64 = 24 << 20;

pub fn run(args: &InfoArgs) -> Result<(), CliError> {
    let files = ModelFiles::find(&args.model, None, None)?;
    let mut engine = Engine::new();
    engine.set_model(files.load_model(args.weights.into(), true)?)?;
    let info = engine.model_info().expect("a model was just set");
    let memory_bytes = info.weights_bytes + OTHER_BYTES;
    let mut stdout = io::stdout().lock();
    if args.json {
        let mut object = json!(info);
        object["memory_bytes"] = json!(memory_bytes);
        writeln!(stdout, "{object}")?;
    } else {
        write!(stdout, "{}", describe(info, memory_bytes))?;
    }
    Ok(())
}

fn describe(info: &ModelInfo, memory_bytes: u64) -> String {
    let mib = |n_bytes: u64| format!("{:.1} MiB", n_bytes as f64 / (1 << 20) as f64);
    let config = &info.config;
    let tokenizer = match info.tokenizer {
        Some(kind) => serde_json::to_string(&kind).unwrap_or_default().replace('"', ""),
        None => "none".into(),
    };
    let head = if config.tie_word_embeddings { "tied" } else { "untied" };
    let mut text = format!(
        "{}\n  architecture   {}, {}, {head} head\n  parameters     {:.1} million\n  \
         shape          d_model {}, {} heads of {}, d_ff {}, {} + {} layers, vocabulary {}\n  \
         trained length {} tokens\n  tokenizer      {tokenizer}\n",
        info.name,
        info.architecture,
        config.feed_forward_proj.name(),
        info.n_parameters as f64 / 1e6,
        config.d_model,
        config.num_heads,
        config.d_kv,
        config.d_ff,
        config.num_layers,
        config.num_decoder_layers,
        config.vocab_size,
        info.trained_length,
    );
    for tensors in &info.tensor_types {
        text += &format!(
            "  {:<14} {} in {} tensors\n",
            tensors.r#type,
            mib(tensors.n_bytes),
            tensors.n_tensors
        );
    }
    text += &format!("  memory         about {} in a browser\n", mib(memory_bytes));
    for notice in &info.notices {
        text += &format!("  note           {}\n", crate::complete::describe(notice));
    }
    text
}
