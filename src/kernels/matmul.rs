//! The product of a batch of token rows with a weight matrix.

use std::ops::Range;

use candle_core::quantized::GgmlType;
use candle_core::quantized::k_quants::{
    BlockQ2K, BlockQ3K, BlockQ4K, BlockQ5K, BlockQ6K, BlockQ8K,
};
use half::{bf16, f16};

use super::activations::Activations;
use super::blocks::{TensorType, as_blocks};
use super::matrix::Matrix;
use super::packed::{Order, PackedMatrix};
use super::scalar::{BLOCK, GROUP, Q8_0_BYTES, QuantizedRow};
use super::twin;

/// `y = x W^T`: x is (T, K), W is (N, K), y is (T, N).
///
/// Block types multiply integers: the rows of x are quantized to 8 bits a block, once for all the
/// matrices that read them.
///
/// # Panics
/// If the shapes do not agree; the model's are checked when it is loaded.
pub fn matmul(w: &PackedMatrix, x: &mut Activations, y: &mut [f32]) {
    assert_eq!(x.dim(), w.n_cols(), "matmul: columns");
    assert_eq!(y.len(), x.n_tokens() * w.n_rows(), "matmul: output");
    x.prepare(w.tensor_type(), w.order());
    match w.order() {
        Order::Plain => plain_product(w.plain(), x, y),
        Order::Pairs | Order::Fours { .. } => packed_product(w, x, y),
    }
}

/// Tokens from which on widening a group of `Q4_0` rows once is cheaper than taking its nibbles apart
/// for every tile.
const MANY_TOKENS: usize = 8;

fn packed_product(w: &PackedMatrix, x: &Activations, y: &mut [f32]) {
    // Weights are read once for as many tokens as a tile has: tiles of 4, and of 2 and 1 for the tokens
    // left over. More tokens' sums would not fit the registers.
    macro_rules! tiles {
        ($group:expr, $first_row:expr, $row:expr, $dots:ident $(, $signed:expr)?) => {{
            let (group, first_row) = ($group, $first_row);
            let (fours, twos) = (x.n_tokens() / 4 * 4, x.n_tokens() / 2 * 2);
            let mut y = Columns { y: &mut *y, n_rows: w.n_rows(), first_row };
            y.fill(0..fours, $row, |xs| twin::$dots::<4>(group, xs $(, $signed)?));
            y.fill(fours..twos, $row, |xs| twin::$dots::<2>(group, xs $(, $signed)?));
            y.fill(twos..x.n_tokens(), $row, |xs| twin::$dots::<1>(group, xs $(, $signed)?));
        }};
    }
    let words = |token_idx| x.words(w.tensor_type(), token_idx);
    let bytes = |token_idx| x.bytes(token_idx);
    let groups = w.groups().zip((0..).step_by(GROUP));
    match (w.tensor_type(), w.order()) {
        (TensorType::Q4_0, Order::Fours { .. }) if x.n_tokens() >= MANY_TOKENS => {
            let mut wide = vec![0; x.dim() / BLOCK * GROUP * Q8_0_BYTES];
            for (group, first_row) in groups {
                twin::widen_group(group, &mut wide);
                tiles!(&wide, first_row, bytes, dots_q8_0_fours, false);
            }
        }
        (TensorType::Q4_0, Order::Fours { .. }) => {
            groups.for_each(|(group, first)| tiles!(group, first, bytes, dots_q4_0_fours));
        }
        (_, Order::Fours { bias }) => {
            let signed = bias == 0;
            groups.for_each(|(group, first)| tiles!(group, first, bytes, dots_q8_0_fours, signed));
        }
        (TensorType::Q4_0, _) => {
            groups.for_each(|(group, first)| tiles!(group, first, words, dots_q4_0));
        }
        (..) => groups.for_each(|(group, first)| tiles!(group, first, words, dots_q8_0)),
    }
}

/// The columns of y, (T, N), that a group of rows of W fills.
struct Columns<'a> {
    y: &'a mut [f32],
    n_rows: usize,
    first_row: usize,
}

impl Columns<'_> {
    /// Fills the rows `tokens`, a multiple of `TILE` of them, from `dots(tokens of a tile)`.
    #[inline(always)]
    fn fill<'x, E: 'x, const TILE: usize>(
        &mut self,
        tokens: Range<usize>,
        row: impl Fn(usize) -> QuantizedRow<'x, E>,
        dots: impl Fn([QuantizedRow<'x, E>; TILE]) -> [[f32; GROUP]; TILE],
    ) {
        let n_in_group = GROUP.min(self.n_rows - self.first_row);
        for first in tokens.step_by(TILE) {
            for (i, sums) in dots(std::array::from_fn(|i| row(first + i))).iter().enumerate() {
                let y = &mut self.y[(first + i) * self.n_rows + self.first_row..][..n_in_group];
                y.copy_from_slice(&sums[..n_in_group]);
            }
        }
    }
}

fn plain_product(w: &Matrix, x: &mut Activations, y: &mut [f32]) {
    macro_rules! k_blocks {
        ($block:ty) => {
            each_row(w, x, y, |row, token_idx| {
                <$block as GgmlType>::vec_dot(x.dim(), as_blocks::<$block>(row), x.q8_k(token_idx))
            })
        };
    }
    match w.tensor_type() {
        TensorType::F32 => {
            each_row(w, x, y, |row, token_idx| twin::dot(as_f32(row), x.row(token_idx)))
        }
        TensorType::F16 => each_row(w, x, y, |row, token_idx| {
            dot_halves(row, x.row(token_idx), |bytes| f16::from_le_bytes(bytes).to_f32())
        }),
        TensorType::BF16 => each_row(w, x, y, |row, token_idx| {
            dot_halves(row, x.row(token_idx), |bytes| bf16::from_le_bytes(bytes).to_f32())
        }),
        TensorType::Q2_K => k_blocks!(BlockQ2K),
        TensorType::Q3_K => k_blocks!(BlockQ3K),
        TensorType::Q4_K => k_blocks!(BlockQ4K),
        TensorType::Q5_K => k_blocks!(BlockQ5K),
        TensorType::Q6_K => k_blocks!(BlockQ6K),
        TensorType::Q8_K => k_blocks!(BlockQ8K),
        // candle's kernels for the last three want an even number of blocks, which T5's rows need not have.
        TensorType::Q8_0
        | TensorType::Q4_0
        | TensorType::Q4_1
        | TensorType::Q5_0
        | TensorType::Q5_1 => each_dequantized_row(w, x, y),
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

/// As [`each_row`], with each row of W turned into f32 once for all tokens.
fn each_dequantized_row(w: &Matrix, x: &mut Activations, y: &mut [f32]) {
    let n_rows = w.n_rows();
    let mut row = x.take_weight_row();
    row.resize(w.n_cols(), 0.0);
    for row_idx in 0..n_rows {
        w.row_to_f32(row_idx, &mut row);
        for token_idx in 0..x.n_tokens() {
            y[token_idx * n_rows + row_idx] = twin::dot(&row, x.row(token_idx));
        }
    }
    x.give_back_weight_row(row);
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
