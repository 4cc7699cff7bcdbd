//! The kernels in plain Rust. They define the order of additions that `simd128` repeats.

/// Elements of a `Q8_0` or `Q4_0` block.
pub const BLOCK: usize = 32;
/// Bytes of a `Q8_0` block: an f16 scale, then 32 signed bytes.
pub const Q8_0_BYTES: usize = 34;
/// Bytes of a `Q4_0` block: an f16 scale, then 32 nibbles; byte i holds elements i and i + 16.
pub const Q4_0_BYTES: usize = 18;

/// Converts an IEEE half to f32, exactly. The halves here are finite: loading checks that.
#[inline(always)]
pub fn f16_to_f32(bits: u16) -> f32 {
    // Shift exponent and mantissa into place, then multiply by 2^112 to correct the exponent's
    // bias; the multiplication also makes subnormals right.
    let magnitude = f32::from_bits(((bits & 0x7fff) as u32) << 13) * f32::from_bits(0x7780_0000);
    f32::from_bits(magnitude.to_bits() | ((bits & 0x8000) as u32) << 16)
}

#[inline(always)]
fn block_scale(block: &[u8]) -> f32 {
    f16_to_f32(u16::from_le_bytes([block[0], block[1]]))
}

/// Adds four lanes in the order of a pairwise shuffle: (0 + 2) + (1 + 3).
#[inline(always)]
fn add_lanes(lanes: [f32; 4]) -> f32 {
    (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
}

/// Inner product of two f32 rows of equal length.
#[inline]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let mut lanes = [0f32; 16];
    let (a_chunks, a_tail) = a.as_chunks::<16>();
    let (b_chunks, b_tail) = b.as_chunks::<16>();
    for (x, y) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..16 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    let mut four = [0f32; 4];
    for lane in 0..4 {
        four[lane] = (lanes[lane] + lanes[lane + 4]) + (lanes[lane + 8] + lanes[lane + 12]);
    }
    let mut sum = add_lanes(four);
    for (x, y) in a_tail.iter().zip(b_tail) {
        sum += x * y;
    }
    sum
}

/// `y += scale * x`, element by element.
#[inline]
pub fn axpy(y: &mut [f32], scale: f32, x: &[f32]) {
    assert_eq!(x.len(), y.len());
    for (y, x) in y.iter_mut().zip(x) {
        *y += scale * x;
    }
}

/// Inner product of a `Q8_0` row with a row of 8-bit activations.
///
/// `row` holds K / 32 blocks, `quants` K signed bytes and `scales` K / 32 factors.
#[inline]
pub fn dot_q8_0(row: &[u8], quants: &[i8], scales: &[f32]) -> f32 {
    assert!(row.len() == scales.len() * Q8_0_BYTES && quants.len() == scales.len() * BLOCK);
    let mut lanes = [0f32; 4];
    for ((block, x), scale) in
        row.chunks_exact(Q8_0_BYTES).zip(quants.chunks_exact(BLOCK)).zip(scales)
    {
        let mut sums = [0i32; 4];
        for i in 0..BLOCK {
            sums[i % 8 / 2] += block[2 + i] as i8 as i32 * x[i] as i32;
        }
        let scale = block_scale(block) * scale;
        for lane in 0..4 {
            lanes[lane] += sums[lane] as f32 * scale;
        }
    }
    add_lanes(lanes)
}

/// Inner product of a `Q4_0` row with a row of 8-bit activations; arguments as in [`dot_q8_0`].
#[inline]
pub fn dot_q4_0(row: &[u8], quants: &[i8], scales: &[f32]) -> f32 {
    assert!(row.len() == scales.len() * Q4_0_BYTES && quants.len() == scales.len() * BLOCK);
    let mut lanes = [0f32; 4];
    for ((block, x), scale) in
        row.chunks_exact(Q4_0_BYTES).zip(quants.chunks_exact(BLOCK)).zip(scales)
    {
        let mut sums = [0i32; 4];
        for i in 0..BLOCK / 2 {
            let low = (block[2 + i] & 0x0f) as i32 - 8;
            let high = (block[2 + i] >> 4) as i32 - 8;
            sums[i % 8 / 2] += low * x[i] as i32 + high * x[i + 16] as i32;
        }
        let scale = block_scale(block) * scale;
        for lane in 0..4 {
            lanes[lane] += sums[lane] as f32 * scale;
        }
    }
    add_lanes(lanes)
}

/// Quantizes a block of activations to signed bytes; returns the factor to multiply them with.
#[inline]
pub fn quantize_block(x: &[f32; BLOCK], quants: &mut [i8; BLOCK]) -> f32 {
    let amax = x.iter().fold(0f32, |amax, x| amax.max(x.abs()));
    if amax == 0.0 {
        quants.fill(0);
        return 0.0;
    }
    let inverse = 127.0 / amax;
    for (q, x) in quants.iter_mut().zip(x) {
        *q = (x * inverse).round_ties_even() as i8;
    }
    amax / 127.0
}

// exp(x) = 2^n * exp(r), r = x - n ln 2 within ±0.35: a degree-6 polynomial is then exact to about
// 2 units in the last place. ln 2 is split in two so that n times its high part has no rounding.
pub(super) const LOG2_E: f32 = std::f32::consts::LOG2_E;
pub(super) const LN_2_HIGH: f32 = 0.693_359_4;
pub(super) const LN_2_LOW: f32 = -2.121_944_4e-4;
pub(super) const EXP_LOW: f32 = -87.0;
pub(super) const EXP_HIGH: f32 = 88.0;
pub(super) const EXP_COEFFICIENTS: [f32; 6] =
    [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0];

/// e^x within about 2 units in the last place; below -87 it is e^-87, above 88 e^88.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let x = x.clamp(EXP_LOW, EXP_HIGH);
    let n = (x * LOG2_E).round_ties_even();
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let mut p = EXP_COEFFICIENTS[0];
    for c in &EXP_COEFFICIENTS[1..] {
        p = p * r + c;
    }
    let p = p * r + 1.0;
    p * f32::from_bits(((n as i32 + 127) as u32) << 23)
}

/// Replaces each x by e^(x - max) and returns their sum.
#[inline]
pub fn exp_assign(x: &mut [f32], max: f32) -> f32 {
    let mut lanes = [0f32; 4];
    let (chunks, tail) = x.as_chunks_mut::<4>();
    for chunk in chunks {
        for lane in 0..4 {
            chunk[lane] = exp(chunk[lane] - max);
            lanes[lane] += chunk[lane];
        }
    }
    let mut sum = add_lanes(lanes);
    for x in tail {
        *x = exp(*x - max);
        sum += *x;
    }
    sum
}

// gelu_new(x) = x/2 (1 + tanh(u)), u = sqrt(2/pi) (x + 0.044715 x^3); and since
// (1 + tanh(u)) / 2 = 1 / (1 + exp(-2u)), one exp does it.
pub(super) const GELU_LINEAR: f32 = -2.0 * 0.797_884_6;
pub(super) const GELU_CUBIC: f32 = GELU_LINEAR * 0.044_715;

#[inline(always)]
pub(super) fn gelu_new_one(x: f32) -> f32 {
    x / (1.0 + exp(x * (GELU_LINEAR + GELU_CUBIC * (x * x))))
}

/// `gate = gelu_new(gate) * linear`, element by element.
#[inline]
pub fn gelu_new_mul(gate: &mut [f32], linear: &[f32]) {
    assert_eq!(gate.len(), linear.len());
    for (g, l) in gate.iter_mut().zip(linear) {
        *g = gelu_new_one(*g) * l;
    }
}
