//! Multi-head attention, T5's way: scores are not scaled by the square root of the head's width.

use std::ops::Range;

use crate::config::T5Config;
use crate::error::Result;
use crate::kernels::{
    Activations, Block, Blocks, Chunks, HeadWorkspace, PackedHead, PackedMatrix, Split, add_assign,
    dot_rows, for_each_piece, matmul, matmuls, softmax, sum_rows, team,
};
use crate::model::position::DistanceBias;
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

    /// Appends the `keys` and `values` of tokens, (T, H * d_kv) each.
    ///
    /// # Panics
    /// If there is no room.
    fn append(&mut self, keys: &[f32], values: &[f32]) {
        let (d_kv, inner) = (self.d_kv, self.num_heads * self.d_kv);
        let (capacity, first) = (self.capacity * d_kv, self.n_tokens * d_kv);
        for (heads, rows) in [(&mut self.keys, keys), (&mut self.values, values)] {
            for (token_idx, token) in rows.chunks_exact(inner).enumerate() {
                for (head_idx, row) in token.chunks_exact(d_kv).enumerate() {
                    let head = &mut heads[head_idx * capacity..][..capacity];
                    head[first + token_idx * d_kv..][..d_kv].copy_from_slice(row);
                }
            }
        }
        self.n_tokens += keys.len() / inner;
    }

    /// A head's keys and values, (T, d_kv) each.
    pub fn head(&self, head_idx: usize) -> (&[f32], &[f32]) {
        let first = head_idx * self.capacity * self.d_kv;
        let held = first..first + self.n_tokens * self.d_kv;
        (&self.keys[held.clone()], &self.values[held])
    }
}

/// Keys and values as attention reads them.
#[derive(Clone, Copy)]
pub enum Memory<'a> {
    /// In f32.
    Full(&'a KeyValue),
    /// In 16 bits, a head each.
    Packed(&'a [PackedHead]),
}

impl Memory<'_> {
    /// Number of tokens S.
    fn n_tokens(self) -> usize {
        match self {
            Memory::Full(full) => full.n_tokens,
            Memory::Packed(heads) => heads.first().map_or(0, PackedHead::n_tokens),
        }
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

    /// Room for the projections of keys and values of `n` numbers each.
    fn start_key_value(&mut self, n: usize) -> (&mut [f32], &mut [f32]) {
        self.keys.resize(n, 0.0);
        self.values.resize(n, 0.0);
        (&mut self.keys, &mut self.values)
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
        let (keys, values) = ws.start_key_value(x.n_tokens() * self.inner_dim());
        matmuls([(&self.k, &mut *keys), (&self.v, &mut *values)], x);
        cache.append(keys, values);
    }

    /// [`T5Attention::query`] and [`T5Attention::append_key_value`] in one pass.
    ///
    /// # Panics
    /// As there.
    pub fn query_and_append(
        &self,
        x: &mut Activations,
        queries: &mut [f32],
        cache: &mut KeyValue,
        ws: &mut AttentionWorkspace,
    ) {
        let (keys, values) = ws.start_key_value(x.n_tokens() * self.inner_dim());
        matmuls([(&self.q, queries), (&self.k, &mut *keys), (&self.v, &mut *values)], x);
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
        // A multiply-add in f32 takes about as long as four in integers of 8 bits, one in 16 bits as two.
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

/// The heads whose columns a part fills.
fn heads_in(attended: &Block, d_kv: usize) -> Range<usize> {
    attended.cols().start / d_kv..attended.cols().end / d_kv
}

/// One head of an attention layer, and what its queries see.
struct Head<'a> {
    idx: usize,
    d_kv: usize,
    inner: usize,
    view: View<'a>,
}

impl<'a> Head<'a> {
    /// Fills this head's columns of `attended`, (some of T, some of I); queries are (T, I).
    fn attend_all(
        &self,
        queries: &[f32],
        cache: &KeyValue,
        scores: &mut [f32],
        attended: &mut Block,
    ) {
        // Two queries at a time read the keys and values once, where they see the same ones.
        let tokens = attended.rows();
        let n_paired = if self.view.is_causal { 0 } else { tokens.len() / 2 * 2 };
        let after_pairs = tokens.start + n_paired;
        for first in (tokens.start..after_pairs).step_by(2) {
            self.attend([first, first + 1], queries, cache, scores, attended);
        }
        for token_idx in after_pairs..tokens.end {
            self.attend([token_idx], queries, cache, scores, attended);
        }
    }

    /// As [`Head::attend_all`], of a few tokens, increasing, which see as many keys as the first of them.
    fn attend<const Q: usize>(
        &self,
        tokens: [usize; Q],
        queries: &[f32],
        cache: &KeyValue,
        scores: &mut [f32],
        attended: &mut Block,
    ) {
        let first_position = self.view.first_position + tokens[0];
        let n_keys = if self.view.is_causal { first_position + 1 } else { cache.n_tokens };
        let (keys, values) = cache.head(self.idx);
        let (keys, values) = (&keys[..n_keys * self.d_kv], &values[..n_keys * self.d_kv]);
        let scores = &mut scores[..Q * n_keys];

        dot_rows(self.queries(tokens, queries), keys, rows_mut(scores, n_keys));
        for (scores, bias) in scores.chunks_exact_mut(n_keys).zip(self.biases(tokens, n_keys)) {
            if let Some(bias) = bias {
                add_assign(scores, bias);
            }
            softmax(scores);
        }
        let mut scores = scores.chunks_exact(n_keys);
        let scores = tokens.map(|_| scores.next().expect("scores of each query"));
        sum_rows(scores, values, self.outs(tokens, attended));
    }

    /// As [`Head::attend_all`], with packed keys and values, all of which every query sees.
    fn attend_packed(
        &self,
        queries: &[f32],
        head: &PackedHead,
        ws: &mut HeadWorkspace,
        attended: &mut Block,
    ) {
        debug_assert!(!self.view.is_causal);
        let tokens = attended.rows();
        let after_pairs = tokens.start + tokens.len() / 2 * 2;
        for first in (tokens.start..after_pairs).step_by(2) {
            let pair = [first, first + 1];
            let (rows, biases) = (self.queries(pair, queries), self.biases(pair, head.n_tokens()));
            head.attend(rows, biases, ws, self.outs(pair, attended));
        }
        for token_idx in after_pairs..tokens.end {
            let one = [token_idx];
            let (rows, biases) = (self.queries(one, queries), self.biases(one, head.n_tokens()));
            head.attend(rows, biases, ws, self.outs(one, attended));
        }
    }

    /// This head's columns of a few tokens' queries.
    fn queries<'q, const Q: usize>(
        &self,
        tokens: [usize; Q],
        queries: &'q [f32],
    ) -> [&'q [f32]; Q] {
        tokens.map(|idx| &queries[idx * self.inner + self.idx * self.d_kv..][..self.d_kv])
    }

    /// The biases of a few tokens for the keys `0..n_keys`.
    fn biases<const Q: usize>(&self, tokens: [usize; Q], n_keys: usize) -> [Option<&'a [f32]>; Q] {
        tokens.map(|token_idx| {
            let position = self.view.first_position + token_idx;
            self.view.bias.map(|bias| bias.row(self.idx, position, n_keys))
        })
    }

    /// Where this head's results for a few tokens, increasing, go.
    fn outs<'o, const Q: usize>(
        &self,
        tokens: [usize; Q],
        attended: &'o mut Block,
    ) -> [&'o mut [f32]; Q] {
        let at = self.idx * self.d_kv - attended.cols().start;
        attended.rows_mut(tokens).map(|row| &mut row[at..][..self.d_kv])
    }
}

/// The rows of x, (Q, n).
fn rows_mut<const Q: usize>(x: &mut [f32], n: usize) -> [&mut [f32]; Q] {
    let mut rows = x.chunks_exact_mut(n);
    std::array::from_fn(|_| rows.next().expect("Q rows"))
}
