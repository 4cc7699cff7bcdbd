//! The decoder: one token after another, each with the logits of the next.

use crate::error::{Error, Result};
use crate::kernels::{Chunks, for_each_piece, matmul, scale_assign};
use crate::model::attention_head::View;
use crate::model::block::Workspace;
use crate::model::encoder::TILE;
use crate::model::key_value::{KeyValue, Memory};
use crate::model::position::DistanceBias;
use crate::model::prompt_memory::PromptMemory;
use crate::model::{T5ForConditionalGeneration, zeros};

/// What the decoder remembers of a prompt and of the tokens so far. Allocated once a generation.
#[derive(Debug)]
pub struct DecoderState {
    /// Keys and values of the encoder's states, a block each.
    cross: Vec<PromptMemory>,
    /// Keys and values of the decoder's tokens so far, a block each, (capacity, I).
    past: Vec<KeyValue>,
    /// Of each block that has one; the others use the last before them.
    bias: Vec<Option<DistanceBias>>,
    capacity: usize,
    /// (T, D)
    hidden: Vec<f32>,
    /// (T, V)
    logits: Vec<f32>,
}

impl DecoderState {
    pub(super) fn new(
        model: &T5ForConditionalGeneration,
        encoder_hidden_states: &[f32],
        capacity: usize,
        ws: &mut Workspace,
    ) -> Result<DecoderState> {
        let config = model.config();
        let dim = config.d_model;
        if encoder_hidden_states.is_empty() || !encoder_hidden_states.len().is_multiple_of(dim) {
            return Err(Error::Shape {
                name: "encoder_hidden_states".into(),
                expected: vec![encoder_hidden_states.len().div_ceil(dim).max(1), dim],
                found: vec![encoder_hidden_states.len()],
            });
        }
        let n_encoder_tokens = encoder_hidden_states.len() / dim;
        // A block at a time to each thread.
        let mut cross: Vec<Result<Option<PromptMemory>>> = Vec::new();
        cross.resize_with(model.decoder.blocks.len(), || Ok(None));
        for_each_piece(Chunks::new(&mut cross, 1), |block_idx, cross| {
            let (_, attention) = model.decoder.blocks[block_idx].cross();
            cross[0] = ws.side_by_side.with_one(|ws| {
                let room = |what| zeros(n_encoder_tokens * config.inner_dim(), what);
                let (mut keys, mut values) = (room("prompt keys")?, room("prompt values")?);
                let tiles = keys.chunks_mut(TILE * config.inner_dim());
                let tiles = tiles.zip(values.chunks_mut(TILE * config.inner_dim()));
                for (rows, (keys, values)) in encoder_hidden_states.chunks(TILE * dim).zip(tiles) {
                    ws.normed.start(rows.len() / dim, dim).copy_from_slice(rows);
                    attention.key_value(&mut ws.normed, keys, values);
                }
                let is_quantized = attention.is_quantized();
                let mut memory = PromptMemory::new(config, n_encoder_tokens, is_quantized)?;
                memory.fill(&keys, &values)?;
                Ok(Some(memory))
            });
        });
        let cross = cross.into_iter().map(|one| one.map(|one| one.expect("made above")));
        let cross = cross.collect::<Result<Vec<PromptMemory>>>()?;
        let (mut past, mut bias) = (Vec::new(), Vec::new());
        for block in &model.decoder.blocks {
            past.push(KeyValue::new(capacity, config.num_heads, config.d_kv)?);
            let max_distance = config.relative_attention_max_distance;
            bias.push(match &block.relative_attention_bias {
                Some(table) => {
                    let reach = capacity.saturating_sub(1);
                    Some(DistanceBias::new(table, max_distance, false, reach, 0)?)
                }
                None => None,
            });
        }
        ws.attention.reserve(config.num_heads, n_encoder_tokens.max(capacity));
        Ok(DecoderState {
            cross,
            past,
            bias,
            capacity,
            hidden: zeros(dim, "decoder state")?,
            logits: zeros(config.vocab_size, "logits")?,
        })
    }

    /// Tokens decoded so far.
    pub fn n_past(&self) -> usize {
        self.past[0].n_tokens()
    }

    /// Forgets the decoded tokens; the prompt stays.
    pub fn clear(&mut self) {
        self.past.iter_mut().for_each(KeyValue::clear);
    }

    /// Runs `decoder_input_ids`, (T), after those before and returns the logits, (T, V).
    pub(super) fn decode(
        &mut self,
        model: &T5ForConditionalGeneration,
        decoder_input_ids: &[u32],
        ws: &mut Workspace,
    ) -> Result<&[f32]> {
        let config = model.config();
        let (n_tokens, n_past) = (decoder_input_ids.len(), self.n_past());
        if n_tokens == 0 || n_past + n_tokens > self.capacity {
            return Err(Error::Input(format!(
                "{n_tokens} decoder tokens after {n_past} do not fit in room for {}",
                self.capacity
            )));
        }
        self.hidden.resize(n_tokens * config.d_model, 0.0);
        model.embed(decoder_input_ids, &mut self.hidden)?;
        let mut bias = None;
        for (block_idx, block) in model.decoder.blocks.iter().enumerate() {
            bias = self.bias[block_idx].as_ref().or(bias);
            let past = &mut self.past[block_idx];
            block.self_attention_norm.forward(&self.hidden, &mut ws.normed);
            let (attention, queries) = (&mut ws.attention, &mut ws.queries);
            queries.resize(n_tokens * config.inner_dim(), 0.0);
            block.self_attention.query_and_append(&mut ws.normed, queries, past, attention);
            let view = View { first_position: n_past, is_causal: true, bias };
            let memory = Memory::Full(past);
            block.self_attention.attend(queries, memory, view, attention, &mut self.hidden);

            let (norm, cross) = block.cross();
            norm.forward(&self.hidden, &mut ws.normed);
            cross.query(&mut ws.normed, queries);
            let view = View { first_position: 0, is_causal: false, bias: None };
            let memory = self.cross[block_idx].memory();
            cross.attend(queries, memory, view, attention, &mut self.hidden);

            block.feed_forward_norm.forward(&self.hidden, &mut ws.normed);
            block.feed_forward.forward(&mut ws.normed, &mut ws.feed_forward, &mut self.hidden);
        }
        model.decoder.final_layer_norm.forward(&self.hidden, &mut ws.normed);
        self.logits.resize(n_tokens * config.vocab_size, 0.0);
        matmul(model.head(), &mut ws.normed, &mut self.logits);
        if config.scale_decoder_outputs {
            // The reference scales the states before the head; after it comes to the same.
            scale_assign(&mut self.logits, (config.d_model as f32).powf(-0.5));
        }
        Ok(&self.logits)
    }
}
