//! The encoder: prompt tokens to hidden states, one block at a time so that a caller can stop.

use crate::error::Result;
use crate::kernels::{Chunks, for_each_piece, team};
use crate::model::attention_head::View;
use crate::model::block::Workspace;
use crate::model::position::DistanceBias;
use crate::model::prompt_memory::PromptMemory;
use crate::model::{T5ForConditionalGeneration, zeros};

/// Most tokens that go through the matrices together: weights are read once a tile, and the wide
/// buffers of the feed-forward layer need room for a tile only.
pub(super) const TILE: usize = 128;

/// The same where threads share the tiles: with more of them each waits less for the last.
const SHARED_TILE: usize = 64;

/// Least tokens of a tile that a thread takes to itself: with fewer, reading the weights costs more.
const LEAST_TILE: usize = 32;

/// Tiles are whole numbers of these: so many tokens the products take at a time.
const TILE_STEP: usize = 4;

/// A prompt on its way through the encoder.
#[derive(Debug)]
pub struct EncoderRun {
    /// (S, D)
    hidden: Vec<f32>,
    /// (S, I), as are `keys` and `values`.
    queries: Vec<f32>,
    keys: Vec<f32>,
    values: Vec<f32>,
    /// The last two as attention reads them.
    memory: PromptMemory,
    bias: Option<DistanceBias>,
    n_tokens: usize,
    n_blocks_done: usize,
}

impl EncoderRun {
    pub(super) fn new(model: &T5ForConditionalGeneration, input_ids: &[u32]) -> Result<EncoderRun> {
        let config = model.config();
        let mut hidden = zeros(input_ids.len() * config.d_model, "encoder states")?;
        model.embed(input_ids, &mut hidden)?;
        let is_quantized = model.encoder.blocks[0].self_attention.is_quantized();
        let projection = |what| zeros(input_ids.len() * config.inner_dim(), what);
        Ok(EncoderRun {
            hidden,
            queries: projection("encoder queries")?,
            keys: projection("encoder keys")?,
            values: projection("encoder values")?,
            memory: PromptMemory::new(config, input_ids.len(), is_quantized)?,
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
        let (attention, inner) = (&block.self_attention, model.config().inner_dim());
        let tile = tile_of(self.n_tokens, team::n_threads());
        let (ws, hidden) = (&ws.side_by_side, &self.hidden);
        // Every query needs every key, so keys and values of all tiles come first.
        let projections = (
            Chunks::new(&mut self.queries, tile * inner),
            (
                Chunks::new(&mut self.keys, tile * inner),
                Chunks::new(&mut self.values, tile * inner),
            ),
        );
        for_each_piece(projections, |tile_idx, (queries, (keys, values))| {
            let hidden = &hidden[tile_idx * tile * dim..][..queries.len() / inner * dim];
            ws.with_one(|ws| {
                block.self_attention_norm.forward(hidden, &mut ws.normed);
                attention.project(&mut ws.normed, [queries, keys, values]);
            });
        });
        if self.memory.is_packed() != attention.is_quantized() {
            self.memory =
                PromptMemory::new(model.config(), self.n_tokens, attention.is_quantized())?;
        }
        self.memory.fill(&self.keys, &self.values)?;
        let memory = self.memory.memory();
        let (queries, bias) = (&self.queries, self.bias.as_ref());
        for_each_piece(Chunks::new(&mut self.hidden, tile * dim), |tile_idx, hidden| {
            let first_position = tile_idx * tile;
            let queries = &queries[first_position * inner..][..hidden.len() / dim * inner];
            let view = View { first_position, is_causal: false, bias };
            ws.with_one(|ws| {
                attention.attend(queries, memory, view, &mut ws.attention, hidden);
                block.feed_forward_norm.forward(hidden, &mut ws.normed);
                block.feed_forward.forward(&mut ws.normed, &mut ws.feed_forward, hidden);
            });
        });
        self.n_blocks_done += 1;
        let is_done = self.n_blocks_done == stack.blocks.len();
        if is_done {
            for_each_piece(Chunks::new(&mut self.hidden, tile * dim), |_, hidden| {
                ws.with_one(|ws| {
                    stack.final_layer_norm.forward(hidden, &mut ws.normed);
                    for (token_idx, row) in hidden.chunks_exact_mut(dim).enumerate() {
                        row.copy_from_slice(ws.normed.row(token_idx));
                    }
                });
            });
        }
        Ok(is_done)
    }

    /// The encoder's output, (S, D), once [`EncoderRun::step`] has returned true.
    pub fn into_hidden_states(self) -> Vec<f32> {
        self.hidden
    }
}

/// Tokens of a tile. Each thread takes whole tiles, as many as the others, so that threads meet a few times a
/// block; a prompt too short for that is one tile, whose products they share.
fn tile_of(n_tokens: usize, n_threads: usize) -> usize {
    let share = n_tokens.div_ceil(n_threads);
    match n_threads {
        1 => TILE,
        _ if share < LEAST_TILE => n_tokens,
        _ => n_tokens.div_ceil(n_threads * share.div_ceil(SHARED_TILE)).next_multiple_of(TILE_STEP),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_go_round_evenly() {
        assert_eq!(tile_of(512, 1), TILE);
        assert_eq!(tile_of(512, 2), 64);
        assert_eq!(tile_of(200, 2), 52);
        assert_eq!(tile_of(128, 2), 64);
        assert_eq!(tile_of(60, 2), 60);
        assert_eq!(tile_of(128, 8), 128);
        for (n_tokens, n_threads) in [(65, 2), (200, 2), (333, 3), (1000, 8), (4096, 7)] {
            let tile = tile_of(n_tokens, n_threads);
            assert!(tile <= SHARED_TILE && tile.is_multiple_of(TILE_STEP), "{tile}");
            let (share, busiest) =
                (n_tokens.div_ceil(n_threads), n_tokens.div_ceil(tile).div_ceil(n_threads) * tile);
            assert!(
                busiest <= share + share / 8 + TILE_STEP,
                "{busiest} tokens instead of {share}"
            );
        }
    }
}
