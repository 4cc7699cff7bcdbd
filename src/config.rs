//! The model's configuration: Hugging Face's `T5Config`, from `config.json` or GGUF metadata.

mod json;
mod metadata;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

pub use metadata::{MetadataValue, TensorFacts};

/// Activation of the feed-forward layer, under the names of Hugging Face's `feed_forward_proj`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeedForwardProj {
    /// `wo(relu(wi(x)))`: T5 v1.0.
    #[serde(rename = "relu")]
    Relu,
    /// `wo(gelu_new(wi_0(x)) * wi_1(x))`: T5 v1.1, flan-T5, mT5, umT5, ByT5.
    #[serde(rename = "gated-gelu")]
    GatedGelu,
    /// `wo(relu(wi_0(x)) * wi_1(x))`.
    #[serde(rename = "gated-relu")]
    GatedRelu,
}

impl FeedForwardProj {
    /// Hugging Face's name.
    pub fn name(self) -> &'static str {
        match self {
            FeedForwardProj::Relu => "relu",
            FeedForwardProj::GatedGelu => "gated-gelu",
            FeedForwardProj::GatedRelu => "gated-relu",
        }
    }

    /// Whether there are two input matrices, `wi_0` and `wi_1`.
    pub fn is_gated(self) -> bool {
        self != FeedForwardProj::Relu
    }
}

/// Shape and constants of a T5 model; every field under its Hugging Face name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct T5Config {
    /// V: rows of the embedding and of the head.
    pub vocab_size: usize,
    /// D: width of the hidden states.
    pub d_model: usize,
    /// Width of one attention head.
    pub d_kv: usize,
    /// F: width inside the feed-forward layer.
    pub d_ff: usize,
    /// Encoder blocks.
    pub num_layers: usize,
    /// Decoder blocks.
    pub num_decoder_layers: usize,
    /// H; `num_heads * d_kv` need not be `d_model`.
    pub num_heads: usize,
    /// Rows of a `relative_attention_bias`.
    pub relative_attention_num_buckets: usize,
    /// Distance in tokens from which all share the last bucket.
    pub relative_attention_max_distance: usize,
    /// Added to the mean square under the root.
    pub layer_norm_epsilon: f64,
    /// Activation of the feed-forward layer.
    pub feed_forward_proj: FeedForwardProj,
    /// The head is the embedding, and no matrix of its own.
    pub tie_word_embeddings: bool,
    /// The decoder's output is scaled by `d_model^-0.5` before the head.
    pub scale_decoder_outputs: bool,
    /// umT5: each block has its own position bias; otherwise block 0's serves them all.
    pub bias_in_every_block: bool,
    /// First decoder input.
    pub decoder_start_token_id: u32,
    /// Ends a text.
    pub eos_token_id: u32,
    /// Fills a batch; never seen by the model here.
    pub pad_token_id: u32,
    /// Tokens that the model was trained on. Positions are relative, so it is no hard limit.
    pub n_positions: usize,
}

/// Upper bounds that no T5 comes near: a larger value is damage, not a model.
const MAX_DIM: u64 = 1 << 17;
/// Sums of a head's products in 32-bit integers have room for as many.
const MAX_HEAD_DIM: u64 = 2048;
const MAX_LAYERS: u64 = 512;
const MAX_VOCAB: u64 = 1 << 22;
const MAX_POSITIONS: u64 = 1 << 20;

impl T5Config {
    /// I: width of queries, keys and values of all heads, `num_heads * d_kv`.
    pub fn inner_dim(&self) -> usize {
        self.num_heads * self.d_kv
    }

    fn validate(&self) -> Result<()> {
        let within = |key: &str, value: usize, min: u64, max: u64| {
            if (min..=max).contains(&(value as u64)) {
                Ok(())
            } else {
                Err(config_error(key, format!("{value} is not within {min}..={max}")))
            }
        };
        within("vocab_size", self.vocab_size, 2, MAX_VOCAB)?;
        within("d_model", self.d_model, 1, MAX_DIM)?;
        within("d_kv", self.d_kv, 1, MAX_HEAD_DIM)?;
        within("d_ff", self.d_ff, 1, MAX_DIM)?;
        within("num_layers", self.num_layers, 1, MAX_LAYERS)?;
        within("num_decoder_layers", self.num_decoder_layers, 1, MAX_LAYERS)?;
        within("num_heads", self.num_heads, 1, MAX_DIM)?;
        // Where addresses have 32 bits, the product may not.
        within("num_heads * d_kv", self.num_heads.saturating_mul(self.d_kv), 1, MAX_DIM)?;
        within("n_positions", self.n_positions, 1, MAX_POSITIONS)?;
        let buckets = self.relative_attention_num_buckets;
        within("relative_attention_num_buckets", buckets, 4, MAX_DIM)?;
        if !buckets.is_multiple_of(2) {
            return Err(config_error(
                "relative_attention_num_buckets",
                format!("{buckets} is odd, but the encoder needs one half for each direction"),
            ));
        }
        // Half of the causal buckets hold one distance each; the rest must reach further.
        let max_distance = self.relative_attention_max_distance;
        if max_distance <= buckets / 2 {
            return Err(config_error(
                "relative_attention_max_distance",
                format!("{max_distance} must be more than half of the {buckets} buckets"),
            ));
        }
        if !(self.layer_norm_epsilon >= 0.0 && self.layer_norm_epsilon < 1.0) {
            return Err(config_error(
                "layer_norm_epsilon",
                format!("{} is not within 0..1", self.layer_norm_epsilon),
            ));
        }
        for (key, id) in [
            ("decoder_start_token_id", self.decoder_start_token_id),
            ("eos_token_id", self.eos_token_id),
            ("pad_token_id", self.pad_token_id),
        ] {
            if id as usize >= self.vocab_size {
                return Err(config_error(
                    key,
                    format!("{id} is beyond the vocabulary of {} tokens", self.vocab_size),
                ));
            }
        }
        Ok(())
    }
}

fn config_error(key: &str, message: String) -> Error {
    Error::Config { key: key.into(), message }
}

fn parse_feed_forward_proj(name: &str) -> Result<FeedForwardProj> {
    [FeedForwardProj::Relu, FeedForwardProj::GatedGelu, FeedForwardProj::GatedRelu]
        .into_iter()
        .find(|proj| proj.name() == name)
        .ok_or_else(|| {
            config_error(
                "feed_forward_proj",
                format!("`{name}` is unknown; this engine has relu, gated-gelu and gated-relu"),
            )
        })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const SMALL: &str = r#"{"model_type":"t5","vocab_size":100,"d_model":32,"d_kv":8,"d_ff":64,
        "num_layers":2,"num_heads":4}"#;

    fn error_for(key: &str, value: &str) -> String {
        let mut json: Value = serde_json::from_str(SMALL).unwrap();
        json[key] = serde_json::from_str(value).unwrap();
        T5Config::from_json(&json.to_string()).unwrap_err().to_string()
    }

    #[test]
    fn defaults_are_those_of_v1_0() {
        let config = T5Config::from_json(SMALL).unwrap();
        assert_eq!(config.num_decoder_layers, 2);
        assert_eq!(config.feed_forward_proj, FeedForwardProj::Relu);
        assert!(config.tie_word_embeddings && config.scale_decoder_outputs);
        assert!(!config.bias_in_every_block);
        assert_eq!((config.relative_attention_num_buckets, config.n_positions), (32, 512));
    }

    #[test]
    fn a_missing_key_means_what_the_classes_of_transformers_4_say() {
        for (model_type, is_tied) in [("t5", true), ("umt5", true), ("mt5", false)] {
            let config =
                T5Config::from_json(&SMALL.replace("\"t5\"", &format!("\"{model_type}\"")));
            let config = config.unwrap();
            assert_eq!(config.tie_word_embeddings, is_tied, "{model_type}");
            assert_eq!(config.scale_decoder_outputs, is_tied, "{model_type}");
        }
    }

    #[test]
    fn models_trained_on_1024_tokens_are_known() {
        let n_positions = |key: &str, value: &str| {
            let mut json: Value = serde_json::from_str(SMALL).unwrap();
            json[key] = value.into();
            T5Config::from_json(&json.to_string()).unwrap().n_positions
        };
        assert_eq!(n_positions("model_type", "mt5"), 1024);
        assert_eq!(n_positions("tokenizer_class", "ByT5Tokenizer"), 1024);
        assert_eq!(n_positions("tokenizer_class", "T5Tokenizer"), 512);
    }

    #[test]
    fn a_config_that_lies_is_named() {
        for (key, value) in [
            ("d_model", "0"),
            ("d_model", "-5"),
            ("d_model", "1e30"),
            ("d_kv", "4096"),
            ("d_ff", "\"big\""),
            ("num_layers", "100000"),
            ("num_heads", "131072"),
            ("vocab_size", "99999999999"),
            ("relative_attention_num_buckets", "31"),
            ("relative_attention_max_distance", "3"),
            ("layer_norm_epsilon", "-1"),
            ("feed_forward_proj", "\"swish\""),
            ("tie_word_embeddings", "\"yes\""),
            ("scale_decoder_outputs", "1"),
            ("eos_token_id", "100"),
        ] {
            let message = error_for(key, value);
            assert!(message.contains(key), "{key} = {value}: {message}");
        }
        assert!(error_for("model_type", "\"llama\"").contains("llama"));
        assert!(T5Config::from_json("[]").unwrap_err().to_string().contains("object"));
        assert!(T5Config::from_json("{\"d_model\":").unwrap_err().to_string().contains("byte 10"));
    }

    #[test]
    fn metadata_round_trip() {
        let config = T5Config::from_json(SMALL).unwrap();
        let metadata = config.to_metadata();
        let get = |key: &str| metadata.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
        let facts = TensorFacts {
            is_gated: false,
            is_tied: true,
            bias_in_every_block: false,
            vocab_size: 100,
        };
        assert_eq!(T5Config::from_metadata(&get, facts).unwrap(), config);

        // As llama.cpp writes it: without the key of our own, and perhaps with a copy as a head.
        let get = |key: &str| get(key).filter(|_| key != "t5.scale_decoder_outputs");
        let is_scaled = |is_gated, is_tied| {
            let facts = TensorFacts { is_gated, is_tied, ..facts };
            T5Config::from_metadata(&get, facts).unwrap().scale_decoder_outputs
        };
        assert!(is_scaled(false, true) && is_scaled(false, false) && is_scaled(true, true));
        assert!(!is_scaled(true, false));
    }
}
