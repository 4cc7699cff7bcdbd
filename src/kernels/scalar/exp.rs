//! The exponential, and what is made of it: the parts of a softmax, GELU.

use super::{ROUNDER, add_lanes};

// exp(x) = 2^n * exp(r), r = x - n ln 2 within ±0.35: a degree-6 polynomial is then exact to about
// 2 units in the last place. ln 2 is split in two so that n times its high part has no rounding.
pub(in crate::kernels) const LOG2_E: f32 = std::f32::consts::LOG2_E;
pub(in crate::kernels) const LN_2_HIGH: f32 = 0.693_359_4;
pub(in crate::kernels) const LN_2_LOW: f32 = -2.121_944_4e-4;
pub(in crate::kernels) const EXP_LOW: f32 = -87.0;
pub(in crate::kernels) const EXP_HIGH: f32 = 88.0;
pub(in crate::kernels) const EXP_COEFFICIENTS: [f32; 6] =
    [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0];

/// e^x within about 2 units in the last place; below -87 it is e^-87, above 88 e^88.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let x = x.clamp(EXP_LOW, EXP_HIGH);
    let integer = x * LOG2_E + ROUNDER;
    let n = integer - ROUNDER;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let mut p = EXP_COEFFICIENTS[0];
    for c in &EXP_COEFFICIENTS[1..] {
        p = p * r + c;
    }
    let p = p * r + 1.0;
    // The bits of the rounder are shifted out.
    p * f32::from_bits((integer.to_bits() + 127) << 23)
}

/// The largest of x, NaN passed over; minus infinity if there is none.
#[inline]
pub fn max(x: &[f32]) -> f32 {
    x.iter().copied().fold(f32::NEG_INFINITY, |max, x| if x > max { x } else { max })
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

/// Sum of e^(x - max), with lanes of [`SUM_CHUNK`] elements in f32 and the rest of the way in f64.
#[inline]
pub fn sum_exp(x: &[f32], max: f32) -> f64 {
    let mut sum = 0.0;
    for chunk in x.chunks(SUM_CHUNK) {
        let mut lanes = [0f32; 4];
        let (fours, tail) = chunk.as_chunks::<4>();
        for four in fours {
            for lane in 0..4 {
                lanes[lane] += exp(four[lane] - max);
            }
        }
        sum += f64::from(add_lanes(lanes));
        sum += tail.iter().map(|x| f64::from(exp(x - max))).sum::<f64>();
    }
    sum
}

/// So few that adding them in f32 costs no more than the exponential's own rounding.
pub(in crate::kernels) const SUM_CHUNK: usize = 64;

// gelu_new(x) = x/2 (1 + tanh(u)), u = sqrt(2/pi) (x + 0.044715 x^3); and since
// (1 + tanh(u)) / 2 = 1 / (1 + exp(-2u)), one exp does it.
pub(in crate::kernels) const GELU_LINEAR: f32 = -2.0 * 0.797_884_6;
pub(in crate::kernels) const GELU_CUBIC: f32 = GELU_LINEAR * 0.044_715;

#[inline(always)]
pub(in crate::kernels) fn gelu_new_one(x: f32) -> f32 {
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
