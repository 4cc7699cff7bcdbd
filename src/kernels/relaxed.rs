//! The products of packed matrices in 8-bit multiplications, with WebAssembly's relaxed vectors.
//!
//! `i32x4.relaxed_dot_i8x16_i7x16_add_s` adds four products of bytes to each of four sums. Its first
//! operand is signed; what a second operand beyond 7 bits means is the machine's choice, one choice for
//! all. With `Q4_0`'s nibbles there is none to make. For `Q8_0` [`order_q8_0`] asks the machine and
//! takes an order of weights that it multiplies exactly, so results are the same everywhere:
//! - signed bytes (ARM; AVX-VNNI-INT8): weights as they are;
//! - unsigned bytes (AVX-VNNI): weights with 128 added, and 128 times the sum of the activations
//!   taken off;
//! - unsigned bytes whose sums of two products saturate at 16 bits (SSSE3 to AVX2): none; these
//!   machines multiply pairs of 16-bit words.

use std::arch::wasm32::*;
use std::hint::black_box;
use std::sync::OnceLock;

use super::packed::Order;
use super::scalar::{
    BLOCK, GROUP, NIBBLE_BIAS, PANEL, Q4_0_BYTES, Q8_0_BYTES, QuantizedRow, TILE, TileBlock,
};
use super::simd128::{Totals, dots, load_bytes, load_scales, rolled, splat_each, splat_integer};

/// The order of packed `Q8_0` groups that this machine multiplies exactly and fastest.
pub fn order_q8_0() -> Order {
    static ORDER: OnceLock<Order> = OnceLock::new();
    *ORDER.get_or_init(|| {
        let dot = |a: i8, b: u8| {
            let (a, b) = (i8x16_splat(black_box(a)), u8x16_splat(black_box(b)));
            i32x4_extract_lane::<0>(i32x4_relaxed_dot_i8x16_i7x16_add(a, b, i32x4_splat(0)))
        };
        let means = |value: fn(u8) -> i32| {
            [(127, 255), (-127, 255), (127, 128), (-128, 129), (-127, 1)]
                .iter()
                .all(|&(a, b)| dot(a, b) == 4 * i32::from(a) * value(b))
        };
        if means(|b| i32::from(b as i8)) {
            Order::Fours { bias: 0 }
        } else if means(i32::from) {
            Order::Fours { bias: 128 }
        } else {
            Order::Pairs
        }
    })
}

/// The order of packed `Q4_0` groups.
pub fn order_q4_0() -> Order {
    Order::Fours { bias: NIBBLE_BIAS as u8 }
}

/// As [`super::scalar::dots_q8_0_fours`]; whether bytes are signed is the machine's choice here.
#[inline]
pub fn dots_q8_0_fours<const T: usize>(
    group: &[u8],
    xs: [QuantizedRow<i8>; T],
    _signed: bool,
) -> [[f32; GROUP]; T] {
    let n_fours = rolled(BLOCK / 4);
    dots(group, xs, |block: &[u8; GROUP * Q8_0_BYTES], blocks, sums| {
        let (fours, _) = block.as_chunks::<{ 4 * GROUP }>();
        for (i, four) in fours.iter().enumerate().take(n_fours) {
            let (low, high) = (load_bytes(four, 0), load_bytes(four, 16));
            for ([low_sum, high_sum], x) in sums.iter_mut().zip(blocks) {
                let x = splat_four(x, i);
                *low_sum = i32x4_relaxed_dot_i8x16_i7x16_add(x, low, *low_sum);
                *high_sum = i32x4_relaxed_dot_i8x16_i7x16_add(x, high, *high_sum);
            }
        }
    })
}

/// As [`super::scalar::dots_q8_0_tile`]; whether bytes are signed is the machine's choice here.
#[inline]
pub fn dots_q8_0_tile(
    group: &[u8],
    row_scales: &[[f32; GROUP]],
    tile: &[TileBlock],
    _signed: bool,
) -> [[f32; GROUP]; TILE] {
    let n_fours = rolled(BLOCK / 4);
    let (group, _) = group.as_chunks::<{ GROUP * Q8_0_BYTES }>();
    let mut totals = Totals::zeros();
    for ((block, row_scales), x) in group.iter().zip(row_scales).zip(tile) {
        // Pointers of which the compiler knows nothing: it would step them through the loop in a way that
        // each load had to add to one first, where instructions add a constant for nothing.
        let (block, x) = (black_box(block), black_box(x));
        let mut sums = x.offsets.each_ref().map(|offset| [splat_integer(offset); 2]);
        let (fours, _) = block.as_chunks::<{ 4 * GROUP }>();
        for (four, x) in fours.iter().zip(&x.values).take(n_fours) {
            let (low, high) = (load_bytes(four, 0), load_bytes(four, 16));
            for ([low_sum, high_sum], x) in sums.iter_mut().zip(splat_each(x)) {
                *low_sum = i32x4_relaxed_dot_i8x16_i7x16_add(x, low, *low_sum);
                *high_sum = i32x4_relaxed_dot_i8x16_i7x16_add(x, high, *high_sum);
            }
        }
        totals.add(load_scales(row_scales), sums, x.scales.each_ref());
    }
    totals.rows()
}

/// What [`to_factors`] adds to a query's words, so that they have no sign.
pub const QUERY_BIAS: i16 = 1 << 13;

/// Splits words of at most 14 bits, plus `bias`, into factors of 7 bits, which every machine multiplies with signed
/// bytes exactly: of every four words the high factors, then the low ones.
#[inline]
pub fn to_factors(words: &mut [i16], bias: i16) {
    // Unknown to the compiler, as a constant would be made anew each time.
    let low_bits = black_box(i16x8_splat(0x7f));
    for eight in words.as_chunks_mut::<8>().0 {
        let place = eight.as_mut_ptr().cast();
        // SAFETY: the reference covers the 16 bytes; loads and stores need no alignment.
        let words = i16x8_add(unsafe { v128_load(place) }, i16x8_splat(bias));
        let (high, low) = (u16x8_shr(words, 7), v128_and(words, low_bits));
        let bytes = u8x16_narrow_i16x8(high, low);
        // SAFETY: as above.
        unsafe { v128_store(place, i32x4_shuffle::<0, 2, 1, 3>(bytes, bytes)) };
    }
}

/// Inner products of each of Q vectors of n words, a multiple of 8 and split by [`to_factors`], with those of a panel
/// that stand in its vectors `first_lane..first_lane + L`.
#[inline(always)]
pub(super) fn lane_dots<const Q: usize, const L: usize>(
    xs: [&[i16]; Q],
    panel: &[i8],
    first_lane: usize,
) -> [[v128; L]; Q] {
    let n = xs[0].len() / 4;
    let xs = xs.map(|x| &x.as_chunks::<4>().0[..n]);
    let (mut high_sums, mut low_sums) = ([[i32x4_splat(0); L]; Q], [[i32x4_splat(0); L]; Q]);
    let (steps, _) = panel.as_chunks::<{ 4 * PANEL }>();
    for (i, step) in steps[..n].iter().enumerate() {
        // A pointer of which the compiler knows nothing: loads from it add their offsets for nothing.
        let (rows, _) = black_box(step).as_chunks::<16>();
        let factors = xs.map(|x| splat_factors(&x[i]));
        for lane in 0..L {
            // SAFETY: the reference covers the 16 bytes; v128_load needs no alignment.
            let row = unsafe { v128_load(rows[first_lane + lane].as_ptr().cast()) };
            for (q, [high, low]) in factors.iter().enumerate() {
                high_sums[q][lane] =
                    i32x4_relaxed_dot_i8x16_i7x16_add(row, *high, high_sums[q][lane]);
                low_sums[q][lane] = i32x4_relaxed_dot_i8x16_i7x16_add(row, *low, low_sums[q][lane]);
            }
        }
    }
    let whole =
        |q: usize, lane: usize| i32x4_add(i32x4_shl(high_sums[q][lane], 7), low_sums[q][lane]);
    std::array::from_fn(|q| std::array::from_fn(|lane| whole(q, lane)))
}

/// As [`lane_dots`], of all vectors of a panel and of words whose low factors are 0.
#[inline(always)]
pub(super) fn coarse_dots<const Q: usize>(xs: [&[i16]; Q], panel: &[i8]) -> [[v128; PANEL / 4]; Q] {
    let n = xs[0].len() / 4;
    let xs = xs.map(|x| &x.as_chunks::<4>().0[..n]);
    let mut sums = [[i32x4_splat(0); PANEL / 4]; Q];
    let (steps, _) = panel.as_chunks::<{ 4 * PANEL }>();
    for (i, step) in steps[..n].iter().enumerate() {
        // As in `lane_dots`.
        let (rows, _) = black_box(step).as_chunks::<16>();
        let high = xs.map(|x| splat_factors(&x[i])[0]);
        for (lane, row) in rows.iter().enumerate() {
            // SAFETY: the reference covers the 16 bytes; v128_load needs no alignment.
            let row = unsafe { v128_load(row.as_ptr().cast()) };
            for (high, sums) in high.iter().zip(&mut sums) {
                sums[lane] = i32x4_relaxed_dot_i8x16_i7x16_add(row, *high, sums[lane]);
            }
        }
    }
    sums.map(|sums| sums.map(|sum| i32x4_shl(sum, 7)))
}

/// The high factors of four words, four times, and the low ones.
#[inline(always)]
fn splat_factors(x: &[i16; 4]) -> [v128; 2] {
    let (halves, _) = x.as_chunks::<2>();
    // SAFETY: the references cover 4 bytes each; the loads need no alignment.
    [0, 1].map(|half| unsafe { v128_load32_splat(halves[half].as_ptr().cast()) })
}

/// As [`super::scalar::dots_q4_0_fours`].
#[inline]
pub fn dots_q4_0_fours<const T: usize>(
    group: &[u8],
    xs: [QuantizedRow<i8>; T],
) -> [[f32; GROUP]; T] {
    let n_eights = rolled(BLOCK / 8);
    let mask = black_box(u8x16_splat(0x0f));
    dots(group, xs, |block: &[u8; GROUP * Q4_0_BYTES], blocks, sums| {
        let (eights, _) = block.as_chunks::<{ 4 * GROUP }>();
        for (i, eight) in eights.iter().enumerate().take(n_eights) {
            for half in 0..2 {
                let bytes = load_bytes(eight, 16 * half);
                let low = v128_and(bytes, mask);
                let high = v128_and(u16x8_shr(bytes, 4), mask);
                for (sums, x) in sums.iter_mut().zip(blocks) {
                    let sum =
                        i32x4_relaxed_dot_i8x16_i7x16_add(splat_four(x, 2 * i), low, sums[half]);
                    sums[half] =
                        i32x4_relaxed_dot_i8x16_i7x16_add(splat_four(x, 2 * i + 1), high, sum);
                }
            }
        }
    })
}

/// As [`super::scalar::widen_group`].
#[inline]
pub fn widen_group(group: &[u8], wide: &mut [u8]) {
    let mask = u8x16_splat(0x0f);
    let blocks = group.as_chunks::<{ GROUP * Q4_0_BYTES }>().0;
    for (block, wide) in blocks.iter().zip(wide.as_chunks_mut::<{ GROUP * Q8_0_BYTES }>().0) {
        let (bytes, scales) = block.split_at(GROUP * BLOCK / 2);
        let (wide_bytes, wide_scales) = wide.split_at_mut(GROUP * BLOCK);
        wide_scales.copy_from_slice(scales);
        let eights = bytes.as_chunks::<{ 4 * GROUP }>().0.iter();
        for (eight, wide) in eights.zip(wide_bytes.as_chunks_mut::<{ 8 * GROUP }>().0) {
            for half in 0..2 {
                let bytes = load_bytes(eight, 16 * half);
                store_bytes(wide, 16 * half, v128_and(bytes, mask));
                store_bytes(wide, 4 * GROUP + 16 * half, v128_and(u16x8_shr(bytes, 4), mask));
            }
        }
    }
}

/// Stores 16 bytes of `x` from `at`.
#[inline(always)]
fn store_bytes(x: &mut [u8], at: usize, value: v128) {
    let sixteen: &mut [u8] = &mut x[at..at + 16];
    // SAFETY: the slice covers the 16 bytes; v128_store needs no alignment.
    unsafe { v128_store(sixteen.as_mut_ptr().cast(), value) };
}

/// Values 4 i to 4 i + 3 of a block, four times.
#[inline(always)]
fn splat_four(x: &[i8; BLOCK], i: usize) -> v128 {
    let (fours, _) = x.as_chunks::<4>();
    // SAFETY: the reference covers the 4 bytes; the load needs no alignment.
    unsafe { v128_load32_splat(fours[i].as_ptr().cast()) }
}
