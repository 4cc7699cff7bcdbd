//! `tokenize`: one text for a person, or lines of JSON for a program.

use std::io::{self, BufRead, BufWriter, Write};

use serde::Deserialize;
use serde_json::json;
use t5_playground::text::{Encoding, Tokenizer};
use t5_playground::weights::WeightType;

use crate::CliError;
use crate::args::TokenizeArgs;
use crate::model_files::ModelFiles;

#[derive(Deserialize)]
struct Line {
    text: String,
}

pub fn run(args: &TokenizeArgs) -> Result<(), CliError> {
    let tokenizer = tokenizer(args)?;
    let mut stdout = BufWriter::new(io::stdout().lock());
    if let Some(text) = &args.input.text {
        let encoding = tokenizer.encode(text)?;
        for ((id, piece), unknown) in
            encoding.ids.iter().zip(&encoding.pieces).zip(&encoding.unknown)
        {
            let mark = if *unknown { "  not in the vocabulary" } else { "" };
            writeln!(stdout, "{id:>7}  {piece}{mark}")?;
        }
        writeln!(stdout, "{} tokens", encoding.ids.len())?;
        return Ok(stdout.flush()?);
    }
    for (line_idx, line) in io::stdin().lock().lines().enumerate() {
        let line =
            line.map_err(|source| CliError::File { path: "standard input".into(), source })?;
        let Line { text } = serde_json::from_str(&line).map_err(|error| {
            CliError::Usage(format!("standard input, line {}: {error}", line_idx + 1))
        })?;
        let Encoding { ids, pieces, unknown, .. } = tokenizer.encode(&text)?;
        writeln!(stdout, "{}", json!({ "ids": ids, "pieces": pieces, "unknown": unknown }))?;
    }
    Ok(stdout.flush()?)
}

/// The tokenizer alone where there are files for it; otherwise that of the model file.
fn tokenizer(args: &TokenizeArgs) -> Result<Tokenizer, CliError> {
    let files = ModelFiles::find(&args.model, None, None)?;
    if let Some(json) = &files.tokenizer_json {
        return Ok(Tokenizer::from_tokenizer_json(json)?);
    }
    if let Some(json) = &files.tokenizer_config_json
        && let Some(tokenizer) = Tokenizer::from_tokenizer_config(json)?
    {
        return Ok(tokenizer);
    }
    let parts = files.load_parts(WeightType::AsIs)?;
    Ok(parts.tokenizer.expect("the load asks for one"))
}
