//! As [`super::super::scalar`]'s exponential, and what is made of it.

use std::arch::wasm32::*;

use super::super::scalar::exp::{
    EXP_COEFFICIENTS, EXP_HIGH, EXP_LOW, GELU_CUBIC, GELU_LINEAR, LN_2_HIGH, LN_2_LOW, LOG2_E,
    SUM_CHUNK,
};
use super::super::scalar::{self, ROUNDER};
use super::{add_lanes, kept, largest_lane, load_f32, store_f32};

/// [`scalar::exp`] with its constants at hand.
struct Exp {
    low: v128,
    high: v128,
    log2_e: v128,
    rounder: v128,
    ln_2_high: v128,
    ln_2_low: v128,
    coefficients: [v128; EXP_COEFFICIENTS.len()],
    one: v128,
}

impl Exp {
    #[inline(always)]
    fn new() -> Exp {
        Exp {
            low: kept(EXP_LOW),
            high: kept(EXP_HIGH),
            log2_e: kept(LOG2_E),
            rounder: kept(ROUNDER),
            ln_2_high: kept(LN_2_HIGH),
            ln_2_low: kept(LN_2_LOW),
            coefficients: EXP_COEFFICIENTS.map(kept),
            one: kept(1.0),
        }
    }

    #[inline(always)]
    fn of(&self, x: v128) -> v128 {
        let [value] = self.of_each([x]);
        value
    }

    /// Several at a time: each alone is a chain of instructions of which every one waits for the one before.
    #[inline(always)]
    fn of_each<const N: usize>(&self, x: [v128; N]) -> [v128; N] {
        let x = x.map(|x| f32x4_pmin(f32x4_pmax(x, self.low), self.high));
        let integers = x.map(|x| f32x4_add(f32x4_mul(x, self.log2_e), self.rounder));
        let r: [v128; N] = std::array::from_fn(|i| {
            let n = f32x4_sub(integers[i], self.rounder);
            let r = f32x4_sub(x[i], f32x4_mul(n, self.ln_2_high));
            f32x4_sub(r, f32x4_mul(n, self.ln_2_low))
        });
        let [first, ref others @ ..] = self.coefficients;
        let mut p = [first; N];
        for c in others.iter().chain([&self.one]) {
            for (p, r) in p.iter_mut().zip(r) {
                *p = f32x4_add(f32x4_mul(*p, r), *c);
            }
        }
        // 2^n: the bits of the rounder are shifted out, and those of 1 are those of 2^0.
        std::array::from_fn(|i| f32x4_mul(p[i], i32x4_add(i32x4_shl(integers[i], 23), self.one)))
    }
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
    let [a, b, c, d] = lanes;
    largest_lane(f32x4_pmax(f32x4_pmax(a, b), f32x4_pmax(c, d))).max(scalar::max(tail))
}

/// As [`scalar::exp_assign`].
#[inline]
pub fn exp_assign(x: &mut [f32], max: f32) -> f32 {
    let exp = Exp::new();
    let mut lanes = f32x4_splat(0.0);
    let (chunks, tail) = x.as_chunks_mut::<4>();
    for chunk in chunks {
        let value = exp.of(f32x4_sub(load_f32(chunk), f32x4_splat(max)));
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
    let (exp, max_lanes) = (Exp::new(), f32x4_splat(max));
    let mut sum = 0.0;
    for chunk in x.chunks(SUM_CHUNK) {
        let mut lanes = f32x4_splat(0.0);
        let (pairs, rest) = chunk.as_chunks::<8>();
        for pair in pairs {
            let (pair, _) = pair.as_chunks::<4>();
            let values =
                exp.of_each([&pair[0], &pair[1]].map(|x| f32x4_sub(load_f32(x), max_lanes)));
            lanes = values.into_iter().fold(lanes, |lanes, value| f32x4_add(lanes, value));
        }
        let (fours, tail) = rest.as_chunks::<4>();
        for four in fours {
            lanes = f32x4_add(lanes, exp.of(f32x4_sub(load_f32(four), max_lanes)));
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
    let (gates, gate_tail) = gate.as_chunks_mut::<8>();
    let (linears, linear_tail) = linear.as_chunks::<8>();
    let (exp, linear_factor, cubic_factor) = (Exp::new(), kept(GELU_LINEAR), kept(GELU_CUBIC));
    for (gates, linears) in gates.iter_mut().zip(linears) {
        let (gates, linears) = (gates.as_chunks_mut::<4>().0, linears.as_chunks::<4>().0);
        let x = [&gates[0], &gates[1]].map(load_f32);
        let e = exp.of_each(x.map(|x| {
            let cubic = f32x4_mul(cubic_factor, f32x4_mul(x, x));
            f32x4_mul(x, f32x4_add(linear_factor, cubic))
        }));
        for (i, (gate, linear)) in gates.iter_mut().zip(linears).enumerate() {
            let gelu = f32x4_div(x[i], f32x4_add(exp.one, e[i]));
            store_f32(gate, f32x4_mul(gelu, load_f32(linear)));
        }
    }
    scalar::gelu_new_mul(gate_tail, linear_tail);
}
