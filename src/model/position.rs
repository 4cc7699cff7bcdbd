//! Relative positions: T5 adds a learned number to each attention score, by the distance between
//! query and key.

use crate::error::Result;
use crate::kernels::Matrix;
use crate::model::zeros;

/// Maps a signed distance to a row of `relative_attention_bias`.
///
/// `relative_position` is `key_position - query_position`, in tokens. `bidirectional` is true in
/// the encoder; in the decoder, keys to the right do not occur and share bucket 0. Returns a bucket
/// in `0..num_buckets`; distances of `max_distance` tokens or more share the last bucket of their
/// side.
///
/// Source: T5 paper, section 2.1; Hugging Face `T5Attention._relative_position_bucket`.
pub fn relative_position_bucket(
    relative_position: i64,
    bidirectional: bool,
    num_buckets: usize,
    max_distance: usize,
) -> usize {
    let (num_buckets, first, distance) = if bidirectional {
        let half = num_buckets / 2;
        let first = if relative_position > 0 { half } else { 0 };
        (half, first, relative_position.unsigned_abs() as usize)
    } else {
        (num_buckets, 0, (-relative_position).max(0) as usize)
    };
    // Half of the buckets hold one distance each, the others logarithmically more. The reference
    // computes in f32, and so must this: the truncation below would show any other rounding.
    let max_exact = num_buckets / 2;
    let bucket = if distance < max_exact {
        distance
    } else {
        let ratio = (distance as f32 / max_exact as f32).ln();
        let full = (max_distance as f64 / max_exact as f64).ln() as f32;
        let large = ratio / full * (num_buckets - max_exact) as f32;
        (max_exact + large as usize).min(num_buckets - 1)
    };
    first + bucket
}

/// The position bias of every head, laid out by distance so that a query's row is one slice.
#[derive(Debug)]
pub struct DistanceBias {
    /// (H, n_left + 1 + n_right), by `key_position - query_position + n_left`.
    values: Vec<f32>,
    n_left: usize,
    n_distances: usize,
}

impl DistanceBias {
    /// Looks up `relative_attention_bias`, (buckets, H), for the distances `-n_left..=n_right`.
    ///
    /// # Errors
    /// `Error::Memory` if there is no room.
    pub fn new(
        relative_attention_bias: &Matrix,
        max_distance: usize,
        bidirectional: bool,
        n_left: usize,
        n_right: usize,
    ) -> Result<DistanceBias> {
        let num_heads = relative_attention_bias.n_cols();
        let num_buckets = relative_attention_bias.n_rows();
        let n_distances = n_left + 1 + n_right;
        let mut values = zeros(num_heads * n_distances, "position bias")?;
        let mut by_head = vec![0.0; num_heads];
        for idx in 0..n_distances {
            let distance = idx as i64 - n_left as i64;
            let bucket =
                relative_position_bucket(distance, bidirectional, num_buckets, max_distance);
            relative_attention_bias.row_to_f32(bucket, &mut by_head);
            for (head_idx, bias) in by_head.iter().enumerate() {
                values[head_idx * n_distances + idx] = *bias;
            }
        }
        Ok(DistanceBias { values, n_left, n_distances })
    }

    /// Biases of keys `0..n_keys` for the query at `position`.
    pub fn row(&self, head_idx: usize, position: usize, n_keys: usize) -> &[f32] {
        &self.values[head_idx * self.n_distances + self.n_left - position..][..n_keys]
    }
}
