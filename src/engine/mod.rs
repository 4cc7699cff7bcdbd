//! The engine: a model, its tokenizer and at most one running generation. What a front end talks to.

mod gguf;
mod info;
mod load;
mod threads;
mod warm_up;

use web_time::Instant;

use crate::error::{Error, Result};
use crate::generate::{FinishReason, Generation, GenerationConfig, Step};
use crate::kernels::{self, team};
use crate::model::T5ForConditionalGeneration;
use crate::text::{Encoding, SeenAs, Tokenizer};

pub use gguf::{gguf_metadata, holds_config, holds_tokenizer};
pub use info::{
    EngineInfo, GenerationResult, ModelInfo, Notice, OneThreadReason, TensorTypeInfo, Timing,
    TokenInfo, Usage,
};
pub use load::{LoadOptions, LoadSession, LoadedModel, ModelParts};
pub use warm_up::WarmUp;

/// Runs one model. Loading is apart, in [`LoadSession`], so a failed load costs nothing.
#[derive(Default)]
pub struct Engine {
    loaded: Option<LoadedModel>,
    generation: Option<(Generation, f64)>,
}

/// What the engine says when it accepts a prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct Started {
    /// Tokens of the prompt, `</s>` included.
    pub encoder_tokens: usize,
    /// What the model will not see as it was typed, and what else there is to know.
    pub notices: Vec<Notice>,
}

/// What one call of [`Engine::step`] did.
#[derive(Debug, Clone, PartialEq)]
pub enum EngineStep {
    /// See [`Step`].
    Step(Step),
    /// The generation is over; its memory is free again.
    Done(Box<GenerationResult>),
}

impl Engine {
    /// An engine without a model.
    pub fn new() -> Engine {
        Engine::default()
    }

    /// What this build is.
    pub fn info() -> EngineInfo {
        EngineInfo {
            version: env!("CARGO_PKG_VERSION").into(),
            build: kernels::BUILD.into(),
            n_threads: team::n_threads(),
            notices: Vec::new(),
        }
    }

    /// Computes with `asked` threads from now on, or, where none are asked for, with as many as make the
    /// loaded model fastest, which a few milliseconds of its work show. There are as many as have joined
    /// the [`team`].
    ///
    /// # Errors
    /// `Error::State` while a generation is running.
    pub fn use_threads(&mut self, asked: Option<usize>) -> Result<()> {
        self.refuse_while_generating()?;
        match (asked, &mut self.loaded) {
            (Some(n), _) => team::use_threads(n),
            (None, Some(loaded)) => threads::use_fastest(&loaded.model, &mut loaded.workspace),
            (None, None) => team::use_threads(1),
        }
        Ok(())
    }

    /// Puts a loaded model in the place of the one before.
    ///
    /// # Errors
    /// `Error::State` while a generation is running.
    pub fn set_model(&mut self, loaded: LoadedModel) -> Result<()> {
        self.refuse_while_generating()?;
        self.loaded = Some(loaded);
        Ok(())
    }

    /// The model that is loaded.
    pub fn model_info(&self) -> Option<&ModelInfo> {
        self.loaded.as_ref().map(|loaded| &loaded.info)
    }

    /// The weights, for front ends that look inside.
    pub fn model(&self) -> Option<&T5ForConditionalGeneration> {
        self.loaded.as_ref().map(|loaded| &loaded.model)
    }

    /// The tokens of a text, and what the model will not see as it was typed.
    ///
    /// # Errors
    /// `Error::State` without a model, `Error::Tokenizer` without a tokenizer.
    pub fn tokenize(&self, text: &str) -> Result<(Vec<TokenInfo>, Vec<Notice>)> {
        let encoding = self.tokenizer()?.encode(text)?;
        let notices = unseen_notices(&encoding);
        let tokens = encoding
            .ids
            .iter()
            .zip(encoding.pieces)
            .zip(encoding.unknown)
            .map(|((id, piece), unknown)| TokenInfo { id: *id, piece, unknown })
            .collect();
        Ok((tokens, notices))
    }

    /// The text of token ids, special tokens left out.
    ///
    /// # Errors
    /// As [`Engine::tokenize`].
    pub fn detokenize(&self, ids: &[u32]) -> Result<String> {
        Ok(self.tokenizer()?.decode(ids, true))
    }

    /// Starts to complete a prompt.
    ///
    /// # Errors
    /// `Error::Input` for an empty or too long prompt, `Error::Option`, `Error::State` without a
    /// model or while another generation is running.
    pub fn start_generation(&mut self, prompt: &str, config: GenerationConfig) -> Result<Started> {
        self.refuse_while_generating()?;
        if prompt.trim().is_empty() {
            return Err(Error::Input("the prompt is empty; type something to complete".into()));
        }
        let start = Instant::now();
        let encoding = self.tokenizer()?.encode(prompt)?;
        let tokenize_ms = start.elapsed().as_secs_f64() * 1e3;
        let notices = unseen_notices(&encoding);
        self.start(&encoding.ids, config, tokenize_ms, notices)
    }

    /// Starts to complete token ids, which end with `</s>` if the model is to see it.
    ///
    /// # Errors
    /// As [`Engine::start_generation`].
    pub fn start_generation_from_ids(
        &mut self,
        input_ids: &[u32],
        config: GenerationConfig,
    ) -> Result<Started> {
        self.refuse_while_generating()?;
        self.start(input_ids, config, 0.0, Vec::new())
    }

    fn start(
        &mut self,
        input_ids: &[u32],
        config: GenerationConfig,
        tokenize_ms: f64,
        mut notices: Vec<Notice>,
    ) -> Result<Started> {
        let loaded = self.loaded.as_ref().ok_or_else(no_model)?;
        let (encoder_tokens, info) = (input_ids.len(), &loaded.info);
        if encoder_tokens > info.max_encoder_tokens {
            return Err(Error::Input(format!(
                "the prompt has {encoder_tokens} tokens; this engine takes at most {} ({} times \
                 the {} that the model was trained on). Shorten it",
                info.max_encoder_tokens,
                info.max_encoder_tokens / info.trained_length,
                info.trained_length
            )));
        }
        if encoder_tokens > info.trained_length {
            let trained_length = info.trained_length;
            notices.push(Notice::BeyondTrainedLength { encoder_tokens, trained_length });
        }
        let ignored = config.ignored_options();
        if !ignored.is_empty() {
            notices.push(Notice::Other {
                message: format!("no effect without do_sample: {}", ignored.join(", ")),
            });
        }
        let generation =
            Generation::new(&loaded.model, loaded.tokenizer.as_ref(), input_ids, config)?;
        self.generation = Some((generation, tokenize_ms));
        Ok(Started { encoder_tokens, notices })
    }

    /// Runs one block of the encoder or one token of the decoder.
    ///
    /// # Errors
    /// `Error::State` if nothing is running; what [`Generation::step`] fails with, and then the
    /// generation is over.
    pub fn step(&mut self) -> Result<EngineStep> {
        let (Some(loaded), Some((generation, _))) = (&mut self.loaded, &mut self.generation) else {
            return Err(Error::State("no generation is running".into()));
        };
        match generation.step(&loaded.model, loaded.tokenizer.as_ref(), &mut loaded.workspace) {
            Ok(None) => Ok(EngineStep::Done(Box::new(self.take_result()))),
            Ok(Some(step)) => Ok(EngineStep::Step(step)),
            Err(error) => {
                self.generation = None;
                Err(error)
            }
        }
    }

    /// Ends the running generation and returns what there is of it.
    ///
    /// # Errors
    /// `Error::State` if nothing is running.
    pub fn stop(&mut self) -> Result<GenerationResult> {
        let (Some(loaded), Some((generation, _))) = (&self.loaded, &mut self.generation) else {
            return Err(Error::State("no generation is running".into()));
        };
        generation.cancel(loaded.tokenizer.as_ref());
        Ok(self.take_result())
    }

    fn take_result(&mut self) -> GenerationResult {
        let (generation, tokenize_ms) = self.generation.take().expect("a generation is running");
        let trained_length = self.model_info().map_or(0, |info| info.trained_length);
        let (decoder_tokens, decode_ms) = (generation.decoder_tokens(), generation.decode_ms());
        GenerationResult {
            text: generation.text().to_string(),
            token_ids: generation.token_ids().to_vec(),
            score: generation.score(),
            finish_reason: generation.finish_reason().unwrap_or(FinishReason::Cancelled),
            usage: Usage {
                encoder_tokens: generation.encoder_tokens(),
                decoder_tokens,
                trained_length,
            },
            timing: Timing {
                tokenize_ms,
                encode_ms: generation.encode_ms(),
                first_token_ms: generation.first_token_ms().map_or(0.0, |ms| ms + tokenize_ms),
                decode_ms,
                total_ms: generation.total_ms() + tokenize_ms,
                tokens_per_second: match decode_ms > 0.0 {
                    true => decoder_tokens as f64 * 1e3 / decode_ms,
                    false => 0.0,
                },
            },
            options: generation.config().clone(),
        }
    }

    fn refuse_while_generating(&self) -> Result<()> {
        match self.generation {
            None => Ok(()),
            Some(_) => Err(Error::State("a generation is running; stop it first".into())),
        }
    }

    fn tokenizer(&self) -> Result<&Tokenizer> {
        let loaded = self.loaded.as_ref().ok_or_else(no_model)?;
        loaded.tokenizer.as_ref().ok_or_else(|| {
            Error::Tokenizer("the model was loaded without one; give its tokenizer.json".into())
        })
    }
}

fn no_model() -> Error {
    Error::State("no model is loaded".into())
}

fn unseen_notices(encoding: &Encoding) -> Vec<Notice> {
    let (mut unknown, mut whitespace) = (Vec::new(), Vec::new());
    for unseen in &encoding.unseen {
        let is_whitespace = unseen.text.chars().all(char::is_whitespace);
        let list = match unseen.seen_as {
            SeenAs::Space | SeenAs::Nothing if is_whitespace => &mut whitespace,
            _ => &mut unknown,
        };
        list.push(unseen.text.clone());
    }
    let mut notices = Vec::new();
    if !unknown.is_empty() {
        notices.push(Notice::UnknownCharacters { characters: unknown });
    }
    if !whitespace.is_empty() {
        notices.push(Notice::WhitespaceChanged { characters: whitespace });
    }
    notices
}
