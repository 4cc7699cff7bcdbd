//! Norm, softmax and activation functions on rows of f32.

use super::scalar::{SUM_CHUNK, gelu_new_one};
use super::split::{Chunks, for_each_piece};
use super::{team, twin};

/// T5's layer norm: `out = x / sqrt(mean(x^2) + epsilon) * weight`, row by row; no mean is
/// subtracted and there is no bias. The threads of the [`team`] share the rows.
///
/// `x` and `out` are (T, D), `weight` is (D).
///
/// Source: Hugging Face `T5LayerNorm`.
pub fn rms_norm(x: &[f32], weight: &[f32], epsilon: f32, out: &mut [f32]) {
    assert_eq!(x.len(), out.len());
    let dim = weight.len();
    in_chunks(out, dim, NORM_COST, |start, out| {
        for (x, out) in x[start..].chunks_exact(dim).zip(out.chunks_exact_mut(dim)) {
            let mean_square = twin::dot(x, x) / dim as f32;
            let scale = 1.0 / (mean_square + epsilon).sqrt();
            for ((out, x), w) in out.iter_mut().zip(x).zip(weight) {
                *out = x * scale * w;
            }
        }
    });
}

/// What an element costs, in multiply-adds of a matrix product.
const NORM_COST: usize = 8;
const GELU_COST: usize = 32;
const EXP_COST: usize = 32;

/// Runs `work(index of the first element, chunk)` for chunks of x of whole rows, on the threads of the
/// team if that is worth it.
fn in_chunks(x: &mut [f32], row_len: usize, cost: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
    if x.is_empty() {
        return;
    }
    let n_rows = x.len().div_ceil(row_len);
    let n_parts = team::n_parts(cost * x.len(), n_rows);
    let chunk_len = n_rows.div_ceil(n_parts) * row_len;
    for_each_piece(Chunks::new(x, chunk_len), |idx, chunk| work(idx * chunk_len, chunk));
}

/// Spans of a vocabulary whose exponentials are added apart, whatever the number of threads.
const N_SPANS: usize = 16;

/// Sum of e^(x - max), in f64. The threads of the [`team`] share the elements.
pub fn sum_exp(x: &[f32], max: f32) -> f64 {
    let span_len = x.len().div_ceil(N_SPANS).next_multiple_of(SUM_CHUNK);
    let n_parts = team::n_parts(EXP_COST * x.len(), N_SPANS);
    let spans_of_part = N_SPANS.div_ceil(n_parts);
    let mut sums = [0.0; N_SPANS];
    for_each_piece(Chunks::new(&mut sums, spans_of_part), |part_idx, sums| {
        let spans = x.chunks(span_len.max(1)).skip(part_idx * spans_of_part);
        for (sum, span) in sums.iter_mut().zip(spans) {
            *sum = twin::sum_exp(span, max);
        }
    });
    sums.iter().sum()
}

/// Turns scores into probabilities, in place.
pub fn softmax(x: &mut [f32]) {
    let sum = twin::exp_assign(x, twin::max(x));
    scale_assign(x, 1.0 / sum);
}

/// `x *= scale`, element by element.
pub fn scale_assign(x: &mut [f32], scale: f32) {
    for x in x {
        *x *= scale;
    }
}

/// `y += x`, element by element.
pub fn add_assign(y: &mut [f32], x: &[f32]) {
    assert_eq!(x.len(), y.len());
    for (y, x) in y.iter_mut().zip(x) {
        *y += x;
    }
}

/// `gelu_new` (the tanh form) of each element; times `linear` where the feed-forward is gated.
///
/// Source: Hugging Face `NewGELUActivation`, `T5DenseGatedActDense`.
pub fn gelu_new(x: &mut [f32], linear: Option<&[f32]>) {
    match linear {
        // Chunks of whole vectors.
        Some(linear) => in_chunks(x, 64, GELU_COST, |start, x| {
            twin::gelu_new_mul(x, &linear[start..start + x.len()]);
        }),
        None => x.iter_mut().for_each(|x| *x = gelu_new_one(*x)),
    }
}

/// `max(x, 0)` of each element; times `linear` where the feed-forward is gated.
pub fn relu(x: &mut [f32], linear: Option<&[f32]>) {
    for x in x.iter_mut() {
        *x = x.max(0.0);
    }
    if let Some(linear) = linear {
        for (x, l) in x.iter_mut().zip(linear) {
            *x *= l;
        }
    }
}
