//! The command line's arguments.

mod generation;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use t5_playground::weights::WeightType;

use generation::parse_ids;
pub use generation::{GenerationArgs, Ids, WarperArgs};

/// T5 completes prompts, quantized, on this machine.
#[derive(Parser)]
#[command(version, about)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Complete a prompt.
    Complete(CompleteArgs),
    /// Print the logits after each decoder token, for comparison with another implementation.
    Logits(LogitsArgs),
    /// Print the tokens of a text.
    Tokenize(TokenizeArgs),
    /// Describe a model: shape, parameters, bytes per tensor type, memory it will take.
    Info(InfoArgs),
    /// Write a model as one GGUF file with configuration and tokenizer inside.
    Convert(ConvertArgs),
    /// Fetch a model from the Hugging Face Hub into a folder.
    Fetch(FetchArgs),
    /// Serve a folder that ./build.sh dist wrote, to the browsers of this computer.
    Serve(ServeArgs),
    /// Answer the cases of a file and print scores per task.
    Eval(EvalArgs),
}

/// Where a model is.
#[derive(Args)]
pub struct ModelArgs {
    /// A .gguf file, a .safetensors file, or a folder in the layout of the Hugging Face Hub.
    #[arg(long, value_name = "PATH")]
    pub model: PathBuf,
    /// config.json, where it does not lie beside the model.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// tokenizer.json, where it does not lie beside the model.
    #[arg(long, value_name = "FILE")]
    pub tokenizer: Option<PathBuf>,
    /// How matrices are kept in memory.
    #[arg(long, value_enum, default_value_t, value_name = "TYPE")]
    pub weights: WeightArg,
}

#[derive(Clone, Copy, Default, ValueEnum)]
#[allow(non_camel_case_types, reason = "spelled as the user types them")]
pub enum WeightArg {
    /// As in the file.
    #[default]
    AsIs,
    F32,
    F16,
    #[value(name = "q8_0")]
    Q8_0,
    #[value(name = "q4_0")]
    Q4_0,
    #[value(name = "q4_1")]
    Q4_1,
    #[value(name = "q5_0")]
    Q5_0,
    #[value(name = "q5_1")]
    Q5_1,
    #[value(name = "q2_k")]
    Q2K,
    #[value(name = "q3_k")]
    Q3K,
    #[value(name = "q4_k")]
    Q4K,
    #[value(name = "q5_k")]
    Q5K,
    #[value(name = "q6_k")]
    Q6K,
}

impl From<WeightArg> for WeightType {
    fn from(arg: WeightArg) -> WeightType {
        match arg {
            WeightArg::AsIs => WeightType::AsIs,
            WeightArg::F32 => WeightType::F32,
            WeightArg::F16 => WeightType::F16,
            WeightArg::Q8_0 => WeightType::Q8_0,
            WeightArg::Q4_0 => WeightType::Q4_0,
            WeightArg::Q4_1 => WeightType::Q4_1,
            WeightArg::Q5_0 => WeightType::Q5_0,
            WeightArg::Q5_1 => WeightType::Q5_1,
            WeightArg::Q2K => WeightType::Q2K,
            WeightArg::Q3K => WeightType::Q3K,
            WeightArg::Q4K => WeightType::Q4K,
            WeightArg::Q5K => WeightType::Q5K,
            WeightArg::Q6K => WeightType::Q6K,
        }
    }
}

#[derive(Args)]
pub struct CompleteArgs {
    #[command(flatten)]
    pub model: ModelArgs,
    #[command(flatten)]
    pub input: CompleteInput,
    #[command(flatten)]
    pub options: GenerationArgs,
    /// Print one JSON object at the end instead of streaming text.
    #[arg(long)]
    pub json: bool,
}

/// What to complete.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct CompleteInput {
    /// The text to complete, which may begin with a hyphen.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub prompt: Option<String>,
    /// A file with the text to complete; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub prompt_file: Option<PathBuf>,
    /// Token ids to complete, as `37,629,1`; `</s>` is not added.
    #[arg(long, value_name = "IDS", value_parser = parse_ids)]
    pub input_ids: Option<Ids>,
}

#[derive(Args)]
pub struct LogitsArgs {
    #[command(flatten)]
    pub model: ModelArgs,
    /// Token ids of the prompt.
    #[arg(long, value_name = "IDS", value_parser = parse_ids)]
    pub input_ids: Ids,
    /// Token ids of the decoder, decoder_start_token_id first.
    #[arg(long, value_name = "IDS", value_parser = parse_ids)]
    pub decoder_input_ids: Ids,
    #[command(flatten)]
    pub warpers: WarperArgs,
    /// Print JSON (the only form there is).
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct TokenizeArgs {
    /// A model, or a folder that holds only a tokenizer.
    #[arg(long, value_name = "PATH")]
    pub model: PathBuf,
    #[command(flatten)]
    pub input: TokenizeInput,
}

/// What to tokenize.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct TokenizeInput {
    /// The text.
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
    /// Read {"text"} lines on standard input; write {"ids", "pieces", "unknown"} lines.
    #[arg(long)]
    pub jsonl: bool,
}

#[derive(Args)]
pub struct InfoArgs {
    /// A .gguf file, a .safetensors file, or a folder in the layout of the Hugging Face Hub.
    #[arg(value_name = "PATH")]
    pub model: PathBuf,
    /// Describe it as it would be with its matrices in this type.
    #[arg(long, value_enum, default_value_t, value_name = "TYPE")]
    pub weights: WeightArg,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct ConvertArgs {
    /// A .gguf file, a .safetensors file, or a folder in the layout of the Hugging Face Hub.
    #[arg(value_name = "IN")]
    pub model: PathBuf,
    /// The GGUF file to write.
    #[arg(value_name = "OUT.gguf")]
    pub out: PathBuf,
    /// Type of the matrices.
    #[arg(long = "type", value_enum, default_value_t, value_name = "TYPE")]
    pub weights: WeightArg,
    /// config.json, where it does not lie beside the model.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// tokenizer.json, where it does not lie beside the model.
    #[arg(long, value_name = "FILE")]
    pub tokenizer: Option<PathBuf>,
}

/// Environment variables: HF_ENDPOINT, the address of the Hub or of a server with its paths; HF_TOKEN, for
/// models that want a login. What was begun goes on where it was, and what has come is checked.
#[derive(Args)]
pub struct FetchArgs {
    /// Id of the repository, such as google/flan-t5-small.
    #[arg(value_name = "ID")]
    pub repo: String,
    /// Files of the repository; without any, its model.safetensors or the shards of it.
    #[arg(value_name = "FILE")]
    pub files: Vec<String>,
    /// Branch, tag or commit.
    #[arg(long, default_value = "main", value_name = "NAME")]
    pub revision: String,
    /// The folder to write; without it, one of the repository's name.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Args)]
pub struct ServeArgs {
    /// The folder.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// 0 for any free one.
    #[arg(long, default_value_t = 8000, value_name = "N")]
    pub port: u16,
    /// 127.0.0.1 is for this computer alone; 0.0.0.0 for all that can reach it.
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    pub host: String,
}

#[derive(Args)]
pub struct EvalArgs {
    #[command(flatten)]
    pub model: ModelArgs,
    /// A file of cases, one JSON object a line (train/README.md has the fields). May be given several times.
    #[arg(long, required = true, value_name = "FILE.jsonl")]
    pub cases: Vec<PathBuf>,
    /// Only the first N cases of each file.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Longest answer, in tokens.
    #[arg(long, default_value_t = 128, value_name = "N")]
    pub max_new_tokens: usize,
    /// Answers to show per task.
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub samples: usize,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}
