//! How likely the tokens that may come next are: the changes that only sampling makes to logits.
//!
//! Arithmetic and types follow Hugging Face's, step by step, so that the same tokens are kept at
//! the edge of a cut: probabilities are `f32`, their running sum is accumulated in `f64` and
//! rounded to `f32` where it is compared (as `torch.cumsum` does), and equal values are taken in
//! the order of their ids (as a stable sort does).
//!
//! Source: the `...LogitsWarper` classes of Hugging Face transformers 4.57, `logits_process.py`,
//! in the order and under the conditions of `GenerationMixin._get_logits_processor`.

use super::GenerationConfig;
use super::sampler::{EXCLUDED, log_sum, max_logit, softmax_in_place};

/// Applies temperature, top_k, top_p, min_p and typical_p to the logits of one step after another.
/// Each keeps at least one token.
#[derive(Debug, Clone)]
pub(super) struct LogitsWarpers {
    temperature: f32,
    top_k: usize,
    top_p: f64,
    min_p: Option<f32>,
    typical_p: f32,
    /// (V,); scratch of every warper in turn.
    values: Vec<f32>,
    /// (V,); scratch.
    probabilities: Vec<f32>,
    /// Room for V ids; scratch.
    order: Vec<u32>,
}

impl LogitsWarpers {
    pub(super) fn new(config: &GenerationConfig, n_vocab: usize) -> Self {
        LogitsWarpers {
            temperature: config.temperature as f32,
            top_k: config.top_k.min(n_vocab),
            top_p: config.top_p,
            min_p: config.min_p.map(|min_p| min_p as f32),
            typical_p: config.typical_p as f32,
            values: vec![0.0; n_vocab],
            probabilities: vec![0.0; n_vocab],
            order: Vec::with_capacity(n_vocab),
        }
    }

    /// Changes `logits`, (V,), of which at least one is not `-inf`.
    pub(super) fn warp(&mut self, logits: &mut [f32]) {
        for logit in logits.iter_mut() {
            *logit /= self.temperature;
        }
        if self.top_k > 0 {
            self.keep_top_k(logits);
        }
        if self.top_p < 1.0 {
            self.keep_top_p(logits);
        }
        if let Some(min_p) = self.min_p {
            self.keep_min_p(logits, min_p);
        }
        if self.typical_p < 1.0 {
            self.keep_typical_p(logits);
        }
    }

    /// `TopKLogitsWarper`: all that are not below the k-th; more than k where there are equals.
    fn keep_top_k(&mut self, logits: &mut [f32]) {
        self.values.copy_from_slice(logits);
        let (_, kth, _) = self.values.select_nth_unstable_by(self.top_k - 1, |a, b| b.total_cmp(a));
        for logit in logits {
            if *logit < *kth {
                *logit = EXCLUDED;
            }
        }
    }

    /// `TopPLogitsWarper`: from the least likely up, excludes tokens while their sum is at most
    /// 1 - top_p.
    fn keep_top_p(&mut self, logits: &mut [f32]) {
        self.set_probabilities(logits);
        let threshold = (1.0 - self.top_p) as f32;
        let is_excluded = |cumulative: f32| cumulative <= threshold;
        let n_excluded = split(&mut self.order, logits, &self.probabilities, is_excluded);
        for &id in &self.order[..n_excluded.min(self.order.len() - 1)] {
            logits[id as usize] = EXCLUDED;
        }
    }

    /// `MinPLogitsWarper`: all of at least `min_p` times the highest probability.
    fn keep_min_p(&mut self, logits: &mut [f32], min_p: f32) {
        self.set_probabilities(logits);
        let threshold = min_p * max_logit(&self.probabilities);
        for (logit, &p) in logits.iter_mut().zip(&self.probabilities) {
            if p < threshold {
                *logit = EXCLUDED;
            }
        }
    }

    /// `TypicalLogitsWarper`: sorts tokens by how far their surprise (-ln p) is from the expected
    /// one (the entropy), and keeps the nearest up to the one with which they reach typical_p.
    fn keep_typical_p(&mut self, logits: &mut [f32]) {
        self.set_probabilities(logits);
        let max = max_logit(logits);
        let log_sum = log_sum(logits, max) as f32;
        let surprise = |id: u32| log_sum - (logits[id as usize] - max);
        let probability = |id: u32| f64::from(self.probabilities[id as usize]);

        let entropy: f64 =
            self.order.iter().map(|&id| f64::from(surprise(id)) * probability(id)).sum();
        for &id in &self.order {
            self.values[id as usize] = (surprise(id) - entropy as f32).abs();
        }

        let is_below_mass = |cumulative: f32| cumulative < self.typical_p;
        let n_below = split(&mut self.order, &self.values, &self.probabilities, is_below_mass);
        let last = self.order[n_below.min(self.order.len() - 1)];
        for &id in &self.order {
            if self.values[id as usize] > self.values[last as usize] {
                logits[id as usize] = EXCLUDED;
            }
        }
    }

    /// Fills `probabilities` with softmax of `logits` and `order` with the ids not yet excluded.
    fn set_probabilities(&mut self, logits: &[f32]) {
        self.probabilities.copy_from_slice(logits);
        softmax_in_place(&mut self.probabilities);
        self.order.clear();
        self.order.extend((0..logits.len() as u32).filter(|&id| logits[id as usize] > EXCLUDED));
    }
}

/// Splits `ids` at the place where, if they were sorted by their `values` (ascending, equal ones by
/// id), the running sum of their `probabilities` would cease to be `is_within`. Returns that place;
/// the id at it, or the last one, is where sorting would put it.
///
/// A binary search that orders no more than it needs: a whole sort of a vocabulary would take as
/// long as a step of the model.
fn split(
    ids: &mut [u32],
    values: &[f32],
    probabilities: &[f32],
    is_within: impl Fn(f32) -> bool,
) -> usize {
    // Adding zero makes -0.0 and 0.0 equal.
    let value = |id: u32| values[id as usize] + 0.0;
    let ascending = |a: &u32, b: &u32| value(*a).total_cmp(&value(*b)).then(a.cmp(b));
    let sum =
        |ids: &[u32]| -> f64 { ids.iter().map(|&id| f64::from(probabilities[id as usize])).sum() };

    let (mut start, mut end) = (0, ids.len());
    let mut cumulative = 0.0;
    while start < end {
        let middle = (start + end) / 2;
        ids[start..end].select_nth_unstable_by(middle - start, ascending);
        let sum_to_middle = cumulative + sum(&ids[start..=middle]);
        if is_within(sum_to_middle as f32) {
            (start, cumulative) = (middle + 1, sum_to_middle);
        } else {
            end = middle;
        }
    }
    start
}
