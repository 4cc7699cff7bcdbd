//! A weight matrix in memory, in whatever type its file has.

use super::blocks::{TensorType, dequantize, quantize};
use super::scalar::GROUP;
use crate::error::{Error, Result};

/// A matrix of N rows (outputs) and K columns (inputs), row-major.
///
/// The bytes are those of a GGUF file.
#[derive(Debug, Clone)]
pub struct Matrix {
    n_rows: usize,
    n_cols: usize,
    row_bytes: usize,
    tensor_type: TensorType,
    /// Eight bytes a word, so that every block type is aligned.
    words: Vec<u64>,
}

impl Matrix {
    /// A matrix of zeros, (n_rows, n_cols).
    ///
    /// # Errors
    /// `Error::Shape` if a row is not a whole number of blocks; `Error::Memory` if there is no room.
    pub fn zeros(tensor_type: TensorType, n_rows: usize, n_cols: usize) -> Result<Matrix> {
        let (mut matrix, n_words) = Matrix::without_values(tensor_type, n_rows, n_cols)?;
        matrix.words.resize(n_words, 0);
        Ok(matrix)
    }

    /// A matrix that has room for its values but none of them, and how many words they will be.
    fn without_values(
        tensor_type: TensorType,
        n_rows: usize,
        n_cols: usize,
    ) -> Result<(Matrix, usize)> {
        let row_bytes = tensor_type.row_bytes(n_cols).ok_or_else(|| Error::Shape {
            name: format!("row of {} blocks", tensor_type.name()),
            expected: vec![tensor_type.block_size()],
            found: vec![n_cols],
        })?;
        let needed_bytes = row_bytes as u64 * padded_rows(tensor_type, n_rows) as u64;
        let memory_error = || Error::Memory {
            message: format!("a matrix of {n_rows} x {n_cols} in {}", tensor_type.name()),
            needed_bytes,
        };
        let n_words = usize::try_from(needed_bytes.div_ceil(8)).map_err(|_| memory_error())?;
        let mut words = Vec::new();
        words.try_reserve_exact(n_words).map_err(|_| memory_error())?;
        Ok((Matrix { n_rows, n_cols, row_bytes, tensor_type, words }, n_words))
    }

    /// A matrix from f32 values, (n_rows, n_cols), row-major.
    ///
    /// # Errors
    /// As [`Matrix::zeros`]; `Error::Shape` if there are not n_rows * n_cols values.
    pub fn from_f32(
        tensor_type: TensorType,
        n_rows: usize,
        n_cols: usize,
        values: &[f32],
    ) -> Result<Matrix> {
        if values.len() != n_rows * n_cols {
            return Err(Error::Shape {
                name: "values of a matrix".into(),
                expected: vec![n_rows, n_cols],
                found: vec![values.len()],
            });
        }
        let mut matrix = Matrix::zeros(tensor_type, n_rows, n_cols)?;
        for (row_idx, row) in values.chunks_exact(n_cols.max(1)).enumerate() {
            matrix.set_row(row_idx, row);
        }
        Ok(matrix)
    }

    /// Number of rows N.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of columns K.
    pub fn n_cols(&self) -> usize {
        self.n_cols
    }

    /// Type of the elements.
    pub fn tensor_type(&self) -> TensorType {
        self.tensor_type
    }

    /// Bytes of one row.
    pub fn row_bytes(&self) -> usize {
        self.row_bytes
    }

    /// Bytes of the whole matrix.
    pub fn n_bytes(&self) -> usize {
        self.row_bytes * self.n_rows
    }

    /// The matrix as a GGUF file holds it.
    pub fn bytes(&self) -> &[u8] {
        let n_bytes = self.n_bytes();
        // SAFETY: the words hold at least n_bytes, and u8 has no alignment and no invalid values.
        unsafe { std::slice::from_raw_parts(self.words.as_ptr().cast(), n_bytes) }
    }

    /// As [`Matrix::bytes`], to fill.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        let n_bytes = self.n_bytes();
        // SAFETY: as in `bytes`; every bit pattern is a valid u64, and the borrow is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.words.as_mut_ptr().cast(), n_bytes) }
    }

    /// As [`Matrix::bytes`], with the rows of zeros that fill the last group up.
    pub(super) fn padded_bytes(&self) -> &[u8] {
        let n_bytes = self.row_bytes * padded_rows(self.tensor_type, self.n_rows);
        // SAFETY: as in `bytes`; `zeros` made room for the padding.
        unsafe { std::slice::from_raw_parts(self.words.as_ptr().cast(), n_bytes) }
    }

    /// As [`Matrix::padded_bytes`], to reorder.
    pub(super) fn padded_bytes_mut(&mut self) -> &mut [u8] {
        let n_bytes = self.row_bytes * padded_rows(self.tensor_type, self.n_rows);
        // SAFETY: as in `padded_bytes` and `bytes_mut`.
        unsafe { std::slice::from_raw_parts_mut(self.words.as_mut_ptr().cast(), n_bytes) }
    }

    /// Bytes of row `row_idx`.
    pub fn row(&self, row_idx: usize) -> &[u8] {
        &self.bytes()[row_idx * self.row_bytes..][..self.row_bytes]
    }

    /// Writes row `row_idx` as f32 to `out`, (K).
    pub fn row_to_f32(&self, row_idx: usize, out: &mut [f32]) {
        dequantize(self.tensor_type, self.row(row_idx), out);
    }

    /// Quantizes `values`, (K), into row `row_idx`.
    pub fn set_row(&mut self, row_idx: usize, values: &[f32]) {
        let (tensor_type, row_bytes) = (self.tensor_type, self.row_bytes);
        let row = &mut self.bytes_mut()[row_idx * row_bytes..][..row_bytes];
        quantize(tensor_type, values, row);
    }

    /// The whole matrix as f32, (N, K).
    pub fn to_f32(&self) -> Vec<f32> {
        let mut values = vec![0.0; self.n_rows * self.n_cols];
        for (row_idx, row) in values.chunks_exact_mut(self.n_cols.max(1)).enumerate() {
            self.row_to_f32(row_idx, row);
        }
        values
    }

    /// Row-major index and value of the first element that is not finite.
    pub fn first_non_finite(&self) -> Option<(usize, f32)> {
        match self.tensor_type {
            // A block of these is finite if its first two bytes, an f16 scale, are.
            TensorType::Q8_0 | TensorType::Q4_0 | TensorType::Q5_0 => {
                let block_bytes = self.tensor_type.block_bytes();
                let scale = |block: &[u8]| half::f16::from_le_bytes([block[0], block[1]]).to_f32();
                let mut scales = self.bytes().chunks_exact(block_bytes).map(scale).enumerate();
                let (block_idx, value) = scales.find(|(_, scale)| !scale.is_finite())?;
                Some((block_idx * self.tensor_type.block_size(), value))
            }
            _ => {
                let mut row = vec![0.0; self.n_cols];
                (0..self.n_rows).find_map(|row_idx| {
                    self.row_to_f32(row_idx, &mut row);
                    let col = row.iter().position(|x| !x.is_finite())?;
                    Some((row_idx * self.n_cols + col, row[col]))
                })
            }
        }
    }
}

/// A matrix whose bytes arrive in order. Its memory is written once, with them.
#[derive(Debug)]
pub struct MatrixWriter {
    /// Without values as yet.
    matrix: Matrix,
    n_words: usize,
    n_written: usize,
}

impl MatrixWriter {
    /// Begins a matrix, (n_rows, n_cols).
    ///
    /// # Errors
    /// As [`Matrix::zeros`].
    pub fn new(tensor_type: TensorType, n_rows: usize, n_cols: usize) -> Result<MatrixWriter> {
        let (matrix, n_words) = Matrix::without_values(tensor_type, n_rows, n_cols)?;
        Ok(MatrixWriter { matrix, n_words, n_written: 0 })
    }

    /// Bytes that are there.
    pub fn n_written(&self) -> usize {
        self.n_written
    }

    /// Type of the elements.
    pub fn tensor_type(&self) -> TensorType {
        self.matrix.tensor_type
    }

    /// Adds the next bytes.
    ///
    /// # Panics
    /// If they are more than the matrix has.
    pub fn write(&mut self, bytes: &[u8]) {
        assert!(bytes.len() <= self.matrix.n_bytes() - self.n_written, "too many bytes");
        let place = self.matrix.words.as_mut_ptr().cast::<u8>();
        // SAFETY: the words have room for n_bytes, and nothing else refers to them.
        unsafe {
            let place = place.add(self.n_written);
            place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
        self.n_written += bytes.len();
    }

    /// The matrix, whole.
    ///
    /// # Panics
    /// If bytes are missing.
    pub fn finish(mut self) -> Matrix {
        assert_eq!(self.n_written, self.matrix.n_bytes(), "bytes are missing");
        let place = self.matrix.words.as_mut_ptr().cast::<u8>();
        // SAFETY: there is room for n_words, of which the first n_written bytes are there and the others, which
        // fill the last group up, are written here.
        unsafe {
            place.add(self.n_written).write_bytes(0, 8 * self.n_words - self.n_written);
            self.matrix.words.set_len(self.n_words);
        }
        self.matrix
    }
}

/// Rows that there is room for: whole groups of the types that [`super::PackedMatrix`] reorders.
fn padded_rows(tensor_type: TensorType, n_rows: usize) -> usize {
    match tensor_type {
        TensorType::Q8_0 | TensorType::Q4_0 => n_rows.next_multiple_of(GROUP),
        _ => n_rows,
    }
}
