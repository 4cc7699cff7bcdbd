//! From keys and values in f32 to a [`PackedHead`].

use super::super::scalar::{KEY_BLOCK, LARGEST_BYTE, PANEL, rounded};
use super::super::{add_assign, twin};
use super::PackedHead;
use crate::error::{Error, Result};

/// Columns of values that are packed at a time.
const COLUMNS: usize = 8;

/// One head's columns of the rows of all heads.
#[derive(Clone, Copy, Debug)]
pub struct HeadRows<'a> {
    /// (S, I)
    rows: &'a [f32],
    inner: usize,
    first: usize,
    dim: usize,
}

impl<'a> HeadRows<'a> {
    /// The `dim` columns of head `head_idx` in `rows`, (S, `inner`).
    pub fn new(rows: &'a [f32], inner: usize, head_idx: usize, dim: usize) -> HeadRows<'a> {
        HeadRows { rows, inner, first: head_idx * dim, dim }
    }

    fn n_tokens(&self) -> usize {
        self.rows.len() / self.inner
    }

    /// Up to `n` rows from the `first`th on, (K) each.
    fn block(self, first: usize, n: usize) -> impl Iterator<Item = &'a [f32]> + Clone {
        let end = (first + n).min(self.n_tokens());
        let rows = self.rows[first * self.inner..end * self.inner].chunks_exact(self.inner);
        rows.map(move |row| &row[self.first..][..self.dim])
    }

    fn all(self) -> impl Iterator<Item = &'a [f32]> + Clone {
        self.block(0, self.n_tokens())
    }
}

impl PackedHead {
    /// Takes `keys` and `values`, (S, K) each, in the place of those before.
    ///
    /// # Errors
    /// `Error::Memory` if there is no room.
    pub fn fill(&mut self, keys: HeadRows, values: HeadRows) -> Result<()> {
        let (n_tokens, dim, wide) = (keys.n_tokens(), keys.dim, keys.dim.next_multiple_of(PANEL));
        let n_blocks = n_tokens.div_ceil(KEY_BLOCK);
        (self.dim, self.n_tokens) = (dim, n_tokens);
        resize(&mut self.column_scales, dim)?;
        resize(&mut self.keys, n_tokens.next_multiple_of(PANEL) * wide)?;
        resize(&mut self.key_scales, n_tokens.next_multiple_of(PANEL))?;
        resize(&mut self.key_offsets, n_tokens.next_multiple_of(PANEL))?;
        resize(&mut self.values, n_blocks * KEY_BLOCK * wide)?;
        resize(&mut self.value_scales, n_blocks * wide)?;

        let mean = mean_row(keys);
        largest_deviations(keys, &mean, &mut self.column_scales);
        let inverses: Vec<f32> = self.column_scales.iter().map(|x| inverse(*x)).collect();
        let of_keys = self.key_scales.chunks_exact_mut(PANEL);
        let of_keys = of_keys.zip(self.key_offsets.chunks_exact_mut(PANEL));
        let panels = self.keys.chunks_exact_mut(PANEL * wide).zip(of_keys);
        let (mut moved, mut words, mut bytes) = (vec![0.0; dim], vec![0; wide], vec![0; wide]);
        for (first, (panel, (scales, offsets))) in (0..).step_by(PANEL).zip(panels) {
            panel.fill(0);
            scales.fill(0.0);
            offsets.fill(0);
            for (lane, key) in keys.block(first, PANEL).enumerate() {
                for (((moved, x), mean), inverse) in
                    moved.iter_mut().zip(key).zip(&mean).zip(&inverses)
                {
                    *moved = (x - mean) * inverse;
                }
                (scales[lane], offsets[lane]) =
                    pack_key(&moved, (&mut words, &mut bytes), lane, panel);
            }
        }
        let blocks = self.values.chunks_exact_mut(KEY_BLOCK * wide);
        let blocks = blocks.zip(self.value_scales.chunks_exact_mut(wide));
        for (first, (block, scales)) in (0..).step_by(KEY_BLOCK).zip(blocks) {
            pack_values(values, first, block, scales);
        }
        Ok(())
    }
}

/// The mean of rows, (K).
fn mean_row(rows: HeadRows) -> Vec<f32> {
    let mut mean = vec![0.0; rows.dim];
    for row in rows.all() {
        add_assign(&mut mean, row);
    }
    let n_rows = rows.n_tokens() as f32;
    mean.iter_mut().for_each(|x| *x /= n_rows);
    mean
}

/// Writes how far the farthest of rows is from their mean in each column, (K).
fn largest_deviations(rows: HeadRows, mean: &[f32], largest: &mut [f32]) {
    largest.fill(0.0);
    for row in rows.all() {
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

/// 1 / x of what is not negative, or 0 for what is too small to have one.
fn inverse(x: f32) -> f32 {
    if x < f32::MIN_POSITIVE { 0.0 } else { 1.0 / x }
}

/// Rounds a key, (K), into its place in a panel by way of `words` and `bytes`, (K filled up); returns its factor and
/// its offset.
fn pack_key(
    key: &[f32],
    (words, bytes): (&mut [i16], &mut [i8]),
    lane: usize,
    panel: &mut [i8],
) -> (f32, i32) {
    let scale = twin::quantize_words(key, LARGEST_BYTE, &mut words[..key.len()]);
    twin::words_to_bytes(words, bytes);
    let places = panel.as_chunks_mut::<4>().0.iter_mut().skip(lane).step_by(PANEL);
    for (place, four) in places.zip(bytes.as_chunks::<4>().0) {
        *place = *four;
    }
    let sum: i32 = words.iter().map(|word| i32::from(*word)).sum();
    (scale, -i32::from(twin::QUERY_BIAS) * sum)
}

/// Packs the values of a block, those of up to 64 tokens from the `first`th on; the rest of the block has zeros.
fn pack_values(values: HeadRows, first: usize, block: &mut [i8], scales: &mut [f32]) {
    block.fill(0);
    // A few columns at a time, so that what belongs to them stays in registers.
    for (col, scales) in (0..values.dim).step_by(COLUMNS).zip(scales.as_chunks_mut().0) {
        let columns = |row: &[f32]| match row[col..].first_chunk::<COLUMNS>() {
            Some(columns) => *columns,
            None => filled_up(&row[col..]),
        };
        let mut most = [0f32; COLUMNS];
        for row in values.block(first, KEY_BLOCK) {
            for (most, x) in most.iter_mut().zip(columns(row)) {
                *most = larger(*most, x.abs());
            }
        }
        let to_bytes = most.map(|most| LARGEST_BYTE * inverse(most));
        *scales = most.map(|most| most / LARGEST_BYTE);
        let panel = &mut block[col / PANEL * PANEL * KEY_BLOCK..][..PANEL * KEY_BLOCK];
        let mut rows = values.block(first, KEY_BLOCK);
        for step in panel.as_chunks_mut::<{ 4 * PANEL }>().0 {
            // Four bytes of each column, put together in all columns at once.
            let mut fours = [0u32; COLUMNS];
            for (i, row) in rows.by_ref().take(4).enumerate() {
                for ((four, x), to_bytes) in fours.iter_mut().zip(columns(row)).zip(to_bytes) {
                    *four |= (rounded(x * to_bytes) as u32 & 0xff) << (8 * i);
                }
            }
            let places = step[4 * (col % PANEL)..].as_chunks_mut::<4>().0;
            for (place, four) in places.iter_mut().zip(fours) {
                *place = four.to_le_bytes().map(|byte| byte as i8);
            }
        }
    }
}

/// The last columns of a row that fills none. Apart, so that those of all other rows are loaded as vectors.
#[cold]
fn filled_up(columns: &[f32]) -> [f32; COLUMNS] {
    std::array::from_fn(|i| columns.get(i).copied().unwrap_or(0.0))
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
