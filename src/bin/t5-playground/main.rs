//! The native command, the second front end: `t5-playground --help`.
//!
//! Exit codes: 0 done, 1 failed (a damaged file, an option out of range, ...), 2 wrong usage.

/// `eprintln!` that does not mind whether anybody reads it.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), $($text)*);
    }};
}

mod args;
mod complete;
mod convert;
mod eval;
mod fetch;
mod info;
mod logits;
mod model_files;
mod serve;
mod tokenize;

use std::io;
use std::process::ExitCode;

use clap::Parser;
use t5_playground::error::Error;

use args::{Cli, Command};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Engine(#[from] Error),
    #[error("{path}: {source}{}", advice(source))]
    File { path: String, source: io::Error },
    #[error("{path}, line {line}: {message}")]
    Case { path: String, line: usize, message: String },
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Network(String),
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

/// For whoever is in another folder than they think.
fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => {
            ". Check the name, and that you are in the folder that it lies in: `ls` lists what is here"
        }
        _ => "",
    }
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Complete(args) => complete::run(&args),
        Command::Logits(args) => logits::run(&args),
        Command::Tokenize(args) => tokenize::run(&args),
        Command::Info(args) => info::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Fetch(args) => fetch::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Eval(args) => eval::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has seen enough (`| head`).
        Err(CliError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            say!("error: {error}");
            ExitCode::from(if matches!(error, CliError::Usage(_)) { 2 } else { 1 })
        }
    }
}
