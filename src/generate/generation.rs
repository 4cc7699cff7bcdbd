//! One generation over a model: pulled step by step, so that a caller can stop between any two.

use web_time::Instant;

use super::{
    FinishReason, GenerationConfig, LogitsProcessors, Sampler, StoppingCriteria, log_probability,
    pick_greedy,
};
use crate::error::{Error, Result};
use crate::model::{DecoderState, EncoderRun, T5ForConditionalGeneration, Workspace};
use crate::text::{Detokenizer, Tokenizer};

/// What one call of [`Generation::step`] did.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// One block of the encoder has run.
    Encoding {
        /// Blocks done so far.
        n_layers_done: usize,
        /// Blocks in all.
        n_layers: usize,
    },
    /// One token was chosen.
    Token {
        /// Position among the generated tokens, from 0.
        token_idx: usize,
        /// Id in the vocabulary.
        token_id: u32,
        /// As in the vocabulary, such as `▁house` or `</s>`; empty without a tokenizer.
        piece: String,
        /// Text that it adds; empty while a character is incomplete, and for special tokens.
        text: String,
        /// Natural logarithm of the model's own probability (temperature 1, before processors).
        log_probability: f32,
        /// Time that the step took, in milliseconds.
        elapsed_ms: f64,
    },
}

/// A prompt on its way to a completion.
pub struct Generation {
    config: GenerationConfig,
    phase: Phase,
    processors: LogitsProcessors,
    sampler: Sampler,
    criteria: StoppingCriteria,
    detokenizer: Option<Detokenizer>,
    /// With special tokens, which stop strings may have in them; `None` where there are none.
    stop_detokenizer: Option<Detokenizer>,
    /// As Hugging Face returns them, decoder_start_token_id first.
    token_ids: Vec<u32>,
    text: String,
    /// Processed scores of the step, (V).
    scores: Vec<f32>,
    score: f64,
    finish_reason: Option<FinishReason>,
    encoder_tokens: usize,
    started: Instant,
    encode_ms: f64,
    first_token_ms: Option<f64>,
    decode_ms: f64,
}

#[derive(Debug)]
enum Phase {
    Encoding(EncoderRun),
    Decoding(DecoderState),
    /// Nothing more is kept than the result.
    Over,
}

impl Generation {
    /// Starts on `input_ids`, (S). Without a tokenizer there are ids but no text.
    ///
    /// # Errors
    /// `Error::Option` for an option out of its range, `Error::Input` for ids that the model does
    /// not have, `Error::Memory`.
    pub fn new(
        model: &T5ForConditionalGeneration,
        tokenizer: Option<&Tokenizer>,
        input_ids: &[u32],
        config: GenerationConfig,
    ) -> Result<Generation> {
        let started = Instant::now();
        let (n_vocab, eos) = (model.config().vocab_size, model.config().eos_token_id);
        config.validate(n_vocab)?;
        if tokenizer.is_none() && !config.stop_strings.is_empty() {
            return Err(Error::Option {
                name: "stop_strings",
                value: format!("{:?}", config.stop_strings),
                message: "needs a tokenizer, and this model was loaded without one".into(),
            });
        }
        Ok(Generation {
            phase: Phase::Encoding(model.start_encoder(input_ids)?),
            processors: LogitsProcessors::new(&config, eos, n_vocab),
            sampler: Sampler::new(config.seed),
            criteria: StoppingCriteria::new(&config, eos),
            detokenizer: tokenizer.map(Tokenizer::detokenizer),
            stop_detokenizer: tokenizer
                .filter(|_| !config.stop_strings.is_empty())
                .map(Tokenizer::detokenizer_of_all),
            token_ids: {
                let mut ids = Vec::with_capacity(config.max_new_tokens + 1);
                ids.push(model.config().decoder_start_token_id);
                ids
            },
            text: String::new(),
            scores: vec![0.0; n_vocab],
            score: 0.0,
            finish_reason: None,
            encoder_tokens: input_ids.len(),
            started,
            encode_ms: 0.0,
            first_token_ms: None,
            decode_ms: 0.0,
            config,
        })
    }

    /// Runs one block of the encoder, or one token of the decoder; `None` if it is over.
    ///
    /// # Errors
    /// `Error::Memory`; `Error::Option` if the options leave no token to choose. The generation is
    /// over then.
    pub fn step(
        &mut self,
        model: &T5ForConditionalGeneration,
        tokenizer: Option<&Tokenizer>,
        ws: &mut Workspace,
    ) -> Result<Option<Step>> {
        if self.finish_reason.is_some() {
            return Ok(None);
        }
        let step_started = Instant::now();
        match std::mem::replace(&mut self.phase, Phase::Over) {
            Phase::Encoding(mut run) => {
                let is_done = run.step(model, ws)?;
                self.encode_ms += milliseconds_since(step_started);
                let n_layers_done = run.n_blocks_done();
                self.phase = if is_done {
                    let states = run.into_hidden_states();
                    let capacity = self.config.max_new_tokens;
                    Phase::Decoding(model.start_decoder(&states, capacity, ws)?)
                } else {
                    Phase::Encoding(run)
                };
                let n_layers = model.config().num_layers;
                Ok(Some(Step::Encoding { n_layers_done, n_layers }))
            }
            Phase::Decoding(mut state) => {
                let (token_id, log_probability) = self.next_token(model, &mut state, ws)?;
                let token_idx = self.token_ids.len() - 1;
                self.token_ids.push(token_id);
                self.score += f64::from(log_probability);
                let mut text = match (&mut self.detokenizer, tokenizer) {
                    (Some(detokenizer), Some(tokenizer)) => detokenizer.push(tokenizer, token_id),
                    _ => String::new(),
                };
                let (said, waiting) = match (&mut self.stop_detokenizer, tokenizer) {
                    (Some(detokenizer), Some(tokenizer)) => {
                        let said = detokenizer.push(tokenizer, token_id);
                        (said, detokenizer.clone().finish(tokenizer))
                    }
                    _ => Default::default(),
                };
                self.finish_reason = self.criteria.push(token_id, &said, &waiting);
                if self.finish_reason.is_some() {
                    text.push_str(&self.end_of_text(tokenizer));
                } else {
                    self.phase = Phase::Decoding(state);
                }
                self.text.push_str(&text);
                self.first_token_ms.get_or_insert_with(|| milliseconds_since(self.started));
                let elapsed_ms = milliseconds_since(step_started);
                self.decode_ms += elapsed_ms;
                let piece = tokenizer.and_then(|t| t.id_to_piece(token_id)).unwrap_or_default();
                Ok(Some(Step::Token {
                    token_idx,
                    token_id,
                    piece,
                    text,
                    log_probability,
                    elapsed_ms,
                }))
            }
            Phase::Over => Err(Error::State("the generation has ended with an error".into())),
        }
    }

    /// Ends the generation here; what there is so far stays.
    pub fn cancel(&mut self, tokenizer: Option<&Tokenizer>) {
        if self.finish_reason.is_none() {
            self.finish_reason = Some(FinishReason::Cancelled);
            self.phase = Phase::Over;
            let rest = self.end_of_text(tokenizer);
            self.text.push_str(&rest);
        }
    }

    fn next_token(
        &mut self,
        model: &T5ForConditionalGeneration,
        state: &mut DecoderState,
        ws: &mut Workspace,
    ) -> Result<(u32, f32)> {
        let last = *self.token_ids.last().expect("there is always decoder_start_token_id");
        let logits = model.decode_step(last, state, ws)?;
        self.scores.copy_from_slice(logits);
        self.processors.process(&self.token_ids, &mut self.scores)?;
        let token_id = match self.config.do_sample {
            true => self.sampler.sample(&self.scores),
            false => pick_greedy(&self.scores),
        };
        Ok((token_id, log_probability(logits, token_id)))
    }

    fn end_of_text(&mut self, tokenizer: Option<&Tokenizer>) -> String {
        match (&mut self.detokenizer, tokenizer) {
            (Some(detokenizer), Some(tokenizer)) => detokenizer.finish(tokenizer),
            _ => String::new(),
        }
    }

    /// Options of this generation.
    pub fn config(&self) -> &GenerationConfig {
        &self.config
    }

    /// Ids so far as Hugging Face returns them, decoder_start_token_id first.
    pub fn token_ids(&self) -> &[u32] {
        &self.token_ids
    }

    /// Text so far, special tokens left out.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Sum of the log-probabilities of the generated tokens.
    pub fn score(&self) -> f64 {
        self.score
    }

    /// Why it ended; `None` while it runs.
    pub fn finish_reason(&self) -> Option<FinishReason> {
        self.finish_reason
    }

    /// Tokens of the prompt, S.
    pub fn encoder_tokens(&self) -> usize {
        self.encoder_tokens
    }

    /// Tokens generated so far, `</s>` included.
    pub fn decoder_tokens(&self) -> usize {
        self.token_ids.len() - 1
    }

    /// Milliseconds in the encoder.
    pub fn encode_ms(&self) -> f64 {
        self.encode_ms
    }

    /// Milliseconds from the start to the first token; `None` before it.
    pub fn first_token_ms(&self) -> Option<f64> {
        self.first_token_ms
    }

    /// Milliseconds in decoder steps.
    pub fn decode_ms(&self) -> f64 {
        self.decode_ms
    }

    /// Milliseconds since the start.
    pub fn total_ms(&self) -> f64 {
        milliseconds_since(self.started)
    }
}

fn milliseconds_since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}
