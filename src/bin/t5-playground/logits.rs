//! `logits`: what the decoder says after each of its input tokens.

use std::io::{self, Write};

use serde_json::json;
use t5_playground::error::Error;
use t5_playground::generate::{LogitsProcessors, softmax_in_place};
use t5_playground::model::Workspace;

use crate::CliError;
use crate::args::LogitsArgs;
use crate::model_files::load_engine;

pub fn run(args: &LogitsArgs) -> Result<(), CliError> {
    let engine = load_engine(&args.model, true)?;
    let model = engine.model().ok_or_else(|| Error::State("no model is loaded".into()))?;
    let mut ws = Workspace::default();
    let decoder_input_ids = &args.decoder_input_ids.0;
    let states = model.encode(&args.input_ids.0, &mut ws)?;
    let mut state = model.start_decoder(&states, decoder_input_ids.len(), &mut ws)?;

    let mut processors = if args.warpers.any_given() {
        let config = args.warpers.to_config();
        let n_vocab = model.config().vocab_size;
        config.validate(n_vocab)?;
        Some(LogitsProcessors::new(&config, model.config().eos_token_id, n_vocab))
    } else {
        None
    };
    let (mut logits, mut probabilities) = (Vec::new(), Vec::new());
    for (idx, id) in decoder_input_ids.iter().enumerate() {
        let row = model.decode_step(*id, &mut state, &mut ws)?;
        if let Some(processors) = &mut processors {
            let mut scores = row.to_vec();
            processors.process(&decoder_input_ids[..=idx], &mut scores)?;
            softmax_in_place(&mut scores);
            probabilities.push(scores);
        }
        logits.push(row.to_vec());
    }
    let mut object = json!({ "logits": logits });
    if processors.is_some() {
        object["probabilities"] = json!(probabilities);
    }
    writeln!(io::stdout(), "{object}")?;
    Ok(())
}
