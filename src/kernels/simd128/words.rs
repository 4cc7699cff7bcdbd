//! As [`super::super::scalar`]'s attention in 16-bit integers.

use std::arch::wasm32::*;

use super::super::scalar::{self, KEY_BLOCK, LARGEST_PROBABILITY};
use super::products::splat_pair_of;
use super::{add_integer_lanes, exp, load_f32, rounded, store_f32};

#[inline(always)]
fn load_words(x: &[i16; 8]) -> v128 {
    // SAFETY: the reference covers the 16 bytes; v128_load needs no alignment.
    unsafe { v128_load(x.as_ptr().cast()) }
}

#[inline(always)]
fn store_words(x: &mut [i16; 8], value: v128) {
    // SAFETY: the reference covers the 16 bytes; v128_store needs no alignment.
    unsafe { v128_store(x.as_mut_ptr().cast(), value) }
}

/// As [`scalar::quantize_words`].
#[inline]
pub fn quantize_words(x: &[f32], largest: f32, words: &mut [i16]) -> f32 {
    let mut lanes = f32x4_splat(0.0);
    let (fours, tail) = x.as_chunks::<4>();
    for four in fours {
        lanes = f32x4_pmax(lanes, f32x4_abs(load_f32(four)));
    }
    let mut four = [0.0; 4];
    store_f32(&mut four, lanes);
    let amax = four.iter().chain(tail).fold(0f32, |amax, x| amax.max(x.abs()));
    if amax == 0.0 {
        words.fill(0);
        return 0.0;
    }
    let inverse = largest / amax;
    let factor = f32x4_splat(inverse);
    let (eights, tail) = x.as_chunks::<8>();
    let (word_eights, word_tail) = words.as_chunks_mut::<8>();
    for (x, words) in eights.iter().zip(word_eights) {
        let (x, _) = x.as_chunks::<4>();
        let [low, high] = [&x[0], &x[1]].map(|x| rounded(f32x4_mul(load_f32(x), factor)));
        store_words(words, i16x8_narrow_i32x4(low, high));
    }
    for (word, x) in word_tail.iter_mut().zip(tail) {
        *word = scalar::rounded(x * inverse) as i16;
    }
    amax / largest
}

/// As [`scalar::dot_words`]; K is a multiple of 8.
#[inline]
pub fn dot_words<const Q: usize>(
    xs: [(&[i16], f32); Q],
    rows: &[i16],
    row_scales: &[f32],
    outs: [&mut [f32]; Q],
) {
    let n = xs[0].0.len();
    let n_rows = outs[0].len();
    let mut outs = outs.map(|out| out[..n_rows].as_chunks_mut::<4>());
    for (i, rows) in rows[..n_rows * n].chunks(4 * n).enumerate() {
        let scales = &row_scales[4 * i..n_rows.min(4 * i + 4)];
        match scales.as_array::<4>() {
            Some(scales) => {
                let (low, high) = rows.split_at(2 * n);
                let ((a, b), (c, d)) = (low.split_at(n), high.split_at(n));
                let sums = dot_tile(xs.map(|(x, _)| x), [a, b, c, d]);
                let scales = load_f32(scales);
                for ((sums, (_, x_scale)), out) in sums.into_iter().zip(xs).zip(&mut outs) {
                    let scale = f32x4_mul(f32x4_splat(x_scale), scales);
                    let sums = f32x4_convert_i32x4(add_lanes_of_four(sums));
                    store_f32(&mut out.0[i], f32x4_mul(sums, scale));
                }
            }
            None => {
                for ((j, row), scale) in rows.chunks_exact(n).enumerate().zip(scales) {
                    let sums = dot_tile(xs.map(|(x, _)| x), [row]);
                    for (([sums], (_, x_scale)), out) in sums.into_iter().zip(xs).zip(&mut outs) {
                        out.1[j] = add_integer_lanes(sums) as f32 * (x_scale * scale);
                    }
                }
            }
        }
    }
}

/// Inner products of Q rows with R rows, in four lanes each.
#[inline(always)]
fn dot_tile<const Q: usize, const R: usize>(xs: [&[i16]; Q], rows: [&[i16]; R]) -> [[v128; R]; Q] {
    let n = xs[0].len() / 8;
    let xs = xs.map(|x| &x.as_chunks::<8>().0[..n]);
    let rows = rows.map(|row| &row.as_chunks::<8>().0[..n]);
    let mut sums = [[i32x4_splat(0); R]; Q];
    for i in 0..n {
        let x = xs.map(|x| load_words(&x[i]));
        for (r, row) in rows.iter().enumerate() {
            let row = load_words(&row[i]);
            for (x, sums) in x.iter().zip(&mut sums) {
                sums[r] = i32x4_add(sums[r], i32x4_dot_i16x8(*x, row));
            }
        }
    }
    sums
}

/// The sum of each vector's lanes.
#[inline(always)]
fn add_lanes_of_four([a, b, c, d]: [v128; 4]) -> v128 {
    let ab = i32x4_add(i64x2_shuffle::<0, 2>(a, b), i64x2_shuffle::<1, 3>(a, b));
    let cd = i32x4_add(i64x2_shuffle::<0, 2>(c, d), i64x2_shuffle::<1, 3>(c, d));
    i32x4_add(i32x4_shuffle::<0, 2, 4, 6>(ab, cd), i32x4_shuffle::<1, 3, 5, 7>(ab, cd))
}

/// As [`scalar::exp_words`].
#[inline]
pub fn exp_words(x: &[f32], max: f32, words: &mut [i16]) -> i32 {
    let (eights, tail) = x.as_chunks::<8>();
    let (word_eights, word_tail) = words[..x.len()].as_chunks_mut::<8>();
    let (max_lanes, unit) = (f32x4_splat(max), f32x4_splat(LARGEST_PROBABILITY));
    let mut sums = i32x4_splat(0);
    for (x, words) in eights.iter().zip(word_eights) {
        let (x, _) = x.as_chunks::<4>();
        let [low, high] = [&x[0], &x[1]]
            .map(|x| rounded(f32x4_mul(exp(f32x4_sub(load_f32(x), max_lanes)), unit)));
        sums = i32x4_add(sums, i32x4_add(low, high));
        store_words(words, i16x8_narrow_i32x4(low, high));
    }
    add_integer_lanes(sums) + scalar::exp_words(tail, max, word_tail)
}

/// As [`scalar::add_weighted_words`]; K is a multiple of 8.
#[inline]
pub fn add_weighted_words<const Q: usize>(
    probabilities: [(&[i16; KEY_BLOCK], f32); Q],
    values: &[i16],
    value_scales: &[f32],
    mut outs: [&mut [f32]; Q],
) {
    let n = value_scales.len();
    // As many sums at a time as there are registers for.
    let wide = if Q == 1 { n / 32 * 32 } else { n / 16 * 16 };
    if Q == 1 {
        for first in (0..wide).step_by(32) {
            add_columns::<Q, 8>(probabilities, values, value_scales, first, &mut outs);
        }
    } else {
        for first in (0..wide).step_by(16) {
            add_columns::<Q, 4>(probabilities, values, value_scales, first, &mut outs);
        }
    }
    for first in (wide..n).step_by(4) {
        add_columns::<Q, 1>(probabilities, values, value_scales, first, &mut outs);
    }
}

/// Columns `first..first + 4 * C` of all outs.
#[inline(always)]
fn add_columns<const Q: usize, const C: usize>(
    probabilities: [(&[i16; KEY_BLOCK], f32); Q],
    values: &[i16],
    value_scales: &[f32],
    first: usize,
    outs: &mut [&mut [f32]; Q],
) {
    let n = value_scales.len();
    let mut sums = [[i32x4_splat(0); C]; Q];
    for (i, values) in values.chunks_exact(2 * n).take(KEY_BLOCK / 2).enumerate() {
        let values = &values[2 * first..2 * (first + 4 * C)].as_chunks::<8>().0[..C];
        let pairs = probabilities.map(|(x, _)| splat_pair_of(&x.as_chunks::<2>().0[i]));
        for (c, values) in values.iter().enumerate() {
            let values = load_words(values);
            for (pair, sums) in pairs.iter().zip(&mut sums) {
                sums[c] = i32x4_add(sums[c], i32x4_dot_i16x8(*pair, values));
            }
        }
    }
    let scales = value_scales[first..first + 4 * C].as_chunks::<4>().0;
    for ((out, sums), (_, factor)) in outs.iter_mut().zip(sums).zip(probabilities) {
        let out = out[first..first + 4 * C].as_chunks_mut::<4>().0;
        for ((out, sum), scale) in out.iter_mut().zip(sums).zip(scales) {
            let scale = f32x4_mul(load_f32(scale), f32x4_splat(factor));
            let scaled = f32x4_mul(f32x4_convert_i32x4(sum), scale);
            store_f32(out, f32x4_add(load_f32(out), scaled));
        }
    }
}
