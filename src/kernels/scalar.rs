//! The kernels in plain Rust. They define the order of additions that `simd128` repeats.

use super::packed::Order;

/// Elements of a `Q8_0` or `Q4_0` block.
pub const BLOCK: usize = 32;
/// Bytes of a `Q8_0` block: an f16 scale, then 32 signed bytes.
pub const Q8_0_BYTES: usize = 34;
/// Bytes of a `Q4_0` block: an f16 scale, then 32 nibbles; byte i holds elements i and i + 16.
pub const Q4_0_BYTES: usize = 18;
/// Rows that a [`super::PackedMatrix`] holds together.
pub const GROUP: usize = 8;

/// Converts an IEEE half to f32, exactly. The halves here are finite: loading checks that.
#[inline(always)]
pub fn f16_to_f32(bits: u16) -> f32 {
    // Sign to bit 31, exponent and mantissa to where f32 has them, then a multiplication by 2^112 to
    // correct the exponent's bias; it also makes subnormals right.
    let shifted = ((bits as i16 as i32) << 13) as u32 & 0x8fff_e000;
    f32::from_bits(shifted) * f32::from_bits(0x7780_0000)
}

/// Adds four lanes in the order of a pairwise shuffle: (0 + 2) + (1 + 3).
#[inline(always)]
fn add_lanes(lanes: [f32; 4]) -> f32 {
    (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
}

/// Inner product of two f32 rows of equal length.
#[inline]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let mut lanes = [0f32; 16];
    let (a_chunks, a_tail) = a.as_chunks::<16>();
    let (b_chunks, b_tail) = b.as_chunks::<16>();
    for (x, y) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..16 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    let mut four = [0f32; 4];
    for lane in 0..4 {
        four[lane] = (lanes[lane] + lanes[lane + 4]) + (lanes[lane + 8] + lanes[lane + 12]);
    }
    let mut sum = add_lanes(four);
    for (x, y) in a_tail.iter().zip(b_tail) {
        sum += x * y;
    }
    sum
}

/// Inner products of each of Q vectors, (K), with the rows of a matrix, (R, K): outs is Q times (R).
#[inline]
pub fn dot_rows<const Q: usize>(xs: [&[f32]; Q], rows: &[f32], outs: [&mut [f32]; Q]) {
    for (x, out) in xs.into_iter().zip(outs) {
        for (out, row) in out.iter_mut().zip(rows.chunks_exact(x.len())) {
            let mut lanes = [0f32; 4];
            let (x_chunks, x_tail) = x.as_chunks::<4>();
            let (row_chunks, row_tail) = row.as_chunks::<4>();
            for (x, y) in x_chunks.iter().zip(row_chunks) {
                for lane in 0..4 {
                    lanes[lane] += x[lane] * y[lane];
                }
            }
            *out = add_lanes(lanes);
            for (x, y) in x_tail.iter().zip(row_tail) {
                *out += x * y;
            }
        }
    }
}

/// `out = sum of factors[i] * row i` for each of Q vectors of factors, (R): rows is (R, K), outs is Q
/// times (K). Rows are added from the first to the last.
#[inline]
pub fn sum_rows<const Q: usize>(factors: [&[f32]; Q], rows: &[f32], outs: [&mut [f32]; Q]) {
    for (factors, out) in factors.into_iter().zip(outs) {
        out.fill(0.0);
        for (factor, row) in factors.iter().zip(rows.chunks_exact(out.len())) {
            for (out, x) in out.iter_mut().zip(row) {
                *out += factor * x;
            }
        }
    }
}

/// A row of activations in integers: what stands in for x_k is `values[k] * scales[k / 32]`.
///
/// The values are held in the width E, `i16` or `i8`, in which the vector kernels multiply them.
#[derive(Clone, Copy, Debug)]
pub struct QuantizedRow<'a, E> {
    /// Within -127..=127; for `Q4_0` in pairs these times [`NIBBLE_FACTORS`]. (K / 32)
    pub blocks: &'a [[E; BLOCK]],
    /// (K / 32)
    pub scales: &'a [f32],
    /// What a block's sum of products begins with, (K / 32): it takes the bias of the weights off, see
    /// [`super::Order`].
    pub offsets: &'a [i32],
}

/// What a nibble of 0..=15 has too much: it stands for -8..=7.
pub(super) const NIBBLE_BIAS: i32 = 8;

/// Of element k of a `Q4_0` block in pairs, by k % 8: a packed nibble is multiplied where it stands in its
/// 16-bit word, shifted left by 0, 4, 8 or, moved down, 0 bits. These factors bring all to 256 times
/// the nibble.
pub const NIBBLE_FACTORS: [i16; 8] = [256, 256, 16, 16, 1, 1, 256, 256];

/// The order of packed `Q8_0` groups that is fastest here.
pub fn order_q8_0() -> Order {
    Order::Pairs
}

/// The order of packed `Q4_0` groups that is fastest here.
pub fn order_q4_0() -> Order {
    Order::Pairs
}

/// Inner products of a packed group of `Q8_0` rows in pairs with the activations of T tokens. A row's
/// sum runs over its blocks from first to last; within a block the sum is of integers.
#[inline]
pub fn dots_q8_0<const T: usize>(group: &[u8], xs: [QuantizedRow<i16>; T]) -> [[f32; GROUP]; T] {
    dots(group, xs, |block: &[u8; GROUP * Q8_0_BYTES], x, sums| {
        let (pairs, _) = block.as_chunks::<{ 2 * GROUP }>();
        for (pair, x) in pairs.iter().zip(x.as_chunks::<2>().0) {
            for (row, sum) in sums.iter_mut().enumerate() {
                *sum += pair[2 * row] as i8 as i32 * x[0] as i32;
                *sum += pair[2 * row + 1] as i8 as i32 * x[1] as i32;
            }
        }
    })
}

/// As [`dots_q8_0`], of `Q4_0` rows in pairs.
#[inline]
pub fn dots_q4_0<const T: usize>(group: &[u8], xs: [QuantizedRow<i16>; T]) -> [[f32; GROUP]; T] {
    dots(group, xs, |block: &[u8; GROUP * Q4_0_BYTES], x, sums| {
        let (eights, _) = block.as_chunks::<{ 4 * GROUP }>();
        for (eight, x) in eights.iter().zip(x.as_chunks::<8>().0) {
            for (row, sum) in sums.iter_mut().enumerate() {
                for parity in 0..2 {
                    let at = 4 * row + 2 * parity;
                    let word = u16::from_le_bytes([eight[at], eight[at + 1]]) as i32;
                    *sum += (word & 0x000f) * x[parity] as i32;
                    *sum += (word & 0x00f0) * x[2 + parity] as i32;
                    *sum += (word & 0x0f00) * x[4 + parity] as i32;
                    *sum += (word >> 12) * x[6 + parity] as i32;
                }
            }
        }
    })
}

/// As [`dots_q8_0`], of rows in fours. The values have a bias added unless `signed`.
#[inline]
pub fn dots_q8_0_fours<const T: usize>(
    group: &[u8],
    xs: [QuantizedRow<i8>; T],
    signed: bool,
) -> [[f32; GROUP]; T] {
    dots(group, xs, |block: &[u8; GROUP * Q8_0_BYTES], x, sums| {
        let value = |byte: u8| if signed { i32::from(byte as i8) } else { i32::from(byte) };
        let (fours, _) = block.as_chunks::<{ 4 * GROUP }>();
        for (four, x) in fours.iter().zip(x.as_chunks::<4>().0) {
            for (sum, row) in sums.iter_mut().zip(four.as_chunks::<4>().0) {
                *sum += row.iter().zip(x).map(|(w, x)| value(*w) * i32::from(*x)).sum::<i32>();
            }
        }
    })
}

/// As [`dots_q4_0`], of rows in fours.
#[inline]
pub fn dots_q4_0_fours<const T: usize>(
    group: &[u8],
    xs: [QuantizedRow<i8>; T],
) -> [[f32; GROUP]; T] {
    dots(group, xs, |block: &[u8; GROUP * Q4_0_BYTES], x, sums| {
        let (eights, _) = block.as_chunks::<{ 4 * GROUP }>();
        for (eight, x) in eights.iter().zip(x.as_chunks::<8>().0) {
            for (sum, row) in sums.iter_mut().zip(eight.as_chunks::<4>().0) {
                for (i, byte) in row.iter().enumerate() {
                    *sum += i32::from(byte & 0x0f) * i32::from(x[i]);
                    *sum += i32::from(byte >> 4) * i32::from(x[4 + i]);
                }
            }
        }
    })
}

/// Writes a packed group of `Q4_0` rows in fours as `Q8_0` rows in fours with the same bias.
#[inline]
pub fn widen_group(group: &[u8], wide: &mut [u8]) {
    let blocks = group.as_chunks::<{ GROUP * Q4_0_BYTES }>().0;
    for (block, wide) in blocks.iter().zip(wide.as_chunks_mut::<{ GROUP * Q8_0_BYTES }>().0) {
        let (bytes, scales) = block.split_at(GROUP * BLOCK / 2);
        let (wide_bytes, wide_scales) = wide.split_at_mut(GROUP * BLOCK);
        wide_scales.copy_from_slice(scales);
        let eights = bytes.as_chunks::<{ 4 * GROUP }>().0.iter();
        for (eight, wide) in eights.zip(wide_bytes.as_chunks_mut::<{ 8 * GROUP }>().0) {
            let (low, high) = wide.split_at_mut(4 * GROUP);
            for ((byte, low), high) in eight.iter().zip(low).zip(high) {
                *low = byte & 0x0f;
                *high = byte >> 4;
            }
        }
    }
}

/// `add_products(block of a group, activations, sum of each row)` for every block and token, on top of
/// the block's offset.
#[inline(always)]
fn dots<E, const BYTES: usize, const T: usize>(
    group: &[u8],
    xs: [QuantizedRow<E>; T],
    add_products: impl Fn(&[u8; BYTES], &[E; BLOCK], &mut [i32; GROUP]),
) -> [[f32; GROUP]; T] {
    let mut totals = [[0f32; GROUP]; T];
    for (block_idx, block) in group.as_chunks::<BYTES>().0.iter().enumerate() {
        let (_, scales) = block.as_rchunks::<2>();
        let scales = &scales[scales.len() - GROUP..];
        for (totals, x) in totals.iter_mut().zip(&xs) {
            let mut sums = [x.offsets[block_idx]; GROUP];
            add_products(block, &x.blocks[block_idx], &mut sums);
            for ((total, sum), scale) in totals.iter_mut().zip(sums).zip(scales) {
                let scale = f16_to_f32(u16::from_le_bytes(*scale)) * x.scales[block_idx];
                *total += sum as f32 * scale;
            }
        }
    }
    totals
}

/// Quantizes a block of activations to -127..=127; returns the factor to multiply them with.
#[inline]
pub fn quantize_block(x: &[f32; BLOCK], quants: &mut [i16; BLOCK]) -> f32 {
    let amax = x.iter().fold(0f32, |amax, x| amax.max(x.abs()));
    if amax == 0.0 {
        quants.fill(0);
        return 0.0;
    }
    let inverse = 127.0 / amax;
    for (q, x) in quants.iter_mut().zip(x) {
        *q = (x * inverse).round_ties_even() as i16;
    }
    amax / 127.0
}

/// As [`quantize_block`], to bytes; returns the factor and the sum of the quants.
#[inline]
pub fn quantize_block_to_bytes(x: &[f32; BLOCK], quants: &mut [i8; BLOCK]) -> (f32, i32) {
    let mut words = [0; BLOCK];
    let scale = quantize_block(x, &mut words);
    for (byte, word) in quants.iter_mut().zip(words) {
        *byte = word as i8;
    }
    (scale, words.iter().map(|word| i32::from(*word)).sum())
}

/// Writes a block of [`quantize_block`]'s values times [`NIBBLE_FACTORS`]; returns its offset, see
/// [`QuantizedRow::offsets`].
#[inline]
pub fn nibble_block(quants: &[i16; BLOCK], scaled: &mut [i16; BLOCK]) -> i32 {
    let mut sum = 0;
    for (i, (scaled, q)) in scaled.iter_mut().zip(quants).enumerate() {
        *scaled = q * NIBBLE_FACTORS[i % 8];
        sum += *q as i32;
    }
    -NIBBLE_BIAS * 256 * sum
}

// exp(x) = 2^n * exp(r), r = x - n ln 2 within ±0.35: a degree-6 polynomial is then exact to about
// 2 units in the last place. ln 2 is split in two so that n times its high part has no rounding.
pub(super) const LOG2_E: f32 = std::f32::consts::LOG2_E;
pub(super) const LN_2_HIGH: f32 = 0.693_359_4;
pub(super) const LN_2_LOW: f32 = -2.121_944_4e-4;
pub(super) const EXP_LOW: f32 = -87.0;
pub(super) const EXP_HIGH: f32 = 88.0;
pub(super) const EXP_COEFFICIENTS: [f32; 6] =
    [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0];

/// e^x within about 2 units in the last place; below -87 it is e^-87, above 88 e^88.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let x = x.clamp(EXP_LOW, EXP_HIGH);
    let n = (x * LOG2_E).round_ties_even();
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let mut p = EXP_COEFFICIENTS[0];
    for c in &EXP_COEFFICIENTS[1..] {
        p = p * r + c;
    }
    let p = p * r + 1.0;
    p * f32::from_bits(((n as i32 + 127) as u32) << 23)
}

/// The largest of x, which has no NaN; minus infinity if there is none.
#[inline]
pub fn max(x: &[f32]) -> f32 {
    x.iter().copied().fold(f32::NEG_INFINITY, |max, x| if x > max { x } else { max })
}

/// Replaces each x by e^(x - max) and returns their sum.
#[inline]
pub fn exp_assign(x: &mut [f32], max: f32) -> f32 {
    let mut lanes = [0f32; 4];
    let (chunks, tail) = x.as_chunks_mut::<4>();
    for chunk in chunks {
        for lane in 0..4 {
            chunk[lane] = exp(chunk[lane] - max);
            lanes[lane] += chunk[lane];
        }
    }
    let mut sum = add_lanes(lanes);
    for x in tail {
        *x = exp(*x - max);
        sum += *x;
    }
    sum
}

/// Sum of e^(x - max), with lanes of [`SUM_CHUNK`] elements in f32 and the rest of the way in f64.
#[inline]
pub fn sum_exp(x: &[f32], max: f32) -> f64 {
    let mut sum = 0.0;
    for chunk in x.chunks(SUM_CHUNK) {
        let mut lanes = [0f32; 4];
        let (fours, tail) = chunk.as_chunks::<4>();
        for four in fours {
            for lane in 0..4 {
                lanes[lane] += exp(four[lane] - max);
            }
        }
        sum += f64::from(add_lanes(lanes));
        sum += tail.iter().map(|x| f64::from(exp(x - max))).sum::<f64>();
    }
    sum
}

/// So few that adding them in f32 costs no more than the exponential's own rounding.
pub(super) const SUM_CHUNK: usize = 64;

// gelu_new(x) = x/2 (1 + tanh(u)), u = sqrt(2/pi) (x + 0.044715 x^3); and since
// (1 + tanh(u)) / 2 = 1 / (1 + exp(-2u)), one exp does it.
pub(super) const GELU_LINEAR: f32 = -2.0 * 0.797_884_6;
pub(super) const GELU_CUBIC: f32 = GELU_LINEAR * 0.044_715;

#[inline(always)]
pub(super) fn gelu_new_one(x: f32) -> f32 {
    x / (1.0 + exp(x * (GELU_LINEAR + GELU_CUBIC * (x * x))))
}

/// `gate = gelu_new(gate) * linear`, element by element.
#[inline]
pub fn gelu_new_mul(gate: &mut [f32], linear: &[f32]) {
    assert_eq!(gate.len(), linear.len());
    for (g, l) in gate.iter_mut().zip(linear) {
        *g = gelu_new_one(*g) * l;
    }
}
