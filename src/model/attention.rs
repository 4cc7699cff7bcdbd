//! Multi-head attention, T5's way: scores are not scaled by the square root of the head's width.

use std::ops::Range;

use crate::config::T5Config;
use crate::error::Result;
use crate::kernels::{
    Activations, Block, Blocks, Chunks, PackedMatrix, Split, add_assign, dot_rows, for_each_piece,
    matmul, softmax, sum_rows, team,
};
use crate::model::position::DistanceBias;
use crate::model::prompt_memory::{PackedWorkspace, PromptMemory};
use crate::model::zeros;
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

/// Keys and values of a sequence, (H, capacity, d_kv) each: a head's are side by side. Of each head the
/// first `n_tokens` rows are valid.
#[derive(Debug)]
pub struct KeyValue {
    keys: Vec<f32>,
    values: Vec<f32>,
    num_heads: usize,
    d_kv: usize,
    capacity: usize,
    n_tokens: usize,
}

impl KeyValue {
    /// Room for `capacity` tokens of `num_heads` heads of width `d_kv`.
    ///
    /// # Errors
    /// `Error::Memory` if there is none.
    pub fn new(capacity: usize, num_heads: usize, d_kv: usize) -> Result<KeyValue> {
        let inner_dim = num_heads * d_kv;
        Ok(KeyValue {
            keys: zeros(capacity * inner_dim, "attention keys")?,
            values: zeros(capacity * inner_dim, "attention values")?,
            num_heads,
            d_kv,
            capacity,
            n_tokens: 0,
        })
    }

    /// Forgets all tokens; the room stays.
    pub fn clear(&mut self) {
        self.n_tokens = 0;
    }

    /// Number of tokens held.
    pub fn n_tokens(&self) -> usize {
        self.n_tokens
    }

    /// Number of heads H.
    pub fn num_heads(&self) -> usize {
        self.num_heads
    }

    /// Width of a head.
    pub fn d_kv(&self) -> usize {
        self.d_kv
    }

    /// A head's keys and values, (T, d_kv) each.
    pub fn head(&self, head_idx: usize) -> (&[f32], &[f32]) {
        let first = head_idx * self.capacity * self.d_kv;
        let held = first..first + self.n_tokens * self.d_kv;
        (&self.keys[held.clone()], &self.values[held])
    }
}

/// Which keys a query sees, and the biases of their scores.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Position of the first query.
    pub first_position: usize,
    /// A query sees only keys up to its own position.
    pub is_causal: bool,
    /// None in cross-attention.
    pub bias: Option<&'a DistanceBias>,
}

/// Buffers of an attention layer, reused between layers and steps.
#[derive(Debug, Default)]
pub struct AttentionWorkspace {
    /// Projections of the tokens, (T, I)
    projected: Vec<f32>,
    /// (T, I)
    attended: Activations,
    /// Of the pair of queries that each part is at, (parts, 2, S)
    scores: Vec<f32>,
    /// (T, D)
    out: Vec<f32>,
    packed: PackedWorkspace,
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

    /// Appends the keys and values of `x`, (T, D), to `cache`.
    ///
    /// # Panics
    /// If the cache is full; its owner checks that.
    pub fn append_key_value(
        &self,
        x: &mut Activations,
        cache: &mut KeyValue,
        ws: &mut AttentionWorkspace,
    ) {
        ws.projected.resize(x.n_tokens() * self.inner_dim(), 0.0);
        for (matrix, heads) in [(&self.k, &mut cache.keys), (&self.v, &mut cache.values)] {
            matmul(matrix, x, &mut ws.projected);
            let (projected, n_before) = (&ws.projected, cache.n_tokens);
            let heads = Chunks::new(heads, cache.capacity * self.d_kv);
            for_each_piece(heads, |head_idx, head| {
                let rows = head[n_before * self.d_kv..].chunks_exact_mut(self.d_kv);
                for (row, token) in rows.zip(projected.chunks_exact(self.inner_dim())) {
                    row.copy_from_slice(&token[head_idx * self.d_kv..][..self.d_kv]);
                }
            });
        }
        cache.n_tokens += x.n_tokens();
    }

    /// `hidden += o(softmax(q(x) k^T + bias) v)`: x and hidden are (T, D).
    pub fn attend(
        &self,
        x: &mut Activations,
        cache: &KeyValue,
        view: View,
        ws: &mut AttentionWorkspace,
        hidden: &mut [f32],
    ) {
        let (n_tokens, inner) = (x.n_tokens(), self.inner_dim());
        ws.projected.resize(n_tokens * inner, 0.0);
        matmul(&self.q, x, &mut ws.projected);
        let attended = ws.attended.start(n_tokens, inner);
        let n_keys = cache.n_tokens;
        // A multiply-add in f32 takes about as long as four in integers.
        let n_parts = team::n_parts(4 * 2 * n_tokens * n_keys * inner, usize::MAX);
        // Whole heads to each part; of a head that more than one could share, a few tokens to each.
        let heads_of_part = self.num_heads.div_ceil(n_parts);
        let tokens_of_part = if n_parts > self.num_heads { TOKENS_OF_PART } else { n_tokens };
        let parts = Blocks::new(attended, inner, [tokens_of_part, heads_of_part * self.d_kv]);
        let room = parts.n_pieces() * 2 * n_keys;
        ws.scores.resize(room.max(ws.scores.len()), 0.0);
        let (q, scores) = (&ws.projected, Chunks::new(&mut ws.scores, 2 * n_keys));
        for_each_piece((parts, scores), |_, (mut attended, scores)| {
            let (tokens, cols) = (attended.rows(), attended.cols());
            for idx in cols.start / self.d_kv..cols.end / self.d_kv {
                Head { idx, d_kv: self.d_kv, inner, cache, view }.attend_all(
                    tokens.clone(),
                    q,
                    scores,
                    &mut attended,
                );
            }
        });
        self.add_output(ws, hidden);
    }

    /// As [`T5Attention::attend`], to a prompt: x and hidden are (T, D).
    pub fn attend_to_prompt(
        &self,
        x: &mut Activations,
        prompt: &PromptMemory,
        ws: &mut AttentionWorkspace,
        hidden: &mut [f32],
    ) {
        let heads = match prompt {
            PromptMemory::Full(key_value) => {
                let view = View { first_position: 0, is_causal: false, bias: None };
                return self.attend(x, key_value, view, ws, hidden);
            }
            PromptMemory::Packed(heads) => heads,
        };
        let (n_tokens, inner) = (x.n_tokens(), self.inner_dim());
        ws.projected.resize(n_tokens * inner, 0.0);
        matmul(&self.q, x, &mut ws.projected);
        let attended = ws.attended.start(n_tokens, inner);
        let queries = ws.projected.chunks_exact(self.d_kv);
        let outs = attended.chunks_exact_mut(self.d_kv);
        for ((query, out), head) in queries.zip(outs).zip(heads.iter().cycle()) {
            head.attend(query, &mut ws.packed, out);
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

/// One head of an attention layer, and what its queries see.
struct Head<'a> {
    idx: usize,
    d_kv: usize,
    inner: usize,
    cache: &'a KeyValue,
    view: View<'a>,
}

impl<'a> Head<'a> {
    /// Fills this head's columns of the rows `tokens` of `attended`, (T, I); q is (T, I).
    fn attend_all(
        &self,
        tokens: Range<usize>,
        q: &[f32],
        scores: &mut [f32],
        attended: &mut Block,
    ) {
        // Two queries at a time read the keys and values once, where they see the same ones.
        let n_paired = if self.view.is_causal { 0 } else { tokens.len() / 2 * 2 };
        let after_pairs = tokens.start + n_paired;
        for first in (tokens.start..after_pairs).step_by(2) {
            self.attend([first, first + 1], q, scores, attended);
        }
        for token_idx in after_pairs..tokens.end {
            self.attend([token_idx], q, scores, attended);
        }
    }

    /// As [`Head::attend_all`], of a few tokens, increasing, which see as many keys as the first of them.
    fn attend<const Q: usize>(
        &self,
        tokens: [usize; Q],
        q: &[f32],
        scores: &mut [f32],
        attended: &mut Block,
    ) {
        let first_position = self.view.first_position + tokens[0];
        let n_keys = if self.view.is_causal { first_position + 1 } else { self.cache.n_tokens };
        let seen = |heads: &'a [f32]| {
            &heads[self.idx * self.cache.capacity * self.d_kv..][..n_keys * self.d_kv]
        };
        let (keys, values) = (seen(&self.cache.keys), seen(&self.cache.values));
        let scores = &mut scores[..Q * n_keys];
        let first_col = self.idx * self.d_kv;

        let queries = tokens.map(|token_idx| &q[token_idx * self.inner + first_col..][..self.d_kv]);
        dot_rows(queries, keys, rows_mut(scores, n_keys));
        for (scores, token_idx) in scores.chunks_exact_mut(n_keys).zip(tokens) {
            if let Some(bias) = self.view.bias {
                let position = self.view.first_position + token_idx;
                add_assign(scores, bias.row(self.idx, position, n_keys));
            }
            softmax(scores);
        }
        let mut scores = scores.chunks_exact(n_keys);
        let scores = tokens.map(|_| scores.next().expect("scores of each query"));
        let at = first_col - attended.cols().start;
        let outs = attended.rows_mut(tokens).map(|row| &mut row[at..][..self.d_kv]);
        sum_rows(scores, values, outs);
    }
}

/// The rows of x, (Q, n).
fn rows_mut<const Q: usize>(x: &mut [f32], n: usize) -> [&mut [f32]; Q] {
    let mut rows = x.chunks_exact_mut(n);
    std::array::from_fn(|_| rows.next().expect("Q rows"))
}
