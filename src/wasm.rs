//! The WebAssembly shell: [`Engine`] and loading as a JavaScript class. Nothing outside names `JsValue`.
//!
//! Methods throw plain objects in the shape of [`ErrorReport`]. A panic traps the instance for good;
//! its message is kept for [`last_panic`], and the worker is then to be replaced.
//!
//! In the builds with threads, further workers instantiate the same module with the same memory and
//! lend themselves to the engine, see `threads.rs`.

mod machine;
#[cfg(target_feature = "atomics")]
mod threads;

use std::panic;
use std::sync::Mutex;

use serde::Serialize;
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::prelude::*;

use crate::engine::{self, EngineStep, LoadOptions, LoadSession, Notice};
use crate::error::Error;
use crate::generate::{GenerationConfig, Step};
use crate::protocol::{EngineEvent, ErrorReport, ReportKind};
use crate::weights::WeightType;

static LAST_PANIC: Mutex<Option<String>> = Mutex::new(None);

type JsResult<T> = Result<T, JsValue>;

/// The message of the panic that ended this instance, if one did.
#[wasm_bindgen(js_name = lastPanic)]
pub fn last_panic() -> Option<String> {
    LAST_PANIC.lock().ok()?.clone()
}

/// A model, its tokenizer and at most one running generation.
#[wasm_bindgen]
pub struct Engine {
    engine: engine::Engine,
    load: Option<LoadSession>,
    generation_id: u32,
}

#[wasm_bindgen]
impl Engine {
    /// An engine without a model.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default, reason = "JavaScript has no Default")]
    pub fn new() -> Engine {
        panic::set_hook(Box::new(|info| {
            if let Ok(mut last) = LAST_PANIC.lock() {
                // The first is the cause of any others, such as that a thread has failed.
                last.get_or_insert_with(|| info.to_string());
            }
            console_error_panic_hook::hook(info);
        }));
        Engine { engine: engine::Engine::new(), load: None, generation_id: 0 }
    }

    /// `EngineInfo`: what this build is.
    pub fn info(&self) -> JsResult<JsValue> {
        to_js(&engine::Engine::info())
    }

    /// Starts a load; the files follow. `weights` is a `WeightType`.
    #[wasm_bindgen(js_name = beginLoad)]
    pub fn begin_load(
        &mut self,
        name: String,
        weights: JsValue,
        config_json: Option<String>,
        tokenizer_json: Option<Vec<u8>>,
        tokenizer_config_json: Option<String>,
    ) -> JsResult<()> {
        if self.load.is_some() {
            return Err(error(Error::State("a model is being loaded already".into())));
        }
        let weights: WeightType = from_value(weights).map_err(|e| refused("weights", e))?;
        self.load = Some(
            LoadSession::new(LoadOptions {
                name,
                weights,
                config_json,
                tokenizer_json,
                tokenizer_config_json,
                without_tokenizer: false,
                for_parts: false,
            })
            .map_err(error)?,
        );
        Ok(())
    }

    /// Starts a file of the model; `n_bytes` is its size, where known.
    #[wasm_bindgen(js_name = beginFile)]
    pub fn begin_file(&mut self, file_name: &str, n_bytes: Option<f64>) -> JsResult<()> {
        self.loading(|load| load.begin_file(file_name, n_bytes.map(|n| n as u64)))
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, chunk: &[u8]) -> JsResult<()> {
        self.loading(|load| load.push(chunk))
    }

    /// Ends the file.
    #[wasm_bindgen(js_name = finishFile)]
    pub fn finish_file(&mut self) -> JsResult<()> {
        self.loading(LoadSession::finish_file)
    }

    /// Ends the load and returns the `ModelInfo` of the model, which is now ready.
    #[wasm_bindgen(js_name = finishLoad)]
    pub fn finish_load(&mut self) -> JsResult<JsValue> {
        let load = self.load.take().ok_or_else(|| error(no_load()))?;
        let loaded = load.finish().map_err(error)?;
        self.engine.set_model(loaded).map_err(error)?;
        to_js(&self.engine.model_info())
    }

    /// Computes with `asked` threads from now on, or, where none are asked for, with as many as make this
    /// model fastest.
    #[wasm_bindgen(js_name = useThreads)]
    pub fn use_threads(&mut self, asked: Option<usize>) -> JsResult<()> {
        self.engine.use_threads(asked).map_err(error)
    }

    /// Gives up a load; the model that was there before stays.
    #[wasm_bindgen(js_name = abandonLoad)]
    pub fn abandon_load(&mut self) {
        self.load = None;
    }

    /// `{tokens: TokenInfo[], notices: Notice[]}` of a text in which `n_lone_surrogates` halves of
    /// UTF-16 pairs were replaced.
    pub fn tokenize(&self, text: &str, n_lone_surrogates: usize) -> JsResult<JsValue> {
        #[derive(Serialize)]
        struct Tokenized {
            tokens: Vec<engine::TokenInfo>,
            notices: Vec<Notice>,
        }
        let (tokens, mut notices) = self.engine.tokenize(text).map_err(error)?;
        notices.extend(surrogate_notice(n_lone_surrogates));
        to_js(&Tokenized { tokens, notices })
    }

    /// Starts to complete a prompt; returns a `generation_started` event. `options` is a
    /// `GenerationConfig`, parts of which may be left out.
    #[wasm_bindgen(js_name = startGeneration)]
    pub fn start_generation(
        &mut self,
        generation_id: u32,
        prompt: &str,
        options: JsValue,
        n_lone_surrogates: usize,
    ) -> JsResult<JsValue> {
        let options: serde_json::Value = from_value(options).map_err(|e| refused("options", e))?;
        let config = GenerationConfig::from_value(&options).map_err(error)?;
        let mut started = self.engine.start_generation(prompt, config).map_err(error)?;
        started.notices.extend(surrogate_notice(n_lone_surrogates));
        self.generation_id = generation_id;
        to_js(&EngineEvent::GenerationStarted {
            generation_id,
            encoder_tokens: started.encoder_tokens,
            notices: started.notices,
        })
    }

    /// Runs one block of the encoder or one token of the decoder; returns an `encoding`, `token` or
    /// `generation_done` event, the last of which ends it.
    pub fn step(&mut self) -> JsResult<JsValue> {
        let generation_id = self.generation_id;
        to_js(&match self.engine.step().map_err(error)? {
            EngineStep::Step(Step::Encoding { n_layers_done, n_layers }) => {
                EngineEvent::Encoding { generation_id, n_layers_done, n_layers }
            }
            EngineStep::Step(Step::Token {
                token_idx,
                token_id,
                piece,
                text,
                log_probability,
                elapsed_ms,
            }) => EngineEvent::Token {
                generation_id,
                token_idx,
                token_id,
                piece,
                text,
                log_probability,
                elapsed_ms,
            },
            EngineStep::Done(result) => EngineEvent::GenerationDone {
                generation_id,
                result: *result,
                memory_bytes: memory_bytes(),
            },
        })
    }

    /// Ends the running generation; returns its `generation_done` event.
    pub fn stop(&mut self) -> JsResult<JsValue> {
        let result = self.engine.stop().map_err(error)?;
        let generation_id = self.generation_id;
        to_js(&EngineEvent::GenerationDone { generation_id, result, memory_bytes: memory_bytes() })
    }

    /// Bytes of WebAssembly memory that this instance has.
    #[wasm_bindgen(js_name = memoryBytes)]
    pub fn memory_bytes(&self) -> f64 {
        memory_bytes() as f64
    }

    /// Does something with the load that is under way; a failure ends it.
    fn loading(
        &mut self,
        act: impl FnOnce(&mut LoadSession) -> crate::error::Result<()>,
    ) -> JsResult<()> {
        let load = self.load.as_mut().ok_or_else(|| error(no_load()))?;
        act(load).map_err(|failure| {
            self.load = None;
            error(failure)
        })
    }
}

/// Size of the WebAssembly memory, which never shrinks.
fn memory_bytes() -> u64 {
    core::arch::wasm32::memory_size(0) as u64 * 65_536
}

fn no_load() -> Error {
    Error::State("no load is under way".into())
}

fn surrogate_notice(n_characters: usize) -> Option<Notice> {
    (n_characters > 0).then_some(Notice::LoneSurrogates { n_characters })
}

fn to_js(value: &impl Serialize) -> JsResult<JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(|e| {
        throwable(&ErrorReport {
            kind: ReportKind::Internal,
            option: None,
            message: format!("an event could not be passed on: {e}"),
            fatal: false,
        })
    })
}

fn error(error: Error) -> JsValue {
    throwable(&ErrorReport::from(&error))
}

/// A value from JavaScript that is not what it should be.
fn refused(name: &'static str, message: serde_wasm_bindgen::Error) -> JsValue {
    throwable(&ErrorReport {
        kind: ReportKind::Option,
        option: None,
        message: format!("{name}: {message}"),
        fatal: false,
    })
}

fn throwable(report: &ErrorReport) -> JsValue {
    report.serialize(&Serializer::json_compatible()).unwrap_or_else(|e| e.into())
}
