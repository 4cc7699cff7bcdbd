//! The kernels for WebAssembly's 128-bit vectors: the same additions in the same order as
//! [`super::scalar`], four or sixteen lanes at a time.

use std::arch::wasm32::*;

use super::scalar::{
    self, BLOCK, EXP_COEFFICIENTS, EXP_HIGH, EXP_LOW, GELU_CUBIC, GELU_LINEAR, GROUP, LN_2_HIGH,
    LN_2_LOW, LOG2_E, NIBBLE_BIAS, NIBBLE_FACTORS, Q4_0_BYTES, Q8_0_BYTES, QuantizedRow, SUM_CHUNK,
};

#[cfg(target_feature = "relaxed-simd")]
pub use super::relaxed::{dots_q4_0_fours, dots_q8_0_fours, order_q4_0, order_q8_0, widen_group};
#[cfg(not(target_feature = "relaxed-simd"))]
pub use super::scalar::{dots_q4_0_fours, dots_q8_0_fours, order_q4_0, order_q8_0, widen_group};

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

/// Loads 16 bytes of `x` from `at`.
#[inline(always)]
pub(super) fn load_bytes(x: &[u8], at: usize) -> v128 {
    let sixteen: &[u8] = &x[at..at + 16];
    // SAFETY: the slice covers the 16 bytes.
    unsafe { v128_load(sixteen.as_ptr().cast()) }
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

/// As [`scalar::dots_q8_0`].
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

/// As [`scalar::dots_q4_0`].
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

/// `n`, unknown to the compiler: a loop of that length stays a loop. Unrolled, as it would be, all its
/// products are alive at once and do not fit the registers.
#[inline(always)]
pub(super) fn rolled(n: usize) -> usize {
    std::hint::black_box(n).min(n)
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
fn splat_integer(x: &i32) -> v128 {
    // SAFETY: the reference covers the 4 bytes; the load needs no alignment.
    unsafe { v128_load32_splat(std::ptr::from_ref(x).cast()) }
}

/// Values 2 i and 2 i + 1 of a block, four times.
#[inline(always)]
fn splat_pair(x: &[i16; BLOCK], i: usize) -> v128 {
    let (pairs, _) = x.as_chunks::<2>();
    // SAFETY: the reference covers the 4 bytes; the load needs no alignment.
    unsafe { v128_load32_splat(pairs[i].as_ptr().cast()) }
}

/// Four halves, one in the low half of each lane with its sign above, as f32: see [`scalar::f16_to_f32`].
#[inline(always)]
fn extended_halves_to_f32(halves: v128) -> v128 {
    let shifted = v128_and(i32x4_shl(halves, 13), u32x4_splat(0x8fff_e000));
    f32x4_mul(shifted, u32x4_splat(0x7780_0000))
}

/// `add_products(block of a group, activations of each token, sums of each token)` for every block, on
/// top of the block's offset.
#[inline(always)]
pub(super) fn dots<E, const BYTES: usize, const T: usize>(
    group: &[u8],
    xs: [QuantizedRow<E>; T],
    add_products: impl Fn(&[u8; BYTES], [&[E; BLOCK]; T], &mut [[v128; 2]; T]),
) -> [[f32; GROUP]; T] {
    let (group, _) = group.as_chunks::<BYTES>();
    // Equal lengths, said once, spare the loop its bounds checks.
    let n_blocks = group.len();
    let xs = xs.map(|x| (&x.blocks[..n_blocks], &x.scales[..n_blocks], &x.offsets[..n_blocks]));
    let mut totals = [[f32x4_splat(0.0); 2]; T];
    for (block_idx, block) in group.iter().enumerate() {
        let mut sums = xs.map(|(_, _, offsets)| [splat_integer(&offsets[block_idx]); 2]);
        add_products(block, xs.map(|(blocks, _, _)| &blocks[block_idx]), &mut sums);
        let halves = load_bytes(block, BYTES - 2 * GROUP);
        let row_scales = [
            extended_halves_to_f32(i32x4_extend_low_i16x8(halves)),
            extended_halves_to_f32(i32x4_extend_high_i16x8(halves)),
        ];
        for ((totals, sums), (_, scales, _)) in totals.iter_mut().zip(sums).zip(&xs) {
            let scale = f32x4_splat(scales[block_idx]);
            for half in 0..2 {
                let scale = f32x4_mul(row_scales[half], scale);
                let scaled = f32x4_mul(f32x4_convert_i32x4(sums[half]), scale);
                totals[half] = f32x4_add(totals[half], scaled);
            }
        }
    }
    totals.map(|[low, high]| {
        let mut total = [0.0; GROUP];
        let (halves, _) = total.as_chunks_mut::<4>();
        store_f32(&mut halves[0], low);
        store_f32(&mut halves[1], high);
        total
    })
}

/// As [`scalar::quantize_block`].
#[inline]
pub fn quantize_block(x: &[f32; BLOCK], quants: &mut [i16; BLOCK]) -> f32 {
    let (x, _) = x.as_chunks::<4>();
    let amax = largest_magnitude(x);
    if amax == 0.0 {
        quants.fill(0);
        return 0.0;
    }
    let inverse = f32x4_splat(127.0 / amax);
    for (i, eight) in quants.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        let words = rounded_words(&x[2 * i], &x[2 * i + 1], inverse);
        // SAFETY: the reference covers the 16 bytes; v128_store needs no alignment.
        unsafe { v128_store(eight.as_mut_ptr().cast(), words) };
    }
    amax / 127.0
}

/// As [`scalar::quantize_block_to_bytes`].
#[inline]
pub fn quantize_block_to_bytes(x: &[f32; BLOCK], quants: &mut [i8; BLOCK]) -> (f32, i32) {
    let (x, _) = x.as_chunks::<4>();
    let amax = largest_magnitude(x);
    if amax == 0.0 {
        quants.fill(0);
        return (0.0, 0);
    }
    let inverse = f32x4_splat(127.0 / amax);
    let mut sums = i32x4_splat(0);
    for (i, sixteen) in quants.as_chunks_mut::<16>().0.iter_mut().enumerate() {
        let low = rounded_words(&x[4 * i], &x[4 * i + 1], inverse);
        let high = rounded_words(&x[4 * i + 2], &x[4 * i + 3], inverse);
        sums = i32x4_add(sums, i32x4_dot_i16x8(i16x8_add(low, high), i16x8_splat(1)));
        // SAFETY: the reference covers the 16 bytes; v128_store needs no alignment.
        unsafe { v128_store(sixteen.as_mut_ptr().cast(), i8x16_narrow_i16x8(low, high)) };
    }
    (amax / 127.0, add_integer_lanes(sums))
}

/// The largest magnitude of a block.
#[inline(always)]
fn largest_magnitude(x: &[[f32; 4]]) -> f32 {
    let mut amax = f32x4_splat(0.0);
    for x in x {
        amax = f32x4_pmax(amax, f32x4_abs(load_f32(x)));
    }
    let pairs = f32x4_pmax(amax, i64x2_shuffle::<1, 0>(amax, amax));
    f32x4_extract_lane::<0>(f32x4_pmax(pairs, i32x4_shuffle::<1, 0, 3, 2>(pairs, pairs)))
}

/// Eight values times `inverse`, rounded.
#[inline(always)]
fn rounded_words(low: &[f32; 4], high: &[f32; 4], inverse: v128) -> v128 {
    let round = |x| i32x4_trunc_sat_f32x4(f32x4_nearest(f32x4_mul(load_f32(x), inverse)));
    i16x8_narrow_i32x4(round(low), round(high))
}

#[inline(always)]
fn add_integer_lanes(x: v128) -> i32 {
    let pairs = i32x4_add(x, i64x2_shuffle::<1, 0>(x, x));
    i32x4_extract_lane::<0>(pairs) + i32x4_extract_lane::<1>(pairs)
}

/// As [`scalar::nibble_block`].
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

#[inline(always)]
fn exp(x: v128) -> v128 {
    let x = f32x4_pmin(f32x4_pmax(x, f32x4_splat(EXP_LOW)), f32x4_splat(EXP_HIGH));
    let n = f32x4_nearest(f32x4_mul(x, f32x4_splat(LOG2_E)));
    let r = f32x4_sub(x, f32x4_mul(n, f32x4_splat(LN_2_HIGH)));
    let r = f32x4_sub(r, f32x4_mul(n, f32x4_splat(LN_2_LOW)));
    let mut p = f32x4_splat(EXP_COEFFICIENTS[0]);
    for c in &EXP_COEFFICIENTS[1..] {
        p = f32x4_add(f32x4_mul(p, r), f32x4_splat(*c));
    }
    let p = f32x4_add(f32x4_mul(p, r), f32x4_splat(1.0));
    let exponent = i32x4_add(i32x4_trunc_sat_f32x4(n), i32x4_splat(127));
    f32x4_mul(p, i32x4_shl(exponent, 23))
}

/// As [`scalar::max`].
#[inline]
pub fn max(x: &[f32]) -> f32 {
    let mut lanes = [f32x4_splat(f32::NEG_INFINITY); 4];
    let (chunks, tail) = x.as_chunks::<16>();
    for chunk in chunks {
        for (lanes, x) in lanes.iter_mut().zip(chunk.as_chunks::<4>().0) {
            *lanes = f32x4_pmax(*lanes, load_f32(x));
        }
    }
    let mut sixteen = [0.0; 16];
    for (x, lanes) in sixteen.as_chunks_mut::<4>().0.iter_mut().zip(lanes) {
        store_f32(x, lanes);
    }
    scalar::max(&sixteen).max(scalar::max(tail))
}

/// As [`scalar::exp_assign`].
#[inline]
pub fn exp_assign(x: &mut [f32], max: f32) -> f32 {
    let mut lanes = f32x4_splat(0.0);
    let (chunks, tail) = x.as_chunks_mut::<4>();
    for chunk in chunks {
        let value = exp(f32x4_sub(load_f32(chunk), f32x4_splat(max)));
        store_f32(chunk, value);
        lanes = f32x4_add(lanes, value);
    }
    let mut sum = add_lanes(lanes);
    for x in tail {
        *x = scalar::exp(*x - max);
        sum += *x;
    }
    sum
}

/// As [`scalar::sum_exp`].
#[inline]
pub fn sum_exp(x: &[f32], max: f32) -> f64 {
    let mut sum = 0.0;
    for chunk in x.chunks(SUM_CHUNK) {
        let mut lanes = f32x4_splat(0.0);
        let (fours, tail) = chunk.as_chunks::<4>();
        for four in fours {
            lanes = f32x4_add(lanes, exp(f32x4_sub(load_f32(four), f32x4_splat(max))));
        }
        sum += f64::from(add_lanes(lanes));
        sum += tail.iter().map(|x| f64::from(scalar::exp(x - max))).sum::<f64>();
    }
    sum
}

/// As [`scalar::gelu_new_mul`].
#[inline]
pub fn gelu_new_mul(gate: &mut [f32], linear: &[f32]) {
    assert_eq!(gate.len(), linear.len());
    let (gates, gate_tail) = gate.as_chunks_mut::<4>();
    let (linears, linear_tail) = linear.as_chunks::<4>();
    for (g, l) in gates.iter_mut().zip(linears) {
        let x = load_f32(g);
        let cubic = f32x4_mul(f32x4_splat(GELU_CUBIC), f32x4_mul(x, x));
        let e = exp(f32x4_mul(x, f32x4_add(f32x4_splat(GELU_LINEAR), cubic)));
        let gelu = f32x4_div(x, f32x4_add(f32x4_splat(1.0), e));
        store_f32(g, f32x4_mul(gelu, load_f32(l)));
    }
    scalar::gelu_new_mul(gate_tail, linear_tail);
}
