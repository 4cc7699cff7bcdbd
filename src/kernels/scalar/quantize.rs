//! The making of activations as the products of packed matrices want them.

use super::products::{NIBBLE_BIAS, NIBBLE_FACTORS, TILE};
use super::{BLOCK, rounded};

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
        *q = rounded(x * inverse) as i16;
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
/// [`super::QuantizedRow::offsets`].
#[inline]
pub fn nibble_block(quants: &[i16; BLOCK], scaled: &mut [i16; BLOCK]) -> i32 {
    let mut sum = 0;
    for (i, (scaled, q)) in scaled.iter_mut().zip(quants).enumerate() {
        *scaled = q * NIBBLE_FACTORS[i % 8];
        sum += *q as i32;
    }
    -NIBBLE_BIAS * 256 * sum
}

/// Puts the values of a tile's tokens side by side, four bytes at a time, which are N values: as [`super::TileBlock`]
/// and [`super::WordTile`] have them.
#[inline]
pub fn interleave<E: Copy, const N: usize, const COLUMNS: usize>(
    blocks: [&[E; BLOCK]; TILE],
    tile: &mut [[[E; N]; TILE]; COLUMNS],
) {
    const { assert!(size_of::<[E; N]>() == 4 && N * COLUMNS == BLOCK) };
    for (token, block) in blocks.into_iter().enumerate() {
        for (column, four) in tile.iter_mut().zip(block.as_chunks::<N>().0) {
            column[token] = *four;
        }
    }
}
