//! Compares the vector kernels with their scalar twins on this very machine.

mod attention;
mod tiles;

use super::packed::Order;
use super::scalar::{self, BLOCK, GROUP, Q4_0_BYTES, Q8_0_BYTES, QuantizedRow, TILE, TileBlock};
use super::twin;
use attention::check_attention;
use tiles::check_word_tiles;

/// A small portable generator (xorshift) so that the check needs no dependency.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Words of at most `most`.
    fn words(&mut self, n: usize, most: i16) -> Vec<i16> {
        (0..n).map(|_| (self.next() as i16) % (most + 1)).collect()
    }

    fn bytes(&mut self, n: usize) -> Vec<i8> {
        (0..n).map(|_| (self.next() as i8).max(-127)).collect()
    }

    fn f32s(&mut self, n: usize) -> Vec<f32> {
        (0..n).map(|_| (self.next() >> 40) as f32 / (1u64 << 21) as f32 - 4.0).collect()
    }

    /// A packed group of random bytes, blocks of `block_bytes` a row, whose f16 scales are finite and
    /// moderate.
    fn group(&mut self, n_blocks: usize, block_bytes: usize) -> Vec<u8> {
        let packed_bytes = GROUP * block_bytes;
        let mut bytes: Vec<u8> = (0..n_blocks * packed_bytes).map(|_| self.next() as u8).collect();
        for block in bytes.chunks_exact_mut(packed_bytes) {
            for scale in block[packed_bytes - 2 * GROUP..].as_chunks_mut::<2>().0 {
                // Exponent bits 0xxxx: below 2.0, subnormals and both signs included.
                scale[1] &= 0b1011_1111;
            }
        }
        bytes
    }
}

/// Runs every vector kernel and its scalar twin on `n_cases` random inputs made from `seed` and
/// returns the number of comparisons.
///
/// # Errors
/// Names the first kernel whose results differ in any bit, and by how much.
pub fn self_check(seed: u32, n_cases: usize) -> std::result::Result<usize, String> {
    let mut numbers = Numbers(seed as u64 * 2 + 0x9e37_79b9_7f4a_7c15);
    let mut n_comparisons = 0;
    let mut same = |kernel: &str, a: f32, b: f32| {
        n_comparisons += 1;
        if a.to_bits() == b.to_bits() {
            Ok(())
        } else {
            Err(format!("kernel `{kernel}` gives {a:e} where its scalar twin gives {b:e}"))
        }
    };
    for case in 0..n_cases {
        let n = 1 + case % 131;
        let (x, y) = (numbers.f32s(n), numbers.f32s(n));
        same("dot", twin::dot(&x, &y), scalar::dot(&x, &y))?;

        let n_rows = 1 + case % 10;
        let rows = numbers.f32s(n_rows * n);
        let (mut a, mut b) = (numbers.f32s(2 * n_rows), vec![0.0; 2 * n_rows]);
        twin::dot_rows([&x, &y], &rows, halves(&mut a));
        scalar::dot_rows([&x, &y], &rows, halves(&mut b));
        a.iter().zip(&b).try_for_each(|(a, b)| same("dot_rows", *a, *b))?;
        twin::dot_rows([&y], &rows, [&mut a[..n_rows]]);
        a[..n_rows].iter().zip(&b[n_rows..]).try_for_each(|(a, b)| same("dot_rows", *a, *b))?;

        let factors = b.split_at(n_rows);
        let (mut a, mut b) = (vec![1.0; 2 * n], vec![2.0; 2 * n]);
        twin::sum_rows([factors.0, factors.1], &rows, halves(&mut a));
        scalar::sum_rows([factors.0, factors.1], &rows, halves(&mut b));
        a.iter().zip(&b).try_for_each(|(a, b)| same("sum_rows", *a, *b))?;
        twin::sum_rows([factors.1], &rows, [&mut a[..n]]);
        a[..n].iter().zip(&b[n..]).try_for_each(|(a, b)| same("sum_rows", *a, *b))?;

        let (mut a, mut b) = (x.clone(), x.clone());
        let max = scalar::max(&x);
        same("max", twin::max(&x), max)?;
        same("exp_assign", twin::exp_assign(&mut a, max), scalar::exp_assign(&mut b, max))?;
        a.iter().zip(&b).try_for_each(|(a, b)| same("exp_assign", *a, *b))?;

        let (a, b) = (twin::sum_exp(&x, max), scalar::sum_exp(&x, max));
        same("sum_exp", a as f32, b as f32)?;

        let (mut a, mut b) = (x.clone(), x.clone());
        twin::gelu_new_mul(&mut a, &y);
        scalar::gelu_new_mul(&mut b, &y);
        a.iter().zip(&b).try_for_each(|(a, b)| same("gelu_new_mul", *a, *b))?;

        check_attention(&mut numbers, case, &x, &mut same)?;

        let n_blocks = 1 + case % 9;
        let activations = numbers.f32s(4 * n_blocks * BLOCK);
        let mut blocks = vec![[0i16; BLOCK]; 4 * n_blocks];
        let mut scales = Vec::with_capacity(4 * n_blocks);
        for (x, q) in activations.as_chunks::<BLOCK>().0.iter().zip(&mut blocks) {
            let mut twin_quants = [0i16; BLOCK];
            let scale = scalar::quantize_block(x, q);
            same("quantize_block", twin::quantize_block(x, &mut twin_quants), scale)?;
            for (a, b) in twin_quants.iter().zip(q.iter()) {
                same("quantize_block", *a as f32, *b as f32)?;
            }
            scales.push(scale);
        }
        let mut scaled = blocks.clone();
        let mut offsets = Vec::with_capacity(blocks.len());
        for (block, scaled) in blocks.iter().zip(&mut scaled) {
            let mut twin_scaled = [0i16; BLOCK];
            let offset = scalar::nibble_block(block, scaled);
            let twin_offset = twin::nibble_block(block, &mut twin_scaled);
            same("nibble_block", twin_offset as f32, offset as f32)?;
            for (a, b) in twin_scaled.iter().zip(scaled.iter()) {
                same("nibble_block", *a as f32, *b as f32)?;
            }
            offsets.push(offset);
        }
        let mut bytes = vec![[0i8; BLOCK]; blocks.len()];
        let mut sums = Vec::with_capacity(blocks.len());
        for (x, bytes) in activations.as_chunks::<BLOCK>().0.iter().zip(&mut bytes) {
            let mut twin_bytes = [0i8; BLOCK];
            let (scale, sum) = scalar::quantize_block_to_bytes(x, bytes);
            let (twin_scale, twin_sum) = twin::quantize_block_to_bytes(x, &mut twin_bytes);
            same("quantize_block_to_bytes", twin_scale, scale)?;
            same("quantize_block_to_bytes", twin_sum as f32, sum as f32)?;
            for (a, b) in twin_bytes.iter().zip(bytes.iter()) {
                same("quantize_block_to_bytes", *a as f32, *b as f32)?;
            }
            sums.push(sum);
        }
        for blocks in bytes.as_chunks::<TILE>().0 {
            let [mut found, mut expected] = [TileBlock::default(); 2];
            twin::interleave(blocks.each_ref(), &mut found.values);
            scalar::interleave(blocks.each_ref(), &mut expected.values);
            let flat = |tile: TileBlock| tile.values.into_iter().flatten().flatten();
            for (a, b) in flat(found).zip(flat(expected)) {
                same("interleave of bytes", f32::from(a), f32::from(b))?;
            }
        }
        check_word_tiles(&mut numbers, &blocks, &scales, &mut same)?;
        let group = numbers.group(n_blocks, Q4_0_BYTES);
        let mut wide = [(); 2].map(|()| vec![0; n_blocks * GROUP * Q8_0_BYTES]);
        twin::widen_group(&group, &mut wide[0]);
        scalar::widen_group(&group, &mut wide[1]);
        for (a, b) in wide[0].iter().zip(&wide[1]) {
            same("widen_group", f32::from(*a), f32::from(*b))?;
        }
        let of_bias = |bias: i32| -> Vec<i32> { sums.iter().map(|sum| -bias * sum).collect() };
        let zeros = vec![0; offsets.len()];
        macro_rules! same_dots {
            ($name:literal, $dots:ident, $block_bytes:expr, $blocks:expr, $offsets:expr $(, $bias:expr)?) => {
                let xs: [_; 4] = std::array::from_fn(|t| QuantizedRow {
                    blocks: &$blocks[t * n_blocks..][..n_blocks],
                    scales: &scales[t * n_blocks..][..n_blocks],
                    offsets: &$offsets[t * n_blocks..][..n_blocks],
                });
                let group = numbers.group(n_blocks, $block_bytes);
                let expected = scalar::$dots(&group, xs $(, $bias)?);
                let four = twin::$dots(&group, xs $(, $bias)?);
                let two = twin::$dots(&group, [xs[0], xs[1]] $(, $bias)?);
                let one = twin::$dots(&group, [xs[0]] $(, $bias)?);
                for found in [four.as_flattened(), two.as_flattened(), one.as_flattened()] {
                    let pairs = found.iter().zip(expected.as_flattened());
                    pairs.map(|(a, b)| same($name, *a, *b)).collect::<Result<(), String>>()?;
                }
            };
        }
        same_dots!("dots_q8_0", dots_q8_0, Q8_0_BYTES, blocks, zeros);
        same_dots!("dots_q4_0", dots_q4_0, Q4_0_BYTES, scaled, offsets);
        let nibble_offsets = of_bias(scalar::NIBBLE_BIAS);
        same_dots!("dots_q4_0_fours", dots_q4_0_fours, Q4_0_BYTES, bytes, nibble_offsets);
        // Only what this machine is known to multiply exactly.
        if let Order::Fours { bias } = twin::order_q8_0() {
            let offsets = of_bias(i32::from(bias));
            let signed = bias == 0;
            same_dots!("dots_q8_0_fours", dots_q8_0_fours, Q8_0_BYTES, bytes, offsets, signed);
            let tile: Vec<TileBlock> = (0..n_blocks)
                .map(|block_idx| {
                    let at = |token: usize| token * n_blocks + block_idx;
                    TileBlock {
                        values: std::array::from_fn(|four| {
                            std::array::from_fn(|token| bytes[at(token)].as_chunks::<4>().0[four])
                        }),
                        scales: std::array::from_fn(|token| scales[at(token)]),
                        offsets: std::array::from_fn(|token| offsets[at(token)]),
                    }
                })
                .collect();
            let group = numbers.group(n_blocks, Q8_0_BYTES);
            let mut row_scales = vec![[0.0; GROUP]; n_blocks];
            scalar::scales_of_group::<{ GROUP * Q8_0_BYTES }>(&group, &mut row_scales);
            let mut found = vec![[0.0; GROUP]; n_blocks];
            twin::scales_of_group::<{ GROUP * Q8_0_BYTES }>(&group, &mut found);
            for (a, b) in found.as_flattened().iter().zip(row_scales.as_flattened()) {
                same("scales_of_group", *a, *b)?;
            }
            let found = twin::dots_q8_0_tile(&group, &row_scales, &tile, signed);
            let rows: [_; TILE] = std::array::from_fn(|t| QuantizedRow {
                blocks: &bytes[t * n_blocks..][..n_blocks],
                scales: &scales[t * n_blocks..][..n_blocks],
                offsets: &offsets[t * n_blocks..][..n_blocks],
            });
            // The tile's twin, and the same rows one by one.
            let expected = scalar::dots_q8_0_tile(&group, &row_scales, &tile, signed);
            let alone = scalar::dots_q8_0_fours(&group, rows, signed);
            for expected in [expected, alone] {
                for (a, b) in found.as_flattened().iter().zip(expected.as_flattened()) {
                    same("dots_q8_0_tile", *a, *b)?;
                }
            }
        }
    }
    Ok(n_comparisons)
}

fn halves(x: &mut [f32]) -> [&mut [f32]; 2] {
    x.split_at_mut(x.len() / 2).into()
}
