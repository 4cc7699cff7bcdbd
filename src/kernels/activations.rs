//! A batch of token rows on its way into matrices: quantized once, whatever the number of matrices
//! that read it.

use candle_core::quantized::GgmlType;
use candle_core::quantized::k_quants::BlockQ8K;

use super::blocks::TensorType;
use super::scalar::{BLOCK, QuantizedRow};
use super::twin;

/// The values in integers, as [`QuantizedRow`] describes them, of all tokens.
#[derive(Debug, Default, Clone)]
struct Integers {
    is_ready: bool,
    /// (T, K / 32)
    blocks: Vec<[i16; BLOCK]>,
    /// (T, K / 32)
    scales: Vec<f32>,
    /// (T, K / 32)
    offsets: Vec<i32>,
}

/// Input of matrix products: (T, K) in f32, and in 8 bits where a matrix asks for it.
///
/// The quantized forms are made on first use and reused until the values change. All buffers keep
/// their capacity, so a decoder step allocates nothing.
#[derive(Debug, Default, Clone)]
pub struct Activations {
    n_tokens: usize,
    dim: usize,
    values: Vec<f32>,
    q8: Integers,
    q4: Integers,
    is_q8_k_ready: bool,
    q8_k: Vec<BlockQ8K>,
    /// One row of a matrix in f32, (K), for types that are multiplied so.
    weight_row: Vec<f32>,
}

impl Activations {
    /// An empty batch.
    pub fn new() -> Activations {
        Activations::default()
    }

    /// Number of rows T.
    pub fn n_tokens(&self) -> usize {
        self.n_tokens
    }

    /// Columns K of a row.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Starts a new batch of `n_tokens` rows of `dim` and returns it for writing, (T, K).
    ///
    /// What was in it before is unspecified.
    pub fn start(&mut self, n_tokens: usize, dim: usize) -> &mut [f32] {
        self.n_tokens = n_tokens;
        self.dim = dim;
        self.values.resize(n_tokens * dim, 0.0);
        self.q8.is_ready = false;
        self.q4.is_ready = false;
        self.is_q8_k_ready = false;
        &mut self.values
    }

    /// The f32 row of a token, (K).
    pub fn row(&self, token_idx: usize) -> &[f32] {
        &self.values[token_idx * self.dim..][..self.dim]
    }

    /// Makes the form that matrices of `tensor_type` read, unless it is there already.
    pub(super) fn prepare(&mut self, tensor_type: TensorType) {
        match tensor_type {
            TensorType::F32
            | TensorType::F16
            | TensorType::BF16
            | TensorType::Q4_1
            | TensorType::Q5_0
            | TensorType::Q5_1 => {}
            TensorType::Q8_0 => self.prepare_q8(),
            TensorType::Q4_0 => self.prepare_q4(),
            TensorType::Q2_K
            | TensorType::Q3_K
            | TensorType::Q4_K
            | TensorType::Q5_K
            | TensorType::Q6_K
            | TensorType::Q8_K => self.prepare_q8_k(),
        }
    }

    fn prepare_q8(&mut self) {
        if self.q8.is_ready {
            return;
        }
        let (values, _) = self.values.as_chunks::<BLOCK>();
        self.q8.start(values.len());
        let blocks = self.q8.blocks.iter_mut().zip(&mut self.q8.scales);
        for (x, (block, scale)) in values.iter().zip(blocks) {
            *scale = twin::quantize_block(x, block);
        }
    }

    fn prepare_q4(&mut self) {
        if self.q4.is_ready {
            return;
        }
        self.prepare_q8();
        self.q4.start(self.q8.blocks.len());
        for (idx, block) in self.q8.blocks.iter().enumerate() {
            self.q4.offsets[idx] = twin::nibble_block(block, &mut self.q4.blocks[idx]);
            self.q4.scales[idx] = self.q8.scales[idx] / 256.0;
        }
    }

    /// The form of a token that matrices of `tensor_type`, `Q8_0` or `Q4_0`, read.
    pub(super) fn quantized(&self, tensor_type: TensorType, token_idx: usize) -> QuantizedRow<'_> {
        let integers = if tensor_type == TensorType::Q4_0 { &self.q4 } else { &self.q8 };
        debug_assert!(integers.is_ready);
        let n_blocks = self.dim / BLOCK;
        let blocks = token_idx * n_blocks..(token_idx + 1) * n_blocks;
        QuantizedRow {
            blocks: &integers.blocks[blocks.clone()],
            scales: &integers.scales[blocks.clone()],
            offsets: &integers.offsets[blocks],
        }
    }

    fn prepare_q8_k(&mut self) {
        if !self.is_q8_k_ready {
            self.is_q8_k_ready = true;
            self.q8_k.resize_with(self.values.len() / BlockQ8K::BLCK_SIZE, BlockQ8K::zeros);
            BlockQ8K::from_float(&self.values, &mut self.q8_k);
        }
    }

    /// candle's blocks of a token, (K / 256).
    pub(super) fn q8_k(&self, token_idx: usize) -> &[BlockQ8K] {
        debug_assert!(self.is_q8_k_ready);
        let n_blocks = self.dim / BlockQ8K::BLCK_SIZE;
        &self.q8_k[token_idx * n_blocks..][..n_blocks]
    }

    pub(super) fn take_weight_row(&mut self) -> Vec<f32> {
        std::mem::take(&mut self.weight_row)
    }

    pub(super) fn give_back_weight_row(&mut self, row: Vec<f32>) {
        self.weight_row = row;
    }
}

impl Integers {
    /// Makes room for `n_blocks` blocks with offsets of 0.
    fn start(&mut self, n_blocks: usize) {
        self.is_ready = true;
        self.blocks.resize(n_blocks, [0; BLOCK]);
        self.scales.resize(n_blocks, 0.0);
        self.offsets.resize(n_blocks, 0);
    }
}
