//! The options of generation, by the names of Hugging Face's `GenerationConfig`.

use clap::Args;
use t5_playground::generate::GenerationConfig;

/// Options of Hugging Face's `GenerationConfig` that act on logits.
#[derive(Args, Default)]
pub struct WarperArgs {
    /// Draw tokens by their probability instead of taking the most likely one.
    #[arg(long)]
    pub do_sample: bool,
    /// Divides the logits before sampling.
    #[arg(long, value_name = "X")]
    pub temperature: Option<f64>,
    /// Sample among this many most likely tokens; 0 for all.
    #[arg(long, value_name = "N")]
    pub top_k: Option<usize>,
    /// Sample among the most likely tokens that together have this probability.
    #[arg(long, value_name = "P")]
    pub top_p: Option<f64>,
    /// Sample among tokens with at least this share of the most likely one's probability.
    #[arg(long, value_name = "P")]
    pub min_p: Option<f64>,
    /// Sample among the tokens nearest to the expected surprise that have this probability.
    #[arg(long, value_name = "P")]
    pub typical_p: Option<f64>,
    /// Above 1, tokens that were there before become less likely.
    #[arg(long, value_name = "X")]
    pub repetition_penalty: Option<f64>,
    /// No sequence of this many tokens comes twice; 0 for no limit.
    #[arg(long, value_name = "N")]
    pub no_repeat_ngram_size: Option<usize>,
    /// Tokens to generate before `</s>` may come.
    #[arg(long, value_name = "N")]
    pub min_new_tokens: Option<usize>,
    /// Token ids that must not come, as `5,6`; may be given more than once.
    #[arg(long, value_name = "IDS", value_parser = parse_ids)]
    pub bad_words_ids: Vec<Ids>,
}

/// The other options of `GenerationConfig`.
#[derive(Args)]
pub struct GenerationArgs {
    #[command(flatten)]
    pub warpers: WarperArgs,
    /// Most tokens to generate.
    #[arg(long, value_name = "N")]
    pub max_new_tokens: Option<usize>,
    /// Beams of a beam search (only 1 yet).
    #[arg(long, value_name = "N")]
    pub num_beams: Option<usize>,
    /// Text that ends the completion; may be given more than once.
    #[arg(long, value_name = "TEXT")]
    pub stop_strings: Vec<String>,
    /// Start of the random numbers; the same seed gives the same text.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

/// Token ids separated by commas.
#[derive(Clone, Debug)]
pub struct Ids(pub Vec<u32>);

pub fn parse_ids(text: &str) -> std::result::Result<Ids, String> {
    let ids: std::result::Result<_, _> = text.split(',').map(|id| id.trim().parse()).collect();
    ids.map(Ids).map_err(|_| "expected token ids separated by commas, such as 37,629,1".into())
}

impl WarperArgs {
    /// Whether any option was given.
    pub fn any_given(&self) -> bool {
        self.do_sample
            || self.temperature.is_some()
            || self.top_k.is_some()
            || self.top_p.is_some()
            || self.min_p.is_some()
            || self.typical_p.is_some()
            || self.repetition_penalty.is_some()
            || self.no_repeat_ngram_size.is_some()
            || self.min_new_tokens.is_some()
            || !self.bad_words_ids.is_empty()
    }

    /// The options over their defaults.
    pub fn to_config(&self) -> GenerationConfig {
        let default = GenerationConfig::default();
        GenerationConfig {
            do_sample: self.do_sample,
            temperature: self.temperature.unwrap_or(default.temperature),
            top_k: self.top_k.unwrap_or(default.top_k),
            top_p: self.top_p.unwrap_or(default.top_p),
            min_p: self.min_p,
            typical_p: self.typical_p.unwrap_or(default.typical_p),
            repetition_penalty: self.repetition_penalty.unwrap_or(default.repetition_penalty),
            no_repeat_ngram_size: self.no_repeat_ngram_size.unwrap_or_default(),
            min_new_tokens: self.min_new_tokens.unwrap_or_default(),
            bad_words_ids: self.bad_words_ids.iter().map(|ids| ids.0.clone()).collect(),
            ..default
        }
    }
}

impl GenerationArgs {
    /// The options over their defaults.
    pub fn to_config(&self) -> GenerationConfig {
        let config = self.warpers.to_config();
        GenerationConfig {
            max_new_tokens: self.max_new_tokens.unwrap_or(config.max_new_tokens),
            num_beams: self.num_beams.unwrap_or(config.num_beams),
            stop_strings: self.stop_strings.clone(),
            seed: self.seed.unwrap_or(config.seed),
            ..config
        }
    }
}
