//! From scores to a token: the most likely one, or one drawn by its probability.
//!
//! Sums of exponentials are in `f64`: over 250,000 tokens, `f32` would lose the small ones.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::kernels::{max, sum_exp};

/// The logit of a token that may not come next.
pub(super) const EXCLUDED: f32 = f32::NEG_INFINITY;

/// Draws tokens by their probabilities; the same seed draws the same ones on every machine.
#[derive(Debug, Clone)]
pub struct Sampler {
    rng: ChaCha8Rng,
}

impl Sampler {
    /// Starts the random numbers at `seed`.
    pub fn new(seed: u64) -> Self {
        Sampler { rng: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// Draws a token id from `logits`, (V,), which [`super::LogitsProcessors`] has processed. An
    /// excluded token (`-inf`) is never drawn.
    ///
    /// One random number of 53 bits is used per call, and the cumulative distribution is walked in
    /// the order of ids, so a draw depends on nothing but the seed, its turn and the logits.
    pub fn sample(&mut self, logits: &[f32]) -> u32 {
        let max = max_logit(logits);
        let total: f64 = logits.iter().map(|&logit| weight(logit, max)).sum();
        let target = self.next_uniform() * total;

        let mut cumulative = 0.0;
        for (id, &logit) in logits.iter().enumerate() {
            cumulative += weight(logit, max);
            if cumulative > target {
                return id as u32;
            }
        }
        // Reached when rounding lifts `target` to `total`, and when no weight is a number.
        pick_greedy(logits)
    }

    /// A number in [0, 1) with all 53 bits of `f64`'s precision.
    fn next_uniform(&mut self) -> f64 {
        (self.rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The id of the highest of `logits`, (V,); of equal ones the lowest id, as `torch.argmax`.
/// NaN is never picked; 0 where nothing can be.
pub fn pick_greedy(logits: &[f32]) -> u32 {
    let highest = max_logit(logits);
    if highest == f32::NEG_INFINITY {
        return 0;
    }
    // Chunk by chunk, without a branch for each: the vocabulary is large.
    let mut chunks = logits.chunks(64);
    let is_highest = |logit: &f32| *logit == highest;
    let has_it = |chunk: &[f32]| chunk.iter().fold(false, |has, logit| has | is_highest(logit));
    let chunk_idx = chunks.position(has_it).expect("it is one of them");
    let rest = &logits[64 * chunk_idx..];
    (64 * chunk_idx + rest.iter().position(is_highest).expect("it is in this chunk")) as u32
}

/// Natural logarithm of the probability that softmax of `logits`, (V,), gives to `id`.
pub fn log_probability(logits: &[f32], id: u32) -> f32 {
    let max = max_logit(logits);
    (f64::from(logits[id as usize] - max) - sum_exp(logits, max).ln()) as f32
}

/// Turns `logits`, (V,), into probabilities. Excluded tokens (`-inf`) get 0, all of them where
/// every token is excluded.
pub fn softmax_in_place(logits: &mut [f32]) {
    let max = max_logit(logits);
    if max == f32::NEG_INFINITY {
        return logits.fill(0.0);
    }
    let mut sum = 0.0;
    for logit in logits.iter_mut() {
        let weight = weight(*logit, max);
        sum += weight;
        *logit = weight as f32;
    }
    for weight in logits {
        *weight = (f64::from(*weight) / sum) as f32;
    }
}

/// The highest of `logits`, NaN passed over; `-inf` where there is none.
pub(super) fn max_logit(logits: &[f32]) -> f32 {
    max(logits)
}

/// ln(sum of exp(logit - max)).
pub(super) fn log_sum(logits: &[f32], max: f32) -> f64 {
    logits.iter().map(|&logit| weight(logit, max)).sum::<f64>().ln()
}

/// exp(logit - max). After the warpers most tokens are excluded, and need no exponential.
fn weight(logit: f32, max: f32) -> f64 {
    if logit == EXCLUDED { 0.0 } else { f64::from(logit - max).exp() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greedy_takes_the_first_of_equals_and_never_nan() {
        assert_eq!(pick_greedy(&[1.0, 3.0, 3.0]), 1);
        assert_eq!(pick_greedy(&[f32::NAN, EXCLUDED, -5.0, f32::NAN]), 2);
        assert_eq!(pick_greedy(&[EXCLUDED, EXCLUDED]), 0);
    }

    #[test]
    fn probabilities_are_stable_for_large_logits() {
        let mut logits = [1e30_f32, 1e30, EXCLUDED, -1e30];
        assert_eq!(log_probability(&logits, 1), 0.5_f32.ln());
        assert_eq!(log_probability(&logits, 2), EXCLUDED);
        softmax_in_place(&mut logits);
        assert_eq!(logits, [0.5, 0.5, 0.0, 0.0]);
        let mut excluded = [EXCLUDED; 3];
        softmax_in_place(&mut excluded);
        assert_eq!(excluded, [0.0; 3]);
    }

    /// The generator is part of what makes a generation repeatable: these draws may never change.
    #[test]
    fn draws_of_a_seed_are_the_same_everywhere() {
        let draws = |seed| {
            let mut sampler = Sampler::new(seed);
            [(); 8].map(|()| sampler.sample(&[0.0; 100]))
        };
        assert_eq!(draws(0), [70, 46, 69, 6, 87, 54, 82, 93]);
        assert_eq!(draws(super::super::MAX_SEED), [57, 34, 64, 57, 4, 58, 31, 90]);
    }

    #[test]
    fn every_token_is_drawn_as_often_as_its_probability_says() {
        let logits = [2.0, EXCLUDED, 0.5, -1.0, 1.0, -20.0];
        let mut probabilities = logits;
        softmax_in_place(&mut probabilities);

        let n_draws = 20_000;
        let mut counts = [0; 6];
        let mut sampler = Sampler::new(5);
        for _ in 0..n_draws {
            counts[sampler.sample(&logits) as usize] += 1;
        }
        for (&count, &p) in counts.iter().zip(&probabilities) {
            // Four standard deviations of a binomial distribution.
            let bound = 4.0 * (n_draws as f32 * p * (1.0 - p)).sqrt();
            assert!(
                (count as f32 - n_draws as f32 * p).abs() <= bound,
                "{counts:?} for {probabilities:?}"
            );
        }
    }

    #[test]
    fn a_row_without_numbers_does_not_stop_the_sampler() {
        assert_eq!(Sampler::new(0).sample(&[EXCLUDED; 3]), 0);
        assert_eq!(Sampler::new(0).sample(&[0.0, f32::INFINITY]), 1);
    }
}
