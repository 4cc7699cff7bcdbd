//! The kernels for WebAssembly's 128-bit vectors: the same additions in the same order as
//! [`super::scalar`], four or sixteen lanes at a time.

use std::arch::wasm32::*;

use super::scalar::{
    self, BLOCK, EXP_COEFFICIENTS, EXP_HIGH, EXP_LOW, GELU_CUBIC, GELU_LINEAR, LN_2_HIGH, LN_2_LOW,
    LOG2_E, Q4_0_BYTES, Q8_0_BYTES, f16_to_f32,
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

/// Loads 16 bytes of `x` from `at`.
#[inline(always)]
fn load_bytes(x: &[u8], at: usize) -> v128 {
    let sixteen: &[u8] = &x[at..at + 16];
    // SAFETY: the slice covers the 16 bytes.
    unsafe { v128_load(sixteen.as_ptr().cast()) }
}

/// Loads 8 signed bytes of `x` from `at`, widened to 16 bits.
#[inline(always)]
fn load_widened(x: &[i8], at: usize) -> v128 {
    let eight: &[i8] = &x[at..at + 8];
    // SAFETY: the slice covers the 8 bytes.
    unsafe { i16x8_load_extend_i8x8(eight.as_ptr()) }
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

/// As [`scalar::axpy`].
#[inline]
pub fn axpy(y: &mut [f32], scale: f32, x: &[f32]) {
    assert_eq!(x.len(), y.len());
    let factor = f32x4_splat(scale);
    let (y_chunks, y_tail) = y.as_chunks_mut::<4>();
    let (x_chunks, x_tail) = x.as_chunks::<4>();
    for (y, x) in y_chunks.iter_mut().zip(x_chunks) {
        let sum = f32x4_add(load_f32(y), f32x4_mul(factor, load_f32(x)));
        store_f32(y, sum);
    }
    scalar::axpy(y_tail, scale, x_tail);
}

/// Products of 16 signed bytes with 16 activations from `at`, added in pairs into four lanes.
#[inline(always)]
fn dot_16(weights: v128, quants: &[i8], at: usize) -> v128 {
    i32x4_add(
        i32x4_dot_i16x8(i16x8_extend_low_i8x16(weights), load_widened(quants, at)),
        i32x4_dot_i16x8(i16x8_extend_high_i8x16(weights), load_widened(quants, at + 8)),
    )
}

/// As [`scalar::dot_q8_0`].
#[inline]
pub fn dot_q8_0(row: &[u8], quants: &[i8], scales: &[f32]) -> f32 {
    assert!(row.len() == scales.len() * Q8_0_BYTES && quants.len() == scales.len() * BLOCK);
    let mut lanes = f32x4_splat(0.0);
    let blocks = row.as_chunks::<Q8_0_BYTES>().0.iter();
    for ((block, x), scale) in blocks.zip(quants.as_chunks::<BLOCK>().0).zip(scales) {
        let low = dot_16(load_bytes(block, 2), x, 0);
        let high = dot_16(load_bytes(block, 18), x, 16);
        let sums = f32x4_convert_i32x4(i32x4_add(low, high));
        let scale = f16_to_f32(u16::from_le_bytes([block[0], block[1]])) * scale;
        lanes = f32x4_add(lanes, f32x4_mul(sums, f32x4_splat(scale)));
    }
    add_lanes(lanes)
}

/// As [`scalar::dot_q4_0`].
#[inline]
pub fn dot_q4_0(row: &[u8], quants: &[i8], scales: &[f32]) -> f32 {
    assert!(row.len() == scales.len() * Q4_0_BYTES && quants.len() == scales.len() * BLOCK);
    let mut lanes = f32x4_splat(0.0);
    let (nibble, eight) = (u8x16_splat(0x0f), i8x16_splat(8));
    let blocks = row.as_chunks::<Q4_0_BYTES>().0.iter();
    for ((block, x), scale) in blocks.zip(quants.as_chunks::<BLOCK>().0).zip(scales) {
        let packed = load_bytes(block, 2);
        let low = dot_16(i8x16_sub(v128_and(packed, nibble), eight), x, 0);
        let high = dot_16(i8x16_sub(u8x16_shr(packed, 4), eight), x, 16);
        let sums = f32x4_convert_i32x4(i32x4_add(low, high));
        let scale = f16_to_f32(u16::from_le_bytes([block[0], block[1]])) * scale;
        lanes = f32x4_add(lanes, f32x4_mul(sums, f32x4_splat(scale)));
    }
    add_lanes(lanes)
}

/// As [`scalar::quantize_block`].
#[inline]
pub fn quantize_block(x: &[f32; BLOCK], quants: &mut [i8; BLOCK]) -> f32 {
    let (x, _) = x.as_chunks::<4>();
    let mut amax = f32x4_splat(0.0);
    for x in x {
        amax = f32x4_pmax(amax, f32x4_abs(load_f32(x)));
    }
    let amax = f32x4_extract_lane::<0>(amax)
        .max(f32x4_extract_lane::<1>(amax))
        .max(f32x4_extract_lane::<2>(amax).max(f32x4_extract_lane::<3>(amax)));
    if amax == 0.0 {
        quants.fill(0);
        return 0.0;
    }
    let inverse = f32x4_splat(127.0 / amax);
    let (eights, _) = quants.as_chunks_mut::<8>();
    for (i, eight) in eights.iter_mut().enumerate() {
        let round = |x| i32x4_trunc_sat_f32x4(f32x4_nearest(f32x4_mul(load_f32(x), inverse)));
        let words = i16x8_narrow_i32x4(round(&x[2 * i]), round(&x[2 * i + 1]));
        let bytes = i8x16_narrow_i16x8(words, words);
        *eight = i64x2_extract_lane::<0>(bytes).to_le_bytes().map(|byte| byte as i8);
    }
    amax / 127.0
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
