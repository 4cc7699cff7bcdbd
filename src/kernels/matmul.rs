//! The product of a batch of token rows with a weight matrix.

use std::ops::Range;

use candle_core::quantized::GgmlType;
use candle_core::quantized::k_quants::{
    BlockQ2K, BlockQ3K, BlockQ4K, BlockQ5K, BlockQ6K, BlockQ8K,
};
use half::{bf16, f16};

use super::activations::{Activations, MANY_TOKENS};
use super::blocks::{TensorType, as_blocks};
use super::matrix::Matrix;
use super::packed::{Order, PackedMatrix};
use super::scalar::{BLOCK, GROUP, Q4_0_BYTES, Q8_0_BYTES, QuantizedRow, TILE, WideBlock};
use super::split::{Block, Blocks, Chunks, Split, for_each_piece};
use super::{team, twin};

/// `y = x W^T`: x is (T, K), W is (N, K), y is (T, N). As [`matmuls`], of one matrix.
pub fn matmul(w: &PackedMatrix, x: &mut Activations, y: &mut [f32]) {
    matmuls([(w, y)], x);
}

/// `y = x W^T` for each W and y: x is (T, K), a W is (N, K), its y is (T, N).
///
/// Block types multiply integers: the rows of x are quantized to 8 bits a block, once for all the
/// matrices that read them. The threads of the [`team`] share the rows of all matrices.
///
/// # Panics
/// If the shapes do not agree; the model's are checked when it is loaded.
pub fn matmuls<const N: usize>(products: [(&PackedMatrix, &mut [f32]); N], x: &mut Activations) {
    // Matrices whose orders differ may read the same form of x with other offsets.
    if products.windows(2).any(|pair| pair[0].0.order() != pair[1].0.order()) {
        return products.into_iter().for_each(|product| matmuls([product], x));
    }
    let (n_tokens, n_cols) = (x.n_tokens(), x.dim());
    for (w, y) in &products {
        assert_eq!(w.n_cols(), n_cols, "matmul: columns");
        assert_eq!(y.len(), n_tokens * w.n_rows(), "matmul: output");
        x.prepare(w.tensor_type(), w.order());
    }
    if n_tokens == 0 {
        return;
    }
    let n_all_rows: usize = products.iter().map(|(w, _)| w.n_rows()).sum();
    let n_parts = team::n_parts(n_tokens * n_all_rows * n_cols, n_all_rows.div_ceil(GROUP));
    let matrices = products.each_ref().map(|(w, _)| *w);
    let parts = products.map(|(w, y)| {
        // Whole groups of rows to each part.
        let n_parts = (n_parts * w.n_rows()).div_ceil(n_all_rows.max(1)).max(1);
        let rows_of_part = w.n_rows().div_ceil(n_parts).next_multiple_of(GROUP);
        Blocks::new(y, w.n_rows(), [n_tokens, rows_of_part.max(GROUP)])
    });
    if !matrices.iter().any(|w| is_dequantized(w)) {
        return for_each_piece(parts, |_, (which, mut y)| product(matrices[which], x, &mut y));
    }
    let mut weight_rows = x.take_weight_row();
    weight_rows.resize(parts.n_pieces() * n_cols, 0.0);
    let buffers = Chunks::new(&mut weight_rows, n_cols);
    for_each_piece((parts, buffers), |_, ((which, mut y), row)| match matrices[which] {
        w if is_dequantized(w) => each_dequantized_row(w.plain(), x, row, &mut y),
        w => product(w, x, &mut y),
    });
    x.give_back_weight_row(weight_rows);
}

/// Fills the rows of W that y, (T, some of N), has columns for.
fn product(w: &PackedMatrix, x: &Activations, y: &mut Block) {
    match w.order() {
        Order::Plain => plain_product(w.plain(), x, y),
        Order::Pairs | Order::Fours { .. } => packed_product(w, x, y),
    }
}

/// Types whose rows are turned into f32 first: candle's kernels for them want an even number of blocks,
/// which T5's rows need not have. (Packed, the first two have kernels of their own.)
fn is_dequantized(w: &PackedMatrix) -> bool {
    w.order() == Order::Plain
        && matches!(
            w.tensor_type(),
            TensorType::Q8_0
                | TensorType::Q4_0
                | TensorType::Q4_1
                | TensorType::Q5_0
                | TensorType::Q5_1
        )
}

/// As [`MANY_TOKENS`], of reading the scales of a group of `Q8_0` rows first: until the group is in the cache, memory is
/// the limit, and it is fastest from the first byte to the last.
const MANY_TOKENS_OF_Q8_0: usize = 32;

/// As [`product`], of a packed matrix.
fn packed_product(w: &PackedMatrix, x: &Activations, y: &mut Block) {
    let words = |token_idx| x.words(w.tensor_type(), token_idx);
    let bytes = |token_idx| x.bytes(token_idx);
    // Weights are read once for as many tokens as a tile has: tiles of 4, and of 2 and 1 for the tokens
    // left over. More tokens' sums would not fit the registers.
    macro_rules! tiles {
        ($group:expr, $first_row:expr, $row:expr, $dots:ident $(, $signed:expr)?) => {{
            let (group, first_row) = ($group, $first_row);
            let (fours, twos) = (x.n_tokens() / 4 * 4, x.n_tokens() / 2 * 2);
            let mut y = Columns { y: &mut *y, first_row };
            y.fill(0..fours, $row, |xs| twin::$dots::<4>(group, xs $(, $signed)?));
            y.fill(fours..twos, $row, |xs| twin::$dots::<2>(group, xs $(, $signed)?));
            y.fill(twos..x.n_tokens(), $row, |xs| twin::$dots::<1>(group, xs $(, $signed)?));
        }};
    }
    // The same for many tokens and the order in fours: tokens of a tile are side by side then, and the
    // scales of a group are converted once for all tiles.
    let mut scales =
        vec![[0.0; GROUP]; if x.n_tokens() < MANY_TOKENS { 0 } else { x.dim() / BLOCK }];
    macro_rules! many_tiles {
        ($group:expr, $first_row:expr, $signed:expr) => {{
            let (group, first_row, signed) = ($group, $first_row, $signed);
            let (fours, twos) = (x.n_tokens() / TILE * TILE, x.n_tokens() / 2 * 2);
            let mut y = Columns { y: &mut *y, first_row };
            twin::scales_of_group::<{ GROUP * Q8_0_BYTES }>(group, &mut scales);
            for first in (0..fours).step_by(TILE) {
                let tile = x.tile(first / TILE);
                y.put(first, &twin::dots_q8_0_tile(group, &scales, tile, signed));
            }
            y.fill(fours..twos, bytes, |xs| twin::dots_q8_0_fours::<2>(group, xs, signed));
            y.fill(twos..x.n_tokens(), bytes, |xs| twin::dots_q8_0_fours::<1>(group, xs, signed));
        }};
    }
    let are_many_words = w.order() == Order::Pairs && x.n_tokens() >= MANY_TOKENS;
    let mut wide_words =
        vec![WideBlock::default(); if are_many_words { x.dim() / BLOCK } else { 0 }];
    // The same for the order in pairs, of which the group is made words.
    macro_rules! many_word_tiles {
        ($group:expr, $first_row:expr, $widen:ident, $bytes:expr, $dots:ident) => {{
            let (group, first_row) = ($group, $first_row);
            let (fours, twos) = (x.n_tokens() / TILE * TILE, x.n_tokens() / 2 * 2);
            let mut y = Columns { y: &mut *y, first_row };
            twin::scales_of_group::<{ GROUP * $bytes }>(group, &mut scales);
            twin::$widen(group, &mut wide_words);
            for first in (0..fours).step_by(TILE) {
                y.put(
                    first,
                    &twin::dots_word_tile(&wide_words, &scales, x.word_tile(first / TILE)),
                );
            }
            y.fill(fours..twos, words, |xs| twin::$dots::<2>(group, xs));
            y.fill(twos..x.n_tokens(), words, |xs| twin::$dots::<1>(group, xs));
        }};
    }
    let rows = y.cols();
    let groups = w.groups(rows.start / GROUP..rows.end.div_ceil(GROUP)).zip(rows.step_by(GROUP));
    match (w.tensor_type(), w.order()) {
        (TensorType::Q4_0, Order::Fours { .. }) if x.n_tokens() >= MANY_TOKENS => {
            let mut wide = vec![0; x.dim() / BLOCK * GROUP * Q8_0_BYTES];
            for (group, first_row) in groups {
                twin::widen_group(group, &mut wide);
                many_tiles!(&wide, first_row, false);
            }
        }
        (TensorType::Q4_0, Order::Fours { .. }) => {
            groups.for_each(|(group, first)| tiles!(group, first, bytes, dots_q4_0_fours));
        }
        (_, Order::Fours { bias }) if x.n_tokens() >= MANY_TOKENS_OF_Q8_0 => {
            groups.for_each(|(group, first)| many_tiles!(group, first, bias == 0));
        }
        (_, Order::Fours { bias }) => {
            let signed = bias == 0;
            groups.for_each(|(group, first)| tiles!(group, first, bytes, dots_q8_0_fours, signed));
        }
        (TensorType::Q4_0, _) if are_many_words => groups.for_each(|(group, first)| {
            many_word_tiles!(group, first, words_of_q4_0, Q4_0_BYTES, dots_q4_0);
        }),
        (_, Order::Pairs) if are_many_words => groups.for_each(|(group, first)| {
            many_word_tiles!(group, first, words_of_q8_0, Q8_0_BYTES, dots_q8_0);
        }),
        (TensorType::Q4_0, _) => {
            groups.for_each(|(group, first)| tiles!(group, first, words, dots_q4_0));
        }
        (..) => groups.for_each(|(group, first)| tiles!(group, first, words, dots_q8_0)),
    }
}

/// The columns of y, (T, some of N), that a group of rows of W fills.
struct Columns<'a, 'y> {
    y: &'a mut Block<'y>,
    first_row: usize,
}

impl Columns<'_, '_> {
    /// Fills the rows `tokens`, a multiple of `N` of them, from `dots(N tokens)`.
    #[inline(always)]
    fn fill<'x, E: 'x, const N: usize>(
        &mut self,
        tokens: Range<usize>,
        row: impl Fn(usize) -> QuantizedRow<'x, E>,
        dots: impl Fn([QuantizedRow<'x, E>; N]) -> [[f32; GROUP]; N],
    ) {
        for first in tokens.step_by(N) {
            self.put(first, &dots(std::array::from_fn(|i| row(first + i))));
        }
    }

    /// Writes the sums of some tokens from `first_token` on.
    #[inline(always)]
    fn put(&mut self, first_token: usize, sums: &[[f32; GROUP]]) {
        let at = self.first_row - self.y.cols().start;
        for (i, sums) in sums.iter().enumerate() {
            let y = &mut self.y.row_mut(first_token + i)[at..];
            // A length that is known spares a call to copy so few.
            match y.first_chunk_mut() {
                Some(y) => *y = *sums,
                None => y.copy_from_slice(&sums[..y.len()]),
            }
        }
    }
}

/// As [`product`], of a type that is multiplied as files have it.
fn plain_product(w: &Matrix, x: &Activations, y: &mut Block) {
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
        TensorType::Q8_0
        | TensorType::Q4_0
        | TensorType::Q4_1
        | TensorType::Q5_0
        | TensorType::Q5_1 => unreachable!("rows of these are dequantized"),
    }
}

/// Fills y, (T, some of N), from `dot(row of W, token_idx)`. Rows are the outer loop: a row of weights is
/// read from memory once and stays in the cache for all tokens.
#[inline(always)]
fn each_row(w: &Matrix, x: &Activations, y: &mut Block, dot: impl Fn(&[u8], usize) -> f32) {
    for (i, row_idx) in y.cols().enumerate() {
        let row = w.row(row_idx);
        for token_idx in 0..x.n_tokens() {
            y.row_mut(token_idx)[i] = dot(row, token_idx);
        }
    }
}

/// As [`each_row`], with each row of W turned into f32, in `row`, once for all tokens.
fn each_dequantized_row(w: &Matrix, x: &Activations, row: &mut [f32], y: &mut Block) {
    for (i, row_idx) in y.cols().enumerate() {
        w.row_to_f32(row_idx, row);
        for token_idx in 0..x.n_tokens() {
            y.row_mut(token_idx)[i] = twin::dot(row, x.row(token_idx));
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
