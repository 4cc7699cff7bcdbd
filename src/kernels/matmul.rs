//! The product of a batch of token rows with a weight matrix.

use candle_core::quantized::GgmlType;
use candle_core::quantized::k_quants::{
    BlockQ2K, BlockQ3K, BlockQ4_1, BlockQ4K, BlockQ5_0, BlockQ5_1, BlockQ5K, BlockQ6K, BlockQ8K,
};
use half::{bf16, f16};

use super::activations::Activations;
use super::blocks::{TensorType, as_blocks};
use super::matrix::Matrix;
use super::twin;

/// `y = x W^T`: x is (T, K), W is (N, K), y is (T, N).
///
/// Block types multiply integers: the rows of x are quantized to 8 bits a block, once for all the
/// matrices that read them.
///
/// # Panics
/// If the shapes do not agree; the model's are checked when it is loaded.
pub fn matmul(w: &Matrix, x: &mut Activations, y: &mut [f32]) {
    assert_eq!(x.dim(), w.n_cols(), "matmul: columns");
    assert_eq!(y.len(), x.n_tokens() * w.n_rows(), "matmul: output");
    x.prepare(w.tensor_type());
    let x = &*x;
    macro_rules! blocks {
        ($block:ty, $row:ident) => {
            each_row(w, x, y, |row, token_idx| {
                <$block as GgmlType>::vec_dot(x.dim(), as_blocks::<$block>(row), x.$row(token_idx))
            })
        };
    }
    match w.tensor_type() {
        TensorType::F32 => each_row(w, x, y, |row, token_idx| {
            twin::dot(as_f32(row), x.row(token_idx))
        }),
        TensorType::F16 => each_row(w, x, y, |row, token_idx| {
            dot_halves(row, x.row(token_idx), |bytes| f16::from_le_bytes(bytes).to_f32())
        }),
        TensorType::BF16 => each_row(w, x, y, |row, token_idx| {
            dot_halves(row, x.row(token_idx), |bytes| bf16::from_le_bytes(bytes).to_f32())
        }),
        TensorType::Q8_0 => each_row(w, x, y, |row, token_idx| {
            let (quants, scales) = x.q8(token_idx);
            twin::dot_q8_0(row, quants, scales)
        }),
        TensorType::Q4_0 => each_row(w, x, y, |row, token_idx| {
            let (quants, scales) = x.q8(token_idx);
            twin::dot_q4_0(row, quants, scales)
        }),
        TensorType::Q4_1 => blocks!(BlockQ4_1, q8_1),
        TensorType::Q5_0 => blocks!(BlockQ5_0, q8_0),
        TensorType::Q5_1 => blocks!(BlockQ5_1, q8_1),
        TensorType::Q2_K => blocks!(BlockQ2K, q8_k),
        TensorType::Q3_K => blocks!(BlockQ3K, q8_k),
        TensorType::Q4_K => blocks!(BlockQ4K, q8_k),
        TensorType::Q5_K => blocks!(BlockQ5K, q8_k),
        TensorType::Q6_K => blocks!(BlockQ6K, q8_k),
        TensorType::Q8_K => blocks!(BlockQ8K, q8_k),
    }
}

/// Fills y, (T, N), from `dot(row of W, token_idx)`. Rows are the outer loop: a row of weights is
/// read from memory once and stays in the cache for all tokens.
#[inline(always)]
fn each_row(w: &Matrix, x: &Activations, y: &mut [f32], dot: impl Fn(&[u8], usize) -> f32) {
    let n_rows = w.n_rows();
    for (row_idx, row) in w.bytes().chunks_exact(w.row_bytes()).enumerate() {
        for token_idx in 0..x.n_tokens() {
            y[token_idx * n_rows + row_idx] = dot(row, token_idx);
        }
    }
}

fn as_f32(bytes: &[u8]) -> &[f32] {
    as_blocks::<f32>(bytes)
}

/// Inner product of a row of 16-bit floats with a row of f32, in 16 lanes.
#[inline(always)]
fn dot_halves(row: &[u8], x: &[f32], to_f32: impl Fn([u8; 2]) -> f32) -> f32 {
    let mut lanes = [0f32; 16];
    let (halves, _) = row.as_chunks::<2>();
    let (chunks, tail) = x.as_chunks::<16>();
    for (x, w) in chunks.iter().zip(halves.as_chunks::<16>().0) {
        for lane in 0..16 {
            lanes[lane] += to_f32(w[lane]) * x[lane];
        }
    }
    let mut sum: f32 = lanes.iter().sum();
    for (x, w) in tail.iter().zip(&halves[x.len() - tail.len()..]) {
        sum += to_f32(*w) * x;
    }
    sum
}
