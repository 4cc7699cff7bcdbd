//! What the memory of this machine lets a kernel do, to hold a model's speed against.

use super::scalar::{BLOCK, Q8_0_BYTES};
use super::{Activations, Matrix, PackedMatrix, TensorType, matmul};
use crate::error::Result;

const N_COLS: usize = 512;
const ROW_BYTES: usize = N_COLS / BLOCK * Q8_0_BYTES;

/// A `Q8_0` matrix of 512 columns, read in two ways: by nothing but loads, and by the product with
/// one token. Neither can be faster than the memory, and no model faster than its products.
pub struct Ceilings {
    words: Vec<u64>,
    matrix: PackedMatrix,
    activations: Activations,
    y: Vec<f32>,
}

impl Ceilings {
    /// Makes a matrix of at most `n_bytes`, and as many bytes to read beside it.
    ///
    /// # Errors
    /// `Error::Memory` where there is no room.
    pub fn new(n_bytes: usize) -> Result<Ceilings> {
        let mut matrix = Matrix::zeros(TensorType::Q8_0, n_bytes / ROW_BYTES, N_COLS)?;
        // Any bytes are quants; the scale of each block is 2^-7 as f16.
        for block in matrix.bytes_mut().chunks_exact_mut(Q8_0_BYTES) {
            block.fill(0x15);
            block[..2].copy_from_slice(&0x2000u16.to_le_bytes());
        }
        let y = vec![0.0; matrix.n_rows()];
        let mut activations = Activations::new();
        activations.start(1, N_COLS).fill(0.5);
        Ok(Ceilings {
            words: vec![1; matrix.n_bytes() / 8],
            matrix: PackedMatrix::new(matrix),
            activations,
            y,
        })
    }

    /// Bytes that one [`Ceilings::read`] or [`Ceilings::multiply`] reads.
    pub fn n_bytes(&self) -> usize {
        self.matrix.n_bytes()
    }

    /// Reads all bytes once; returns what depends on each of them.
    pub fn read(&self) -> u64 {
        let mut sums = [0u64; 8];
        let (chunks, rest) = self.words.as_chunks::<8>();
        for chunk in chunks {
            for (sum, word) in sums.iter_mut().zip(chunk) {
                *sum ^= word;
            }
        }
        sums.iter().chain(rest).fold(0, |sum, word| sum ^ word)
    }

    /// Multiplies the matrix with one token; returns one of the products.
    pub fn multiply(&mut self) -> f32 {
        matmul(&self.matrix, &mut self.activations, &mut self.y);
        self.y[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_that_of_the_matrix() {
        let mut ceilings = Ceilings::new(100_000).unwrap();
        assert_eq!(ceilings.n_bytes(), 100_000 / ROW_BYTES * ROW_BYTES);
        // 512 columns of 21 * 2^-7 times 0.5.
        assert!((ceilings.multiply() - 42.0).abs() < 0.2, "{}", ceilings.multiply());
        let _ = ceilings.read();
    }
}
