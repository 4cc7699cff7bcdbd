//! Model files: GGUF and safetensors, taken as a stream and kept once in memory.

mod gguf;
mod gguf_write;
mod loader;
pub mod names;
mod open_tensor;
mod safetensors;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::kernels::{Matrix, PackedMatrix, TensorType};

pub use gguf::{GgufMetadata, GgufValue};
pub use gguf_write::write_gguf;
pub use loader::{TypeChange, WeightsLoader};

/// How matrices are kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are GGUF's own")]
pub enum WeightType {
    /// As in the file.
    #[default]
    AsIs,
    F32,
    F16,
    #[serde(rename = "q8_0")]
    Q8_0,
    #[serde(rename = "q4_0")]
    Q4_0,
    #[serde(rename = "q4_1")]
    Q4_1,
    #[serde(rename = "q5_0")]
    Q5_0,
    #[serde(rename = "q5_1")]
    Q5_1,
    #[serde(rename = "q2_k")]
    Q2K,
    #[serde(rename = "q3_k")]
    Q3K,
    #[serde(rename = "q4_k")]
    Q4K,
    #[serde(rename = "q5_k")]
    Q5K,
    #[serde(rename = "q6_k")]
    Q6K,
}

impl WeightType {
    /// The tensor type to convert to; `None` to keep the file's.
    pub fn tensor_type(self) -> Option<TensorType> {
        Some(match self {
            WeightType::AsIs => return None,
            WeightType::F32 => TensorType::F32,
            WeightType::F16 => TensorType::F16,
            WeightType::Q8_0 => TensorType::Q8_0,
            WeightType::Q4_0 => TensorType::Q4_0,
            WeightType::Q4_1 => TensorType::Q4_1,
            WeightType::Q5_0 => TensorType::Q5_0,
            WeightType::Q5_1 => TensorType::Q5_1,
            WeightType::Q2K => TensorType::Q2_K,
            WeightType::Q3K => TensorType::Q3_K,
            WeightType::Q4K => TensorType::Q4_K,
            WeightType::Q5K => TensorType::Q5_K,
            WeightType::Q6K => TensorType::Q6_K,
        })
    }
}

/// What the head of a model file says.
#[derive(Debug, Clone, PartialEq)]
pub struct FileHeader {
    /// `GGUF` or `safetensors`.
    pub format: &'static str,
    /// GGUF metadata; empty for safetensors.
    pub metadata: GgufMetadata,
    /// Tensors as the file lists them.
    pub tensors: Vec<TensorHeader>,
    /// Offset in bytes of the first tensor data.
    pub data_start: u64,
}

/// Where and what a tensor of a file is.
#[derive(Debug, Clone, PartialEq)]
pub struct TensorHeader {
    /// Name as the file has it.
    pub name: String,
    /// Slowest dimension first, as in Hugging Face.
    pub shape: Vec<usize>,
    /// Type of the elements.
    pub tensor_type: TensorType,
    /// Offset in bytes from the start of the file.
    pub offset: u64,
    /// Bytes in the file.
    pub n_bytes: u64,
}

impl TensorHeader {
    /// `None` if a dimension is 0, the size overflows, or rows are not whole blocks.
    fn new(
        name: String,
        shape: &[u64],
        tensor_type: TensorType,
        offset: u64,
    ) -> Option<TensorHeader> {
        let shape: Vec<usize> = shape
            .iter()
            .map(|n| usize::try_from(*n).ok().filter(|n| *n > 0))
            .collect::<Option<_>>()?;
        let (n_cols, outer) = shape.split_last()?;
        let mut n_bytes = tensor_type.row_bytes(*n_cols)? as u64;
        for n in outer {
            n_bytes = n_bytes.checked_mul(*n as u64)?;
        }
        Some(TensorHeader { name, shape, tensor_type, offset, n_bytes })
    }
}

/// All tensors of a model by Hugging Face name, as files have them or ready for matrix products.
/// One-dimensional tensors are matrices of one row, and always as files have them.
#[derive(Debug, Default)]
pub struct Weights {
    tensors: HashMap<String, (Vec<usize>, PackedMatrix)>,
}

impl Weights {
    /// An empty set.
    pub fn new() -> Weights {
        Weights::default()
    }

    /// Adds a tensor; returns false, and leaves the first one, if the name is there already.
    pub fn insert(&mut self, name: String, shape: Vec<usize>, matrix: PackedMatrix) -> bool {
        if self.contains(&name) {
            return false;
        }
        self.tensors.insert(name, (shape, matrix));
        true
    }

    /// Whether a tensor is there.
    pub fn contains(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// Takes a tensor out that is as files have it.
    ///
    /// # Errors
    /// As [`Weights::take_packed`].
    pub fn take(&mut self, name: &str, shape: &[usize]) -> Result<Matrix> {
        self.take_packed(name, shape).map(PackedMatrix::into_plain)
    }

    /// Takes a tensor out.
    ///
    /// # Errors
    /// `Error::MissingTensor`, or `Error::Shape` if it is not of `shape`.
    pub fn take_packed(&mut self, name: &str, shape: &[usize]) -> Result<PackedMatrix> {
        match self.tensors.remove(name) {
            None => Err(Error::MissingTensor { name: name.into(), expected: shape.to_vec() }),
            Some((found, _)) if found != shape => {
                Err(Error::Shape { name: name.into(), expected: shape.to_vec(), found })
            }
            Some((_, matrix)) => Ok(matrix),
        }
    }

    /// Names, shapes and matrices, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[usize], &PackedMatrix)> {
        self.tensors.iter().map(|(name, (shape, matrix))| (name.as_str(), shape.as_slice(), matrix))
    }

    /// Number of elements of all tensors.
    pub fn n_parameters(&self) -> u64 {
        self.iter().map(|(_, _, matrix)| matrix.n_rows() as u64 * matrix.n_cols() as u64).sum()
    }
}
