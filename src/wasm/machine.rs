//! What a page asks of the machine before or without a model: are its vectors right, what does its memory allow, and
//! may the browser compile the engine already.

use wasm_bindgen::prelude::*;

use super::{JsResult, error, throwable};
use crate::engine;
use crate::kernels;
use crate::protocol::{ErrorReport, ReportKind};

/// Compares every vector kernel with its scalar twin on this machine; returns the number of
/// comparisons, or throws with the first difference.
#[wasm_bindgen(js_name = checkKernels)]
pub fn check_kernels(seed: u32, n_cases: usize) -> JsResult<usize> {
    kernels::self_check(seed, n_cases).map_err(|message| {
        throwable(&ErrorReport { kind: ReportKind::Internal, option: None, message, fatal: true })
    })
}

/// What the memory of this machine allows, by this build's kernels; the caller takes the time.
#[wasm_bindgen]
pub struct Ceilings(kernels::Ceilings);

#[wasm_bindgen]
impl Ceilings {
    /// `Q8_0` weights of at most `n_bytes`.
    #[wasm_bindgen(constructor)]
    pub fn new(n_bytes: usize) -> JsResult<Ceilings> {
        kernels::Ceilings::new(n_bytes).map(Ceilings).map_err(error)
    }

    /// Bytes that one `read` or `multiply` reads.
    #[wasm_bindgen(getter, js_name = nBytes)]
    pub fn n_bytes(&self) -> usize {
        self.0.n_bytes()
    }

    /// Reads all bytes once; returns what depends on each of them.
    pub fn read(&self) -> u64 {
        self.0.read()
    }

    /// Multiplies the matrix with one token; returns one of the products.
    pub fn multiply(&mut self) -> f32 {
        self.0.multiply()
    }
}

/// Runs the engine's code without a model, so that the browser compiles it to run fast.
#[wasm_bindgen]
pub struct WarmUp(engine::WarmUp);

#[wasm_bindgen]
impl WarmUp {
    /// Takes some kilobytes.
    #[wasm_bindgen(constructor)]
    pub fn new() -> JsResult<WarmUp> {
        engine::WarmUp::new().map(WarmUp).map_err(error)
    }

    /// A token's worth of work.
    pub fn step(&mut self) -> JsResult<()> {
        self.0.step().map_err(error)
    }
}
