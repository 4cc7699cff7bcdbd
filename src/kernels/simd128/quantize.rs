//! As [`super::super::scalar`]'s making of activations.

use std::arch::wasm32::*;

use super::super::scalar::{BLOCK, NIBBLE_BIAS, NIBBLE_FACTORS, ROUNDER, TILE};
use super::{add_integer_lanes, kept, largest_lane, load_f32, rounded};

/// As [`super::super::scalar::quantize_block`].
#[inline]
pub fn quantize_block(x: &[f32; BLOCK], quants: &mut [i16; BLOCK]) -> f32 {
    let (x, _) = x.as_chunks::<4>();
    let amax = largest_magnitude(x);
    if amax == 0.0 {
        quants.fill(0);
        return 0.0;
    }
    let (inverse, rounder) = (f32x4_splat(127.0 / amax), kept(ROUNDER));
    for (i, eight) in quants.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        let words = rounded_words(&x[2 * i], &x[2 * i + 1], inverse, rounder);
        // SAFETY: the reference covers the 16 bytes; v128_store needs no alignment.
        unsafe { v128_store(eight.as_mut_ptr().cast(), words) };
    }
    amax / 127.0
}

/// As [`super::super::scalar::quantize_block_to_bytes`].
#[inline]
pub fn quantize_block_to_bytes(x: &[f32; BLOCK], quants: &mut [i8; BLOCK]) -> (f32, i32) {
    let (x, _) = x.as_chunks::<4>();
    let amax = largest_magnitude(x);
    if amax == 0.0 {
        quants.fill(0);
        return (0.0, 0);
    }
    let (inverse, rounder) = (f32x4_splat(127.0 / amax), kept(ROUNDER));
    let mut sums = i32x4_splat(0);
    for (i, sixteen) in quants.as_chunks_mut::<16>().0.iter_mut().enumerate() {
        let low = rounded_words(&x[4 * i], &x[4 * i + 1], inverse, rounder);
        let high = rounded_words(&x[4 * i + 2], &x[4 * i + 3], inverse, rounder);
        sums = i32x4_add(sums, i32x4_dot_i16x8(i16x8_add(low, high), i16x8_splat(1)));
        // SAFETY: the reference covers the 16 bytes; v128_store needs no alignment.
        unsafe { v128_store(sixteen.as_mut_ptr().cast(), i8x16_narrow_i16x8(low, high)) };
    }
    (amax / 127.0, add_integer_lanes(sums))
}

/// As [`super::super::scalar::nibble_block`].
#[inline]
pub fn nibble_block(quants: &[i16; BLOCK], scaled: &mut [i16; BLOCK]) -> i32 {
    let [a, b, c, d, e, f, g, h] = NIBBLE_FACTORS;
    let (factors, ones) = (i16x8(a, b, c, d, e, f, g, h), i16x8_splat(1));
    let mut sums = i32x4_splat(0);
    let (quants, _) = quants.as_chunks::<8>();
    for (quants, scaled) in quants.iter().zip(scaled.as_chunks_mut::<8>().0) {
        // SAFETY: the references cover 16 bytes each; loads and stores need no alignment.
        let x = unsafe { v128_load(quants.as_ptr().cast()) };
        sums = i32x4_add(sums, i32x4_dot_i16x8(x, ones));
        unsafe { v128_store(scaled.as_mut_ptr().cast(), i16x8_mul(x, factors)) };
    }
    -NIBBLE_BIAS * 256 * add_integer_lanes(sums)
}

/// As [`super::super::scalar::interleave`].
#[inline]
pub fn interleave<E: Copy, const N: usize, const COLUMNS: usize>(
    blocks: [&[E; BLOCK]; TILE],
    tile: &mut [[[E; N]; TILE]; COLUMNS],
) {
    const { assert!(size_of::<[E; N]>() == 4 && N * COLUMNS == BLOCK) };
    for (part, columns) in tile.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        // SAFETY: the references cover all parts, each of four columns of 4 bytes; v128_load needs no alignment.
        let rows =
            blocks.map(|block| unsafe { v128_load(block.as_ptr().cast::<v128>().add(part)) });
        for (column, four) in columns.iter_mut().zip(transposed(rows)) {
            // SAFETY: the reference covers the 16 bytes; v128_store needs no alignment.
            unsafe { v128_store(column.as_mut_ptr().cast(), four) };
        }
    }
}

/// Four rows of four lanes as four columns.
#[inline(always)]
fn transposed([a, b, c, d]: [v128; 4]) -> [v128; 4] {
    let (ab, cd) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<0, 4, 1, 5>(c, d));
    let (low, high) = (i64x2_shuffle::<0, 2>(ab, cd), i64x2_shuffle::<1, 3>(ab, cd));
    let (ab, cd) = (i32x4_shuffle::<2, 6, 3, 7>(a, b), i32x4_shuffle::<2, 6, 3, 7>(c, d));
    [low, high, i64x2_shuffle::<0, 2>(ab, cd), i64x2_shuffle::<1, 3>(ab, cd)]
}

/// The largest magnitude of a block.
#[inline(always)]
fn largest_magnitude(x: &[[f32; 4]]) -> f32 {
    let mut amax = f32x4_splat(0.0);
    for x in x {
        amax = f32x4_pmax(amax, f32x4_abs(load_f32(x)));
    }
    largest_lane(amax)
}

/// Eight values times `inverse`, rounded.
#[inline(always)]
fn rounded_words(low: &[f32; 4], high: &[f32; 4], inverse: v128, rounder: v128) -> v128 {
    let round = |x| rounded(f32x4_mul(load_f32(x), inverse), rounder);
    i16x8_narrow_i32x4(round(low), round(high))
}
