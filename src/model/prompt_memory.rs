//! What cross-attention keeps of a prompt: every decoder step reads all of it.

use crate::error::Result;
use crate::kernels::{Activations, Matrix, PackedMatrix, TensorType, add_assign, matmul, softmax};
use crate::model::attention::KeyValue;

/// Columns of a `Q8_0` block.
const BLOCK: usize = 32;

/// Keys and values of a prompt of S tokens in one block of the decoder.
#[derive(Debug)]
pub enum PromptMemory {
    /// As computed.
    Full(KeyValue),
    /// In less than half of the memory: a matrix of keys and one of values for each head.
    Packed(Vec<PackedHead>),
}

/// One head's keys and values in `Q8_0`: its attention is two matrix products.
///
/// Keys decide where attention goes, so what their 8 bits leave is kept in 8 bits more.
#[derive(Debug)]
pub struct PackedHead {
    /// The keys and, below them, what rounding took from them, (2 S, K)
    keys: PackedMatrix,
    /// (K, S filled up with zeros to whole blocks)
    values: PackedMatrix,
}

/// Buffers of [`PackedHead::attend`], reused between heads and steps.
#[derive(Debug, Default)]
pub struct PackedWorkspace {
    /// (1, K)
    query: Activations,
    /// (2 S)
    scores: Vec<f32>,
    /// (1, S filled up)
    probabilities: Activations,
}

impl PromptMemory {
    /// Takes keys and values, packed if `is_quantized` and a head's width allows it.
    ///
    /// # Errors
    /// `Error::Memory` if there is no room.
    pub fn new(full: KeyValue, is_quantized: bool) -> Result<PromptMemory> {
        if !is_quantized || !full.d_kv().is_multiple_of(BLOCK) {
            return Ok(PromptMemory::Full(full));
        }
        (0..full.num_heads())
            .map(|idx| PackedHead::new(&full, idx))
            .collect::<Result<_>>()
            .map(PromptMemory::Packed)
    }
}

impl PackedHead {
    fn new(full: &KeyValue, head_idx: usize) -> Result<PackedHead> {
        let (keys, values) = full.head(head_idx);
        let (n_tokens, d_kv) = (full.n_tokens(), full.d_kv());
        let mut both = Matrix::zeros(TensorType::Q8_0, 2 * n_tokens, d_kv)?;
        let mut row = vec![0.0; d_kv];
        for (idx, key) in keys.chunks_exact(d_kv).enumerate() {
            both.set_row(idx, key);
            both.row_to_f32(idx, &mut row);
            row.iter_mut().zip(key).for_each(|(rest, x)| *rest = x - *rest);
            both.set_row(n_tokens + idx, &row);
        }
        let mut transposed =
            Matrix::zeros(TensorType::Q8_0, d_kv, n_tokens.next_multiple_of(BLOCK))?;
        let mut row = vec![0.0; transposed.n_cols()];
        for dim in 0..d_kv {
            for (x, value) in row.iter_mut().zip(values.chunks_exact(d_kv)) {
                *x = value[dim];
            }
            transposed.set_row(dim, &row);
        }
        Ok(PackedHead { keys: PackedMatrix::new(both), values: PackedMatrix::new(transposed) })
    }

    /// `out = softmax(query keys^T) values`: query and out are (K).
    pub fn attend(&self, query: &[f32], ws: &mut PackedWorkspace, out: &mut [f32]) {
        ws.query.start(1, query.len()).copy_from_slice(query);
        ws.scores.resize(self.keys.n_rows(), 0.0);
        matmul(&self.keys, &mut ws.query, &mut ws.scores);
        let (scores, rests) = ws.scores.split_at_mut(self.keys.n_rows() / 2);
        add_assign(scores, rests);
        softmax(scores);
        let probabilities = ws.probabilities.start(1, self.values.n_cols());
        let (seen, filling) = probabilities.split_at_mut(scores.len());
        seen.copy_from_slice(scores);
        filling.fill(0.0);
        matmul(&self.values, &mut ws.probabilities, out);
    }
}
