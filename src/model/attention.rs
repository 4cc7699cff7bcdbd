//! Multi-head attention, T5's way: scores are not scaled by the square root of the head's width.

use crate::config::T5Config;
use crate::error::Result;
use crate::kernels::{
    Activations, Blocks, Chunks, HeadWorkspace, PackedMatrix, Split, add_assign, for_each_piece,
    matmul, matmuls, team,
};
use crate::model::attention_head::{Head, View, heads_in};
use crate::model::key_value::{KeyValue, Memory};
use crate::weights::Weights;
use crate::weights::names::{Part, Stack, in_block};

/// Tokens that a part of an encoder's attention takes, where heads are too few to go round.
const TOKENS_OF_PART: usize = 16;

/// Projections of one attention layer.
#[derive(Debug)]
pub struct T5Attention {
    num_heads: usize,
    d_kv: usize,
    /// (I, D)
    q: PackedMatrix,
    /// (I, D)
    k: PackedMatrix,
    /// (I, D)
    v: PackedMatrix,
    /// (D, I)
    o: PackedMatrix,
}

/// Buffers of an attention layer, reused between layers and steps.
#[derive(Debug, Default)]
pub struct AttentionWorkspace {
    /// Projections of the tokens, (T, I) each
    keys: Vec<f32>,
    values: Vec<f32>,
    /// (T, I)
    attended: Activations,
    /// Of the pair of queries that each part is at, (parts, 2, S)
    scores: Vec<f32>,
    /// (T, D)
    out: Vec<f32>,
    /// Of each part
    packed: Vec<HeadWorkspace>,
}

impl AttentionWorkspace {
    /// Makes room for scores of `n_keys` keys in each of `num_heads` heads, so that no step has to.
    pub fn reserve(&mut self, num_heads: usize, n_keys: usize) {
        self.scores.reserve((2 * num_heads * n_keys).saturating_sub(self.scores.len()));
    }
}

impl T5Attention {
    /// Takes the self-attention of a block.
    pub fn take_self(
        weights: &mut Weights,
        config: &T5Config,
        stack: Stack,
        block_idx: usize,
    ) -> Result<T5Attention> {
        let parts = [Part::AttnQ, Part::AttnK, Part::AttnV, Part::AttnO];
        T5Attention::take(weights, config, stack, block_idx, parts)
    }

    /// Takes the cross-attention of a decoder block.
    pub fn take_cross(
        weights: &mut Weights,
        config: &T5Config,
        block_idx: usize,
    ) -> Result<T5Attention> {
        let parts = [Part::CrossQ, Part::CrossK, Part::CrossV, Part::CrossO];
        T5Attention::take(weights, config, Stack::Decoder, block_idx, parts)
    }

    fn take(
        weights: &mut Weights,
        config: &T5Config,
        stack: Stack,
        block_idx: usize,
        [q, k, v, o]: [Part; 4],
    ) -> Result<T5Attention> {
        let (d, inner) = (config.d_model, config.inner_dim());
        let mut take = |part, shape: [usize; 2]| {
            weights.take_packed(&in_block(stack, block_idx, part), &shape)
        };
        Ok(T5Attention {
            num_heads: config.num_heads,
            d_kv: config.d_kv,
            q: take(q, [inner, d])?,
            k: take(k, [inner, d])?,
            v: take(v, [inner, d])?,
            o: take(o, [d, inner])?,
        })
    }

    /// Whether the weights are quantized.
    pub fn is_quantized(&self) -> bool {
        self.k.tensor_type().block_size() > 1
    }

    fn inner_dim(&self) -> usize {
        self.num_heads * self.d_kv
    }

    /// Writes the queries of `x`, (T, D), to `queries`, (T, I).
    pub fn query(&self, x: &mut Activations, queries: &mut [f32]) {
        matmul(&self.q, x, queries);
    }

    /// Writes queries, keys and values of `x`, (T, D), each (T, I).
    pub fn project(&self, x: &mut Activations, [queries, keys, values]: [&mut [f32]; 3]) {
        matmuls([(&self.q, queries), (&self.k, keys), (&self.v, values)], x);
    }

    /// Writes the keys and values of `x`, (T, D), each (T, I).
    pub fn key_value(&self, x: &mut Activations, keys: &mut [f32], values: &mut [f32]) {
        matmuls([(&self.k, keys), (&self.v, values)], x);
    }

    /// Writes the queries of `x`, (T, D), to `queries`, (T, I), and appends its keys and values to `cache`.
    ///
    /// # Panics
    /// If the cache is full; its owner checks that.
    pub fn query_and_append(
        &self,
        x: &mut Activations,
        queries: &mut [f32],
        cache: &mut KeyValue,
        ws: &mut AttentionWorkspace,
    ) {
        let n = x.n_tokens() * self.inner_dim();
        ws.keys.resize(n, 0.0);
        ws.values.resize(n, 0.0);
        let (keys, values) = (&mut ws.keys, &mut ws.values);
        self.project(x, [queries, &mut *keys, &mut *values]);
        cache.append(keys, values);
    }

    /// `hidden += o(softmax(queries k^T + bias) v)`: queries are (T, I), hidden is (T, D).
    pub fn attend(
        &self,
        queries: &[f32],
        memory: Memory,
        view: View,
        ws: &mut AttentionWorkspace,
        hidden: &mut [f32],
    ) {
        let inner = self.inner_dim();
        let (n_tokens, n_keys) = (queries.len() / inner, memory.n_tokens());
        let attended = ws.attended.start(n_tokens, inner);
        // A multiply-add in f32 takes about as long as four of matrices in 8 bits, or two of packed heads.
        let cost = if matches!(memory, Memory::Full(_)) { 4 } else { 2 };
        let n_parts = team::n_parts(cost * 2 * n_tokens * n_keys * inner, usize::MAX);
        // Whole heads to each part; of a head that more than one could share, a few tokens to each.
        let heads_of_part = self.num_heads.div_ceil(n_parts);
        let tokens_of_part = if n_parts > self.num_heads { TOKENS_OF_PART } else { n_tokens };
        let parts = Blocks::new(attended, inner, [tokens_of_part, heads_of_part * self.d_kv]);
        let n_parts = parts.n_pieces();
        let head = |idx| Head { idx, d_kv: self.d_kv, inner, view };
        match memory {
            Memory::Full(cache) => {
                ws.scores.resize((n_parts * 2 * n_keys).max(ws.scores.len()), 0.0);
                let scores = Chunks::new(&mut ws.scores, 2 * n_keys);
                for_each_piece((parts, scores), |_, (mut attended, scores)| {
                    for idx in heads_in(&attended, self.d_kv) {
                        head(idx).attend_all(queries, cache, scores, &mut attended);
                    }
                });
            }
            Memory::Packed(heads) => {
                if ws.packed.len() < n_parts {
                    ws.packed.resize_with(n_parts, HeadWorkspace::default);
                }
                let buffers = Chunks::new(&mut ws.packed, 1);
                for_each_piece((parts, buffers), |_, (mut attended, buffers)| {
                    for idx in heads_in(&attended, self.d_kv) {
                        let buffers = &mut buffers[0];
                        head(idx).attend_packed(queries, &heads[idx], buffers, &mut attended);
                    }
                });
            }
        }
        self.add_output(ws, hidden);
    }

    /// `hidden += o(attended)`: hidden is (T, D).
    fn add_output(&self, ws: &mut AttentionWorkspace, hidden: &mut [f32]) {
        ws.out.resize(hidden.len(), 0.0);
        matmul(&self.o, &mut ws.attended, &mut ws.out);
        add_assign(hidden, &ws.out);
    }
}
