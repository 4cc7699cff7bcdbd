//! Attention in 16-bit integers. Their sums are exact, so the order of additions is free within a block.

use super::{exp, rounded};

/// Keys whose probabilities and values share a sum of integers.
pub const KEY_BLOCK: usize = 64;

/// What stands for the largest probability of a block of keys.
pub const LARGEST_PROBABILITY: f32 = 16_384.0;

/// Largest magnitude of a value: with it and [`LARGEST_PROBABILITY`] the sum of a block stays below 2^31.
pub const LARGEST_VALUE: f32 = 2047.0;

/// Rounds a row to `-largest..=largest`; returns the factor to multiply the integers with.
#[inline]
pub fn quantize_words(x: &[f32], largest: f32, words: &mut [i16]) -> f32 {
    let amax = x.iter().fold(0f32, |amax, x| amax.max(x.abs()));
    if amax == 0.0 {
        words.fill(0);
        return 0.0;
    }
    let inverse = largest / amax;
    for (word, x) in words.iter_mut().zip(x) {
        *word = rounded(x * inverse) as i16;
    }
    amax / largest
}

/// Inner products of each of Q rows of words, (K), with the rows of a matrix, (R, K), times the factors of
/// both: outs is Q times (R). The sums of integers must not reach 2^31.
#[inline]
pub fn dot_words<const Q: usize>(
    xs: [(&[i16], f32); Q],
    rows: &[i16],
    row_scales: &[f32],
    outs: [&mut [f32]; Q],
) {
    for ((x, x_scale), out) in xs.into_iter().zip(outs) {
        let rows = rows.chunks_exact(x.len()).zip(row_scales);
        for (out, (row, scale)) in out.iter_mut().zip(rows) {
            let products = x.iter().zip(row).map(|(x, y)| i32::from(*x) * i32::from(*y));
            *out = products.sum::<i32>() as f32 * (x_scale * scale);
        }
    }
}

/// Writes e^(x - max) in units of 1 / [`LARGEST_PROBABILITY`], rounded; returns their sum. `x` has no
/// element above `max`.
#[inline]
pub fn exp_words(x: &[f32], max: f32, words: &mut [i16]) -> i32 {
    let mut sum = 0;
    for (word, x) in words.iter_mut().zip(x) {
        *word = rounded(exp(x - max) * LARGEST_PROBABILITY) as i16;
        sum += i32::from(*word);
    }
    sum
}

/// `out += factor * sum of probability * value` over a block of [`KEY_BLOCK`] keys, for each of Q rows of
/// probabilities; outs is Q times (K).
///
/// Of values, (KEY_BLOCK / 2, K, 2), two keys are side by side; value_scales is (K).
#[inline]
pub fn add_weighted_words<const Q: usize>(
    probabilities: [(&[i16; KEY_BLOCK], f32); Q],
    values: &[i16],
    value_scales: &[f32],
    outs: [&mut [f32]; Q],
) {
    let n = value_scales.len();
    for ((probabilities, factor), out) in probabilities.into_iter().zip(outs) {
        for (col, (out, scale)) in out.iter_mut().zip(value_scales).enumerate() {
            let mut sum = 0;
            for (pair, values) in
                probabilities.as_chunks::<2>().0.iter().zip(values.chunks_exact(2 * n))
            {
                sum += i32::from(pair[0]) * i32::from(values[2 * col]);
                sum += i32::from(pair[1]) * i32::from(values[2 * col + 1]);
            }
            *out += sum as f32 * (scale * factor);
        }
    }
}
