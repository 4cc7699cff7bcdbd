//! From keys and values in f32 to a [`PackedHead`].

use super::super::scalar::{KEY_BLOCK, LARGEST_BYTE, PANEL, rounded};
use super::super::{add_assign, twin};
use super::PackedHead;
use crate::error::{Error, Result};

/// Columns of values that are packed at a time.
const COLUMNS: usize = 8;

impl PackedHead {
    /// Takes `keys` and `values`, (S, K) each, in the place of those before.
    ///
    /// # Errors
    /// `Error::Memory` if there is no room.
    pub fn fill(&mut self, keys: &[f32], values: &[f32], dim: usize) -> Result<()> {
        let (n_tokens, wide) = (keys.len() / dim, dim.next_multiple_of(PANEL));
        let n_blocks = n_tokens.div_ceil(KEY_BLOCK);
        (self.dim, self.n_tokens) = (dim, n_tokens);
        resize(&mut self.column_scales, dim)?;
        resize(&mut self.keys, n_tokens.next_multiple_of(PANEL) * wide)?;
        resize(&mut self.key_scales, n_tokens.next_multiple_of(PANEL))?;
        resize(&mut self.key_offsets, n_tokens.next_multiple_of(PANEL))?;
        resize(&mut self.values, n_blocks * KEY_BLOCK * wide)?;
        resize(&mut self.value_scales, n_blocks * wide)?;

        let mean = mean_row(keys, dim);
        largest_deviations(keys, &mean, &mut self.column_scales);
        let inverses: Vec<f32> = self.column_scales.iter().map(|x| inverse(*x)).collect();
        let panels = self.keys.chunks_exact_mut(PANEL * wide).zip(keys.chunks(PANEL * dim));
        let of_keys = self.key_scales.chunks_exact_mut(PANEL);
        let of_keys = of_keys.zip(self.key_offsets.chunks_exact_mut(PANEL));
        let (mut moved, mut words) = (vec![0.0; dim], vec![0; wide]);
        for ((panel, keys), (scales, offsets)) in panels.zip(of_keys) {
            panel.fill(0);
            scales.fill(0.0);
            offsets.fill(0);
            for (lane, key) in keys.chunks_exact(dim).enumerate() {
                for (((moved, x), mean), inverse) in
                    moved.iter_mut().zip(key).zip(&mean).zip(&inverses)
                {
                    *moved = (x - mean) * inverse;
                }
                (scales[lane], offsets[lane]) = pack_key(&moved, &mut words, lane, panel);
            }
        }
        let blocks = self.values.chunks_exact_mut(KEY_BLOCK * wide);
        let blocks = blocks.zip(self.value_scales.chunks_exact_mut(wide));
        for ((block, scales), values) in blocks.zip(values.chunks(KEY_BLOCK * dim)) {
            pack_values(values, dim, block, scales);
        }
        Ok(())
    }
}

/// The mean of rows, (n, K).
fn mean_row(rows: &[f32], dim: usize) -> Vec<f32> {
    let mut mean = vec![0.0; dim];
    for row in rows.chunks_exact(dim) {
        add_assign(&mut mean, row);
    }
    let n_rows = (rows.len() / dim) as f32;
    mean.iter_mut().for_each(|x| *x /= n_rows);
    mean
}

/// Writes how far the farthest of rows, (n, K), is from their mean in each column, (K).
fn largest_deviations(rows: &[f32], mean: &[f32], largest: &mut [f32]) {
    largest.fill(0.0);
    for row in rows.chunks_exact(mean.len()) {
        for ((largest, x), mean) in largest.iter_mut().zip(row).zip(mean) {
            *largest = larger(*largest, (x - mean).abs());
        }
    }
}

/// One instruction of vector machines, unlike `f32::max`.
#[inline(always)]
fn larger(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// 1 / x, or 0 for 0.
fn inverse(x: f32) -> f32 {
    if x == 0.0 { 0.0 } else { 1.0 / x }
}

/// Rounds a key, (K), into its place in a panel by way of `words`, (K filled up); returns its factor and its offset.
fn pack_key(key: &[f32], words: &mut [i16], lane: usize, panel: &mut [i8]) -> (f32, i32) {
    let scale = twin::quantize_words(key, LARGEST_BYTE, &mut words[..key.len()]);
    let places = panel.as_chunks_mut::<4>().0.iter_mut().skip(lane).step_by(PANEL);
    for (place, four) in places.zip(words.as_chunks::<4>().0) {
        *place = four.map(|word| word as i8);
    }
    let sum: i32 = words.iter().map(|word| i32::from(*word)).sum();
    (scale, -i32::from(twin::QUERY_BIAS) * sum)
}

/// Packs the values of a block, (up to 64, K); the rest of the block has zeros.
fn pack_values(values: &[f32], dim: usize, block: &mut [i8], scales: &mut [f32]) {
    block.fill(0);
    // A few columns at a time, so that what belongs to them stays in registers.
    for (first, scales) in (0..dim).step_by(COLUMNS).zip(scales.as_chunks_mut::<COLUMNS>().0) {
        let n = COLUMNS.min(dim - first);
        let columns = |row: &[f32]| {
            let mut columns = [0.0; COLUMNS];
            columns[..n].copy_from_slice(&row[first..first + n]);
            columns
        };
        let mut most = [0f32; COLUMNS];
        for row in values.chunks_exact(dim) {
            for (most, x) in most.iter_mut().zip(columns(row)) {
                *most = larger(*most, x.abs());
            }
        }
        let to_bytes = most.map(|most| LARGEST_BYTE * inverse(most));
        *scales = most.map(|most| most / LARGEST_BYTE);
        let panel = &mut block[first / PANEL * PANEL * KEY_BLOCK..][..PANEL * KEY_BLOCK];
        let steps = panel.as_chunks_mut::<{ 4 * PANEL }>().0.iter_mut();
        for (step, rows) in steps.zip(values.chunks(4 * dim)) {
            let places = &mut step[4 * (first % PANEL)..][..4 * COLUMNS].as_chunks_mut::<4>().0;
            for (i, row) in rows.chunks_exact(dim).enumerate() {
                for ((place, x), to_bytes) in places.iter_mut().zip(columns(row)).zip(to_bytes) {
                    place[i] = rounded(x * to_bytes) as i8;
                }
            }
        }
    }
}

/// Makes `x` a buffer of `n`, of which what was there is unspecified.
fn resize<T: Clone + Default>(x: &mut Vec<T>, n: usize) -> Result<()> {
    x.try_reserve_exact(n.saturating_sub(x.len())).map_err(|_| Error::Memory {
        message: "attention's keys and values".into(),
        needed_bytes: (n * size_of::<T>()) as u64,
    })?;
    x.resize(n, T::default());
    Ok(())
}
