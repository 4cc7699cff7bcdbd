//! A configuration from GGUF metadata, and back.

use crate::config::{
    FeedForwardProj, MAX_DIM, MAX_LAYERS, MAX_POSITIONS, MAX_VOCAB, T5Config, config_error,
    parse_feed_forward_proj,
};
use crate::error::{Error, Result};

/// Our key for Hugging Face's `scale_decoder_outputs`. Without it, what is tied is scaled, and so is what is not gated:
/// T5 v1.0 and its kin are tied, though llama.cpp may have written their embedding once more as a head.
const SCALE_DECODER_OUTPUTS: &str = "t5.scale_decoder_outputs";

/// A value of GGUF metadata, as far as configuration needs it.
#[derive(Debug, Clone, PartialEq)]
pub enum MetadataValue {
    /// Any integer type.
    Integer(u64),
    /// Any float type.
    Float(f64),
    /// A string.
    Text(String),
    /// A flag.
    Bool(bool),
}

/// What a GGUF file's tensors say of its configuration; llama.cpp writes no keys for these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TensorFacts {
    /// There is a second input matrix in the feed-forward layers.
    pub is_gated: bool,
    /// There is no head of its own.
    pub is_tied: bool,
    /// Blocks after the first have a position bias.
    pub bias_in_every_block: bool,
    /// V: rows of the embedding.
    pub vocab_size: usize,
}

impl T5Config {
    /// Reads llama.cpp's `t5.*` metadata keys, and those that [`T5Config::to_metadata`] adds.
    ///
    /// # Errors
    /// As [`T5Config::from_json`].
    pub fn from_metadata(
        get: &dyn Fn(&str) -> Option<MetadataValue>,
        facts: TensorFacts,
    ) -> Result<T5Config> {
        match get("general.architecture") {
            Some(MetadataValue::Text(name)) if name == "t5" => {}
            Some(MetadataValue::Text(name)) => {
                return Err(Error::UnsupportedFile(format!(
                    "the GGUF file holds a `{name}` model; this engine runs `t5` (encoder and decoder)"
                )));
            }
            _ => {
                return Err(Error::Config {
                    key: "general.architecture".into(),
                    message: "is missing: this GGUF file does not describe its model, so give its \
                              config.json and tokenizer.json as well"
                        .into(),
                });
            }
        }
        let integer = |key: &str, max: u64| match get(key) {
            None => Ok(None),
            Some(MetadataValue::Integer(n)) if n <= max => Ok(Some(n as usize)),
            Some(other) => {
                Err(config_error(key, format!("{other:?} is not an integer up to {max}")))
            }
        };
        let required = |key: &str, max: u64| {
            integer(key, max)?.ok_or_else(|| config_error(key, "is missing".into()))
        };
        let num_layers = required("t5.block_count", MAX_LAYERS)?;
        let token_id = |key: &str, default: u32| {
            Ok::<_, Error>(integer(key, MAX_VOCAB)?.map_or(default, |id| id as u32))
        };
        let config = T5Config {
            vocab_size: facts.vocab_size,
            d_model: required("t5.embedding_length", MAX_DIM)?,
            d_kv: required("t5.attention.key_length", MAX_DIM)?,
            d_ff: required("t5.feed_forward_length", MAX_DIM)?,
            num_layers,
            num_decoder_layers: integer("t5.decoder_block_count", MAX_LAYERS)?
                .unwrap_or(num_layers),
            num_heads: required("t5.attention.head_count", MAX_DIM)?,
            relative_attention_num_buckets: integer(
                "t5.attention.relative_buckets_count",
                MAX_DIM,
            )?
            .unwrap_or(32),
            relative_attention_max_distance: integer(
                "t5.attention.relative_max_distance",
                MAX_POSITIONS,
            )?
            .unwrap_or(128),
            layer_norm_epsilon: match get("t5.attention.layer_norm_epsilon")
                .or_else(|| get("t5.attention.layer_norm_rms_epsilon"))
            {
                None => 1e-6,
                Some(MetadataValue::Float(epsilon)) => epsilon,
                Some(other) => {
                    return Err(config_error(
                        "t5.attention.layer_norm_epsilon",
                        format!("{other:?} is not a number"),
                    ));
                }
            },
            feed_forward_proj: match get("t5.feed_forward_proj") {
                Some(MetadataValue::Text(name)) => parse_feed_forward_proj(&name)?,
                _ if facts.is_gated => FeedForwardProj::GatedGelu,
                _ => FeedForwardProj::Relu,
            },
            tie_word_embeddings: facts.is_tied,
            scale_decoder_outputs: match get(SCALE_DECODER_OUTPUTS) {
                Some(MetadataValue::Bool(is_scaled)) => is_scaled,
                _ => facts.is_tied || !facts.is_gated,
            },
            bias_in_every_block: facts.bias_in_every_block,
            decoder_start_token_id: token_id("t5.decoder_start_token_id", 0)?,
            eos_token_id: token_id("tokenizer.ggml.eos_token_id", 1)?,
            pad_token_id: token_id("tokenizer.ggml.padding_token_id", 0)?,
            n_positions: integer("t5.context_length", MAX_POSITIONS)?.unwrap_or(512),
        };
        config.validate()?;
        Ok(config)
    }

    /// The metadata that [`T5Config::from_metadata`] reads: llama.cpp's keys, and three of our own for
    /// what llama.cpp takes for granted (`relative_max_distance`, `feed_forward_proj`) or does not know
    /// (`scale_decoder_outputs`).
    pub fn to_metadata(&self) -> Vec<(String, MetadataValue)> {
        let integer = |n: usize| MetadataValue::Integer(n as u64);
        [
            ("general.architecture", MetadataValue::Text("t5".into())),
            ("t5.context_length", integer(self.n_positions)),
            ("t5.embedding_length", integer(self.d_model)),
            ("t5.feed_forward_length", integer(self.d_ff)),
            ("t5.block_count", integer(self.num_layers)),
            ("t5.decoder_block_count", integer(self.num_decoder_layers)),
            ("t5.attention.head_count", integer(self.num_heads)),
            ("t5.attention.key_length", integer(self.d_kv)),
            ("t5.attention.value_length", integer(self.d_kv)),
            ("t5.attention.layer_norm_epsilon", MetadataValue::Float(self.layer_norm_epsilon)),
            ("t5.attention.relative_buckets_count", integer(self.relative_attention_num_buckets)),
            ("t5.attention.relative_max_distance", integer(self.relative_attention_max_distance)),
            (SCALE_DECODER_OUTPUTS, MetadataValue::Bool(self.scale_decoder_outputs)),
            ("t5.feed_forward_proj", MetadataValue::Text(self.feed_forward_proj.name().into())),
            ("t5.decoder_start_token_id", integer(self.decoder_start_token_id as usize)),
            ("tokenizer.ggml.eos_token_id", integer(self.eos_token_id as usize)),
            ("tokenizer.ggml.padding_token_id", integer(self.pad_token_id as usize)),
        ]
        .map(|(key, value)| (key.to_string(), value))
        .to_vec()
    }
}
