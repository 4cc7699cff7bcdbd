//! Which tokens may come next: the changes that are made to logits before one is chosen.
//!
//! Source: Hugging Face transformers 4.57, `GenerationMixin._get_logits_processor` (which ones, in
//! which order) and the classes of `logits_process.py` named below.

use super::GenerationConfig;
use super::sampler::EXCLUDED;
use super::warpers::LogitsWarpers;
use crate::error::{Error, Result};

/// Applies the options of a [`GenerationConfig`] to the logits of one step after another.
#[derive(Debug, Clone)]
pub struct LogitsProcessors {
    repetition_penalty: f32,
    no_repeat_ngram_size: usize,
    bad_words_ids: Vec<Vec<u32>>,
    min_new_tokens: usize,
    eos_token_id: u32,
    /// Only where `do_sample` is true.
    warpers: Option<LogitsWarpers>,
    /// (V,); all false between calls.
    is_seen: Vec<bool>,
}

impl LogitsProcessors {
    /// Processors for `config`, which is valid for a vocabulary of `n_vocab` tokens.
    pub fn new(config: &GenerationConfig, eos_token_id: u32, n_vocab: usize) -> Self {
        // As `NoBadWordsLogitsProcessor`: a ban on the end itself is passed over.
        let is_effective = |word: &&Vec<u32>| word[..] != [eos_token_id];
        LogitsProcessors {
            repetition_penalty: config.repetition_penalty as f32,
            no_repeat_ngram_size: config.no_repeat_ngram_size,
            bad_words_ids: config.bad_words_ids.iter().filter(is_effective).cloned().collect(),
            min_new_tokens: config.min_new_tokens,
            eos_token_id,
            warpers: config.do_sample.then(|| LogitsWarpers::new(config, n_vocab)),
            is_seen: vec![false; n_vocab],
        }
    }

    /// Changes `logits`, (V,), of the token that follows `decoder_input_ids`, (T,), which begin with
    /// decoder_start_token_id. Excluded tokens become `-inf`; at least one is left. Nothing is
    /// allocated.
    ///
    /// # Errors
    /// - [`Error::Option`] where the options exclude every token.
    /// - [`Error::NonFinite`] where a logit is NaN or infinite, or all are `-inf` to begin with.
    /// - [`Error::Shape`] and [`Error::Input`] where `logits` or an id do not fit the vocabulary.
    pub fn process(&mut self, decoder_input_ids: &[u32], logits: &mut [f32]) -> Result<()> {
        self.check(decoder_input_ids, logits)?;
        self.penalize_repetition(decoder_input_ids, logits);
        self.exclude_repeated_ngrams(decoder_input_ids, logits);
        self.exclude_bad_words(decoder_input_ids, logits);
        self.exclude_early_end(decoder_input_ids, logits);
        if is_all_excluded(logits) {
            return Err(self.nothing_left());
        }
        if let Some(warpers) = &mut self.warpers {
            warpers.warp(logits);
        }
        Ok(())
    }

    fn check(&self, decoder_input_ids: &[u32], logits: &[f32]) -> Result<()> {
        let n_vocab = self.is_seen.len();
        if logits.len() != n_vocab {
            return Err(Error::Shape {
                name: "logits".to_owned(),
                expected: vec![n_vocab],
                found: vec![logits.len()],
            });
        }
        if let Some(id) = decoder_input_ids.iter().find(|&&id| id as usize >= n_vocab) {
            return Err(Error::Input(format!(
                "decoder input id {id} is not in the vocabulary of {n_vocab} tokens"
            )));
        }
        let is_wrong = |logit: &f32| logit.is_nan() || *logit == f32::INFINITY;
        // All of them without a branch for each: the vocabulary is large, and none is wrong.
        let wrong = match logits.iter().fold(false, |wrong, logit| wrong | is_wrong(logit)) {
            true => logits.iter().position(is_wrong),
            false => is_all_excluded(logits).then_some(0),
        };
        match wrong {
            Some(index) => Err(Error::NonFinite {
                name: "logits".to_owned(),
                index,
                value: logits[index].to_string(),
            }),
            None => Ok(()),
        }
    }

    /// `RepetitionPenaltyLogitsProcessor`: once for each token that has occurred.
    fn penalize_repetition(&mut self, decoder_input_ids: &[u32], logits: &mut [f32]) {
        let penalty = self.repetition_penalty;
        if penalty == 1.0 {
            return;
        }
        for &id in decoder_input_ids {
            let logit = &mut logits[id as usize];
            if !std::mem::replace(&mut self.is_seen[id as usize], true) {
                *logit = if *logit < 0.0 { *logit * penalty } else { *logit / penalty };
            }
        }
        for &id in decoder_input_ids {
            self.is_seen[id as usize] = false;
        }
    }

    /// `NoRepeatNGramLogitsProcessor`: what followed the last n - 1 tokens where they occurred before.
    fn exclude_repeated_ngrams(&self, decoder_input_ids: &[u32], logits: &mut [f32]) {
        let n = self.no_repeat_ngram_size;
        if n == 0 || decoder_input_ids.len() < n {
            return;
        }
        let prefix = &decoder_input_ids[decoder_input_ids.len() + 1 - n..];
        for ngram in decoder_input_ids.windows(n) {
            if ngram.starts_with(prefix) {
                logits[ngram[n - 1] as usize] = EXCLUDED;
            }
        }
    }

    /// `NoBadWordsLogitsProcessor`: the last token of each sequence whose others have just occurred.
    /// As there, a sequence longer than what there is so far is passed over, though its last token
    /// would still fit: this spares only sequences that begin with decoder_start_token_id.
    fn exclude_bad_words(&self, decoder_input_ids: &[u32], logits: &mut [f32]) {
        for word in &self.bad_words_ids {
            let Some((&last, prefix)) = word.split_last() else {
                continue;
            };
            let is_long = !prefix.is_empty() && word.len() > decoder_input_ids.len();
            if !is_long && decoder_input_ids.ends_with(prefix) {
                logits[last as usize] = EXCLUDED;
            }
        }
    }

    /// `MinNewTokensLengthLogitsProcessor`: decoder_start_token_id is not a new token.
    fn exclude_early_end(&self, decoder_input_ids: &[u32], logits: &mut [f32]) {
        if decoder_input_ids.len() < self.min_new_tokens + 1 {
            logits[self.eos_token_id as usize] = EXCLUDED;
        }
    }

    /// Hugging Face would go on with token 0 or fail in its sampler.
    fn nothing_left(&self) -> Error {
        let (name, value) = if !self.bad_words_ids.is_empty() {
            ("bad_words_ids", format!("{} sequences", self.bad_words_ids.len()))
        } else if self.no_repeat_ngram_size > 0 {
            ("no_repeat_ngram_size", self.no_repeat_ngram_size.to_string())
        } else {
            ("min_new_tokens", self.min_new_tokens.to_string())
        };
        Error::Option {
            name,
            value,
            message: "no token is left to choose; relax bad_words_ids, no_repeat_ngram_size or min_new_tokens"
                .to_owned(),
        }
    }
}

fn is_all_excluded(logits: &[f32]) -> bool {
    logits.iter().all(|&logit| logit == EXCLUDED)
}
