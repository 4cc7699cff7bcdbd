//! The keys and values that attention reads: of the tokens generated so far, and of a prompt.

use crate::error::Result;
use crate::kernels::{Chunks, PackedHead, for_each_piece};
use crate::model::zeros;

/// Keys and values of a sequence, (H, capacity, d_kv) each: a head's are side by side. Of each head the
/// first `n_tokens` rows are valid.
#[derive(Debug)]
pub struct KeyValue {
    keys: Vec<f32>,
    values: Vec<f32>,
    num_heads: usize,
    d_kv: usize,
    capacity: usize,
    n_tokens: usize,
}

impl KeyValue {
    /// Room for `capacity` tokens of `num_heads` heads of width `d_kv`.
    ///
    /// # Errors
    /// `Error::Memory` if there is none.
    pub fn new(capacity: usize, num_heads: usize, d_kv: usize) -> Result<KeyValue> {
        let inner_dim = num_heads * d_kv;
        Ok(KeyValue {
            keys: zeros(capacity * inner_dim, "attention keys")?,
            values: zeros(capacity * inner_dim, "attention values")?,
            num_heads,
            d_kv,
            capacity,
            n_tokens: 0,
        })
    }

    /// Forgets all tokens; the room stays.
    pub fn clear(&mut self) {
        self.n_tokens = 0;
    }

    /// Number of tokens held.
    pub fn n_tokens(&self) -> usize {
        self.n_tokens
    }

    /// Appends the `keys` and `values` of tokens, (T, H * d_kv) each.
    ///
    /// # Panics
    /// If there is no room.
    pub fn append(&mut self, keys: &[f32], values: &[f32]) {
        let (d_kv, inner) = (self.d_kv, self.num_heads * self.d_kv);
        let (capacity, first) = (self.capacity * d_kv, self.n_tokens * d_kv);
        for (heads, rows) in [(&mut self.keys, keys), (&mut self.values, values)] {
            for (head_idx, head) in heads.chunks_exact_mut(capacity.max(1)).enumerate() {
                copy_head(head_idx, rows, inner, d_kv, &mut head[first..]);
            }
        }
        self.n_tokens += keys.len() / inner;
    }

    /// Holds the `keys` and `values` of tokens, (T, H * d_kv) each, in place of all before. The threads of the
    /// team share the heads.
    ///
    /// # Panics
    /// If there is no room.
    pub fn fill(&mut self, keys: &[f32], values: &[f32]) {
        let (d_kv, inner, capacity) =
            (self.d_kv, self.num_heads * self.d_kv, self.capacity * self.d_kv);
        let heads =
            (Chunks::new(&mut self.keys, capacity), Chunks::new(&mut self.values, capacity));
        for_each_piece(heads, |head_idx, (head_keys, head_values)| {
            copy_head(head_idx, keys, inner, d_kv, head_keys);
            copy_head(head_idx, values, inner, d_kv, head_values);
        });
        self.n_tokens = keys.len() / inner;
    }

    /// A head's keys and values, (T, d_kv) each.
    pub fn head(&self, head_idx: usize) -> (&[f32], &[f32]) {
        let first = head_idx * self.capacity * self.d_kv;
        let held = first..first + self.n_tokens * self.d_kv;
        (&self.keys[held.clone()], &self.values[held])
    }
}

/// Copies a head's part of `rows`, (T, inner), to the beginning of `head`, (at least T, d_kv).
fn copy_head(head_idx: usize, rows: &[f32], inner: usize, d_kv: usize, head: &mut [f32]) {
    assert!(rows.len() / inner * d_kv <= head.len(), "no room for more tokens");
    for (row, place) in rows.chunks_exact(inner).zip(head.chunks_exact_mut(d_kv)) {
        place.copy_from_slice(&row[head_idx * d_kv..][..d_kv]);
    }
}

/// Keys and values as attention reads them.
#[derive(Clone, Copy)]
pub enum Memory<'a> {
    /// In f32.
    Full(&'a KeyValue),
    /// In 8 bits, a head each.
    Packed(&'a [PackedHead]),
}

impl Memory<'_> {
    /// Number of tokens S.
    pub fn n_tokens(self) -> usize {
        match self {
            Memory::Full(full) => full.n_tokens,
            Memory::Packed(heads) => heads.first().map_or(0, PackedHead::n_tokens),
        }
    }
}
