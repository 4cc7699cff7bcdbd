//! The encoder: prompt tokens to hidden states, one block at a time so that a caller can stop.

use crate::error::Result;
use crate::kernels::PackedHead;
use crate::model::attention_head::View;
use crate::model::block::Workspace;
use crate::model::key_value::{KeyValue, Memory};
use crate::model::position::DistanceBias;
use crate::model::prompt_memory::pack_heads;
use crate::model::{T5ForConditionalGeneration, zeros};

/// Tokens that go through the matrices together: weights are read once a tile, and the wide
/// buffers of the feed-forward layer need room for a tile only.
const TILE: usize = 64;

/// A prompt on its way through the encoder.
#[derive(Debug)]
pub struct EncoderRun {
    /// (S, D)
    hidden: Vec<f32>,
    /// (S, I)
    queries: Vec<f32>,
    key_value: KeyValue,
    /// The same in 8 bits, of models of quantized weights.
    heads: Vec<PackedHead>,
    bias: Option<DistanceBias>,
    n_tokens: usize,
    n_blocks_done: usize,
}

impl EncoderRun {
    pub(super) fn new(model: &T5ForConditionalGeneration, input_ids: &[u32]) -> Result<EncoderRun> {
        let config = model.config();
        let mut hidden = zeros(input_ids.len() * config.d_model, "encoder states")?;
        model.embed(input_ids, &mut hidden)?;
        Ok(EncoderRun {
            hidden,
            queries: zeros(input_ids.len() * config.inner_dim(), "encoder queries")?,
            key_value: KeyValue::new(input_ids.len(), config.num_heads, config.d_kv)?,
            heads: Vec::new(),
            bias: None,
            n_tokens: input_ids.len(),
            n_blocks_done: 0,
        })
    }

    /// Tokens of the prompt, S.
    pub fn n_tokens(&self) -> usize {
        self.n_tokens
    }

    /// Blocks that have run.
    pub fn n_blocks_done(&self) -> usize {
        self.n_blocks_done
    }

    /// Runs the next block; returns whether it was the last.
    ///
    /// # Errors
    /// `Error::Memory` if there is no room for the position bias of a long prompt.
    pub fn step(&mut self, model: &T5ForConditionalGeneration, ws: &mut Workspace) -> Result<bool> {
        let stack = &model.encoder;
        let dim = model.config().d_model;
        let block = &stack.blocks[self.n_blocks_done];
        if let Some(bias) = &block.relative_attention_bias {
            let max_distance = model.config().relative_attention_max_distance;
            let reach = self.n_tokens - 1;
            self.bias = Some(DistanceBias::new(bias, max_distance, true, reach, reach)?);
        }
        // Every query needs every key, so keys and values of all tiles come first.
        let (attention, inner) = (&block.self_attention, model.config().inner_dim());
        self.key_value.clear();
        let tiles = self.hidden.chunks(TILE * dim).zip(self.queries.chunks_mut(TILE * inner));
        for (hidden, queries) in tiles {
            block.self_attention_norm.forward(hidden, &mut ws.normed);
            let key_value = &mut self.key_value;
            attention.query_and_append(&mut ws.normed, queries, key_value, &mut ws.attention);
        }
        let memory = if attention.is_quantized() {
            pack_heads(&self.key_value, &mut self.heads)?;
            Memory::Packed(&self.heads)
        } else {
            Memory::Full(&self.key_value)
        };
        let tiles = self.hidden.chunks_mut(TILE * dim).zip(self.queries.chunks(TILE * inner));
        for (tile_idx, (hidden, queries)) in tiles.enumerate() {
            let view = View {
                first_position: tile_idx * TILE,
                is_causal: false,
                bias: self.bias.as_ref(),
            };
            attention.attend(queries, memory, view, &mut ws.attention, hidden);
            block.feed_forward_norm.forward(hidden, &mut ws.normed);
            block.feed_forward.forward(&mut ws.normed, &mut ws.feed_forward, hidden);
        }
        self.n_blocks_done += 1;
        let is_done = self.n_blocks_done == stack.blocks.len();
        if is_done {
            for hidden in self.hidden.chunks_mut(TILE * dim) {
                stack.final_layer_norm.forward(hidden, &mut ws.normed);
                for (token_idx, row) in hidden.chunks_exact_mut(dim).enumerate() {
                    row.copy_from_slice(ws.normed.row(token_idx));
                }
            }
        }
        Ok(is_done)
    }

    /// The encoder's output, (S, D), once [`EncoderRun::step`] has returned true.
    pub fn into_hidden_states(self) -> Vec<f32> {
        self.hidden
    }
}
