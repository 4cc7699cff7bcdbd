//! `convert`: any model that the engine reads to one GGUF file that is a whole model.

use std::fs::{self, File};
use std::io::{BufWriter, Write};

use t5_playground::engine::gguf_metadata;
use t5_playground::weights::write_gguf;

use crate::CliError;
use crate::args::ConvertArgs;
use crate::complete::describe;
use crate::model_files::{ModelFiles, at};

pub fn run(args: &ConvertArgs) -> Result<(), CliError> {
    let files = ModelFiles::find(&args.model, args.config.as_deref(), args.tokenizer.as_deref())?;
    let name = files.name.clone();
    let tokenizer_json = files.tokenizer_json.clone();
    let parts = files.load_parts(args.weights.into())?;
    for notice in &parts.notices {
        say!("note: {}", describe(notice));
    }
    let metadata = gguf_metadata(&parts, &name, tokenizer_json.as_deref())?;

    // Under another name until it is whole, so that a failure leaves no half of a model behind.
    let partial = args.out.with_extension("gguf.part");
    let write = || {
        let mut out = BufWriter::new(File::create(&partial)?);
        write_gguf(&mut out, &metadata, &parts.weights)?;
        out.flush()?;
        fs::rename(&partial, &args.out)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&partial);
        at(&args.out)(error)
    })?;
    let n_bytes = fs::metadata(&args.out).map_err(at(&args.out))?.len();
    say!("{}: {n_bytes} bytes", args.out.display());
    Ok(())
}
