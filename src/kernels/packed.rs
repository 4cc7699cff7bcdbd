//! Weights in the order in which the kernels read them.

use super::blocks::TensorType;
use super::matrix::Matrix;
use super::scalar::{BLOCK, GROUP, Q4_0_BYTES, Q8_0_BYTES, f16_to_f32};

/// A [`Matrix`] made ready for [`super::matmul`].
///
/// `Q8_0` and `Q4_0` rows are held in groups of 8. Block after block, a group has the values of its
/// rows interleaved, so that one vector multiplication serves several rows, then the rows' f16 scales:
/// - `Q8_0`: for each pair of columns the two bytes of row 0, of row 1, ... of row 7;
/// - `Q4_0`: for every eight columns two 16-bit words a row, the even columns from the lowest nibble to
///   the highest and the odd ones likewise.
///
/// The last group is filled up with rows of zeros. Other types stay as files have them.
#[derive(Debug)]
pub struct PackedMatrix {
    matrix: Matrix,
}

impl PackedMatrix {
    /// Reorders the matrix in its own memory.
    pub fn new(mut matrix: Matrix) -> PackedMatrix {
        let tensor_type = matrix.tensor_type();
        let row_bytes = matrix.row_bytes();
        if let TensorType::Q8_0 | TensorType::Q4_0 = tensor_type {
            let mut rows = vec![0; GROUP * row_bytes];
            for group in matrix.padded_bytes_mut().chunks_exact_mut(rows.len()) {
                rows.copy_from_slice(group);
                let rows: [&[u8]; GROUP] =
                    std::array::from_fn(|i| &rows[i * row_bytes..][..row_bytes]);
                match tensor_type {
                    TensorType::Q8_0 => pack_q8_0(rows, group),
                    _ => pack_q4_0(rows, group),
                }
            }
        }
        PackedMatrix { matrix }
    }

    /// Number of rows N.
    pub fn n_rows(&self) -> usize {
        self.matrix.n_rows()
    }

    /// Number of columns K.
    pub fn n_cols(&self) -> usize {
        self.matrix.n_cols()
    }

    /// Type of the elements.
    pub fn tensor_type(&self) -> TensorType {
        self.matrix.tensor_type()
    }

    /// Bytes of the whole matrix.
    pub fn n_bytes(&self) -> usize {
        self.matrix.n_bytes()
    }

    /// The matrix of a type that is not reordered.
    pub(super) fn plain(&self) -> &Matrix {
        debug_assert!(!matches!(self.tensor_type(), TensorType::Q8_0 | TensorType::Q4_0));
        &self.matrix
    }

    /// The groups of a type that is reordered.
    pub(super) fn groups(&self) -> impl Iterator<Item = &[u8]> {
        debug_assert!(matches!(self.tensor_type(), TensorType::Q8_0 | TensorType::Q4_0));
        self.matrix.padded_bytes().chunks_exact(GROUP * self.matrix.row_bytes())
    }

    /// Writes row `row_idx` as f32 to `out`, (K).
    pub fn row_to_f32(&self, row_idx: usize, out: &mut [f32]) {
        let (group_idx, row) = (row_idx / GROUP, row_idx % GROUP);
        let group_bytes = GROUP * self.matrix.row_bytes();
        let group = || &self.matrix.padded_bytes()[group_idx * group_bytes..][..group_bytes];
        match self.tensor_type() {
            TensorType::Q8_0 => unpack_row(group(), row, out, |block: &[u8; PACKED_Q8_0], col| {
                block[q8_0_at(row, col)] as i8 as f32
            }),
            TensorType::Q4_0 => unpack_row(group(), row, out, |block: &[u8; PACKED_Q4_0], col| {
                let (at, shift) = q4_0_at(row, col);
                ((block[at] >> shift) & 0x0f) as f32 - 8.0
            }),
            _ => self.matrix.row_to_f32(row_idx, out),
        }
    }
}

const PACKED_Q8_0: usize = GROUP * Q8_0_BYTES;
const PACKED_Q4_0: usize = GROUP * Q4_0_BYTES;

/// Byte of a packed block that holds column `col` of `row`.
fn q8_0_at(row: usize, col: usize) -> usize {
    2 * GROUP * (col / 2) + 2 * row + col % 2
}

/// Byte and shift of the nibble that holds column `col` of `row`.
fn q4_0_at(row: usize, col: usize) -> (usize, usize) {
    let nibble = col % 8 / 2;
    (4 * GROUP * (col / 8) + 4 * row + 2 * (col % 2) + nibble / 2, 4 * (nibble % 2))
}

fn pack_q8_0(rows: [&[u8]; GROUP], group: &mut [u8]) {
    for (block_idx, packed) in group.as_chunks_mut::<PACKED_Q8_0>().0.iter_mut().enumerate() {
        let (values, scales) = packed.split_at_mut(GROUP * BLOCK);
        for (row, bytes) in rows.iter().enumerate() {
            let block = &bytes.as_chunks::<Q8_0_BYTES>().0[block_idx];
            scales[2 * row..][..2].copy_from_slice(&block[..2]);
            for (col, value) in block[2..].iter().enumerate() {
                values[q8_0_at(row, col)] = *value;
            }
        }
    }
}

fn pack_q4_0(rows: [&[u8]; GROUP], group: &mut [u8]) {
    for (block_idx, packed) in group.as_chunks_mut::<PACKED_Q4_0>().0.iter_mut().enumerate() {
        packed.fill(0);
        let (values, scales) = packed.split_at_mut(GROUP * BLOCK / 2);
        for (row, bytes) in rows.iter().enumerate() {
            let block = &bytes.as_chunks::<Q4_0_BYTES>().0[block_idx];
            scales[2 * row..][..2].copy_from_slice(&block[..2]);
            for col in 0..BLOCK {
                let byte = block[2 + col % 16];
                let nibble = if col < 16 { byte & 0x0f } else { byte >> 4 };
                let (at, shift) = q4_0_at(row, col);
                values[at] |= nibble << shift;
            }
        }
    }
}

/// One row of a packed group, from `value(block, column of it)` and the row's scales.
fn unpack_row<const BYTES: usize>(
    group: &[u8],
    row: usize,
    out: &mut [f32],
    value: impl Fn(&[u8; BYTES], usize) -> f32,
) {
    let blocks = group.as_chunks::<BYTES>().0;
    for (block, out) in blocks.iter().zip(out.as_chunks_mut::<BLOCK>().0) {
        let at = BYTES - 2 * GROUP + 2 * row;
        let scale = f16_to_f32(u16::from_le_bytes([block[at], block[at + 1]]));
        for (col, out) in out.iter_mut().enumerate() {
            *out = value(block, col) * scale;
        }
    }
}
