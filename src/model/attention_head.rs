//! One head of attention: scores, softmax, and the sum of the values.

use std::ops::Range;

use crate::kernels::{Block, HeadWorkspace, PackedHead, add_assign, dot_rows, softmax, sum_rows};
use crate::model::key_value::KeyValue;
use crate::model::position::DistanceBias;

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

/// The heads whose columns a part fills.
pub fn heads_in(attended: &Block, d_kv: usize) -> Range<usize> {
    attended.cols().start / d_kv..attended.cols().end / d_kv
}

/// One head of an attention layer, and what its queries see.
pub struct Head<'a> {
    /// Which one, of H.
    pub idx: usize,
    pub d_kv: usize,
    /// H * d_kv.
    pub inner: usize,
    pub view: View<'a>,
}

impl<'a> Head<'a> {
    /// Fills this head's columns of `attended`, (some of T, some of I); queries are (T, I).
    pub fn attend_all(
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
        let n_keys = if self.view.is_causal { first_position + 1 } else { cache.n_tokens() };
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
    pub fn attend_packed(
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
