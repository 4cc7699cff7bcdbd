//! The products of packed matrices with activations.

use super::super::packed::Order;
use super::{BLOCK, GROUP, Q4_0_BYTES, Q8_0_BYTES, f16_to_f32};

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

/// Tokens whose activations are side by side in a [`TileBlock`].
pub const TILE: usize = 4;

/// A block of [`TILE`] tokens' activations in bytes, in the order in which a kernel reads it: so it needs one
/// pointer for all tokens, and no arithmetic on it.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct TileBlock {
    /// As those of [`QuantizedRow`]: for every four columns the four bytes of token 0, ... of the last.
    pub values: [[[i8; 4]; TILE]; BLOCK / 4],
    /// Of each token.
    pub scales: [f32; TILE],
    /// Of each token.
    pub offsets: [i32; TILE],
}

/// As [`TileBlock`], in words.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct WordTile {
    /// For every two columns the two words of token 0, ... of the last.
    pub values: [[[i16; 2]; TILE]; BLOCK / 2],
    /// Of each token.
    pub scales: [f32; TILE],
}

/// A block of a packed group in words: for every two columns the two words of row 0, ... of row 7.
pub type WideBlock = [[[i16; 2]; GROUP]; BLOCK / 2];

/// What a nibble of 0..=15 has too much: it stands for -8..=7.
pub(in super::super) const NIBBLE_BIAS: i32 = 8;

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
        let (fours, _) = block.as_chunks::<{ 4 * GROUP }>();
        for (four, x) in fours.iter().zip(x.as_chunks::<4>().0) {
            add_four(four, x, signed, sums);
        }
    })
}

/// As [`dots_q8_0_fours`], of the tokens of a tile, (K / 32), with the scales of the group in f32,
/// (K / 32, 8).
#[inline]
pub fn dots_q8_0_tile(
    group: &[u8],
    row_scales: &[[f32; GROUP]],
    tile: &[TileBlock],
    signed: bool,
) -> [[f32; GROUP]; TILE] {
    let mut totals = [[0f32; GROUP]; TILE];
    let blocks = group.as_chunks::<{ GROUP * Q8_0_BYTES }>().0.iter();
    for ((block, row_scales), x) in blocks.zip(row_scales).zip(tile) {
        for (token, totals) in totals.iter_mut().enumerate() {
            let mut sums = [x.offsets[token]; GROUP];
            for (four, x) in block.as_chunks::<{ 4 * GROUP }>().0.iter().zip(&x.values) {
                add_four(four, &x[token], signed, &mut sums);
            }
            for ((total, sum), scale) in totals.iter_mut().zip(sums).zip(row_scales) {
                *total += sum as f32 * (scale * x.scales[token]);
            }
        }
    }
    totals
}

/// As [`dots_q8_0`], of the tokens of a tile, (K / 32), with a group in words, (K / 32), and its scales in f32,
/// (K / 32, 8).
#[inline]
pub fn dots_word_tile(
    group: &[WideBlock],
    row_scales: &[[f32; GROUP]],
    tile: &[WordTile],
) -> [[f32; GROUP]; TILE] {
    let mut totals = [[0f32; GROUP]; TILE];
    for ((block, row_scales), x) in group.iter().zip(row_scales).zip(tile) {
        for (token, totals) in totals.iter_mut().enumerate() {
            let mut sums = [0i32; GROUP];
            for (rows, x) in block.iter().zip(&x.values) {
                let [a, b] = x[token].map(i32::from);
                for (sum, row) in sums.iter_mut().zip(rows) {
                    *sum += i32::from(row[0]) * a + i32::from(row[1]) * b;
                }
            }
            for ((total, sum), scale) in totals.iter_mut().zip(sums).zip(row_scales) {
                *total += sum as f32 * (scale * x.scales[token]);
            }
        }
    }
    totals
}

/// Adds the products of each row's four bytes with those of a token.
#[inline(always)]
fn add_four(four: &[u8; 4 * GROUP], x: &[i8; 4], signed: bool, sums: &mut [i32; GROUP]) {
    let value = |byte: u8| if signed { i32::from(byte as i8) } else { i32::from(byte) };
    for (sum, row) in sums.iter_mut().zip(four.as_chunks::<4>().0) {
        *sum += row.iter().zip(x).map(|(w, x)| value(*w) * i32::from(*x)).sum::<i32>();
    }
}

/// The scales of the rows of a packed group of blocks of `BYTES`, in f32, (K / 32, 8).
pub fn scales_of_group<const BYTES: usize>(group: &[u8], scales: &mut [[f32; GROUP]]) {
    for (block, scales) in group.as_chunks::<BYTES>().0.iter().zip(scales) {
        let (_, halves) = block.as_rchunks::<2>();
        for (scale, half) in scales.iter_mut().zip(&halves[halves.len() - GROUP..]) {
            *scale = f16_to_f32(u16::from_le_bytes(*half));
        }
    }
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

/// Writes a packed group of `Q8_0` rows in pairs in words.
pub fn words_of_q8_0(group: &[u8], wide: &mut [WideBlock]) {
    for (block, wide) in group.as_chunks::<{ GROUP * Q8_0_BYTES }>().0.iter().zip(wide) {
        let words = wide.as_flattened_mut().as_flattened_mut();
        for (word, byte) in words.iter_mut().zip(block) {
            *word = i16::from(*byte as i8);
        }
    }
}

/// As [`words_of_q8_0`], of `Q4_0` rows in pairs.
pub fn words_of_q4_0(group: &[u8], wide: &mut [WideBlock]) {
    for (block, wide) in group.as_chunks::<{ GROUP * Q4_0_BYTES }>().0.iter().zip(wide) {
        let (eights, _) = block.as_chunks::<{ 4 * GROUP }>();
        for (eight, pairs) in eights.iter().zip(wide.as_chunks_mut::<4>().0) {
            for (row, word) in eight.as_chunks::<4>().0.iter().enumerate() {
                let words = [0, 2].map(|at| u16::from_le_bytes([word[at], word[at + 1]]));
                for (nibble, pair) in pairs.iter_mut().enumerate() {
                    pair[row] =
                        words.map(|word| (word >> (4 * nibble) & 0x0f) as i16 - NIBBLE_BIAS as i16);
                }
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
