//! Attention to keys and values of 8 bits. Sums of integers are exact, so the order of additions is free within
//! a block.

use super::rounded;

/// Keys whose probabilities and values share a sum of integers.
pub const KEY_BLOCK: usize = 64;

/// Inner products that are side by side: keys, or columns of values.
///
/// A panel, (n / 4, 16, 4), holds 16 vectors of n bytes, four bytes of each in turn, so that a kernel reads it from
/// the first byte to the last and has each product in a lane of its own.
pub const PANEL: usize = 16;

/// What stands for the largest probability of a block of keys: 14 bits, which are two factors of 7. Its low factor
/// is 0, so that [`coarsen`] leaves it as it is. With high factors alone in all blocks a fifth more of a trained
/// model's greedy texts are not f32's.
pub const LARGEST_PROBABILITY: f32 = (127 * (LOW_MASK + 1)) as f32;

/// The bits of a low factor.
pub const LOW_MASK: i16 = 0x7f;

/// Blocks of keys that get less of a query than this are multiplied with the high factors of their probabilities
/// alone, one product instead of two. Whatever stands in them, no more than 1/32 of their largest probability is lost;
/// a trained model's divergence from f32 grows by 4 % on prompts of 164 to 518 tokens, and not on shorter ones.
pub const COARSE_SHARE: f32 = 0.25;

/// Largest magnitude of a query's words: with the sign 14 bits. With 7, which are one product instead of two, a trained
/// model's divergence from f32 grows by a third, and with 8 by a fifth.
pub const LARGEST_QUERY: f32 = 8191.0;

/// Largest magnitude of a key's and a value's bytes.
pub const LARGEST_BYTE: f32 = 127.0;

/// What [`to_factors`] adds to a query's words. A key's sum begins with as much less.
pub const QUERY_BIAS: i16 = 0;

/// Turns words of at most 14 bits, plus `bias`, into what is multiplied with bytes here: the words as they are.
#[inline]
pub fn to_factors(words: &mut [i16], bias: i16) {
    for word in words {
        *word += bias;
    }
}

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

/// Writes words within `-127..=127`, a multiple of 16, as bytes.
#[inline]
pub fn words_to_bytes(words: &[i16], bytes: &mut [i8]) {
    for (byte, word) in bytes.iter_mut().zip(words) {
        *byte = *word as i8;
    }
}

/// Rounds probabilities, of at most [`LARGEST_PROBABILITY`], so that their low factors are 0; returns their sum.
///
/// What is taken off a word is added to the eighth after it, so that of many small ones together little is lost.
#[inline]
pub fn coarsen(words: &mut [i16; KEY_BLOCK]) -> i32 {
    let mut carries = [(LOW_MASK + 1) / 2; 8];
    for eight in words.as_chunks_mut::<8>().0 {
        for (word, carry) in eight.iter_mut().zip(&mut carries) {
            let whole = *word + *carry;
            (*word, *carry) = (whole & !LOW_MASK, whole & LOW_MASK);
        }
    }
    words.iter().map(|word| i32::from(*word)).sum()
}

/// Inner products of each of Q vectors of n words with those of a panel.
#[inline(always)]
fn panel_dots<const Q: usize>(xs: [&[i16]; Q], panel: &[i8]) -> [[i32; PANEL]; Q] {
    xs.map(|x| {
        let mut sums = [0; PANEL];
        let rows = panel.as_chunks::<4>().0.as_chunks::<PANEL>().0;
        for (x, row) in x.as_chunks::<4>().0.iter().zip(rows) {
            for (sum, y) in sums.iter_mut().zip(row) {
                *sum += x.iter().zip(y).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum::<i32>();
            }
        }
        sums
    })
}

/// Inner products of each of Q queries, (K) as [`to_factors`] leaves them, with R keys, (R / 16 panels), on top of
/// the keys' offsets, times the factors of both, and the biases added: outs and biases are Q times (R). The sums of
/// integers must not reach 2^31.
#[inline]
pub fn dot_keys<const Q: usize>(
    queries: [(&[i16], f32); Q],
    keys: &[i8],
    key_offsets: &[i32],
    key_scales: &[f32],
    biases: [Option<&[f32]>; Q],
    outs: [&mut [f32]; Q],
) {
    let panels = keys.chunks_exact(PANEL * queries[0].0.len());
    let of_keys = key_offsets.chunks_exact(PANEL).zip(key_scales.chunks_exact(PANEL));
    for (first, (panel, (offsets, scales))) in (0..).step_by(PANEL).zip(panels.zip(of_keys)) {
        let sums = panel_dots(queries.map(|(x, _)| x), panel);
        for (q, sums) in sums.into_iter().enumerate() {
            let outs = outs[q].iter_mut().enumerate().skip(first);
            for (((idx, out), sum), (offset, scale)) in
                outs.zip(sums).zip(offsets.iter().zip(scales))
            {
                let score = (sum + offset) as f32 * (queries[q].1 * scale);
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
/// probabilities, as [`to_factors`] leaves them; outs is Q times (K), as is value_scales; values is (K / 16 panels) of
/// KEY_BLOCK bytes each. Probabilities that are all coarse, as [`coarsen`] makes them, may take less time.
#[inline]
pub fn add_values<const Q: usize>(
    probabilities: [(&[i16; KEY_BLOCK], f32); Q],
    _are_coarse: bool,
    values: &[i8],
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
