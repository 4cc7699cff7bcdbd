//! A block of either stack, and the stacks.

use std::sync::{Mutex, PoisonError};

use crate::config::T5Config;
use crate::error::Result;
use crate::kernels::{Activations, Matrix, rms_norm};
use crate::model::attention::{AttentionWorkspace, T5Attention};
use crate::model::feed_forward::{FeedForwardWorkspace, T5FeedForward};
use crate::weights::Weights;
use crate::weights::names::{Part, Stack, final_layer_norm, in_block};

/// Self-attention, cross-attention (decoder only), feed-forward, each after a norm and added to its
/// input.
#[derive(Debug)]
pub struct T5Block {
    /// (D)
    pub self_attention_norm: T5LayerNorm,
    /// Attention over the stack's own tokens.
    pub self_attention: T5Attention,
    /// (buckets, H): in block 0, or in every block of umT5.
    pub relative_attention_bias: Option<Matrix>,
    /// The decoder's attention over the encoder's states.
    pub cross_attention: Option<(T5LayerNorm, T5Attention)>,
    /// (D)
    pub feed_forward_norm: T5LayerNorm,
    /// The feed-forward layer.
    pub feed_forward: T5FeedForward,
}

/// The blocks of the encoder or of the decoder, and the norm after them.
#[derive(Debug)]
pub struct T5Stack {
    /// In order.
    pub blocks: Vec<T5Block>,
    /// (D)
    pub final_layer_norm: T5LayerNorm,
}

/// Root-mean-square norm with a weight and no bias.
#[derive(Debug)]
pub struct T5LayerNorm {
    /// (D)
    weight: Vec<f32>,
    epsilon: f32,
}

/// Buffers of a block, allocated once and reused between blocks and steps.
#[derive(Debug, Default)]
pub struct Workspace {
    /// (T, D)
    pub normed: Activations,
    /// Of a decoder step, (T, I)
    pub queries: Vec<f32>,
    /// For [`T5Attention::attend`].
    pub attention: AttentionWorkspace,
    /// For [`T5FeedForward::forward`].
    pub feed_forward: FeedForwardWorkspace,
    /// Of parts of a prompt that threads work on side by side.
    pub side_by_side: Workspaces,
}

/// Workspaces that are lent out: there come to be as many as were needed at once.
#[derive(Debug, Default)]
pub struct Workspaces(Mutex<Vec<Workspace>>);

impl Workspaces {
    /// Runs `work` with a workspace of its own.
    pub fn with_one<R>(&self, work: impl FnOnce(&mut Workspace) -> R) -> R {
        let free = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut workspace = free().pop().unwrap_or_default();
        let result = work(&mut workspace);
        free().push(workspace);
        result
    }
}

impl T5LayerNorm {
    fn take(weights: &mut Weights, config: &T5Config, name: &str) -> Result<T5LayerNorm> {
        let weight = weights.take(name, &[config.d_model])?.to_f32();
        Ok(T5LayerNorm { weight, epsilon: config.layer_norm_epsilon as f32 })
    }

    /// Writes the norm of `x`, (T, D), to `out`.
    pub fn forward(&self, x: &[f32], out: &mut Activations) {
        let dim = self.weight.len();
        rms_norm(x, &self.weight, self.epsilon, out.start(x.len() / dim, dim));
    }
}

impl T5Stack {
    /// Takes a whole stack.
    ///
    /// # Errors
    /// `Error::MissingTensor` or `Error::Shape` for the first tensor that does not fit.
    pub fn take(weights: &mut Weights, config: &T5Config, stack: Stack) -> Result<T5Stack> {
        let n_blocks = match stack {
            Stack::Encoder => config.num_layers,
            Stack::Decoder => config.num_decoder_layers,
        };
        let blocks = (0..n_blocks)
            .map(|block_idx| T5Block::take(weights, config, stack, block_idx))
            .collect::<Result<_>>()?;
        let final_layer_norm = T5LayerNorm::take(weights, config, &final_layer_norm(stack))?;
        Ok(T5Stack { blocks, final_layer_norm })
    }
}

impl T5Block {
    /// The cross-attention of a block of the decoder.
    pub fn cross(&self) -> &(T5LayerNorm, T5Attention) {
        self.cross_attention.as_ref().expect("a decoder block has one")
    }

    fn take(
        weights: &mut Weights,
        config: &T5Config,
        stack: Stack,
        block_idx: usize,
    ) -> Result<T5Block> {
        let norm = |weights: &mut Weights, part| {
            T5LayerNorm::take(weights, config, &in_block(stack, block_idx, part))
        };
        let has_bias = block_idx == 0 || config.bias_in_every_block;
        let bias_shape = [config.relative_attention_num_buckets, config.num_heads];
        Ok(T5Block {
            self_attention_norm: norm(weights, Part::AttnNorm)?,
            self_attention: T5Attention::take_self(weights, config, stack, block_idx)?,
            relative_attention_bias: match has_bias {
                true => {
                    let name = in_block(stack, block_idx, Part::AttnRelBias);
                    Some(weights.take(&name, &bias_shape)?)
                }
                false => None,
            },
            cross_attention: match stack {
                Stack::Encoder => None,
                Stack::Decoder => Some((
                    norm(weights, Part::CrossNorm)?,
                    T5Attention::take_cross(weights, config, block_idx)?,
                )),
            },
            feed_forward_norm: norm(weights, Part::FfnNorm)?,
            feed_forward: T5FeedForward::take(weights, config, stack, block_idx)?,
        })
    }
}
