//! Generation: options, which tokens may come next, which one is chosen, when it ends.

mod config;
mod generation;
mod processors;
mod sampler;
mod stopping;
mod warpers;

pub use config::{GenerationConfig, MAX_NEW_TOKENS, MAX_SEED};
pub use generation::{Generation, Step};
pub use processors::LogitsProcessors;
pub use sampler::{Sampler, log_probability, pick_greedy, softmax_in_place};
pub use stopping::{FinishReason, StopStrings, StoppingCriteria};
