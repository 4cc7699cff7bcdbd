//! The model's configuration: Hugging Face's `T5Config`, from `config.json` or GGUF metadata.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};

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
    /// The head is the embedding; the decoder's output is scaled by `d_model^-0.5` before it.
    pub tie_word_embeddings: bool,
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

/// Upper bounds that no T5 comes near: a larger value is damage, not a model.
const MAX_DIM: u64 = 1 << 17;
const MAX_LAYERS: u64 = 512;
const MAX_VOCAB: u64 = 1 << 22;
const MAX_POSITIONS: u64 = 1 << 20;

impl T5Config {
    /// Reads a Hugging Face `config.json`.
    ///
    /// # Errors
    /// `Error::Config` names the key that is missing, out of range or contradictory;
    /// `Error::Format` if it is no JSON object; `Error::UnsupportedFile` if it is not a T5's.
    pub fn from_json(json: &str) -> Result<T5Config> {
        let value: Value = serde_json::from_str(json).map_err(|error| Error::Format {
            format: "config.json",
            offset: byte_offset(json, error.line(), error.column()),
            message: error.to_string(),
        })?;
        if !value.is_object() {
            return Err(Error::Format {
                format: "config.json",
                offset: 0,
                message: "it must hold a JSON object".into(),
            });
        }
        let json = Keys(&value);
        let model_type = json.text("model_type")?.unwrap_or("t5");
        if !["t5", "mt5", "umt5"].contains(&model_type) {
            return Err(Error::UnsupportedFile(format!(
                "config.json describes a `{model_type}` model; this engine runs t5, mt5 and umt5 \
                 (flan-T5, LaMini-Flan-T5, ByT5 and CodeT5 call themselves t5)"
            )));
        }
        let is_v1_0 = model_type == "t5";
        let num_layers = json.required("num_layers", 1, MAX_LAYERS)?;
        let config = T5Config {
            vocab_size: json.required("vocab_size", 2, MAX_VOCAB)?,
            d_model: json.required("d_model", 1, MAX_DIM)?,
            d_kv: json.required("d_kv", 1, MAX_DIM)?,
            d_ff: json.required("d_ff", 1, MAX_DIM)?,
            num_layers,
            num_decoder_layers: json
                .integer("num_decoder_layers", 1, MAX_LAYERS)?
                .unwrap_or(num_layers),
            num_heads: json.required("num_heads", 1, MAX_DIM)?,
            relative_attention_num_buckets: json
                .integer("relative_attention_num_buckets", 4, MAX_DIM)?
                .unwrap_or(32),
            relative_attention_max_distance: json
                .integer("relative_attention_max_distance", 2, MAX_POSITIONS)?
                .unwrap_or(128),
            layer_norm_epsilon: json.float("layer_norm_epsilon")?.unwrap_or(1e-6),
            feed_forward_proj: match json.text("feed_forward_proj")? {
                None if is_v1_0 => FeedForwardProj::Relu,
                None => FeedForwardProj::GatedGelu,
                Some(name) => parse_feed_forward_proj(name)?,
            },
            tie_word_embeddings: json.bool("tie_word_embeddings")?.unwrap_or(is_v1_0),
            bias_in_every_block: model_type == "umt5",
            decoder_start_token_id: json.token_id("decoder_start_token_id")?.unwrap_or(0),
            eos_token_id: json.token_id("eos_token_id")?.unwrap_or(1),
            pad_token_id: json.token_id("pad_token_id")?.unwrap_or(0),
            n_positions: json.integer("n_positions", 1, MAX_POSITIONS)?.unwrap_or(512),
        };
        config.validate()?;
        Ok(config)
    }

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
            bias_in_every_block: facts.bias_in_every_block,
            decoder_start_token_id: token_id("t5.decoder_start_token_id", 0)?,
            eos_token_id: token_id("tokenizer.ggml.eos_token_id", 1)?,
            pad_token_id: token_id("tokenizer.ggml.padding_token_id", 0)?,
            n_positions: integer("t5.context_length", MAX_POSITIONS)?.unwrap_or(512),
        };
        config.validate()?;
        Ok(config)
    }

    /// The metadata that [`T5Config::from_metadata`] reads: llama.cpp's keys, and two of our own for
    /// what llama.cpp takes for granted (`relative_max_distance`, `feed_forward_proj`).
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
            ("t5.feed_forward_proj", MetadataValue::Text(self.feed_forward_proj.name().into())),
            ("t5.decoder_start_token_id", integer(self.decoder_start_token_id as usize)),
            ("tokenizer.ggml.eos_token_id", integer(self.eos_token_id as usize)),
            ("tokenizer.ggml.padding_token_id", integer(self.pad_token_id as usize)),
        ]
        .map(|(key, value)| (key.to_string(), value))
        .to_vec()
    }

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
        within("d_kv", self.d_kv, 1, MAX_DIM)?;
        within("d_ff", self.d_ff, 1, MAX_DIM)?;
        within("num_layers", self.num_layers, 1, MAX_LAYERS)?;
        within("num_decoder_layers", self.num_decoder_layers, 1, MAX_LAYERS)?;
        within("num_heads", self.num_heads, 1, MAX_DIM)?;
        within("num_heads * d_kv", self.inner_dim(), 1, MAX_DIM)?;
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

fn byte_offset(text: &str, line: usize, column: usize) -> u64 {
    let line_start: usize =
        text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (line_start + column.saturating_sub(1)) as u64
}

/// Typed access to the keys of a JSON object; `null` counts as absent.
struct Keys<'a>(&'a Value);

impl<'a> Keys<'a> {
    fn get(&self, key: &str) -> Option<&'a Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    fn integer(&self, key: &str, min: u64, max: u64) -> Result<Option<usize>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value.as_u64() {
            Some(n) if (min..=max).contains(&n) => Ok(Some(n as usize)),
            _ => Err(config_error(key, format!("{value} is not an integer within {min}..={max}"))),
        }
    }

    fn required(&self, key: &str, min: u64, max: u64) -> Result<usize> {
        self.integer(key, min, max)?
            .ok_or_else(|| config_error(key, "is missing from config.json".into()))
    }

    fn token_id(&self, key: &str) -> Result<Option<u32>> {
        Ok(self.integer(key, 0, MAX_VOCAB)?.map(|id| id as u32))
    }

    fn float(&self, key: &str) -> Result<Option<f64>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = value.as_f64();
        number.map(Some).ok_or_else(|| config_error(key, format!("{value} is not a number")))
    }

    fn bool(&self, key: &str) -> Result<Option<bool>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let flag = value.as_bool();
        flag.map(Some).ok_or_else(|| config_error(key, format!("{value} is not true or false")))
    }

    fn text(&self, key: &str) -> Result<Option<&'a str>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = value.as_str();
        text.map(Some).ok_or_else(|| config_error(key, format!("{value} is not a text")))
    }
}

#[cfg(test)]
mod tests {
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
        assert!(config.tie_word_embeddings && !config.bias_in_every_block);
        assert_eq!((config.relative_attention_num_buckets, config.n_positions), (32, 512));
    }

    #[test]
    fn a_config_that_lies_is_named() {
        for (key, value) in [
            ("d_model", "0"),
            ("d_model", "-5"),
            ("d_model", "1e30"),
            ("d_ff", "\"big\""),
            ("num_layers", "100000"),
            ("num_heads", "131072"),
            ("vocab_size", "99999999999"),
            ("relative_attention_num_buckets", "31"),
            ("relative_attention_max_distance", "3"),
            ("layer_norm_epsilon", "-1"),
            ("feed_forward_proj", "\"swish\""),
            ("tie_word_embeddings", "\"yes\""),
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
    }
}
