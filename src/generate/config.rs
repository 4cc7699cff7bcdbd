//! The options of one generation, under the names of Hugging Face's `GenerationConfig`.
//!
//! Whatever way they come in (JSON, the wire, a Rust value), a wrong one is refused with a sentence
//! that names the option, the value and what it must be.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// Most tokens that one generation may be asked for. The decoder's cache is allocated for all of
/// them at once (400 MB for flan-t5-small at this limit), so an absurd number is refused by name.
pub const MAX_NEW_TOKENS: usize = 16_384;

/// Largest seed: JavaScript's `Number.MAX_SAFE_INTEGER`. A larger one would change on the way
/// through the page, and the generation could not be repeated.
pub const MAX_SEED: u64 = (1 << 53) - 1;

/// Farthest that `temperature` and `repetition_penalty` may be from 1, either way: beyond any use,
/// and still far from where scores would overflow `f32`.
const MAX_FACTOR: f64 = 1e6;

/// Every option and what it must be, in the words of an error message.
const OPTIONS: [(&str, &str); 14] = [
    ("max_new_tokens", "a whole number from 1 to 16384"),
    ("min_new_tokens", "a whole number, at most max_new_tokens"),
    ("do_sample", "true or false"),
    ("num_beams", "1, because beam search is not available yet"),
    (
        "temperature",
        "a number from 0.000001 to 1000000; for the most likely token at every step, use do_sample = false",
    ),
    ("top_k", "a whole number from 0 to 4294967295; 0 turns it off"),
    ("top_p", "a number from 0 to 1; 1 turns it off"),
    ("min_p", "a number from 0 to 1, or null to turn it off"),
    ("typical_p", "a number above 0, at most 1; 1 turns it off"),
    ("repetition_penalty", "a number from 0.000001 to 1000000; 1 turns it off"),
    ("no_repeat_ngram_size", "a whole number from 0 to 4294967295; 0 turns it off"),
    (
        "stop_strings",
        "a list of texts; an empty one would end every generation at once, so leave it out",
    ),
    ("bad_words_ids", "a list of lists of token ids"),
    ("seed", "a whole number from 0 to 9007199254740991"),
];

/// How to continue: when to stop, which tokens to exclude, how to choose among the rest.
///
/// Defaults are Hugging Face's, `max_new_tokens` excepted. Options left out of JSON take their
/// defaults; unknown ones are refused.
///
/// Source: Hugging Face transformers 4.57, `GenerationConfig`.
// `remote = "Self"` makes the derived code inherent functions, so that the trait implementations
// below can put an explanation around them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", default, deny_unknown_fields)]
pub struct GenerationConfig {
    /// Tokens after which a generation ends, `</s>` counted. Default 128: Hugging Face's default
    /// (20 tokens in all) cuts most answers short, while this holds a whole summary and still ends
    /// a model that repeats itself within seconds.
    pub max_new_tokens: usize,
    /// Tokens before which `</s>` is excluded. Default 0.
    pub min_new_tokens: usize,
    /// Draw each token by its probability (true) or take the most likely one (false, the default).
    pub do_sample: bool,
    /// Beams of a beam search. Only 1, the default, is available.
    pub num_beams: usize,
    /// Divides the scores: below 1 sharpens the choice, above 1 flattens it. Default 1.
    pub temperature: f64,
    /// Keep only this many most likely tokens; 0 keeps all. Default 50.
    pub top_k: usize,
    /// Keep the smallest set of most likely tokens that holds this probability. Default 1: all.
    pub top_p: f64,
    /// Keep tokens of at least this share of the most likely one's probability. Default: all.
    pub min_p: Option<f64>,
    /// Keep the tokens nearest to the expected surprise that hold this probability. Default 1: all.
    pub typical_p: f64,
    /// Above 1, makes tokens that are already in the text less likely. Default 1: no change.
    pub repetition_penalty: f64,
    /// No run of this many tokens occurs twice. Default 0: any may.
    pub no_repeat_ngram_size: usize,
    /// Texts that end a generation once they are in its text, which keeps them.
    pub stop_strings: Vec<String>,
    /// Token sequences that are never completed. One that is only `</s>` has no effect, as in
    /// Hugging Face's; `min_new_tokens` holds the end back.
    pub bad_words_ids: Vec<Vec<u32>>,
    /// Where the random numbers of `do_sample` start. Default 0.
    pub seed: u64,
}

impl Default for GenerationConfig {
    fn default() -> Self {
        GenerationConfig {
            max_new_tokens: 128,
            min_new_tokens: 0,
            do_sample: false,
            num_beams: 1,
            temperature: 1.0,
            top_k: 50,
            top_p: 1.0,
            min_p: None,
            typical_p: 1.0,
            repetition_penalty: 1.0,
            no_repeat_ngram_size: 0,
            stop_strings: Vec::new(),
            bad_words_ids: Vec::new(),
            seed: 0,
        }
    }
}

impl GenerationConfig {
    /// Reads a JSON object of options. Types are checked here, ranges by [`Self::validate`].
    ///
    /// # Errors
    /// [`Error::Option`] for text that is not JSON and for all that [`Self::from_value`] refuses.
    pub fn from_json(text: &str) -> Result<Self> {
        match serde_json::from_str(text) {
            Ok(value) => Self::from_value(&value),
            Err(error) => Err(unreadable(text, format!("not valid JSON: {error}"))),
        }
    }

    /// Reads a parsed JSON object of options.
    ///
    /// # Errors
    /// [`Error::Option`] that names the option which is unknown or of the wrong type.
    pub fn from_value(value: &Value) -> Result<Self> {
        let Value::Object(options) = value else {
            let message = "must be an object such as {\"max_new_tokens\": 64}".to_owned();
            return Err(unreadable(&value.to_string(), message));
        };
        // serde's own error does not say which option has a value of the wrong type, so the culprit
        // is found by reading each by itself.
        let is_culprit = |(name, value): &(&String, &Value)| {
            let alone = Map::from_iter([((*name).clone(), (*value).clone())]);
            Self::deserialize(Value::Object(alone)).is_err()
        };
        Self::deserialize(value).map_err(|error| match options.iter().find(is_culprit) {
            Some((name, value)) => refusal(name, &value.to_string()),
            None => unreadable(&value.to_string(), error.to_string()),
        })
    }

    /// Checks every value against its range and the model's vocabulary of `n_vocab` tokens.
    ///
    /// # Errors
    /// [`Error::Option`] with the first refused option, its value, its range and what to do.
    pub fn validate(&self, n_vocab: usize) -> Result<()> {
        let is_factor = |x: f64| (1.0 / MAX_FACTOR..=MAX_FACTOR).contains(&x);
        // What fits `usize` in WebAssembly, so that native code takes the same.
        let is_count = |n: usize| u32::try_from(n).is_ok();
        let is_share = |x: f64| (0.0..=1.0).contains(&x);
        let typical_p = self.typical_p;
        let checks = [
            ("max_new_tokens", (1..=MAX_NEW_TOKENS).contains(&self.max_new_tokens)),
            ("min_new_tokens", self.min_new_tokens <= self.max_new_tokens),
            ("num_beams", self.num_beams == 1),
            ("temperature", is_factor(self.temperature)),
            ("top_k", is_count(self.top_k)),
            ("top_p", is_share(self.top_p)),
            ("min_p", self.min_p.is_none_or(is_share)),
            ("typical_p", is_share(typical_p) && typical_p > 0.0),
            ("repetition_penalty", is_factor(self.repetition_penalty)),
            ("no_repeat_ngram_size", is_count(self.no_repeat_ngram_size)),
            ("stop_strings", !self.stop_strings.contains(&String::new())),
            ("seed", self.seed <= MAX_SEED),
        ];
        if let Some((name, _)) = checks.iter().find(|(_, is_allowed)| !is_allowed) {
            let value = match &serde_json::to_value(self).unwrap_or_default()[name] {
                // JSON has no NaN and no infinity; none of these options is refused for being null.
                Value::Null => "not a finite number".to_owned(),
                value => value.to_string(),
            };
            return Err(refusal(name, &value));
        }
        let is_word =
            |ids: &[u32]| !ids.is_empty() && ids.iter().all(|&id| (id as usize) < n_vocab);
        match self.bad_words_ids.iter().find(|ids| !is_word(ids)) {
            None => Ok(()),
            Some(ids) => Err(Error::Option {
                name: "bad_words_ids",
                value: abridged(&format!("{ids:?}")),
                message: format!(
                    "each must be one or more token ids below {n_vocab}, the size of the vocabulary"
                ),
            }),
        }
    }

    /// Names of options that were set and have no effect, because they act on sampling and
    /// `do_sample` is false: for a front end to say so.
    pub fn ignored_options(&self) -> Vec<&'static str> {
        let default = Self::default();
        let is_set = [
            ("temperature", self.temperature != default.temperature),
            ("top_k", self.top_k != default.top_k),
            ("top_p", self.top_p != default.top_p),
            ("min_p", self.min_p != default.min_p),
            ("typical_p", self.typical_p != default.typical_p),
            ("seed", self.seed != default.seed),
        ];
        is_set
            .into_iter()
            .filter(|&(_, is_set)| is_set && !self.do_sample)
            .map(|(name, _)| name)
            .collect()
    }
}

impl Serialize for GenerationConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for GenerationConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_value(&value).map_err(D::Error::custom)
    }
}

/// The error for `value`, which is not what the option of this name must be; or, where there is no
/// such option, for the name.
fn refusal(name: &str, value: &str) -> Error {
    match OPTIONS.iter().find(|(known, _)| *known == name) {
        Some((name, what)) => {
            Error::Option { name, value: abridged(value), message: format!("must be {what}") }
        }
        None => {
            let names = OPTIONS.map(|(known, _)| known).join(", ");
            unreadable(name, format!("there is no option of this name; there are {names}"))
        }
    }
}

/// The error for `text`, which was to be a set of options.
fn unreadable(text: &str, message: String) -> Error {
    Error::Option { name: "options", value: abridged(text), message }
}

/// The start of a text that may be long, for a message.
fn abridged(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_option_in_order() {
        let json = serde_json::to_string(&GenerationConfig::default()).unwrap();
        let positions = OPTIONS.map(|(name, _)| json.find(&format!("\"{name}\":")).expect(name));
        assert!(positions.is_sorted());
        assert_eq!(json.matches("\":").count(), OPTIONS.len());
        assert!(OPTIONS[0].1.ends_with(&MAX_NEW_TOKENS.to_string()));
        assert!(OPTIONS[13].1.ends_with(&MAX_SEED.to_string()));
    }
}
