//! Weights in the order in which the kernels read them.

use std::ops::Range;

use super::blocks::TensorType;
use super::matrix::Matrix;
use super::scalar::{BLOCK, GROUP, NIBBLE_BIAS, Q4_0_BYTES, Q8_0_BYTES, f16_to_f32};
use super::twin;

/// How the values of a packed group are interleaved, so that one vector multiplication serves several
/// rows. Which one is fastest depends on the machine: [`Order::of`] knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Row by row, as files have them: what [`super::matmul`] reads of types that are not packed.
    Plain,
    /// For 16-bit multiplications:
    /// - `Q8_0`: for each pair of columns the two bytes of row 0, of row 1, ... of row 7;
    /// - `Q4_0`: for every eight columns two 16-bit words a row, the even columns from the lowest nibble
    ///   to the highest and the odd ones likewise.
    Pairs,
    /// For 8-bit multiplications:
    /// - `Q8_0`: for every four columns the four bytes of row 0, ... of row 7, each with `bias` added;
    /// - `Q4_0`: for every eight columns four bytes a row, of which the low nibbles are the first four
    ///   columns and the high ones the others; `bias` is 8, as in files.
    Fours {
        /// What was added to every value.
        bias: u8,
    },
}

impl Order {
    /// The fastest on this machine for a type.
    pub fn of(tensor_type: TensorType) -> Order {
        match tensor_type {
            TensorType::Q8_0 => twin::order_q8_0(),
            TensorType::Q4_0 => twin::order_q4_0(),
            _ => Order::Plain,
        }
    }
}

/// A [`Matrix`] made ready for [`super::matmul`].
///
/// `Q8_0` and `Q4_0` rows are held in groups of 8. Block after block, a group has the values of its
/// rows interleaved in an [`Order`], then the rows' f16 scales. The last group is filled up with rows of
/// zeros. Other types stay as files have them.
#[derive(Debug)]
pub struct PackedMatrix {
    matrix: Matrix,
    order: Order,
}

impl PackedMatrix {
    /// Reorders the matrix in its own memory, for this machine.
    pub fn new(matrix: Matrix) -> PackedMatrix {
        let order = Order::of(matrix.tensor_type());
        PackedMatrix::with_order(matrix, order)
    }

    /// As [`PackedMatrix::new`], in a given order that suits the type.
    pub fn with_order(mut matrix: Matrix, order: Order) -> PackedMatrix {
        let row_bytes = matrix.row_bytes();
        if order != Order::Plain {
            let tensor_type = matrix.tensor_type();
            let mut rows = vec![0; GROUP * row_bytes];
            for group in matrix.padded_bytes_mut().chunks_exact_mut(rows.len()) {
                rows.copy_from_slice(group);
                let rows: [&[u8]; GROUP] =
                    std::array::from_fn(|i| &rows[i * row_bytes..][..row_bytes]);
                match tensor_type {
                    TensorType::Q8_0 => pack_q8_0(rows, group, order),
                    TensorType::Q4_0 => pack_q4_0(rows, group, order),
                    _ => unreachable!("only Q8_0 and Q4_0 are packed"),
                }
            }
        }
        PackedMatrix { matrix, order }
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

    /// Order of the values.
    pub(super) fn order(&self) -> Order {
        self.order
    }

    /// Bytes of the whole matrix.
    pub fn n_bytes(&self) -> usize {
        self.matrix.n_bytes()
    }

    /// The matrix as files have it.
    ///
    /// # Panics
    /// If it was reordered.
    pub fn plain(&self) -> &Matrix {
        assert!(self.order == Order::Plain, "the matrix was reordered");
        &self.matrix
    }

    /// As [`PackedMatrix::plain`], to keep.
    pub fn into_plain(self) -> Matrix {
        assert!(self.order == Order::Plain, "the matrix was reordered");
        self.matrix
    }

    /// Some groups of a type that is reordered.
    pub(super) fn groups(&self, groups: Range<usize>) -> impl Iterator<Item = &[u8]> {
        debug_assert!(self.order != Order::Plain);
        let group_bytes = GROUP * self.matrix.row_bytes();
        let bytes = groups.start * group_bytes..groups.end * group_bytes;
        self.matrix.padded_bytes()[bytes].chunks_exact(group_bytes)
    }

    /// Writes row `row_idx` as f32 to `out`, (K).
    pub fn row_to_f32(&self, row_idx: usize, out: &mut [f32]) {
        let (group_idx, row) = (row_idx / GROUP, row_idx % GROUP);
        let group_bytes = GROUP * self.matrix.row_bytes();
        let group = || &self.matrix.padded_bytes()[group_idx * group_bytes..][..group_bytes];
        match (self.tensor_type(), self.order) {
            (_, Order::Plain) => self.matrix.row_to_f32(row_idx, out),
            (TensorType::Q8_0, order) => {
                unpack_row(group(), row, out, |block: &[u8; PACKED_Q8_0], col| {
                    let (at, bias) = q8_0_at(order, row, col);
                    f32::from(block[at].wrapping_sub(bias) as i8)
                })
            }
            (_, order) => unpack_row(group(), row, out, |block: &[u8; PACKED_Q4_0], col| {
                let (at, shift) = q4_0_at(order, row, col);
                f32::from((block[at] >> shift) & 0x0f) - NIBBLE_BIAS as f32
            }),
        }
    }
}

const PACKED_Q8_0: usize = GROUP * Q8_0_BYTES;
const PACKED_Q4_0: usize = GROUP * Q4_0_BYTES;

/// Byte of a packed block that holds column `col` of `row`, and what was added to it.
fn q8_0_at(order: Order, row: usize, col: usize) -> (usize, u8) {
    let (n, bias) = match order {
        Order::Fours { bias } => (4, bias),
        _ => (2, 0),
    };
    (n * (GROUP * (col / n) + row) + col % n, bias)
}

/// Byte and shift of the nibble that holds column `col` of `row`.
fn q4_0_at(order: Order, row: usize, col: usize) -> (usize, usize) {
    let first = 4 * (GROUP * (col / 8) + row);
    match order {
        Order::Fours { .. } => (first + col % 4, col % 8 / 4 * 4),
        _ => {
            let nibble = col % 8 / 2;
            (first + 2 * (col % 2) + nibble / 2, 4 * (nibble % 2))
        }
    }
}

fn pack_q8_0(rows: [&[u8]; GROUP], group: &mut [u8], order: Order) {
    match order {
        Order::Fours { bias } => interleave::<4>(rows, group, bias),
        _ => interleave::<2>(rows, group, 0),
    }
}

/// For every N columns of the `Q8_0` blocks of `rows` their N bytes, row after row.
fn interleave<const N: usize>(rows: [&[u8]; GROUP], group: &mut [u8], bias: u8) {
    let rows = rows.map(|row| row.as_chunks::<Q8_0_BYTES>().0);
    for (block_idx, packed) in group.as_chunks_mut::<PACKED_Q8_0>().0.iter_mut().enumerate() {
        let (values, scales) = packed.split_at_mut(GROUP * BLOCK);
        let rows = rows.map(|blocks| &blocks[block_idx]);
        for (scale, row) in scales.as_chunks_mut::<2>().0.iter_mut().zip(rows) {
            *scale = [row[0], row[1]];
        }
        let rows = rows.map(|row| row[2..].as_chunks::<N>().0);
        for (at, places) in values.chunks_exact_mut(GROUP * N).enumerate() {
            for (place, row) in places.as_chunks_mut::<N>().0.iter_mut().zip(rows) {
                *place = row[at];
            }
        }
        values.iter_mut().for_each(|value| *value = value.wrapping_add(bias));
    }
}

fn pack_q4_0(rows: [&[u8]; GROUP], group: &mut [u8], order: Order) {
    for (block_idx, packed) in group.as_chunks_mut::<PACKED_Q4_0>().0.iter_mut().enumerate() {
        packed.fill(0);
        let (values, scales) = packed.split_at_mut(GROUP * BLOCK / 2);
        for (row, bytes) in rows.iter().enumerate() {
            let block = &bytes.as_chunks::<Q4_0_BYTES>().0[block_idx];
            scales[2 * row..][..2].copy_from_slice(&block[..2]);
            for col in 0..BLOCK {
                let byte = block[2 + col % 16];
                let nibble = if col < 16 { byte & 0x0f } else { byte >> 4 };
                let (at, shift) = q4_0_at(order, row, col);
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
