//! candle-transformers' quantized T5 for a browser: encode once, then one token at a time.
//!
//! As published: it computes the keys and values of cross-attention again for each token, and its
//! position buckets are wrong past short distances, so its speed can be compared and its text cannot.

use candle_core::{Device, Tensor};
use candle_transformers::models::quantized_t5::{Config, T5ForConditionalGeneration, VarBuilder};
use wasm_bindgen::prelude::*;

/// A model, and the states of the prompt that was encoded last.
#[wasm_bindgen]
pub struct Candle {
    model: T5ForConditionalGeneration,
    hidden_states: Option<Tensor>,
}

#[wasm_bindgen]
impl Candle {
    /// Loads a GGUF file with Hugging Face's names and the text of a config.json.
    #[wasm_bindgen(constructor)]
    pub fn new(gguf: &[u8], config_json: &str) -> Result<Candle, JsError> {
        let config: Config = serde_json::from_str(config_json)?;
        let weights = VarBuilder::from_gguf_buffer(gguf, &Device::Cpu)?;
        Ok(Candle { model: T5ForConditionalGeneration::load(weights, &config)?, hidden_states: None })
    }

    /// Reads a prompt of S token ids and forgets the one before.
    pub fn encode(&mut self, input_ids: &[u32]) -> Result<(), JsError> {
        self.model.clear_kv_cache();
        let input_ids = Tensor::new(input_ids, &Device::Cpu)?.unsqueeze(0)?;
        self.hidden_states = Some(self.model.encode(&input_ids)?);
        Ok(())
    }

    /// Takes the token before and returns the most likely next one.
    pub fn step(&mut self, token_id: u32) -> Result<u32, JsError> {
        let states = self.hidden_states.as_ref().ok_or_else(|| JsError::new("encode first"))?;
        let decoder_input_ids = Tensor::new(&[[token_id]], &Device::Cpu)?;
        let logits = self.model.decode(&decoder_input_ids, states)?;
        Ok(logits.squeeze(0)?.argmax(0)?.to_scalar::<u32>()?)
    }
}
