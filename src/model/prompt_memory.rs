//! What attention keeps of a prompt: in models of quantized weights a quarter of the memory of f32.

use crate::config::T5Config;
use crate::error::Result;
use crate::kernels::{Chunks, HeadRows, PackedHead, for_each_piece};
use crate::model::key_value::{KeyValue, Memory};

/// Keys and values of a prompt of S tokens in one block.
#[derive(Debug)]
pub enum PromptMemory {
    /// As computed.
    Full(KeyValue),
    /// In 8 bits, a head each of width `d_kv`.
    Packed {
        /// (H)
        heads: Vec<PackedHead>,
        d_kv: usize,
    },
}

impl PromptMemory {
    /// For `n_tokens` tokens, packed if `is_quantized`.
    ///
    /// # Errors
    /// `Error::Memory` if there is no room.
    pub fn new(config: &T5Config, n_tokens: usize, is_quantized: bool) -> Result<PromptMemory> {
        let (num_heads, d_kv) = (config.num_heads, config.d_kv);
        if !is_quantized {
            return Ok(PromptMemory::Full(KeyValue::new(n_tokens, num_heads, d_kv)?));
        }
        let mut heads = Vec::new();
        heads.resize_with(num_heads, PackedHead::default);
        Ok(PromptMemory::Packed { heads, d_kv })
    }

    /// Whether it is in 8 bits.
    pub fn is_packed(&self) -> bool {
        matches!(self, PromptMemory::Packed { .. })
    }

    /// Takes the `keys` and `values` of all tokens, (S, H * d_kv) each, in place of those before. The threads of the
    /// team share the heads.
    ///
    /// # Errors
    /// `Error::Memory` if there is no room.
    pub fn fill(&mut self, keys: &[f32], values: &[f32]) -> Result<()> {
        match self {
            PromptMemory::Full(full) => full.fill(keys, values),
            PromptMemory::Packed { heads, d_kv } => {
                let inner = heads.len() * *d_kv;
                let mut results: Vec<_> = heads.iter_mut().map(|head| (head, Ok(()))).collect();
                for_each_piece(Chunks::new(&mut results, 1), |idx, piece| {
                    let (head, result) = &mut piece[0];
                    let rows = |x| HeadRows::new(x, inner, idx, *d_kv);
                    *result = head.fill(rows(keys), rows(values));
                });
                results.into_iter().try_for_each(|(_, result)| result)?;
            }
        }
        Ok(())
    }

    /// As attention reads it.
    pub fn memory(&self) -> Memory<'_> {
        match self {
            PromptMemory::Full(full) => Memory::Full(full),
            PromptMemory::Packed { heads, .. } => Memory::Packed(heads),
        }
    }
}
