//! T5 in the browser: quantized inference in Rust and WebAssembly.
//!
//! Data flows one way:
//!
//! ```text
//! text -> tokens -> input_ids -> encoder_hidden_states
//!      -> [ decode_step -> logits -> processors -> sampler -> token_id -> text piece ]
//!      -> EngineEvent -> postMessage -> reduce(state, event) -> views
//! ```
//!
//! Layers, and what each may import of this crate (`tests/layers.rs` checks it):
//!
//! | layer | imports | holds |
//! |---|---|---|
//! | [`error`] | nothing | what can go wrong, in words |
//! | [`config`] | error | `T5Config` |
//! | [`kernels`] | error | arithmetic, SIMD, `unsafe` |
//! | [`text`] | error | tokenizers and the incremental detokenizer |
//! | [`weights`] | config, kernels, error | GGUF and safetensors, as a stream |
//! | [`model`] | weights and those above | the T5 graph |
//! | [`generate`] | model, kernels, text, error | options, processors, samplers, `Generation::step` |
//! | [`engine`] | all of those | what a front end talks to |
//! | [`protocol`] | engine's public types | the wire format |
//! | `wasm`, `bin` | everything | the two front ends |
//!
//! Invariants:
//! - Pull, not push: one `step()` a token (or a block of the encoder), so a stop is heard at once.
//! - The weights exist once in memory; files stream in and are never whole.
//! - Nothing is silent: what the model will not see, what was ignored or changed is a
//!   [`engine::Notice`].
//! - Every generation is repeatable: the seed and all options are part of its result, and the
//!   kernels add in one fixed order on every machine.
//!
//! ```
//! use t5_playground::engine::{Engine, EngineStep, LoadOptions, LoadSession};
//! use t5_playground::generate::GenerationConfig;
//!
//! # fn main() -> t5_playground::error::Result<()> {
//! # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/models/t5-v1_1");
//! # let read = |name: &str| std::fs::read(format!("{folder}/{name}")).unwrap();
//! let mut load = LoadSession::new(LoadOptions {
//!     config_json: Some(String::from_utf8(read("config.json")).unwrap()),
//!     tokenizer_json: Some(read("tokenizer.json")),
//!     ..LoadOptions::default()
//! })?;
//! load.begin_file("model.safetensors", None)?;
//! for chunk in read("model.safetensors").chunks(1000) {
//!     load.push(chunk)?; // as it arrives
//! }
//! load.finish_file()?;
//!
//! let mut engine = Engine::new();
//! engine.set_model(load.finish()?)?;
//! let options = GenerationConfig { max_new_tokens: 8, ..GenerationConfig::default() };
//! engine.start_generation("The house", options)?;
//! let result = loop {
//!     if let EngineStep::Done(result) = engine.step()? {
//!         break result;
//!     }
//! };
//! assert_eq!(result.usage.decoder_tokens, result.token_ids.len() - 1);
//! # Ok(())
//! # }
//! ```

pub mod config;
pub mod engine;
pub mod error;
pub mod generate;
pub mod kernels;
pub mod model;
pub mod protocol;
pub mod text;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
pub mod weights;
