//! Attention to keys and values of 8 bits.

use super::super::scalar::{self, KEY_BLOCK, PANEL};
use super::super::twin;
use super::{Numbers, halves};

/// The kernels of attention to keys and values of 8 bits, on `x` and numbers of their own.
pub(super) fn check_attention(
    numbers: &mut Numbers,
    case: usize,
    x: &[f32],
    same: &mut impl FnMut(&str, f32, f32) -> Result<(), String>,
) -> Result<(), String> {
    let mut words = [(); 2].map(|()| vec![0; x.len()]);
    let found = twin::quantize_words(x, 5000.0, &mut words[0]);
    same("quantize_words", found, scalar::quantize_words(x, 5000.0, &mut words[1]))?;
    let mut same_words = |kernel: &str, words: &[Vec<i16>; 2]| {
        let mut pairs = words[0].iter().zip(&words[1]);
        pairs.try_for_each(|(a, b)| same(kernel, f32::from(*a), f32::from(*b)))
    };
    same_words("quantize_words", &words)?;
    let max = scalar::max(x);
    let found = twin::exp_words(x, max, &mut words[0]);
    let expected = scalar::exp_words(x, max, &mut words[1]);
    same_words("exp_words", &words)?;
    same("exp_words", found as f32, expected as f32)?;

    let (n, n_rows) = (PANEL * (1 + case % 5), 1 + case % 37);
    let small = numbers.words(n, scalar::LARGEST_BYTE as i16);
    let mut bytes = [(); 2].map(|()| vec![0; n]);
    twin::words_to_bytes(&small, &mut bytes[0]);
    scalar::words_to_bytes(&small, &mut bytes[1]);
    let mut pairs = bytes[0].iter().zip(&bytes[1]);
    pairs.try_for_each(|(a, b)| same("words_to_bytes", f32::from(*a), f32::from(*b)))?;

    let n_filled_up = n_rows.next_multiple_of(PANEL);
    let keys = numbers.bytes(n_filled_up * n);
    // What the vector kernels multiply, and what begins their sums.
    let offsets: Vec<i32> = (0..n_filled_up)
        .map(|key| {
            let panel = keys[key / PANEL * PANEL * n..][..PANEL * n].as_chunks::<4>().0;
            let bytes = panel.iter().skip(key % PANEL).step_by(PANEL).flatten();
            -i32::from(twin::QUERY_BIAS) * bytes.map(|byte| i32::from(*byte)).sum::<i32>()
        })
        .collect();
    let zeros = vec![0; n_filled_up];
    let factors = |words: &[i16], bias| {
        let mut factors = words.to_vec();
        twin::to_factors(&mut factors, bias);
        factors
    };
    let queries = [(); 2].map(|()| numbers.words(n, scalar::LARGEST_QUERY as i16));
    let of_queries = queries.each_ref().map(|words| factors(words, twin::QUERY_BIAS));
    let scales = numbers.f32s(n_filled_up);
    let bias = numbers.f32s(n_rows);
    let biases = [None, Some(&bias[..])];
    let mut outs = [(); 2].map(|()| vec![0.0; 2 * n_rows]);
    let mut same_all = |kernel: &str, outs: &[Vec<f32>; 2]| {
        outs[0].iter().zip(&outs[1]).try_for_each(|(a, b)| same(kernel, *a, *b))
    };
    let [a, b] = [(&of_queries[0][..], 0.25), (&of_queries[1][..], -1.5)];
    let expected = [(&queries[0][..], 0.25), (&queries[1][..], -1.5)];
    twin::dot_keys([a, b], &keys, &offsets, &scales, biases, halves(&mut outs[0]));
    scalar::dot_keys(expected, &keys, &zeros, &scales, biases, halves(&mut outs[1]));
    same_all("dot_keys", &outs)?;
    twin::dot_keys([b], &keys, &offsets, &scales, [biases[1]], [&mut outs[0][..n_rows]]);
    scalar::dot_keys([expected[1]], &keys, &zeros, &scales, [biases[1]], [&mut outs[1][..n_rows]]);
    same_all("dot_keys", &outs)?;
    check_values(numbers, n, same)
}

/// The sum of values of `n` columns, with fine and with coarse probabilities.
fn check_values(
    numbers: &mut Numbers,
    n: usize,
    same: &mut impl FnMut(&str, f32, f32) -> Result<(), String>,
) -> Result<(), String> {
    let block = |words: &[i16]| -> [i16; KEY_BLOCK] { words.try_into().expect("a block") };
    let fine = [(); 2].map(|()| {
        block(&numbers.words(KEY_BLOCK, scalar::LARGEST_PROBABILITY as i16)).map(i16::abs)
    });
    let (mut coarse, mut expected) = (fine, fine);
    for (found, expected) in coarse.iter_mut().zip(&mut expected) {
        same("coarsen", twin::coarsen(found) as f32, scalar::coarsen(expected) as f32)?;
        let mut pairs = found.iter().zip(expected);
        pairs.try_for_each(|(a, b)| same("coarsen", f32::from(*a), f32::from(*b)))?;
    }
    let values = numbers.bytes(KEY_BLOCK * n);
    let (scales, before) = (numbers.f32s(n), numbers.f32s(2 * n));
    let mut outs = [before.clone(), before];
    let mut same_all = |outs: &[Vec<f32>; 2]| {
        outs[0].iter().zip(&outs[1]).try_for_each(|(a, b)| same("add_values", *a, *b))
    };
    for (are_coarse, words) in [(false, fine), (true, coarse)] {
        let found = words.map(|mut words| {
            twin::to_factors(&mut words, 0);
            words
        });
        let [a, b] = [(&found[0], 0.75), (&found[1], 1.25)];
        let expected = [(&words[0], 0.75), (&words[1], 1.25)];
        twin::add_values([a, b], are_coarse, &values, &scales, halves(&mut outs[0]));
        scalar::add_values(expected, false, &values, &scales, halves(&mut outs[1]));
        same_all(&outs)?;
        twin::add_values([b], are_coarse, &values, &scales, [&mut outs[0][..n]]);
        scalar::add_values([expected[1]], false, &values, &scales, [&mut outs[1][..n]]);
        same_all(&outs)?;
    }
    Ok(())
}
