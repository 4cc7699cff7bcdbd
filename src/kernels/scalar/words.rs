//! Attention in 16-bit integers. Their sums are exact, so the order of additions is free within a block.

use super::rounded;

/// Keys whose probabilities and values share a sum of integers.
pub const KEY_BLOCK: usize = 64;

/// Inner products that are side by side: keys, or columns of values.
///
/// A panel, (n / 2, 16, 2), holds 16 vectors of n words, two words of each in turn, so that a kernel reads it from
/// the first word to the last and has each product in a lane of its own.
pub const PANEL: usize = 16;

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

/// Inner products of each of Q vectors of n words with those of a panel.
#[inline(always)]
fn panel_dots<const Q: usize>(xs: [&[i16]; Q], panel: &[i16]) -> [[i32; PANEL]; Q] {
    xs.map(|x| {
        let mut sums = [0; PANEL];
        let rows = panel.as_chunks::<2>().0.as_chunks::<PANEL>().0;
        for (x, row) in x.as_chunks::<2>().0.iter().zip(rows) {
            for (sum, y) in sums.iter_mut().zip(row) {
                *sum += i32::from(x[0]) * i32::from(y[0]) + i32::from(x[1]) * i32::from(y[1]);
            }
        }
        sums
    })
}

/// Inner products of each of Q rows of words, (K), with R keys, (R / 16 panels), times the factors of both, and
/// the biases added: outs and biases are Q times (R). The sums of integers must not reach 2^31.
#[inline]
pub fn dot_words<const Q: usize>(
    xs: [(&[i16], f32); Q],
    keys: &[i16],
    key_scales: &[f32],
    biases: [Option<&[f32]>; Q],
    outs: [&mut [f32]; Q],
) {
    let panels = keys.chunks_exact(PANEL * xs[0].0.len()).zip(key_scales.chunks_exact(PANEL));
    for (first, (panel, scales)) in (0..).step_by(PANEL).zip(panels) {
        let sums = panel_dots(xs.map(|(x, _)| x), panel);
        for (q, sums) in sums.into_iter().enumerate() {
            let outs = outs[q].iter_mut().enumerate().skip(first);
            for (((idx, out), sum), scale) in outs.zip(sums).zip(scales) {
                let score = sum as f32 * (xs[q].1 * scale);
                *out = biases[q].map_or(score, |bias| score + bias[idx]);
            }
        }
    }
}

// 2^r for r within ±0.5, to 3e-6 of itself: less than a tenth of a probability's unit.
/// Of the highest power first.
pub const EXP2_COEFFICIENTS: [f32; 5] =
    [0.009_570_102, 0.055_917_863, 0.240_247_44, 0.693_121_8, 0.999_999_3];
/// Below it, e^x in units rounds to 0 anyway.
pub const EXP2_LOW: f32 = -100.0;

/// Writes e^(x - max) in units of 1 / [`LARGEST_PROBABILITY`], rounded; returns their sum. `x` has no
/// element above `max`.
#[inline]
pub fn exp_words(x: &[f32], max: f32, words: &mut [i16]) -> i32 {
    let mut sum = 0;
    for (word, x) in words.iter_mut().zip(x) {
        let exponent = (x - max) * super::LOG2_E;
        let exponent = if exponent < EXP2_LOW { EXP2_LOW } else { exponent };
        let integer = exponent + super::ROUNDER;
        let r = exponent - (integer - super::ROUNDER);
        let mut p = EXP2_COEFFICIENTS[0] * LARGEST_PROBABILITY;
        for c in &EXP2_COEFFICIENTS[1..] {
            p = p * r + c * LARGEST_PROBABILITY;
        }
        // The bits of the rounder are shifted out.
        *word = rounded(f32::from_bits(p.to_bits().wrapping_add(integer.to_bits() << 23))) as i16;
        sum += i32::from(*word);
    }
    sum
}

/// `out += factor * sum of probability * value` over a block of [`KEY_BLOCK`] keys, for each of Q rows of
/// probabilities; outs is Q times (K), as is value_scales; values is (K / 16 panels) of KEY_BLOCK words each.
#[inline]
pub fn add_weighted_words<const Q: usize>(
    probabilities: [(&[i16; KEY_BLOCK], f32); Q],
    values: &[i16],
    value_scales: &[f32],
    outs: [&mut [f32]; Q],
) {
    let panels = values.chunks_exact(PANEL * KEY_BLOCK).zip(value_scales.chunks_exact(PANEL));
    for (first, (panel, scales)) in (0..).step_by(PANEL).zip(panels) {
        let sums = panel_dots(probabilities.map(|(x, _)| &x[..]), panel);
        for (q, sums) in sums.into_iter().enumerate() {
            let outs = &mut outs[q][first..first + PANEL];
            for ((out, sum), scale) in outs.iter_mut().zip(sums).zip(scales) {
                *out += sum as f32 * (scale * probabilities[q].1);
            }
        }
    }
}
