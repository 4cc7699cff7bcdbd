//! Attention to many keys, in integers: keys and values take a quarter of the memory of f32.

mod pack;
mod probabilities;

use super::scalar::{KEY_BLOCK, LARGEST_QUERY, PANEL};
use super::twin;
use probabilities::to_probabilities;

pub use pack::HeadRows;

/// Keys and values of one head, of S tokens.
///
/// A key has 8 bits and a factor of its own. Two things make them enough, and change no result but for rounding:
/// the mean of all keys is taken off, which moves all scores of a query alike, and softmax does not see that; and
/// the columns are scaled to the same magnitude, the other way round in the queries, which have 14 bits. Probabilities
/// are rounded to 14 bits against the largest of their block of 64 keys, or to 7 where the block gets less than a quarter
/// of the query, in a way that many small ones are not lost; a value has 8 bits, with a factor for each column of a block.
#[derive(Debug, Default)]
pub struct PackedHead {
    /// K
    dim: usize,
    /// S
    n_tokens: usize,
    /// What a query's columns are multiplied with, (K)
    column_scales: Vec<f32>,
    /// Panels of 16 keys, (S / 16, K filled up / 4, 16, 4)
    keys: Vec<i8>,
    /// (S filled up)
    key_scales: Vec<f32>,
    /// What a key's sum of products begins with: it takes the bias of queries off, (S filled up)
    key_offsets: Vec<i32>,
    /// Panels of 16 columns of 64 keys, (S / 64, K filled up / 16, 16, 16, 4)
    values: Vec<i8>,
    /// (S / 64, K filled up)
    value_scales: Vec<f32>,
}

/// Buffers of [`PackedHead::attend`], reused between heads and steps.
#[derive(Debug, Default)]
pub struct HeadWorkspace {
    /// A query with its columns scaled, (K)
    scaled: Vec<f32>,
    /// (Q, K filled up)
    queries: Vec<i16>,
    /// (Q, S)
    scores: Vec<f32>,
    /// (Q, S filled up)
    probabilities: Vec<i16>,
    /// Of each block's probabilities, (Q, S / 64)
    factors: Vec<f32>,
    /// Whether those are coarse, (Q, S / 64)
    are_coarse: Vec<bool>,
    /// Of each block's words, (S / 64)
    block_sums: Vec<i32>,
    /// (Q, K filled up)
    sums: Vec<f32>,
}

impl PackedHead {
    /// Number of tokens S.
    pub fn n_tokens(&self) -> usize {
        self.n_tokens
    }

    /// `out = softmax(query keys^T + bias) values` for each of Q queries, (K), with their biases, (S), and
    /// outs, (K).
    pub fn attend<const Q: usize>(
        &self,
        queries: [&[f32]; Q],
        biases: [Option<&[f32]>; Q],
        ws: &mut HeadWorkspace,
        outs: [&mut [f32]; Q],
    ) {
        let (n, n_blocks) = (self.n_tokens(), self.n_tokens().div_ceil(KEY_BLOCK));
        let wide = self.dim.next_multiple_of(PANEL);
        ws.scaled.resize(self.dim, 0.0);
        ws.queries.resize(Q * wide, 0);
        ws.scores.resize(Q * n, 0.0);
        ws.probabilities.resize(Q * n_blocks * KEY_BLOCK, 0);
        ws.factors.resize(Q * n_blocks, 0.0);
        ws.are_coarse.resize(Q * n_blocks, false);
        ws.block_sums.resize(n_blocks, 0);
        ws.sums.resize(Q * wide, 0.0);

        let mut rows = ws.queries.chunks_exact_mut(wide);
        let words = queries.map(|query| {
            let row = rows.next().expect("a row for each query");
            for ((scaled, x), scale) in ws.scaled.iter_mut().zip(query).zip(&self.column_scales) {
                *scaled = x * scale;
            }
            // Asked first, here and below, as to fill nothing is a call, too.
            if self.dim < wide {
                row[self.dim..].fill(0);
            }
            let scale = twin::quantize_words(&ws.scaled, LARGEST_QUERY, &mut row[..self.dim]);
            twin::to_factors(row, twin::QUERY_BIAS);
            (&*row, scale)
        });
        let scores = rows_of(&mut ws.scores, n);
        twin::dot_keys(words, &self.keys, &self.key_offsets, &self.key_scales, biases, scores);

        let probabilities = ws.probabilities.chunks_exact_mut(n_blocks * KEY_BLOCK);
        let of_blocks = ws.factors.chunks_exact_mut(n_blocks);
        let of_blocks = of_blocks.zip(ws.are_coarse.chunks_exact_mut(n_blocks));
        let rows = ws.scores.chunks_exact(n).zip(probabilities).zip(of_blocks);
        for ((scores, words), (factors, are_coarse)) in rows {
            to_probabilities(scores, words, factors, are_coarse, &mut ws.block_sums);
        }

        ws.sums.fill(0.0);
        let values = self.values.chunks_exact(KEY_BLOCK * wide);
        for (idx, (values, scales)) in values.zip(self.value_scales.chunks_exact(wide)).enumerate()
        {
            let weights = std::array::from_fn(|q| {
                let at = q * n_blocks + idx;
                (&ws.probabilities.as_chunks::<KEY_BLOCK>().0[at], ws.factors[at])
            });
            let are_coarse = (0..Q).all(|q| ws.are_coarse[q * n_blocks + idx]);
            let outs = rows_of::<Q>(&mut ws.sums, wide);
            twin::add_values(weights, are_coarse, values, scales, outs);
        }
        for (out, sums) in outs.into_iter().zip(ws.sums.chunks_exact(wide)) {
            out.copy_from_slice(&sums[..self.dim]);
        }
    }
}

/// The rows of x, (Q, n).
fn rows_of<const Q: usize>(x: &mut [f32], n: usize) -> [&mut [f32]; Q] {
    let mut rows = x.chunks_exact_mut(n);
    std::array::from_fn(|_| rows.next().expect("Q rows"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::scalar::{LARGEST_BYTE, LARGEST_PROBABILITY};

    /// Numbers within ±1 by a fixed rule.
    fn numbers(n: usize, seed: usize) -> Vec<f32> {
        let at = |i: usize| (i * 7919 + seed * 104_729) as f32;
        (0..n).map(|i| (at(i) * 0.618).fract() * 2.0 - 1.0).collect()
    }

    /// Of the only head.
    fn rows(x: &[f32], dim: usize) -> HeadRows<'_> {
        HeadRows::new(x, dim, 0, dim)
    }

    /// By the definition, in f64.
    fn expected(query: &[f32], keys: &[f32], values: &[f32], bias: Option<&[f32]>) -> Vec<f64> {
        let dim = query.len();
        let score = |(i, key): (usize, &[f32])| {
            let dot: f64 = query.iter().zip(key).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            dot + bias.map_or(0.0, |bias| f64::from(bias[i]))
        };
        let scores: Vec<f64> = keys.chunks_exact(dim).enumerate().map(score).collect();
        let max = scores.iter().copied().fold(f64::MIN, f64::max);
        let weights: Vec<f64> = scores.iter().map(|score| (score - max).exp()).collect();
        let total: f64 = weights.iter().sum();
        let column = |col: usize| {
            let rows = weights.iter().zip(values.chunks_exact(dim));
            rows.map(|(weight, row)| weight * f64::from(row[col])).sum::<f64>() / total
        };
        (0..dim).map(column).collect()
    }

    #[test]
    fn attention_is_that_of_the_definition() {
        let (mut head, mut ws) = (PackedHead::default(), HeadWorkspace::default());
        // Larger and smaller again; widths that fill no vector; blocks that are not full.
        for (n, dim) in [(3, 8), (200, 12), (1, 5), (64, 64), (129, 64), (700, 20)] {
            let (keys, values) = (numbers(n * dim, 1), numbers(n * dim, 2));
            let queries = [numbers(dim, 3), numbers(dim, 4)];
            let bias: Vec<f32> = numbers(n, 5).iter().map(|x| 3.0 * x).collect();
            head.fill(rows(&keys, dim), rows(&values, dim)).unwrap();
            assert_eq!(head.n_tokens(), n);
            let mut outs = vec![0.0; 2 * dim];
            let biases = [Some(&bias[..]), None];
            head.attend(
                queries.each_ref().map(|q| &q[..]),
                biases,
                &mut ws,
                rows_of(&mut outs, dim),
            );
            for ((query, bias), out) in queries.iter().zip(biases).zip(outs.chunks_exact(dim)) {
                let mut one = vec![0.0; dim];
                head.attend([query], [bias], &mut ws, [&mut one]);
                assert_eq!(one, out, "alone and as one of two");
                for (x, y) in out.iter().zip(expected(query, &keys, &values, bias)) {
                    assert!((f64::from(*x) - y).abs() < 0.01, "{n} x {dim}: {x} is not {y}");
                }
            }
        }
    }

    #[test]
    fn what_all_keys_have_in_common_costs_no_bits() {
        let (n, dim) = (100, 64);
        let (mut keys, values) = (numbers(n * dim, 1), numbers(n * dim, 2));
        // Far off in all columns, and in one that is far wider than the others.
        for key in keys.chunks_exact_mut(dim) {
            key.iter_mut().for_each(|x| *x += 50.0);
            key[3] *= 100.0;
        }
        let mut query = numbers(dim, 3);
        query[3] /= 100.0;
        let (mut head, mut ws) = (PackedHead::default(), HeadWorkspace::default());
        head.fill(rows(&keys, dim), rows(&values, dim)).unwrap();
        let mut out = vec![0.0; dim];
        head.attend([&query], [None], &mut ws, [&mut out]);
        for (x, y) in out.iter().zip(expected(&query, &keys, &values, None)) {
            assert!((f64::from(*x) - y).abs() < 0.02, "{x} is not {y}");
        }
    }

    #[test]
    fn many_small_probabilities_are_not_lost() {
        // One key is far above the others, which together weigh as much.
        let (n, dim) = (4096, 8);
        let mut keys = vec![0.0; n * dim];
        keys[0] = (n as f32 - 1.0).ln();
        let mut values = vec![1.0; n * dim];
        values[..dim].fill(-1.0);
        let (mut head, mut ws) = (PackedHead::default(), HeadWorkspace::default());
        head.fill(rows(&keys, dim), rows(&values, dim)).unwrap();
        let (mut query, mut out) = (vec![0.0; dim], vec![0.0; dim]);
        query[0] = 1.0;
        head.attend([&query], [None], &mut ws, [&mut out]);
        assert!(out.iter().all(|x| x.abs() < 0.02), "{out:?} is not 0");
    }

    #[test]
    fn small_probabilities_of_coarse_blocks_are_not_lost() {
        // In each of eight blocks one key is far above the others, which together weigh a quarter as much.
        let (n, dim) = (8 * KEY_BLOCK, 8);
        let (mut keys, mut values) = (vec![0.0; n * dim], vec![1.0; n * dim]);
        for first in (0..n).step_by(KEY_BLOCK) {
            keys[first * dim] = -(0.0038f32.ln());
            values[first * dim..][..dim].fill(-1.0);
        }
        let (mut head, mut ws) = (PackedHead::default(), HeadWorkspace::default());
        head.fill(rows(&keys, dim), rows(&values, dim)).unwrap();
        let (mut query, mut out) = (vec![0.0; dim], vec![0.0; dim]);
        query[0] = 1.0;
        head.attend([&query], [None], &mut ws, [&mut out]);
        let expected = expected(&query, &keys, &values, None)[0] as f32;
        assert!(ws.are_coarse.iter().all(|is_coarse| *is_coarse));
        assert!(out.iter().all(|x| (x - expected).abs() < 0.04), "{out:?} is not {expected}");
    }

    #[test]
    fn keys_that_differ_by_less_than_has_an_inverse_are_alike() {
        let dim = 8;
        let mut keys = vec![0.0; 2 * dim];
        keys[dim] = 4e-40;
        let (mut head, mut ws) = (PackedHead::default(), HeadWorkspace::default());
        head.fill(rows(&keys, dim), rows(&vec![1.0; 2 * dim], dim)).unwrap();
        let (mut query, mut out) = (vec![0.0; dim], vec![0.0; dim]);
        query[0] = 1.0;
        head.attend([&query], [None], &mut ws, [&mut out]);
        assert!(out.iter().all(|x| (x - 1.0).abs() < 0.02), "{out:?} is not 1");
    }

    #[test]
    fn sums_of_integers_have_room() {
        let largest = |x: f32| x as i64;
        let of_values = largest(LARGEST_PROBABILITY) * largest(LARGEST_BYTE) * KEY_BLOCK as i64;
        assert!(of_values < i64::from(i32::MAX));
        // The widest heads that a configuration may have.
        assert!(largest(LARGEST_QUERY) * largest(LARGEST_BYTE) * 2048 < i64::from(i32::MAX));
    }
}
