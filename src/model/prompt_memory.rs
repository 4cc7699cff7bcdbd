//! What attention keeps of a prompt: in models of quantized weights a quarter of the memory of f32.

use crate::error::Result;
use crate::kernels::{Chunks, PackedHead, for_each_piece};
use crate::model::key_value::{KeyValue, Memory};

/// Keys and values of a prompt of S tokens in one block of the decoder.
#[derive(Debug)]
pub enum PromptMemory {
    /// As computed.
    Full(KeyValue),
    /// In 8 bits, a head each.
    Packed(Vec<PackedHead>),
}

impl PromptMemory {
    /// Takes keys and values, packed if `is_quantized`.
    ///
    /// # Errors
    /// `Error::Memory` if there is no room.
    pub fn new(full: KeyValue, is_quantized: bool) -> Result<PromptMemory> {
        if !is_quantized {
            return Ok(PromptMemory::Full(full));
        }
        let mut heads = Vec::new();
        pack_heads(&full, &mut heads)?;
        Ok(PromptMemory::Packed(heads))
    }

    /// As attention reads it.
    pub fn memory(&self) -> Memory<'_> {
        match self {
            PromptMemory::Full(full) => Memory::Full(full),
            PromptMemory::Packed(heads) => Memory::Packed(heads),
        }
    }
}

/// Packs each head of `full` into one of `heads`, on the threads of the team.
///
/// # Errors
/// `Error::Memory` if there is no room.
pub fn pack_heads(full: &KeyValue, heads: &mut Vec<PackedHead>) -> Result<()> {
    heads.resize_with(full.num_heads(), PackedHead::default);
    let mut results: Vec<_> = heads.iter_mut().map(|head| (head, Ok(()))).collect();
    for_each_piece(Chunks::new(&mut results, 1), |idx, piece| {
        let (head, result) = &mut piece[0];
        let (keys, values) = full.head(idx);
        *result = head.fill(keys, values, full.d_kv());
    });
    results.into_iter().try_for_each(|(_, result)| result)
}
