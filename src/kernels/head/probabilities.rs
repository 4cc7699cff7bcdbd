//! From scores to probabilities, in words and a factor of each block.

use super::super::scalar::{COARSE_SHARE, KEY_BLOCK};
use super::super::twin;

/// Turns scores, (S), into probabilities: words, (S filled up); for each block the factor of its words, which makes
/// the sum of all of them 1; and whether they are coarse. `sums` is room for a number of each block.
pub(super) fn to_probabilities(
    scores: &[f32],
    words: &mut [i16],
    factors: &mut [f32],
    are_coarse: &mut [bool],
    sums: &mut [i32],
) {
    for (scores, max) in scores.chunks(KEY_BLOCK).zip(&mut *factors) {
        *max = twin::max(scores);
    }
    let (blocks, _) = words.as_chunks_mut::<KEY_BLOCK>();
    let of_blocks = scores.chunks(KEY_BLOCK).zip(blocks).zip(&*factors).zip(&mut *sums);
    for (((scores, words), max), sum) in of_blocks {
        if scores.len() < KEY_BLOCK {
            words[scores.len()..].fill(0);
        }
        *sum = twin::exp_words(scores, *max, &mut words[..scores.len()]);
    }
    let max = twin::max(factors);
    twin::exp_assign(factors, max);
    let total_of = |sums: &[i32], factors: &[f32]| -> f32 {
        sums.iter().zip(factors).map(|(sum, factor)| *sum as f32 * factor).sum()
    };
    let least = COARSE_SHARE * total_of(sums, factors);
    let of_blocks = words.as_chunks_mut().0.iter_mut().zip(&*factors).zip(are_coarse);
    for (((words, factor), is_coarse), sum) in of_blocks.zip(&mut *sums) {
        *is_coarse = *sum as f32 * factor < least;
        if *is_coarse {
            *sum = twin::coarsen(words);
        }
    }
    twin::to_factors(words, 0);
    let total = total_of(sums, factors);
    for factor in factors {
        *factor /= total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::scalar::LARGEST_PROBABILITY;

    #[test]
    fn what_is_taken_off_a_probability_goes_to_the_eighth_after_it() {
        let mut words = [0; KEY_BLOCK];
        for (lane, column) in
            [[63, 63, 200, 0], [16_256, 64, 63, 1], [0, 0, 0, 0]].into_iter().enumerate()
        {
            (0..4).for_each(|i| words[8 * i + lane] = column[i]);
        }
        let sum = twin::coarsen(&mut words);
        let column = |lane: usize| [0, 1, 2, 3].map(|i| words[8 * i + lane]);
        assert_eq!(column(0), [0, 128, 256, 0]);
        assert_eq!(column(1), [16_256, 128, 0, 0]);
        assert_eq!(column(2), [0; 4]);
        assert_eq!(sum, 128 + 256 + 16_256 + 128);
        // No factor has more than 7 bits.
        let mut words = [LARGEST_PROBABILITY as i16; KEY_BLOCK];
        twin::coarsen(&mut words);
        assert_eq!(words, [LARGEST_PROBABILITY as i16; KEY_BLOCK]);
    }

    #[test]
    fn only_blocks_that_matter_little_are_coarse() {
        let mut scores: Vec<f32> =
            (0..3 * KEY_BLOCK).map(|i| (i as f32 * 0.618).fract() * 2.0 - 1.0).collect();
        // Three quarters of the query are the second block's.
        scores[KEY_BLOCK..2 * KEY_BLOCK].iter_mut().for_each(|score| *score += 1.7);
        let (mut words, mut factors) = (vec![0; scores.len()], [0.0; 3]);
        let (mut are_coarse, mut sums) = ([false; 3], [0; 3]);
        to_probabilities(&scores, &mut words, &mut factors, &mut are_coarse, &mut sums);
        assert_eq!(are_coarse, [true, false, true]);
        let blocks = words.as_chunks::<KEY_BLOCK>().0;
        assert!(blocks[0].iter().all(|word| word % 128 == 0), "{:?}", blocks[0]);
        assert!(blocks[1].iter().any(|word| word % 128 != 0), "{:?}", blocks[1]);
        let total: f32 = blocks
            .iter()
            .zip(factors)
            .map(|(words, factor)| words.iter().map(|word| f32::from(*word) * factor).sum::<f32>())
            .sum();
        assert!((total - 1.0).abs() < 1e-5, "{total}");
    }
}
