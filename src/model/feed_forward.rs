//! The feed-forward layer of a block.

use crate::config::{FeedForwardProj, T5Config};
use crate::error::Result;
use crate::kernels::{Activations, PackedMatrix, add_assign, gelu_new, matmul, matmuls, relu};
use crate::weights::Weights;
use crate::weights::names::{Part, Stack, in_block};

/// `wo(act(wi(x)))`, or gated: `wo(act(wi_0(x)) * wi_1(x))`.
#[derive(Debug)]
pub struct T5FeedForward {
    proj: FeedForwardProj,
    /// `wi` or `wi_0`, (F, D)
    wi: PackedMatrix,
    /// `wi_1`, (F, D), of gated models
    wi_1: Option<PackedMatrix>,
    /// (D, F)
    wo: PackedMatrix,
}

/// Buffers of a feed-forward layer, reused between layers and steps.
#[derive(Debug, Default)]
pub struct FeedForwardWorkspace {
    /// (T, F)
    inner: Activations,
    /// (T, F)
    linear: Vec<f32>,
    /// (T, D)
    out: Vec<f32>,
}

impl T5FeedForward {
    /// Takes the layer of a block.
    pub fn take(
        weights: &mut Weights,
        config: &T5Config,
        stack: Stack,
        block_idx: usize,
    ) -> Result<T5FeedForward> {
        let (d, f) = (config.d_model, config.d_ff);
        let mut take = |part, shape: [usize; 2]| {
            weights.take_packed(&in_block(stack, block_idx, part), &shape)
        };
        let is_gated = config.feed_forward_proj.is_gated();
        Ok(T5FeedForward {
            proj: config.feed_forward_proj,
            wi: take(if is_gated { Part::FfnWi0 } else { Part::FfnWi }, [f, d])?,
            wi_1: if is_gated { Some(take(Part::FfnWi1, [f, d])?) } else { None },
            wo: take(Part::FfnWo, [d, f])?,
        })
    }

    /// `hidden += feed_forward(x)`: x and hidden are (T, D).
    pub fn forward(&self, x: &mut Activations, ws: &mut FeedForwardWorkspace, hidden: &mut [f32]) {
        let (n_tokens, d_ff) = (x.n_tokens(), self.wi.n_rows());
        let inner = ws.inner.start(n_tokens, d_ff);
        let linear = match &self.wi_1 {
            Some(wi_1) => {
                ws.linear.resize(n_tokens * d_ff, 0.0);
                matmuls([(&self.wi, &mut *inner), (wi_1, &mut ws.linear)], x);
                Some(ws.linear.as_slice())
            }
            None => {
                matmul(&self.wi, x, inner);
                None
            }
        };
        match self.proj {
            FeedForwardProj::GatedGelu => gelu_new(inner, linear),
            FeedForwardProj::Relu | FeedForwardProj::GatedRelu => relu(inner, linear),
        }
        ws.out.resize(hidden.len(), 0.0);
        matmul(&self.wo, &mut ws.inner, &mut ws.out);
        add_assign(hidden, &ws.out);
    }
}
