//! Arithmetic on rows and matrices: the only place with SIMD and `unsafe`.
//!
//! Every vector kernel stands twice, in [`scalar`] and in `simd128`, and both add in the same
//! order, so their results are equal to the last bit: [`self_check`] says so on any machine. What
//! the rest of the crate calls is re-exported here from whichever twin the target has.
//!
//! Layouts: matrices are row-major, one row per output; token batches are row-major, one row per
//! token. Shape letters: T tokens, N rows (outputs), K columns (inputs).

mod activations;
mod blocks;
mod ceilings;
mod head;
mod matmul;
mod matrix;
mod ops;
mod packed;
#[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
mod relaxed;
pub mod scalar;
mod self_check;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub mod simd128;
mod split;
pub mod team;

pub use activations::Activations;
pub use blocks::{TensorType, dequantize, quantize};
pub use ceilings::Ceilings;
pub use head::{HeadRows, HeadWorkspace, PackedHead};
pub use matmul::{matmul, matmuls};
pub use matrix::{Matrix, MatrixWriter};
pub use ops::{add_assign, gelu_new, relu, rms_norm, scale_assign, softmax, sum_exp};
pub use packed::{Order, PackedMatrix};
pub use self_check::self_check;
pub use split::{Block, Blocks, Chunks, Split, for_each_piece};

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(crate) use scalar as twin;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) use simd128 as twin;

pub use twin::{dot, dot_rows, max, sum_rows};

/// Name of the instruction set that the kernels were built for.
pub const BUILD: &str = if cfg!(all(target_arch = "wasm32", target_feature = "relaxed-simd")) {
    "relaxed-simd"
} else if cfg!(all(target_arch = "wasm32", target_feature = "simd128")) {
    "simd128"
} else {
    "scalar"
};
