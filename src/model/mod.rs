//! The T5 graph: an encoder that reads the prompt and a decoder that writes the completion.
//!
//! Source of truth: Hugging Face transformers, `T5ForConditionalGeneration`.

mod attention;
mod attention_head;
mod block;
mod decoder;
mod encoder;
mod feed_forward;
mod key_value;
mod position;
mod prompt_memory;

use crate::config::T5Config;
use crate::error::{Error, Result};
use crate::kernels::PackedMatrix;
use crate::weights::Weights;
use crate::weights::names::{LM_HEAD, SHARED, Stack};
use block::T5Stack;

pub use block::Workspace;
pub use decoder::DecoderState;
pub use encoder::EncoderRun;
pub use position::relative_position_bucket;

/// The weights of a model, ready to run. Everything that changes is in [`Workspace`],
/// [`EncoderRun`] and [`DecoderState`].
#[derive(Debug)]
pub struct T5ForConditionalGeneration {
    config: T5Config,
    /// (V, D)
    shared: PackedMatrix,
    /// (V, D), of untied models
    lm_head: Option<PackedMatrix>,
    encoder: T5Stack,
    decoder: T5Stack,
}

impl T5ForConditionalGeneration {
    /// Takes the tensors of `config` out of `weights`.
    ///
    /// # Errors
    /// `Error::MissingTensor` or `Error::Shape` for the first tensor that does not fit.
    pub fn new(config: T5Config, weights: &mut Weights) -> Result<T5ForConditionalGeneration> {
        let shape = [config.vocab_size, config.d_model];
        Ok(T5ForConditionalGeneration {
            shared: weights.take_packed(SHARED, &shape)?,
            lm_head: match config.tie_word_embeddings {
                true => None,
                false => Some(weights.take_packed(LM_HEAD, &shape)?),
            },
            encoder: T5Stack::take(weights, &config, Stack::Encoder)?,
            decoder: T5Stack::take(weights, &config, Stack::Decoder)?,
            config,
        })
    }

    /// Shape and constants.
    pub fn config(&self) -> &T5Config {
        &self.config
    }

    /// Starts the encoder on `input_ids`, (S).
    ///
    /// # Errors
    /// `Error::Input` if there are none or one is beyond the vocabulary; `Error::Memory`.
    pub fn start_encoder(&self, input_ids: &[u32]) -> Result<EncoderRun> {
        if input_ids.is_empty() {
            return Err(Error::Input("there are no input tokens".into()));
        }
        EncoderRun::new(self, input_ids)
    }

    /// Runs the whole encoder: `input_ids`, (S), to `encoder_hidden_states`, (S, D).
    ///
    /// # Errors
    /// As [`T5ForConditionalGeneration::start_encoder`].
    pub fn encode(&self, input_ids: &[u32], ws: &mut Workspace) -> Result<Vec<f32>> {
        let mut run = self.start_encoder(input_ids)?;
        while !run.step(self, ws)? {}
        Ok(run.into_hidden_states())
    }

    /// Prepares the decoder for a prompt: cross-attention's keys and values are computed here, once,
    /// from `encoder_hidden_states`, (S, D), and there is room for `capacity` tokens.
    ///
    /// # Errors
    /// `Error::Shape` if the encoder states are not (S, D); `Error::Memory`.
    pub fn start_decoder(
        &self,
        encoder_hidden_states: &[f32],
        capacity: usize,
        ws: &mut Workspace,
    ) -> Result<DecoderState> {
        DecoderState::new(self, encoder_hidden_states, capacity, ws)
    }

    /// Runs one decoder step and returns the logits of the next token, (V), before temperature.
    ///
    /// # Errors
    /// `Error::Input` if the state is full or the token is beyond the vocabulary.
    pub fn decode_step<'a>(
        &self,
        decoder_input_id: u32,
        state: &'a mut DecoderState,
        ws: &mut Workspace,
    ) -> Result<&'a [f32]> {
        state.decode(self, &[decoder_input_id], ws)
    }

    /// Runs several decoder tokens at once, (T), and returns the logits after each, (T, V).
    ///
    /// # Errors
    /// As [`T5ForConditionalGeneration::decode_step`].
    pub fn decode<'a>(
        &self,
        decoder_input_ids: &[u32],
        state: &'a mut DecoderState,
        ws: &mut Workspace,
    ) -> Result<&'a [f32]> {
        state.decode(self, decoder_input_ids, ws)
    }

    /// Does a piece of a decoder step's work on zeros, the feed-forward layers of up to four blocks, for
    /// measuring.
    pub fn rehearse(&self, ws: &mut Workspace) {
        let mut hidden = vec![0.0; self.config.d_model];
        for block in self.decoder.blocks.iter().take(4) {
            ws.normed.start(1, hidden.len()).fill(0.0);
            block.feed_forward.forward(&mut ws.normed, &mut ws.feed_forward, &mut hidden);
        }
    }

    /// (V, D)
    fn head(&self) -> &PackedMatrix {
        self.lm_head.as_ref().unwrap_or(&self.shared)
    }

    /// Writes the embeddings of `ids`, (T), to `out`, (T, D).
    fn embed(&self, ids: &[u32], out: &mut [f32]) -> Result<()> {
        let dim = self.config.d_model;
        for (id, row) in ids.iter().zip(out.chunks_exact_mut(dim)) {
            if *id as usize >= self.config.vocab_size {
                return Err(Error::Input(format!(
                    "token id {id} is beyond the model's vocabulary of {} tokens",
                    self.config.vocab_size
                )));
            }
            self.shared.row_to_f32(*id as usize, row);
        }
        Ok(())
    }
}

/// A buffer of zeros whose size depends on the request.
///
/// # Errors
/// `Error::Memory` if there is no room.
fn zeros(n: usize, what: &str) -> Result<Vec<f32>> {
    let mut buffer = Vec::new();
    buffer
        .try_reserve_exact(n)
        .map_err(|_| Error::Memory { message: what.into(), needed_bytes: n as u64 * 4 })?;
    buffer.resize(n, 0.0);
    Ok(buffer)
}
