//! One tensor on its way from a file into memory.

use super::TensorHeader;
use crate::error::{Error, Result};
use crate::kernels::{Matrix, MatrixWriter, Order, PackedMatrix, TensorType, dequantize};

/// A tensor of a model file whose bytes arrive, and are kept in the type that was asked for.
#[derive(Debug)]
pub struct OpenTensor {
    /// Hugging Face name.
    pub name: String,
    /// What the file says of it.
    pub header: TensorHeader,
    values: Values,
}

/// The values of a tensor that arrives.
#[derive(Debug)]
enum Values {
    /// In the type of the file.
    AsTheyAre(MatrixWriter),
    /// In another type.
    Converted {
        matrix: Matrix,
        /// Bytes of the file's tensor taken so far.
        n_taken: u64,
        /// The file's row, filled so far up to `n_taken % row_bytes`.
        row: Matrix,
        /// Index and value of the first number that is not finite.
        non_finite: Option<(usize, f32)>,
    },
}

impl OpenTensor {
    /// Begins a tensor, to be kept as `target` if it is a factor of products.
    ///
    /// # Errors
    /// `Error::Memory` if there is no room.
    pub fn new(
        name: String,
        header: TensorHeader,
        target: Option<TensorType>,
    ) -> Result<OpenTensor> {
        let (n_cols, outer) = header.shape.split_last().expect("a tensor has a dimension");
        let n_rows = outer.iter().product();
        let file_type = header.tensor_type;
        let memory_type = match is_multiplied(&name, &header.shape) {
            true => target.map_or(file_type, |target| fitting_type(target, *n_cols)),
            false => TensorType::F32,
        };
        let values = if memory_type == file_type {
            Values::AsTheyAre(MatrixWriter::new(file_type, n_rows, *n_cols)?)
        } else {
            Values::Converted {
                matrix: Matrix::zeros(memory_type, n_rows, *n_cols)?,
                n_taken: 0,
                row: Matrix::zeros(file_type, 1, *n_cols)?,
                non_finite: None,
            }
        };
        Ok(OpenTensor { name, header, values })
    }

    /// Type in memory.
    pub fn tensor_type(&self) -> TensorType {
        match &self.values {
            Values::AsTheyAre(writer) => writer.tensor_type(),
            Values::Converted { matrix, .. } => matrix.tensor_type(),
        }
    }

    /// Bytes of the file's tensor taken so far.
    fn n_taken(&self) -> u64 {
        match &self.values {
            Values::AsTheyAre(writer) => writer.n_written() as u64,
            Values::Converted { n_taken, .. } => *n_taken,
        }
    }

    /// Whether it is a factor of products.
    pub fn is_multiplied(&self) -> bool {
        is_multiplied(&self.name, &self.header.shape)
    }

    /// Whether all of its bytes are there.
    pub fn is_complete(&self) -> bool {
        self.n_taken() == self.header.n_bytes
    }

    /// Takes what it can of `chunk`; returns how many bytes that was.
    pub fn take(&mut self, chunk: &[u8]) -> usize {
        // A tensor of 4 GiB in the file may well fit into 32 bits of memory as Q4_0.
        let n_left = self.header.n_bytes - self.n_taken();
        let n = usize::try_from(n_left).map_or(chunk.len(), |n_left| chunk.len().min(n_left));
        match &mut self.values {
            Values::AsTheyAre(writer) => writer.write(&chunk[..n]),
            Values::Converted { matrix, n_taken, row, non_finite } => {
                let mut values = vec![0.0; row.n_cols()];
                let mut rest = &chunk[..n];
                while !rest.is_empty() {
                    let row_bytes = row.row_bytes() as u64;
                    let (row_idx, at) =
                        ((*n_taken / row_bytes) as usize, (*n_taken % row_bytes) as usize);
                    let n_row = rest.len().min(row.row_bytes() - at);
                    row.bytes_mut()[at..][..n_row].copy_from_slice(&rest[..n_row]);
                    rest = &rest[n_row..];
                    *n_taken += n_row as u64;
                    if at + n_row == row.row_bytes() {
                        dequantize(row.tensor_type(), row.bytes(), &mut values);
                        // Quantizing could hide it.
                        if let Some(col) = values.iter().position(|x| !x.is_finite())
                            && non_finite.is_none()
                        {
                            *non_finite = Some((row_idx * values.len() + col, values[col]));
                        }
                        matrix.set_row(row_idx, &values);
                    }
                }
            }
        }
        n
    }

    /// The matrix, once it is complete; where it is to be `packed` and is one that is multiplied, ready for
    /// products.
    ///
    /// # Errors
    /// `Error::NonFinite` for the first value that is not finite.
    pub fn finish(self, packed: bool) -> Result<PackedMatrix> {
        let is_packed = packed && self.is_multiplied();
        let (matrix, non_finite) = match self.values {
            Values::AsTheyAre(writer) => (writer.finish(), None),
            Values::Converted { matrix, non_finite, .. } => (matrix, non_finite),
        };
        match non_finite.or_else(|| matrix.first_non_finite()) {
            None if is_packed => Ok(PackedMatrix::new(matrix)),
            None => Ok(PackedMatrix::with_order(matrix, Order::Plain)),
            Some((index, value)) => {
                Err(Error::NonFinite { name: self.name, index, value: value.to_string() })
            }
        }
    }
}

/// Whether a tensor is a factor of matrix products. Norms and position biases are not: they are few,
/// and are added in f32.
fn is_multiplied(name: &str, shape: &[usize]) -> bool {
    shape.len() == 2 && !name.ends_with("relative_attention_bias.weight")
}

/// `target`, or the next best type whose blocks divide a row of `n_cols`.
fn fitting_type(target: TensorType, n_cols: usize) -> TensorType {
    let candidates = [target, TensorType::Q8_0];
    let fits = |candidate: &TensorType| n_cols.is_multiple_of(candidate.block_size());
    candidates.into_iter().find(fits).unwrap_or(TensorType::F32)
}
