//! A configuration from Hugging Face's `config.json`.

use serde_json::Value;

use crate::config::{
    FeedForwardProj, MAX_DIM, MAX_LAYERS, MAX_POSITIONS, MAX_VOCAB, T5Config, config_error,
    parse_feed_forward_proj,
};
use crate::error::{Error, Result};

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
        let tie_word_embeddings = json.bool("tie_word_embeddings")?.unwrap_or(model_type != "mt5");
        // Before transformers 5 what is tied is scaled. Since then every model is called tied, whether it is
        // scaled has a key of its own, which mT5, never scaled, does not have, and umT5 did not at first.
        let is_scaled =
            tie_word_embeddings && (model_type == "t5" || !json.is_of_transformers_5()?);
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
            tie_word_embeddings,
            scale_decoder_outputs: json.bool("scale_decoder_outputs")?.unwrap_or(is_scaled),
            bias_in_every_block: model_type == "umt5",
            decoder_start_token_id: json.token_id("decoder_start_token_id")?.unwrap_or(0),
            eos_token_id: json.token_id("eos_token_id")?.unwrap_or(1),
            pad_token_id: json.token_id("pad_token_id")?.unwrap_or(0),
            n_positions: match json.integer("n_positions", 1, MAX_POSITIONS)? {
                Some(n_positions) => n_positions,
                // As their papers say.
                None if model_type == "mt5"
                    || json.text("tokenizer_class")? == Some("ByT5Tokenizer") =>
                {
                    1024
                }
                None => 512,
            },
        };
        config.validate()?;
        Ok(config)
    }
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

    /// Whether transformers 5 or a later one wrote the file.
    fn is_of_transformers_5(&self) -> Result<bool> {
        let major =
            self.text("transformers_version")?.and_then(|version| version.split('.').next());
        Ok(major.and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major >= 5))
    }

    fn text(&self, key: &str) -> Result<Option<&'a str>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = value.as_str();
        text.map(Some).ok_or_else(|| config_error(key, format!("{value} is not a text")))
    }
}
