//! The kernels for WebAssembly's 128-bit vectors: the same additions in the same order as
//! [`super::scalar`], four or sixteen lanes at a time.

mod attention;
mod exp;
mod products;
mod quantize;

use std::arch::wasm32::*;
use std::hint::black_box;

pub use super::scalar::{words_of_q4_0, words_of_q8_0};
pub use attention::{add_values, coarsen, dot_keys, exp_words, quantize_words, words_to_bytes};
pub use exp::{exp_assign, gelu_new_mul, max, sum_exp};
#[cfg(target_feature = "relaxed-simd")]
pub(super) use products::{
    Totals, dots, load_bytes, load_scales, rolled, splat_each, splat_integer,
};
pub use products::{dots_q4_0, dots_q8_0, dots_word_tile, scales_of_group};
pub use quantize::{interleave, nibble_block, quantize_block, quantize_block_to_bytes};

#[cfg(target_feature = "relaxed-simd")]
pub use super::relaxed::{
    QUERY_BIAS, dots_q4_0_fours, dots_q8_0_fours, dots_q8_0_tile, order_q4_0, order_q8_0,
    to_factors, widen_group,
};
#[cfg(not(target_feature = "relaxed-simd"))]
pub use super::scalar::{
    QUERY_BIAS, dots_q4_0_fours, dots_q8_0_fours, dots_q8_0_tile, order_q4_0, order_q8_0,
    to_factors, widen_group,
};

#[inline(always)]
fn load_f32(x: &[f32; 4]) -> v128 {
    // SAFETY: the reference covers the 16 bytes; v128_load needs no alignment.
    unsafe { v128_load(x.as_ptr().cast()) }
}

#[inline(always)]
fn store_f32(x: &mut [f32; 4], value: v128) {
    // SAFETY: the reference covers the 16 bytes; v128_store needs no alignment.
    unsafe { v128_store(x.as_mut_ptr().cast(), value) }
}

#[inline(always)]
fn add_lanes(x: v128) -> f32 {
    (f32x4_extract_lane::<0>(x) + f32x4_extract_lane::<2>(x))
        + (f32x4_extract_lane::<1>(x) + f32x4_extract_lane::<3>(x))
}

/// As [`scalar::dot`].
#[inline]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let mut lanes = [f32x4_splat(0.0); 4];
    let (a_chunks, a_tail) = a.as_chunks::<16>();
    let (b_chunks, b_tail) = b.as_chunks::<16>();
    for (x, y) in a_chunks.iter().zip(b_chunks) {
        let (x, _) = x.as_chunks::<4>();
        let (y, _) = y.as_chunks::<4>();
        for i in 0..4 {
            lanes[i] = f32x4_add(lanes[i], f32x4_mul(load_f32(&x[i]), load_f32(&y[i])));
        }
    }
    let four = f32x4_add(f32x4_add(lanes[0], lanes[1]), f32x4_add(lanes[2], lanes[3]));
    let mut sum = add_lanes(four);
    for (x, y) in a_tail.iter().zip(b_tail) {
        sum += x * y;
    }
    sum
}

/// As [`scalar::dot_rows`].
#[inline]
pub fn dot_rows<const Q: usize>(xs: [&[f32]; Q], rows: &[f32], outs: [&mut [f32]; Q]) {
    let n = xs[0].len();
    let mut rows = rows.chunks_exact(n);
    let n_rows = outs[0].len();
    for row_idx in (0..n_rows / 4 * 4).step_by(4) {
        let four = std::array::from_fn(|_| rows.next().expect("a row for every output"));
        for (q, sums) in dot_tile::<Q, 4>(xs, four).into_iter().enumerate() {
            outs[q][row_idx..][..4].copy_from_slice(&sums);
        }
    }
    for (row_idx, row) in (n_rows / 4 * 4..n_rows).zip(rows) {
        for (q, [sum]) in dot_tile::<Q, 1>(xs, [row]).into_iter().enumerate() {
            outs[q][row_idx] = sum;
        }
    }
}

/// Inner products of Q vectors with R rows, side by side.
#[inline(always)]
fn dot_tile<const Q: usize, const R: usize>(xs: [&[f32]; Q], rows: [&[f32]; R]) -> [[f32; R]; Q] {
    let n = xs[0].len();
    let x_chunks = xs.map(|x| &x.as_chunks::<4>().0[..n / 4]);
    let row_chunks = rows.map(|row| &row.as_chunks::<4>().0[..n / 4]);
    let mut lanes = [[f32x4_splat(0.0); R]; Q];
    for i in 0..n / 4 {
        let x = x_chunks.map(|x| load_f32(&x[i]));
        for (r, row) in row_chunks.iter().enumerate() {
            let row = load_f32(&row[i]);
            for q in 0..Q {
                lanes[q][r] = f32x4_add(lanes[q][r], f32x4_mul(x[q], row));
            }
        }
    }
    let mut sums = lanes.map(add_lanes_of_each);
    for (x, sums) in xs.iter().zip(&mut sums) {
        for (row, sum) in rows.iter().zip(sums) {
            for (x, y) in x[n / 4 * 4..].iter().zip(&row[n / 4 * 4..]) {
                *sum += x * y;
            }
        }
    }
    sums
}

/// [`add_lanes`] of R vectors; of four, together.
#[inline(always)]
fn add_lanes_of_each<const R: usize>(x: [v128; R]) -> [f32; R] {
    let mut sums = [0.0; R];
    let (fours, _) = x.as_chunks::<4>();
    for ([a, b, c, d], sums) in fours.iter().zip(sums.as_chunks_mut::<4>().0) {
        let ab = f32x4_add(i64x2_shuffle::<0, 2>(*a, *b), i64x2_shuffle::<1, 3>(*a, *b));
        let cd = f32x4_add(i64x2_shuffle::<0, 2>(*c, *d), i64x2_shuffle::<1, 3>(*c, *d));
        let even = i32x4_shuffle::<0, 2, 4, 6>(ab, cd);
        store_f32(sums, f32x4_add(even, i32x4_shuffle::<1, 3, 5, 7>(ab, cd)));
    }
    for (x, sum) in x.iter().zip(&mut sums).skip(4 * fours.len()) {
        *sum = add_lanes(*x);
    }
    sums
}

/// As [`scalar::sum_rows`].
#[inline]
pub fn sum_rows<const Q: usize>(factors: [&[f32]; Q], rows: &[f32], mut outs: [&mut [f32]; Q]) {
    let n = outs[0].len();
    let (wide, narrow) = (n / 16 * 16, n / 4 * 4);
    // Eight sums at a time: a chain of additions alone would wait for each to end.
    let widest = if Q == 1 { n / 32 * 32 } else { 0 };
    for first in (0..widest).step_by(32) {
        sum_columns::<Q, 8>(factors, rows, first, &mut outs);
    }
    for first in (widest..wide).step_by(16) {
        sum_columns::<Q, 4>(factors, rows, first, &mut outs);
    }
    for first in (wide..narrow).step_by(4) {
        sum_columns::<Q, 1>(factors, rows, first, &mut outs);
    }
    for (factors, out) in factors.into_iter().zip(outs) {
        for (col, out) in out.iter_mut().enumerate().skip(narrow) {
            *out = 0.0;
            for (factor, row) in factors.iter().zip(rows.chunks_exact(n)) {
                *out += factor * row[col];
            }
        }
    }
}

/// Columns `first..first + 4 * C` of all outs, whose sums stay in registers over all rows.
#[inline(always)]
fn sum_columns<const Q: usize, const C: usize>(
    factors: [&[f32]; Q],
    rows: &[f32],
    first: usize,
    outs: &mut [&mut [f32]; Q],
) {
    let n = outs[0].len();
    let n_rows = factors[0].len();
    let factors = factors.map(|factors| &factors[..n_rows]);
    let mut sums = [[f32x4_splat(0.0); C]; Q];
    for (row_idx, row) in rows.chunks_exact(n).take(n_rows).enumerate() {
        let columns = &row[first..first + 4 * C].as_chunks::<4>().0[..C];
        for (factors, sums) in factors.iter().zip(&mut sums) {
            let factor = f32x4_splat(factors[row_idx]);
            for (sum, x) in sums.iter_mut().zip(columns) {
                *sum = f32x4_add(*sum, f32x4_mul(factor, load_f32(x)));
            }
        }
    }
    for (out, sums) in outs.iter_mut().zip(sums) {
        for (out, sum) in out[first..first + 4 * C].as_chunks_mut::<4>().0.iter_mut().zip(sums) {
            store_f32(out, sum);
        }
    }
}

/// Values within ±2^22 as the nearest integers, by [`ROUNDER`] in all lanes.
#[inline(always)]
fn rounded(x: v128, rounder: v128) -> v128 {
    i32x4_sub(f32x4_add(x, rounder), rounder)
}

#[inline(always)]
fn largest_lane(x: v128) -> f32 {
    let pairs = f32x4_pmax(x, i64x2_shuffle::<1, 0>(x, x));
    f32x4_extract_lane::<0>(f32x4_pmax(pairs, i32x4_shuffle::<1, 0, 3, 2>(pairs, pairs)))
}

#[inline(always)]
fn add_integer_lanes(x: v128) -> i32 {
    let pairs = i32x4_add(x, i64x2_shuffle::<1, 0>(x, x));
    i32x4_extract_lane::<0>(pairs) + i32x4_extract_lane::<1>(pairs)
}

/// `x` four times, as something of which the compiler knows nothing. A constant of a loop costs something each
/// time around, as V8 makes it anew; this one is made once.
#[inline(always)]
fn kept(x: f32) -> v128 {
    f32x4_splat(black_box(x))
}
