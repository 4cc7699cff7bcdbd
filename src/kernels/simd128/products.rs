//! As [`super::super::scalar`]'s products of packed matrices with activations.

use std::arch::wasm32::*;
use std::hint::black_box;

#[cfg(not(target_feature = "relaxed-simd"))]
use super::super::scalar::PANEL;
use super::super::scalar::{
    BLOCK, GROUP, Q4_0_BYTES, Q8_0_BYTES, QuantizedRow, TILE, WideBlock, WordTile,
};
use super::{kept, store_f32};

/// Loads 16 bytes of `x` from `at`.
#[inline(always)]
pub(in super::super) fn load_bytes(x: &[u8], at: usize) -> v128 {
    let sixteen: &[u8] = &x[at..at + 16];
    // SAFETY: the slice covers the 16 bytes.
    unsafe { v128_load(sixteen.as_ptr().cast()) }
}

/// As [`super::super::scalar::dots_q8_0`].
#[inline]
pub fn dots_q8_0<const T: usize>(group: &[u8], xs: [QuantizedRow<i16>; T]) -> [[f32; GROUP]; T] {
    let n_pairs = rolled(BLOCK / 2);
    dots(group, xs, |block: &[u8; GROUP * Q8_0_BYTES], blocks, sums| {
        let (pairs, _) = block.as_chunks::<{ 2 * GROUP }>();
        for (i, pair) in pairs.iter().enumerate().take(n_pairs) {
            let (low, high) = (load_extend(pair, 0), load_extend(pair, 8));
            for (sums, x) in sums.iter_mut().zip(blocks) {
                let x = splat_pair(x, i);
                sums[0] = i32x4_add(sums[0], i32x4_dot_i16x8(low, x));
                sums[1] = i32x4_add(sums[1], i32x4_dot_i16x8(high, x));
            }
        }
    })
}

/// As [`super::super::scalar::dots_q4_0`].
#[inline]
pub fn dots_q4_0<const T: usize>(group: &[u8], xs: [QuantizedRow<i16>; T]) -> [[f32; GROUP]; T] {
    let n_eights = rolled(BLOCK / 8);
    let masks = [i16x8_splat(0x000f), i16x8_splat(0x00f0), i16x8_splat(0x0f00)];
    dots(group, xs, |block: &[u8; GROUP * Q4_0_BYTES], blocks, sums| {
        let (eights, _) = block.as_chunks::<{ 4 * GROUP }>();
        for (i, eight) in eights.iter().enumerate().take(n_eights) {
            for half in 0..2 {
                let words = load_bytes(eight, 16 * half);
                let [a, b, c] = masks.map(|mask| v128_and(words, mask));
                let d = u16x8_shr(words, 12);
                for (sums, x) in sums.iter_mut().zip(blocks) {
                    let product =
                        |nibbles, pair| i32x4_dot_i16x8(nibbles, splat_pair(x, 4 * i + pair));
                    let ab = i32x4_add(product(a, 0), product(b, 1));
                    let cd = i32x4_add(product(c, 2), product(d, 3));
                    sums[half] = i32x4_add(sums[half], i32x4_add(ab, cd));
                }
            }
        }
    })
}

/// As [`super::super::scalar::dots_word_tile`].
#[inline]
pub fn dots_word_tile(
    group: &[WideBlock],
    row_scales: &[[f32; GROUP]],
    tile: &[WordTile],
) -> [[f32; GROUP]; TILE] {
    let n_pairs = rolled(BLOCK / 2);
    let mut totals = Totals::zeros();
    for ((block, row_scales), x) in group.iter().zip(row_scales).zip(tile) {
        // Pointers of which the compiler knows nothing, so that it does not step them through the loop.
        let (block, x) = (black_box(block), black_box(x));
        let mut sums = [[i32x4_splat(0); 2]; TILE];
        for (rows, x) in block.iter().zip(&x.values).take(n_pairs) {
            let halves = rows.as_ptr().cast::<v128>();
            // SAFETY: the reference covers both vectors; v128_load needs no alignment.
            let (low, high) = unsafe { (v128_load(halves), v128_load(halves.add(1))) };
            for ([low_sum, high_sum], x) in sums.iter_mut().zip(splat_each(x)) {
                *low_sum = i32x4_add(*low_sum, i32x4_dot_i16x8(low, x));
                *high_sum = i32x4_add(*high_sum, i32x4_dot_i16x8(high, x));
            }
        }
        totals.add(load_scales(row_scales), sums, x.scales.each_ref());
    }
    totals.rows()
}

/// The scales of the rows of a group.
#[inline(always)]
pub(in super::super) fn load_scales(scales: &[f32; GROUP]) -> [v128; 2] {
    let halves = scales.as_ptr().cast::<v128>();
    // SAFETY: the reference covers both vectors; v128_load needs no alignment.
    unsafe { [v128_load(halves), v128_load(halves.add(1))] }
}

/// Each token's four bytes, which are N values, four times: of two by loads and of two by shuffles, so that neither
/// waits for the other's ports.
#[inline(always)]
pub(in super::super) fn splat_each<E, const N: usize>(x: &[[E; N]; TILE]) -> [v128; TILE] {
    const { assert!(size_of::<[E; N]>() == 4) };
    // SAFETY: the references cover the 16 bytes and the 4; the loads need no alignment.
    let all = unsafe { v128_load(x.as_ptr().cast()) };
    let load = |token: usize| unsafe { v128_load32_splat(x[token].as_ptr().cast()) };
    [load(0), load(1), i32x4_shuffle::<2, 2, 2, 2>(all, all), i32x4_shuffle::<3, 3, 3, 3>(all, all)]
}

/// `n`, unknown to the compiler: a loop of that length stays a loop. Unrolled, as it would be, all its
/// products are alive at once and do not fit the registers.
#[inline(always)]
pub(in super::super) fn rolled(n: usize) -> usize {
    black_box(n).min(n)
}

/// Inner products of each of Q vectors of n words, a multiple of 4, with those of a panel that stand in its vectors
/// `first_lane..first_lane + L`.
#[cfg(not(target_feature = "relaxed-simd"))]
#[inline(always)]
pub(super) fn lane_dots<const Q: usize, const L: usize>(
    xs: [&[i16]; Q],
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
        // SAFETY: the references cover the 8 bytes; the loads need no alignment.
        let x = xs.map(|x| unsafe { v128_load64_splat(x[i].as_ptr().cast()) });
        for lane in 0..L {
            for half in 0..2 {
                let row = &rows[2 * (first_lane + lane) + half];
                // SAFETY: as above.
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

/// Eight signed bytes of `x` from `at`, as 16-bit words.
#[inline(always)]
fn load_extend(x: &[u8; 16], at: usize) -> v128 {
    let eight: &[u8] = &x[at..at + 8];
    // SAFETY: the slice covers the 8 bytes.
    unsafe { i16x8_load_extend_i8x8(eight.as_ptr().cast()) }
}

/// `x`, four times, from memory: ports for arithmetic stay free.
#[inline(always)]
pub(in super::super) fn splat_integer(x: &i32) -> v128 {
    // SAFETY: the reference covers the 4 bytes; the load needs no alignment.
    unsafe { v128_load32_splat(std::ptr::from_ref(x).cast()) }
}

/// As [`splat_integer`].
#[inline(always)]
fn splat_f32(x: &f32) -> v128 {
    // SAFETY: as there.
    unsafe { v128_load32_splat(std::ptr::from_ref(x).cast()) }
}

/// Values 2 i and 2 i + 1 of a block, four times.
#[inline(always)]
fn splat_pair(x: &[i16; BLOCK], i: usize) -> v128 {
    let (pairs, _) = x.as_chunks::<2>();
    // SAFETY: the reference covers the 4 bytes; the load needs no alignment.
    unsafe { v128_load32_splat(pairs[i].as_ptr().cast()) }
}

/// [`super::super::scalar::f16_to_f32`] with its constants at hand.
struct HalfToF32 {
    bits: v128,
    factor: v128,
}

impl HalfToF32 {
    #[inline(always)]
    fn new() -> HalfToF32 {
        let of_bits = |bits| kept(f32::from_bits(bits));
        HalfToF32 { bits: of_bits(0x8fff_e000), factor: of_bits(0x7780_0000) }
    }

    /// Of four halves, one in the low half of each lane with its sign above.
    #[inline(always)]
    fn of(&self, halves: v128) -> v128 {
        f32x4_mul(v128_and(i32x4_shl(halves, 13), self.bits), self.factor)
    }

    /// The rows' scales, which are the last bytes of a packed block.
    #[inline(always)]
    fn scales_of<const BYTES: usize>(&self, block: &[u8; BYTES]) -> [v128; 2] {
        let halves = load_bytes(block, BYTES - 2 * GROUP);
        [self.of(i32x4_extend_low_i16x8(halves)), self.of(i32x4_extend_high_i16x8(halves))]
    }
}

/// As [`super::super::scalar::scales_of_group`].
#[inline]
pub fn scales_of_group<const BYTES: usize>(group: &[u8], scales: &mut [[f32; GROUP]]) {
    let halves = HalfToF32::new();
    for (block, scales) in group.as_chunks::<BYTES>().0.iter().zip(scales) {
        let (fours, _) = scales.as_chunks_mut::<4>();
        for (four, found) in fours.iter_mut().zip(halves.scales_of(block)) {
            store_f32(four, found);
        }
    }
}

/// `add_products(block of a group, activations of each token, sums of each token)` for every block, on
/// top of the block's offset.
#[inline(always)]
pub(in super::super) fn dots<E, const BYTES: usize, const T: usize>(
    group: &[u8],
    xs: [QuantizedRow<E>; T],
    add_products: impl Fn(&[u8; BYTES], [&[E; BLOCK]; T], &mut [[v128; 2]; T]),
) -> [[f32; GROUP]; T] {
    let (group, _) = group.as_chunks::<BYTES>();
    // Equal lengths, said once, spare the loop its bounds checks.
    let n_blocks = group.len();
    let xs = xs.map(|x| (&x.blocks[..n_blocks], &x.scales[..n_blocks], &x.offsets[..n_blocks]));
    let (mut totals, halves) = (Totals::zeros(), HalfToF32::new());
    for (block_idx, block) in group.iter().enumerate() {
        let mut sums = xs.map(|(_, _, offsets)| [splat_integer(&offsets[block_idx]); 2]);
        add_products(block, xs.map(|(blocks, _, _)| &blocks[block_idx]), &mut sums);
        totals.add(halves.scales_of(block), sums, std::array::from_fn(|t| &xs[t].1[block_idx]));
    }
    totals.rows()
}

/// The sums of T tokens with the rows of a group, in f32.
pub(in super::super) struct Totals<const T: usize>([[v128; 2]; T]);

impl<const T: usize> Totals<T> {
    #[inline(always)]
    pub(in super::super) fn zeros() -> Totals<T> {
        Totals([[f32x4_splat(0.0); 2]; T])
    }

    /// Adds the sums of a block times the rows' scales and the tokens'.
    #[inline(always)]
    pub(in super::super) fn add(
        &mut self,
        row_scales: [v128; 2],
        sums: [[v128; 2]; T],
        scales: [&f32; T],
    ) {
        for ((totals, sums), scale) in self.0.iter_mut().zip(sums).zip(scales) {
            let scale = splat_f32(scale);
            for half in 0..2 {
                let scale = f32x4_mul(row_scales[half], scale);
                let scaled = f32x4_mul(f32x4_convert_i32x4(sums[half]), scale);
                totals[half] = f32x4_add(totals[half], scaled);
            }
        }
    }

    #[inline(always)]
    pub(in super::super) fn rows(self) -> [[f32; GROUP]; T] {
        self.0.map(|[low, high]| {
            let mut total = [0.0; GROUP];
            let (halves, _) = total.as_chunks_mut::<4>();
            store_f32(&mut halves[0], low);
            store_f32(&mut halves[1], high);
            total
        })
    }
}
