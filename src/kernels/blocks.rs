//! Tensor types: sizes, and conversion of rows to and from f32.
//!
//! The block types' arithmetic is candle-core's (`quantized::k_quants`); `Q8_0` and `Q4_0` have
//! inner-product kernels of their own in [`super::scalar`].

use candle_core::quantized::GgmlType;
use candle_core::quantized::k_quants::{
    BlockQ2K, BlockQ3K, BlockQ4_0, BlockQ4_1, BlockQ4K, BlockQ5_0, BlockQ5_1, BlockQ5K, BlockQ6K,
    BlockQ8_0, BlockQ8K,
};
use half::{bf16, f16};
use serde::{Deserialize, Serialize};

use super::scalar::{BLOCK, Q8_0_BYTES};
use super::twin;

/// Element type of a tensor, under GGUF's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are GGUF's own")]
#[allow(non_camel_case_types, reason = "the names are GGUF's own")]
pub enum TensorType {
    F32,
    F16,
    BF16,
    Q8_0,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
    Q8_K,
}

/// Calls `$do!(BlockType)` for the candle block type of `$tensor_type`; `$other` for floats.
macro_rules! with_block_type {
    ($tensor_type:expr, $do:ident, $other:expr) => {
        match $tensor_type {
            TensorType::Q8_0 => $do!(BlockQ8_0),
            TensorType::Q4_0 => $do!(BlockQ4_0),
            TensorType::Q4_1 => $do!(BlockQ4_1),
            TensorType::Q5_0 => $do!(BlockQ5_0),
            TensorType::Q5_1 => $do!(BlockQ5_1),
            TensorType::Q2_K => $do!(BlockQ2K),
            TensorType::Q3_K => $do!(BlockQ3K),
            TensorType::Q4_K => $do!(BlockQ4K),
            TensorType::Q5_K => $do!(BlockQ5K),
            TensorType::Q6_K => $do!(BlockQ6K),
            TensorType::Q8_K => $do!(BlockQ8K),
            TensorType::F32 | TensorType::F16 | TensorType::BF16 => $other,
        }
    };
}

impl TensorType {
    /// Every type, in the order of the enum.
    pub const ALL: [TensorType; 14] = [
        TensorType::F32,
        TensorType::F16,
        TensorType::BF16,
        TensorType::Q8_0,
        TensorType::Q4_0,
        TensorType::Q4_1,
        TensorType::Q5_0,
        TensorType::Q5_1,
        TensorType::Q2_K,
        TensorType::Q3_K,
        TensorType::Q4_K,
        TensorType::Q5_K,
        TensorType::Q6_K,
        TensorType::Q8_K,
    ];

    /// GGUF's name, such as `Q8_0`.
    pub fn name(self) -> &'static str {
        match self {
            TensorType::F32 => "F32",
            TensorType::F16 => "F16",
            TensorType::BF16 => "BF16",
            TensorType::Q8_0 => "Q8_0",
            TensorType::Q4_0 => "Q4_0",
            TensorType::Q4_1 => "Q4_1",
            TensorType::Q5_0 => "Q5_0",
            TensorType::Q5_1 => "Q5_1",
            TensorType::Q2_K => "Q2_K",
            TensorType::Q3_K => "Q3_K",
            TensorType::Q4_K => "Q4_K",
            TensorType::Q5_K => "Q5_K",
            TensorType::Q6_K => "Q6_K",
            TensorType::Q8_K => "Q8_K",
        }
    }

    /// Number of the type in GGUF files (`ggml_type`).
    pub fn gguf_id(self) -> u32 {
        match self {
            TensorType::F32 => 0,
            TensorType::F16 => 1,
            TensorType::Q4_0 => 2,
            TensorType::Q4_1 => 3,
            TensorType::Q5_0 => 6,
            TensorType::Q5_1 => 7,
            TensorType::Q8_0 => 8,
            TensorType::Q2_K => 10,
            TensorType::Q3_K => 11,
            TensorType::Q4_K => 12,
            TensorType::Q5_K => 13,
            TensorType::Q6_K => 14,
            TensorType::Q8_K => 15,
            TensorType::BF16 => 30,
        }
    }

    /// The inverse of [`TensorType::gguf_id`]; `None` for types that this engine does not read.
    pub fn from_gguf_id(id: u32) -> Option<TensorType> {
        TensorType::ALL.into_iter().find(|tensor_type| tensor_type.gguf_id() == id)
    }

    /// Whether a block has 256 elements in sub-blocks with scales of their own.
    pub fn is_k_quant(self) -> bool {
        self.block_size() == 256
    }

    /// Elements of a block; a row holds a whole number of blocks.
    pub fn block_size(self) -> usize {
        macro_rules! size {
            ($block:ty) => {
                <$block as GgmlType>::BLCK_SIZE
            };
        }
        with_block_type!(self, size, 1)
    }

    /// Bytes of a block.
    pub fn block_bytes(self) -> usize {
        macro_rules! bytes {
            ($block:ty) => {
                size_of::<$block>()
            };
        }
        with_block_type!(self, bytes, if self == TensorType::F32 { 4 } else { 2 })
    }

    /// Bytes of a row of `n_cols` elements; `None` where that is not a whole number of blocks, or
    /// does not fit in memory.
    pub fn row_bytes(self, n_cols: usize) -> Option<usize> {
        let n_blocks = n_cols.checked_div(self.block_size())?;
        (n_blocks * self.block_size() == n_cols)
            .then(|| n_blocks.checked_mul(self.block_bytes()))?
    }
}

/// Sees bytes as blocks.
///
/// # Panics
/// If the bytes are not aligned for the block or are not a whole number of blocks.
pub(super) fn as_blocks<B: GgmlType>(bytes: &[u8]) -> &[B] {
    let ptr = bytes.as_ptr().cast::<B>();
    assert!(ptr.is_aligned() && bytes.len().is_multiple_of(size_of::<B>()));
    // SAFETY: aligned and long enough as asserted; candle's blocks are `repr(C)` structs of
    // integers, halves and floats without padding, for which any bytes are a value.
    unsafe { std::slice::from_raw_parts(ptr, bytes.len() / size_of::<B>()) }
}

fn as_blocks_mut<B: GgmlType>(bytes: &mut [u8]) -> &mut [B] {
    let ptr = bytes.as_mut_ptr().cast::<B>();
    assert!(ptr.is_aligned() && bytes.len().is_multiple_of(size_of::<B>()));
    // SAFETY: as in `as_blocks`, and the borrow is exclusive.
    unsafe { std::slice::from_raw_parts_mut(ptr, bytes.len() / size_of::<B>()) }
}

/// Converts a row to f32. `bytes` is aligned to 4 and holds `out.len()` elements.
pub fn dequantize(tensor_type: TensorType, bytes: &[u8], out: &mut [f32]) {
    macro_rules! convert {
        ($block:ty) => {
            <$block as GgmlType>::to_float(as_blocks::<$block>(bytes), out)
        };
    }
    let halves = || bytes.as_chunks::<2>().0.iter();
    with_block_type!(
        tensor_type,
        convert,
        match tensor_type {
            TensorType::F32 =>
                for (out, x) in out.iter_mut().zip(bytes.as_chunks::<4>().0) {
                    *out = f32::from_le_bytes(*x);
                },
            TensorType::F16 =>
                for (out, x) in out.iter_mut().zip(halves()) {
                    *out = f16::from_le_bytes(*x).to_f32();
                },
            _ =>
                for (out, x) in out.iter_mut().zip(halves()) {
                    *out = bf16::from_le_bytes(*x).to_f32();
                },
        }
    )
}

/// `row` with one number of each sub-block of equal ones a little nearer to zero, where there are such: candle
/// makes zeros of equal numbers in the types that have a least value, and what it should of these.
fn uneven(tensor_type: TensorType, row: &[f32]) -> Option<Vec<f32>> {
    let n = match tensor_type {
        TensorType::Q2_K => 16,
        TensorType::Q4_K | TensorType::Q5_K => 32,
        _ => return None,
    };
    let is_flat = |numbers: &[f32]| numbers[0] != 0.0 && numbers.iter().all(|x| *x == numbers[0]);
    if !row.chunks_exact(n).any(is_flat) {
        return None;
    }
    let mut row = row.to_vec();
    for numbers in row.chunks_exact_mut(n).filter(|numbers| is_flat(numbers)) {
        numbers[0] *= 1.0 - 1.0 / 4096.0;
    }
    Some(row)
}

/// Converts a row of f32 to `tensor_type`. `out` is aligned to 4 and holds `row.len()` elements.
pub fn quantize(tensor_type: TensorType, row: &[f32], out: &mut [u8]) {
    if tensor_type == TensorType::Q8_0 {
        return quantize_q8_0(row, out);
    }
    let uneven = uneven(tensor_type, row);
    let row = uneven.as_deref().unwrap_or(row);
    macro_rules! convert {
        ($block:ty) => {
            <$block as GgmlType>::from_float(row, as_blocks_mut::<$block>(out))
        };
    }
    with_block_type!(
        tensor_type,
        convert,
        match tensor_type {
            TensorType::F32 =>
                for (out, x) in out.as_chunks_mut::<4>().0.iter_mut().zip(row) {
                    *out = x.to_le_bytes();
                },
            TensorType::F16 =>
                for (out, x) in out.as_chunks_mut::<2>().0.iter_mut().zip(row) {
                    *out = f16::from_f32(*x).to_le_bytes();
                },
            _ =>
                for (out, x) in out.as_chunks_mut::<2>().0.iter_mut().zip(row) {
                    *out = bf16::from_f32(*x).to_le_bytes();
                },
        }
    )
}

/// As activations are: keys and values of a prompt are quantized while somebody waits.
fn quantize_q8_0(row: &[f32], out: &mut [u8]) {
    let mut quants = [0; BLOCK];
    for (x, out) in row.as_chunks::<BLOCK>().0.iter().zip(out.as_chunks_mut::<Q8_0_BYTES>().0) {
        let (scale, _) = twin::quantize_block_to_bytes(x, &mut quants);
        let (scale_bytes, bytes) = out.split_at_mut(2);
        scale_bytes.copy_from_slice(&f16::from_f32(scale).to_le_bytes());
        for (byte, q) in bytes.iter_mut().zip(quants) {
            *byte = q as u8;
        }
    }
}
