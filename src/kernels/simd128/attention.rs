//! As [`super::super::scalar`]'s attention to keys and values of 8 bits.

use std::arch::wasm32::*;

use super::super::scalar::{
    self, EXP2_COEFFICIENTS, EXP2_LOW, KEY_BLOCK, LARGEST_PROBABILITY, LOG2_E, LOW_MASK, PANEL,
    ROUNDER,
};
use super::{add_integer_lanes, kept, largest_lane, load_f32, rounded, store_f32};

#[cfg(target_feature = "relaxed-simd")]
use super::super::relaxed::{coarse_dots, lane_dots};
#[cfg(not(target_feature = "relaxed-simd"))]
use super::products::lane_dots;

/// Vectors of sums of a panel.
const LANES: usize = PANEL / 4;

#[inline(always)]
fn store_words(x: &mut [i16; 8], value: v128) {
    // SAFETY: the reference covers the 16 bytes; v128_store needs no alignment.
    unsafe { v128_store(x.as_mut_ptr().cast(), value) }
}

#[inline(always)]
fn load_integers(x: &[i32; 4]) -> v128 {
    // SAFETY: the reference covers the 16 bytes; v128_load needs no alignment.
    unsafe { v128_load(x.as_ptr().cast()) }
}

/// As [`scalar::quantize_words`].
#[inline]
pub fn quantize_words(x: &[f32], largest: f32, words: &mut [i16]) -> f32 {
    let mut lanes = f32x4_splat(0.0);
    let (fours, tail) = x.as_chunks::<4>();
    for four in fours {
        lanes = f32x4_pmax(lanes, f32x4_abs(load_f32(four)));
    }
    let amax = tail.iter().fold(largest_lane(lanes), |amax, x| amax.max(x.abs()));
    if amax == 0.0 {
        words.fill(0);
        return 0.0;
    }
    let inverse = largest / amax;
    let (factor, rounder) = (f32x4_splat(inverse), kept(ROUNDER));
    let (eights, tail) = x.as_chunks::<8>();
    let (word_eights, word_tail) = words.as_chunks_mut::<8>();
    for (x, words) in eights.iter().zip(word_eights) {
        let (x, _) = x.as_chunks::<4>();
        let [low, high] = [&x[0], &x[1]].map(|x| rounded(f32x4_mul(load_f32(x), factor), rounder));
        store_words(words, i16x8_narrow_i32x4(low, high));
    }
    for (word, x) in word_tail.iter_mut().zip(tail) {
        *word = scalar::rounded(x * inverse) as i16;
    }
    amax / largest
}

/// As [`scalar::words_to_bytes`].
#[inline]
pub fn words_to_bytes(words: &[i16], bytes: &mut [i8]) {
    for (words, bytes) in words.as_chunks::<16>().0.iter().zip(bytes.as_chunks_mut::<16>().0) {
        let halves = words.as_ptr().cast::<v128>();
        // SAFETY: the references cover both halves and the 16 bytes; loads and stores need no alignment.
        unsafe {
            let narrow = i8x16_narrow_i16x8(v128_load(halves), v128_load(halves.add(1)));
            v128_store(bytes.as_mut_ptr().cast(), narrow);
        }
    }
}

/// Inner products of each of Q vectors with those of a panel: of as many at a time as the registers hold.
#[inline(always)]
fn panel_dots<const Q: usize>(xs: [&[i16]; Q], panel: &[i8]) -> [[v128; LANES]; Q] {
    if Q == 1 {
        return lane_dots::<Q, LANES>(xs, panel, 0);
    }
    let mut sums = [[i32x4_splat(0); LANES]; Q];
    for first in (0..LANES).step_by(2) {
        for (sums, pair) in sums.iter_mut().zip(lane_dots::<Q, 2>(xs, panel, first)) {
            sums[first..first + 2].copy_from_slice(&pair);
        }
    }
    sums
}

/// As [`scalar::dot_keys`].
#[inline]
pub fn dot_keys<const Q: usize>(
    queries: [(&[i16], f32); Q],
    keys: &[i8],
    key_offsets: &[i32],
    key_scales: &[f32],
    biases: [Option<&[f32]>; Q],
    outs: [&mut [f32]; Q],
) {
    let n_keys = outs[0].len();
    let panels = keys.chunks_exact(PANEL * queries[0].0.len());
    let offsets = key_offsets.as_chunks::<PANEL>().0;
    let of_keys = offsets.iter().zip(key_scales.as_chunks::<PANEL>().0);
    for (first, (panel, (offsets, scales))) in (0..n_keys).step_by(PANEL).zip(panels.zip(of_keys)) {
        let sums = panel_dots(queries.map(|(x, _)| x), panel);
        for (q, sums) in sums.into_iter().enumerate() {
            let scores = |bias: Option<&[f32; PANEL]>, out: &mut [f32; PANEL]| {
                let factor = f32x4_splat(queries[q].1);
                for (i, out) in out.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                    let scale = f32x4_mul(factor, load_f32(&scales.as_chunks::<4>().0[i]));
                    let sum = i32x4_add(sums[i], load_integers(&offsets.as_chunks::<4>().0[i]));
                    let mut score = f32x4_mul(f32x4_convert_i32x4(sum), scale);
                    if let Some(bias) = bias {
                        score = f32x4_add(score, load_f32(&bias.as_chunks::<4>().0[i]));
                    }
                    store_f32(out, score);
                }
            };
            match outs[q][first..].first_chunk_mut() {
                Some(out) => scores(biases[q].and_then(|bias| bias[first..].first_chunk()), out),
                None => {
                    let n = n_keys - first;
                    let (mut out, mut bias) = ([0.0; PANEL], [0.0; PANEL]);
                    if let Some(row) = biases[q] {
                        bias[..n].copy_from_slice(&row[first..n_keys]);
                    }
                    scores(biases[q].map(|_| &bias), &mut out);
                    outs[q][first..].copy_from_slice(&out[..n]);
                }
            }
        }
    }
}

/// As [`scalar::exp_words`].
#[inline]
pub fn exp_words(x: &[f32], max: f32, words: &mut [i16]) -> i32 {
    let (eights, tail) = x.as_chunks::<8>();
    let (word_eights, word_tail) = words[..x.len()].as_chunks_mut::<8>();
    let (units, max_lanes) = (ExpUnits::new(), f32x4_splat(max));
    let mut sums = i32x4_splat(0);
    for (x, words) in eights.iter().zip(word_eights) {
        let (x, _) = x.as_chunks::<4>();
        let [low, high] = units.of([&x[0], &x[1]].map(|x| f32x4_sub(load_f32(x), max_lanes)));
        sums = i32x4_add(sums, i32x4_add(low, high));
        store_words(words, i16x8_narrow_i32x4(low, high));
    }
    add_integer_lanes(sums) + scalar::exp_words(tail, max, word_tail)
}

/// As [`scalar::coarsen`].
#[inline]
pub fn coarsen(words: &mut [i16; KEY_BLOCK]) -> i32 {
    let (low, mut carries) = (i16x8_splat(LOW_MASK), i16x8_splat((LOW_MASK + 1) / 2));
    let mut sums = i32x4_splat(0);
    for eight in words.as_chunks_mut::<8>().0 {
        // SAFETY: the reference covers the 16 bytes; v128_load needs no alignment.
        let whole = i16x8_add(unsafe { v128_load(eight.as_ptr().cast()) }, carries);
        carries = v128_and(whole, low);
        let words = v128_andnot(whole, low);
        sums = i32x4_add(sums, i32x4_extadd_pairwise_i16x8(words));
        store_words(eight, words);
    }
    add_integer_lanes(sums)
}

/// e^x in units, rounded, with its constants at hand.
struct ExpUnits {
    log2_e: v128,
    low: v128,
    rounder: v128,
    coefficients: [v128; EXP2_COEFFICIENTS.len()],
}

impl ExpUnits {
    #[inline(always)]
    fn new() -> ExpUnits {
        ExpUnits {
            log2_e: kept(LOG2_E),
            low: kept(EXP2_LOW),
            rounder: kept(ROUNDER),
            coefficients: EXP2_COEFFICIENTS.map(|c| kept(c * LARGEST_PROBABILITY)),
        }
    }

    #[inline(always)]
    fn of<const N: usize>(&self, x: [v128; N]) -> [v128; N] {
        let exponents = x.map(|x| f32x4_pmax(f32x4_mul(x, self.log2_e), self.low));
        let integers = exponents.map(|x| f32x4_add(x, self.rounder));
        let [first, ref others @ ..] = self.coefficients;
        let mut p = [first; N];
        let r: [v128; N] =
            std::array::from_fn(|i| f32x4_sub(exponents[i], f32x4_sub(integers[i], self.rounder)));
        for c in others {
            for (p, r) in p.iter_mut().zip(r) {
                *p = f32x4_add(f32x4_mul(*p, r), *c);
            }
        }
        std::array::from_fn(|i| rounded(i32x4_add(p[i], i32x4_shl(integers[i], 23)), self.rounder))
    }
}

/// As [`scalar::add_values`].
#[inline]
pub fn add_values<const Q: usize>(
    probabilities: [(&[i16; KEY_BLOCK], f32); Q],
    are_coarse: bool,
    values: &[i8],
    value_scales: &[f32],
    outs: [&mut [f32]; Q],
) {
    let panels = values.chunks_exact(PANEL * KEY_BLOCK).zip(value_scales.as_chunks::<PANEL>().0);
    for (first, (panel, scales)) in (0..).step_by(PANEL).zip(panels) {
        let xs = probabilities.map(|(x, _)| &x[..]);
        let sums = match are_coarse {
            #[cfg(target_feature = "relaxed-simd")]
            true => coarse_dots(xs, panel),
            _ => panel_dots(xs, panel),
        };
        for (q, sums) in sums.into_iter().enumerate() {
            let factor = f32x4_splat(probabilities[q].1);
            let out = outs[q][first..first + PANEL].as_chunks_mut::<4>().0;
            for ((out, sum), scale) in out.iter_mut().zip(sums).zip(scales.as_chunks::<4>().0) {
                let scaled =
                    f32x4_mul(f32x4_convert_i32x4(sum), f32x4_mul(load_f32(scale), factor));
                store_f32(out, f32x4_add(load_f32(out), scaled));
            }
        }
    }
}
