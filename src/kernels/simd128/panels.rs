//! Products with panels of bytes in 16-bit words, without relaxed vectors.

use std::arch::wasm32::*;
use std::hint::black_box;

use super::super::scalar::{KEY_BLOCK, PANEL};
use super::attention::LANES;

/// Inner products of each of Q vectors of n words, a multiple of 4, with those of a panel that stand in its vectors
/// `first_lane..first_lane + L`.
#[inline(always)]
pub(super) fn lane_dots<const Q: usize, const L: usize>(
    xs: [&[i16]; Q],
    panel: &[i8],
    first_lane: usize,
) -> [[v128; L]; Q] {
    // SAFETY: the reference covers the 8 bytes; the load needs no alignment.
    let splat = |four: &[i16; 4]| unsafe { v128_load64_splat(four.as_ptr().cast()) };
    dots_of_fours(xs, splat, panel, first_lane)
}

/// Inner products of each of Q rows of probabilities with those of a panel.
#[inline(always)]
pub(super) fn panel_byte_dots<const Q: usize>(
    xs: [&[u8; KEY_BLOCK]; Q],
    panel: &[i8],
) -> [[v128; LANES]; Q] {
    let splat = |four: &[u8; 4]| {
        // SAFETY: the reference covers the 4 bytes; the load needs no alignment.
        u16x8_extend_low_u8x16(unsafe { v128_load32_splat(four.as_ptr().cast()) })
    };
    let mut sums = [[i32x4_splat(0); LANES]; Q];
    for first in (0..LANES).step_by(2) {
        let pairs = dots_of_fours::<_, Q, 2>(xs.map(|x| &x[..]), splat, panel, first);
        for (sums, pair) in sums.iter_mut().zip(pairs) {
            sums[first..first + 2].copy_from_slice(&pair);
        }
    }
    sums
}

/// As [`lane_dots`], with `splat(four integers)` as words, twice.
#[inline(always)]
fn dots_of_fours<E, const Q: usize, const L: usize>(
    xs: [&[E]; Q],
    splat: impl Fn(&[E; 4]) -> v128,
    panel: &[i8],
    first_lane: usize,
) -> [[v128; L]; Q] {
    let n = xs[0].len() / 4;
    let xs = xs.map(|x| &x.as_chunks::<4>().0[..n]);
    // Of two vectors each the first and the last two words' products, side by side.
    let mut sums = [[[i32x4_splat(0); 2]; L]; Q];
    let (steps, _) = panel.as_chunks::<{ 4 * PANEL }>();
    for (i, step) in steps[..n].iter().enumerate() {
        // A pointer of which the compiler knows nothing: loads from it add their offsets for nothing.
        let (rows, _) = black_box(step).as_chunks::<8>();
        let x = xs.map(|x| splat(&x[i]));
        for lane in 0..L {
            for half in 0..2 {
                let row = &rows[2 * (first_lane + lane) + half];
                // SAFETY: the reference covers the 8 bytes; the load needs no alignment.
                let row = unsafe { i16x8_load_extend_i8x8(row.as_ptr()) };
                for (x, sums) in x.iter().zip(&mut sums) {
                    sums[lane][half] = i32x4_add(sums[lane][half], i32x4_dot_i16x8(*x, row));
                }
            }
        }
    }
    sums.map(|sums| {
        sums.map(|[a, b]| {
            let even = i32x4_shuffle::<0, 2, 4, 6>(a, b);
            i32x4_add(even, i32x4_shuffle::<1, 3, 5, 7>(a, b))
        })
    })
}
