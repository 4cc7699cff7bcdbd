//! The kernels for WebAssembly's 128-bit vectors: the same additions in the same order as
//! [`super::scalar`], four or sixteen lanes at a time.

use std::arch::wasm32::*;

use super::scalar::{
    self, BLOCK, EXP_COEFFICIENTS, EXP_HIGH, EXP_LOW, GELU_CUBIC, GELU_LINEAR, LN_2_HIGH, LN_2_LOW,
    LOG2_E, Q4_0_BYTES, Q8_0_BYTES, QuantizedRow, f16_to_f32,
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

#[inline(always)]
fn load_words(x: &[i16; 8]) -> v128 {
    // SAFETY: the reference covers the 16 bytes; v128_load needs no alignment.
    unsafe { v128_load(x.as_ptr().cast()) }
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
pub fn dot_rows(x: &[f32], rows: &[f32], stride: usize, out: &mut [f32]) {
    let (tiles, rest) = out.as_chunks_mut::<4>();
    let n_tiled = 4 * tiles.len();
    for (tile_idx, tile) in tiles.iter_mut().enumerate() {
        *tile = dot_tile(x, std::array::from_fn(|i| &rows[(4 * tile_idx + i) * stride..]));
    }
    for (i, out) in rest.iter_mut().enumerate() {
        [*out] = dot_tile(x, [&rows[(n_tiled + i) * stride..]]);
    }
}

/// Inner products of x with R rows, side by side.
#[inline(always)]
fn dot_tile<const R: usize>(x: &[f32], rows: [&[f32]; R]) -> [f32; R] {
    let rows = rows.map(|row| &row[..x.len()]);
    let mut lanes = [f32x4_splat(0.0); R];
    let (x_chunks, x_tail) = x.as_chunks::<4>();
    let chunks = rows.map(|row| &row.as_chunks::<4>().0[..x_chunks.len()]);
    for (i, x) in x_chunks.iter().enumerate() {
        let x = load_f32(x);
        for (lanes, row) in lanes.iter_mut().zip(&chunks) {
            *lanes = f32x4_add(*lanes, f32x4_mul(x, load_f32(&row[i])));
        }
    }
    let tail_start = x.len() - x_tail.len();
    let mut sums = lanes.map(add_lanes);
    for (sum, row) in sums.iter_mut().zip(rows) {
        for (x, y) in x_tail.iter().zip(&row[tail_start..]) {
            *sum += x * y;
        }
    }
    sums
}

/// As [`scalar::sum_rows`].
#[inline]
pub fn sum_rows(factors: &[f32], rows: &[f32], stride: usize, out: &mut [f32]) {
    let (chunks, tail) = out.as_chunks_mut::<16>();
    let tail_start = 16 * chunks.len();
    for (chunk_idx, chunk) in chunks.iter_mut().enumerate() {
        // Sixteen sums stay in registers over all rows.
        let mut sums = [f32x4_splat(0.0); 4];
        for (row_idx, factor) in factors.iter().enumerate() {
            let factor = f32x4_splat(*factor);
            let row = &rows[row_idx * stride + 16 * chunk_idx..][..16];
            for (sum, x) in sums.iter_mut().zip(row.as_chunks::<4>().0) {
                *sum = f32x4_add(*sum, f32x4_mul(factor, load_f32(x)));
            }
        }
        for (out, sum) in chunk.as_chunks_mut::<4>().0.iter_mut().zip(sums) {
            store_f32(out, sum);
        }
    }
    if !tail.is_empty() && !factors.is_empty() {
        scalar::sum_rows(factors, &rows[tail_start..], stride, tail);
    } else {
        tail.fill(0.0);
    }
}

/// As [`scalar::dots_q8_0`].
#[inline]
pub fn dots_q8_0<const T: usize>(row: &[u8], xs: [QuantizedRow; T]) -> [f32; T] {
    dots(row, xs, |block: &[u8; Q8_0_BYTES]| widen(load_bytes(block, 2), load_bytes(block, 18)))
}

/// As [`scalar::dots_q4_0`].
#[inline]
pub fn dots_q4_0<const T: usize>(row: &[u8], xs: [QuantizedRow; T]) -> [f32; T] {
    let (nibble, eight) = (u8x16_splat(0x0f), i8x16_splat(8));
    dots(row, xs, |block: &[u8; Q4_0_BYTES]| {
        let packed = load_bytes(block, 2);
        let low = i8x16_sub(v128_and(packed, nibble), eight);
        widen(low, i8x16_sub(u8x16_shr(packed, 4), eight))
    })
}

/// 32 signed bytes as 16-bit words.
#[inline(always)]
fn widen(low: v128, high: v128) -> [v128; 4] {
    [
        i16x8_extend_low_i8x16(low),
        i16x8_extend_high_i8x16(low),
        i16x8_extend_low_i8x16(high),
        i16x8_extend_high_i8x16(high),
    ]
}

/// A block of weights is unpacked once for T tokens, whose sums stay in registers.
#[inline(always)]
fn dots<const BYTES: usize, const T: usize>(
    row: &[u8],
    xs: [QuantizedRow; T],
    unpack: impl Fn(&[u8; BYTES]) -> [v128; 4],
) -> [f32; T] {
    let (row, _) = row.as_chunks::<BYTES>();
    // Equal lengths, said once, spare the loop its bounds checks.
    let xs = xs.map(|x| (&x.blocks[..row.len()], &x.scales[..row.len()]));
    let mut lanes = [f32x4_splat(0.0); T];
    #[expect(
        clippy::needless_range_loop,
        reason = "a sixth faster than an iterator, measured in V8"
    )]
    for block_idx in 0..row.len() {
        let block = &row[block_idx];
        let weights = unpack(block);
        let row_scale = f16_to_f32(u16::from_le_bytes([block[0], block[1]]));
        for ((blocks, scales), lanes) in xs.iter().zip(&mut lanes) {
            let (words, _) = blocks[block_idx].as_chunks::<8>();
            let product = |i: usize| i32x4_dot_i16x8(weights[i], load_words(&words[i]));
            let low = i32x4_add(product(0), product(1));
            let sums = f32x4_convert_i32x4(i32x4_add(low, i32x4_add(product(2), product(3))));
            let scale = f32x4_splat(row_scale * scales[block_idx]);
            *lanes = f32x4_add(*lanes, f32x4_mul(sums, scale));
        }
    }
    lanes.map(add_lanes)
}

/// As [`scalar::quantize_block`].
#[inline]
pub fn quantize_block(x: &[f32; BLOCK], quants: &mut [i16; BLOCK]) -> f32 {
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
        // SAFETY: the reference covers the 16 bytes; v128_store needs no alignment.
        unsafe { v128_store(eight.as_mut_ptr().cast(), words) };
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
