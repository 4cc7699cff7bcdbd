//! Multi-head attention, T5's way: scores are not scaled by the square root of the head's width.

use crate::config::T5Config;
use crate::error::Result;
use crate::kernels::{Activations, PackedMatrix, add_assign, dot_rows, matmul, softmax, sum_rows};
use crate::model::position::DistanceBias;
use crate::model::zeros;
use crate::weights::Weights;
use crate::weights::names::{Part, Stack, in_block};

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

/// Keys and values of a sequence, (capacity, I) each; the first `n_tokens` rows are valid.
#[derive(Debug)]
pub struct KeyValue {
    keys: Vec<f32>,
    values: Vec<f32>,
    n_tokens: usize,
}

impl KeyValue {
    /// Room for `capacity` tokens of width `inner_dim`.
    ///
    /// # Errors
    /// `Error::Memory` if there is none.
    pub fn new(capacity: usize, inner_dim: usize) -> Result<KeyValue> {
        Ok(KeyValue {
            keys: zeros(capacity * inner_dim, "attention keys")?,
            values: zeros(capacity * inner_dim, "attention values")?,
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
    /// (T, I)
    q: Vec<f32>,
    /// (T, I)
    attended: Activations,
    /// (S)
    scores: Vec<f32>,
    /// (T, D)
    out: Vec<f32>,
}

impl AttentionWorkspace {
    /// Makes room for scores of `n_keys` keys, so that no step has to.
    pub fn reserve(&mut self, n_keys: usize) {
        self.scores.reserve(n_keys.saturating_sub(self.scores.len()));
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

    fn inner_dim(&self) -> usize {
        self.num_heads * self.d_kv
    }

    /// Appends the keys and values of `x`, (T, D), to `cache`.
    ///
    /// # Panics
    /// If the cache is full; its owner checks that.
    pub fn append_key_value(&self, x: &mut Activations, cache: &mut KeyValue) {
        let inner = self.inner_dim();
        let new = cache.n_tokens * inner..(cache.n_tokens + x.n_tokens()) * inner;
        matmul(&self.k, x, &mut cache.keys[new.clone()]);
        matmul(&self.v, x, &mut cache.values[new]);
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
        ws.q.resize(n_tokens * inner, 0.0);
        matmul(&self.q, x, &mut ws.q);
        let attended = ws.attended.start(n_tokens, inner);
        for token_idx in 0..n_tokens {
            let position = view.first_position + token_idx;
            let n_keys = if view.is_causal { position + 1 } else { cache.n_tokens };
            ws.scores.resize(n_keys, 0.0);
            for head_idx in 0..self.num_heads {
                // One head of one row: d_kv numbers.
                let head_start = head_idx * self.d_kv;
                let head =
                    token_idx * inner + head_start..token_idx * inner + head_start + self.d_kv;
                let keys = &cache.keys[head_start..];
                dot_rows(&ws.q[head.clone()], keys, inner, &mut ws.scores);
                if let Some(bias) = view.bias {
                    add_assign(&mut ws.scores, bias.row(head_idx, position, n_keys));
                }
                softmax(&mut ws.scores);
                let values = &cache.values[head_start..];
                sum_rows(&ws.scores, values, inner, &mut attended[head]);
            }
        }
        ws.out.resize(hidden.len(), 0.0);
        matmul(&self.o, &mut ws.attended, &mut ws.out);
        add_assign(hidden, &ws.out);
    }
}
