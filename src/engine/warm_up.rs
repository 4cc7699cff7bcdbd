//! A model of a few kilobytes that says nothing: it runs the code that real ones will.

use crate::config::{FeedForwardProj, T5Config};
use crate::error::Result;
use crate::kernels::{Matrix, Order, PackedMatrix, TensorType};
use crate::model::{DecoderState, T5ForConditionalGeneration, Workspace};
use crate::weights::Weights;
use crate::weights::names::expected_tensors;

/// Of the prompt and of the completion.
const N_TOKENS: usize = 16;

/// Browsers compile code anew, to run fast, once it has run for a while. This has it run while a real
/// model is still on its way.
pub struct WarmUp {
    model: T5ForConditionalGeneration,
    workspace: Workspace,
    state: DecoderState,
}

impl WarmUp {
    /// Makes the model, of `Q8_0` weights, and encodes its prompt.
    ///
    /// # Errors
    /// `Error::Memory` where there is no room even for that.
    pub fn new() -> Result<WarmUp> {
        let config = config();
        let mut weights = Weights::new();
        for (name, shape) in expected_tensors(&config) {
            let matrix = of_ones(&shape, name.ends_with("bias.weight"))?;
            weights.insert(name, shape, matrix);
        }
        let model = T5ForConditionalGeneration::new(config, &mut weights)?;
        let mut workspace = Workspace::default();
        let encoded = model.encode(&[1; N_TOKENS], &mut workspace)?;
        let state = model.start_decoder(&encoded, N_TOKENS, &mut workspace)?;
        Ok(WarmUp { model, workspace, state })
    }

    /// Generates a token.
    ///
    /// # Errors
    /// None that are known.
    pub fn step(&mut self) -> Result<()> {
        if self.state.n_past() == N_TOKENS {
            self.state.clear();
        }
        self.model.decode_step(1, &mut self.state, &mut self.workspace).map(drop)
    }
}

fn config() -> T5Config {
    T5Config {
        vocab_size: 512,
        d_model: 64,
        d_kv: 64,
        d_ff: 128,
        num_layers: 1,
        num_decoder_layers: 1,
        num_heads: 1,
        relative_attention_num_buckets: 32,
        relative_attention_max_distance: 128,
        layer_norm_epsilon: 1e-6,
        feed_forward_proj: FeedForwardProj::GatedGelu,
        tie_word_embeddings: false,
        scale_decoder_outputs: false,
        bias_in_every_block: false,
        decoder_start_token_id: 0,
        eos_token_id: 1,
        pad_token_id: 0,
        n_positions: 512,
    }
}

/// A tensor whose values are alike, and none of them so small that arithmetic gets slow.
fn of_ones(shape: &[usize], is_bias: bool) -> Result<PackedMatrix> {
    let (n_cols, outer) = shape.split_last().expect("a tensor has a dimension");
    let n_rows = outer.iter().product();
    let ones = vec![1.0; n_rows * n_cols];
    if shape.len() == 1 || is_bias {
        let matrix = Matrix::from_f32(TensorType::F32, n_rows, *n_cols, &ones)?;
        return Ok(PackedMatrix::with_order(matrix, Order::Plain));
    }
    Ok(PackedMatrix::new(Matrix::from_f32(TensorType::Q8_0, n_rows, *n_cols, &ones)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generates_for_as_long_as_one_likes() {
        let mut warm_up = WarmUp::new().unwrap();
        for _ in 0..3 * N_TOKENS {
            warm_up.step().unwrap();
        }
        assert_eq!(warm_up.state.n_past(), N_TOKENS);
    }
}
