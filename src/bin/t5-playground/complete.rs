//! `complete`: the text streams to the terminal, or one JSON object is printed at the end.

use std::fs;
use std::io::{self, Read, Write};

use serde_json::json;
use t5_playground::engine::EngineStep;
use t5_playground::generate::Step;

use crate::CliError;
use crate::args::CompleteArgs;
use crate::model_files::{at, load_engine};

pub fn run(args: &CompleteArgs) -> Result<(), CliError> {
    let mut engine = load_engine(&args.model, args.input.input_ids.is_some())?;
    let config = args.options.to_config();
    let started = match (&args.input.input_ids, prompt(args)?) {
        (Some(ids), _) => engine.start_generation_from_ids(&ids.0, config)?,
        (None, prompt) => engine.start_generation(&prompt, config)?,
    };
    let loaded = engine.model_info().map(|info| info.notices.clone()).unwrap_or_default();
    for notice in loaded.iter().chain(&started.notices) {
        say!("note: {}", describe(notice));
    }
    let mut stdout = io::stdout().lock();
    let result = loop {
        match engine.step()? {
            EngineStep::Done(result) => break result,
            EngineStep::Step(Step::Token { text, .. }) if !args.json => {
                stdout.write_all(text.as_bytes())?;
                stdout.flush()?;
            }
            EngineStep::Step(_) => {}
        }
    };
    if args.json {
        let object = json!({
            "text": result.text,
            "sequences": [{
                "ids": result.token_ids,
                "text": result.text,
                "score": result.score,
            }],
            "finish_reason": result.finish_reason,
            "usage": result.usage,
            "timing": result.timing,
            "options": result.options,
        });
        writeln!(stdout, "{object}")?;
    } else {
        writeln!(stdout)?;
        stdout.flush()?;
        let (usage, timing) = (&result.usage, &result.timing);
        say!(
            "{} + {} tokens, encoded in {:.0} ms, {:.1} tokens/s",
            usage.encoder_tokens,
            usage.decoder_tokens,
            timing.encode_ms,
            timing.tokens_per_second
        );
    }
    Ok(())
}

fn prompt(args: &CompleteArgs) -> Result<String, CliError> {
    match (&args.input.prompt, &args.input.prompt_file) {
        (Some(prompt), _) => Ok(prompt.clone()),
        (None, Some(path)) if path.as_os_str() == "-" => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).map_err(at(path))?;
            Ok(text)
        }
        (None, Some(path)) => fs::read_to_string(path).map_err(at(path)),
        (None, None) => Ok(String::new()),
    }
}

/// A notice as a sentence.
pub fn describe(notice: &t5_playground::engine::Notice) -> String {
    use t5_playground::engine::Notice;
    match notice {
        Notice::UnknownCharacters { characters } => {
            format!("the model's vocabulary lacks {characters:?}; it sees <unk> there")
        }
        Notice::WhitespaceChanged { characters } => {
            format!("the model does not see this whitespace as it was typed: {characters:?}")
        }
        Notice::LoneSurrogates { n_characters } => {
            format!("{n_characters} halves of characters were replaced")
        }
        Notice::BeyondTrainedLength { encoder_tokens, trained_length } => format!(
            "the prompt has {encoder_tokens} tokens; the model was trained on {trained_length}"
        ),
        Notice::TensorTypeChanged { tensor, asked, used } => {
            format!("{tensor} is kept as {used}: its rows are not whole blocks of {asked}")
        }
        Notice::OneThread { reason, message } => format!("one thread only: {reason:?} {message}"),
        Notice::Other { message } => message.clone(),
    }
}
