//! The kernels in plain Rust. They define the order of additions that `simd128` repeats.

mod attention;
pub(super) mod exp;
mod products;
mod quantize;

pub use attention::{
    COARSE_SHARE, EXP2_COEFFICIENTS, EXP2_LOW, KEY_BLOCK, LARGEST_BYTE, LARGEST_PROBABILITY,
    LARGEST_QUERY, LOW_MASK, PANEL, QUERY_BIAS, add_values, coarsen, dot_keys, exp_words,
    quantize_words, to_factors, words_to_bytes,
};
pub(super) use exp::{LOG2_E, SUM_CHUNK, gelu_new_one};
pub use exp::{exp, exp_assign, gelu_new_mul, max, sum_exp};
pub(super) use products::NIBBLE_BIAS;
pub use products::{
    NIBBLE_FACTORS, QuantizedRow, TILE, TileBlock, WideBlock, WordTile, dots_q4_0, dots_q4_0_fours,
    dots_q8_0, dots_q8_0_fours, dots_q8_0_tile, dots_word_tile, order_q4_0, order_q8_0,
    scales_of_group, widen_group, words_of_q4_0, words_of_q8_0,
};
pub use quantize::{interleave, nibble_block, quantize_block, quantize_block_to_bytes};

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

/// What brings a number below 2^22 to where its last bit is the one of units: adding it rounds to the next
/// integer, of two to the even one. That takes a vector machine far less than a conversion does.
pub(super) const ROUNDER: f32 = 12_582_912.0;

/// A value within ±2^22 as the nearest integer.
#[inline(always)]
pub(super) fn rounded(x: f32) -> i32 {
    (x + ROUNDER).to_bits() as i32 - ROUNDER.to_bits() as i32
}
