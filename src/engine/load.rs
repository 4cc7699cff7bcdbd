//! Loading: the files of a model, in chunks as they arrive, to a model that is ready.

use std::collections::{BTreeMap, HashSet};

use super::gguf::{config_from_gguf, tokenizer_from_gguf};
use super::info::{ModelInfo, Notice, TensorTypeInfo};
use crate::config::T5Config;
use crate::error::{Error, Result};
use crate::model::{T5ForConditionalGeneration, Workspace};
use crate::text::Tokenizer;
use crate::weights::names::{self, LM_HEAD};
use crate::weights::{FileHeader, GgufMetadata, WeightType, Weights, WeightsLoader};

/// Prompts may be this many times longer than the trained length.
const MAX_ENCODER_TOKENS_FACTOR: usize = 16;

/// What is known of a model besides its weights.
#[derive(Debug, Default)]
pub struct LoadOptions {
    /// Name to show.
    pub name: String,
    /// How matrices are kept in memory.
    pub weights: WeightType,
    /// `config.json`, where there is one; it is believed before the GGUF file's metadata.
    pub config_json: Option<String>,
    /// `tokenizer.json`, where there is one; it is believed before the GGUF file's metadata.
    pub tokenizer_json: Option<Vec<u8>>,
    /// `tokenizer_config.json`, where there is one: it names tokenizers that have no other file.
    pub tokenizer_config_json: Option<String>,
    /// Accept a model without a tokenizer, for token ids alone.
    pub without_tokenizer: bool,
    /// Leave tensors and metadata as files have them, for [`LoadSession::finish_parts`], and not as
    /// running the model needs them.
    pub for_parts: bool,
}

/// A model that is ready, with what is needed to run it.
pub struct LoadedModel {
    pub(super) model: T5ForConditionalGeneration,
    pub(super) tokenizer: Option<Tokenizer>,
    pub(super) info: ModelInfo,
    pub(super) workspace: Workspace,
}

/// The tensors, configuration and tokenizer of a model, not yet put together: for [`convert`].
///
/// [`convert`]: crate::engine::gguf_metadata
pub struct ModelParts {
    /// Shape and constants.
    pub config: T5Config,
    /// All tensors.
    pub weights: Weights,
    /// The tokenizer, where there is one.
    pub tokenizer: Option<Tokenizer>,
    /// Metadata of the GGUF file; empty for safetensors.
    pub metadata: GgufMetadata,
    /// What was not taken as the file has it, or as was asked.
    pub notices: Vec<Notice>,
}

/// A load that is under way.
pub struct LoadSession {
    name: String,
    for_parts: bool,
    loader: WeightsLoader,
    head: Head,
}

/// What is read before the tensors.
struct Head {
    config: Option<T5Config>,
    tokenizer: Option<Tokenizer>,
    /// See [`LoadOptions`].
    without_tokenizer: bool,
    /// What the files say, where it is to be kept.
    metadata: Option<GgufMetadata>,
}

impl LoadSession {
    /// Starts a load. The tokenizer is built first, so that the memory that parsing takes for a
    /// moment is used again by the weights.
    ///
    /// # Errors
    /// What is wrong with `config.json` or the tokenizer's files.
    pub fn new(options: LoadOptions) -> Result<LoadSession> {
        let config = options.config_json.as_deref().map(T5Config::from_json).transpose()?;
        let mut tokenizer = match &options.tokenizer_json {
            Some(json) => Some(Tokenizer::from_tokenizer_json(json)?),
            None => None,
        };
        if let (None, Some(json)) = (&tokenizer, &options.tokenizer_config_json) {
            tokenizer = Tokenizer::from_tokenizer_config(json)?;
        }
        Ok(LoadSession {
            name: options.name,
            for_parts: options.for_parts,
            loader: WeightsLoader::new(options.weights, !options.for_parts),
            head: Head {
                config,
                tokenizer,
                without_tokenizer: options.without_tokenizer,
                metadata: options.for_parts.then(GgufMetadata::new),
            },
        })
    }

    /// Starts a file; `file_bytes` is its size, where known.
    ///
    /// # Errors
    /// `Error::State` if another is still open.
    pub fn begin_file(&mut self, file_name: &str, file_bytes: Option<u64>) -> Result<()> {
        self.loader.begin_file(file_name, file_bytes)
    }

    /// Takes the next bytes of the file. As soon as the header is complete, it is checked against
    /// the configuration, before any memory is taken for tensors.
    ///
    /// # Errors
    /// What is wrong with the file. The load is over then.
    pub fn push(&mut self, chunk: &[u8]) -> Result<()> {
        let (loader, head) = (&mut self.loader, &mut self.head);
        loader.push(chunk, &mut |header| head.accept(header))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// `Error::Format` if it ended early.
    pub fn finish_file(&mut self) -> Result<()> {
        let (loader, head) = (&mut self.loader, &mut self.head);
        loader.finish_file(&mut |header| head.accept(header))
    }

    /// Ends the load with the parts of the model.
    ///
    /// # Errors
    /// What is missing; `Error::State` if the load was not begun [`LoadOptions::for_parts`].
    pub fn finish_parts(self) -> Result<ModelParts> {
        match self.for_parts {
            true => self.finish_checked(),
            false => Err(Error::State("this load makes a model that runs, not its parts".into())),
        }
    }

    fn finish_checked(self) -> Result<ModelParts> {
        let (weights, type_changes, unused) = self.loader.finish()?;
        let Some(config) = self.head.config else {
            return Err(Error::State("no model file was given".into()));
        };
        // Of several files one may not have been given.
        for (name, expected) in names::expected_tensors(&config) {
            if !weights.contains(&name) {
                return Err(Error::MissingTensor { name, expected });
            }
        }
        let mut notices: Vec<Notice> = type_changes
            .into_iter()
            .map(|change| Notice::TensorTypeChanged {
                tensor: change.tensor,
                asked: change.asked.name().into(),
                used: change.used.name().into(),
            })
            .collect();
        if !unused.is_empty() {
            notices.push(Notice::Other {
                message: format!(
                    "the model does not use these tensors of its file: {}",
                    unused.join(", ")
                ),
            });
        }
        let Head { tokenizer, metadata, .. } = self.head;
        Ok(ModelParts {
            config,
            weights,
            tokenizer,
            metadata: metadata.unwrap_or_default(),
            notices,
        })
    }

    /// Ends the load with a model that is ready.
    ///
    /// # Errors
    /// What is missing; `Error::State` if the load was begun [`LoadOptions::for_parts`].
    pub fn finish(self) -> Result<LoadedModel> {
        if self.for_parts {
            return Err(Error::State(
                "this load makes the parts of a model, not one that runs".into(),
            ));
        }
        let name = self.name.clone();
        let ModelParts { config, mut weights, tokenizer, notices, .. } = self.finish_checked()?;
        let mut by_type = BTreeMap::new();
        for (_, _, matrix) in weights.iter() {
            let (n_tensors, n_bytes) = by_type.entry(matrix.tensor_type()).or_insert((0, 0));
            *n_tensors += 1;
            *n_bytes += matrix.n_bytes() as u64;
        }
        let mut tensor_types: Vec<TensorTypeInfo> = by_type
            .into_iter()
            .map(|(tensor_type, (n_tensors, n_bytes))| TensorTypeInfo {
                r#type: tensor_type.name().into(),
                n_tensors,
                n_bytes,
            })
            .collect();
        tensor_types.sort_by_key(|info| std::cmp::Reverse(info.n_bytes));
        let info = ModelInfo {
            name,
            architecture: if config.bias_in_every_block { "umt5" } else { "t5" }.into(),
            n_parameters: weights.n_parameters(),
            weights_bytes: tensor_types.iter().map(|info| info.n_bytes).sum(),
            tensor_types,
            tokenizer: tokenizer.as_ref().map(Tokenizer::kind),
            trained_length: config.n_positions,
            max_encoder_tokens: config.n_positions * MAX_ENCODER_TOKENS_FACTOR,
            notices,
            config: config.clone(),
        };
        let model = T5ForConditionalGeneration::new(config, &mut weights)?;
        Ok(LoadedModel { model, tokenizer, info, workspace: Workspace::default() })
    }
}

impl Head {
    /// Takes configuration and tokenizer from a file's header where they are still missing, and
    /// checks its tensors. Returns the names of the tensors to keep.
    fn accept(&mut self, header: &mut FileHeader) -> Result<HashSet<String>> {
        let config = match &mut self.config {
            Some(config) => config,
            None if header.format == "GGUF" => self.config.insert(config_from_gguf(header)?),
            None => {
                return Err(Error::Config {
                    key: "config.json".into(),
                    message: "is missing: safetensors files do not describe their model, so give \
                              its config.json as well"
                        .into(),
                });
            }
        };
        let has = |name: &str| header.tensors.iter().any(|tensor| tensor.name == name);
        // The tensors are believed before config.json: transformers 5 calls every model tied.
        config.tie_word_embeddings &= !has(LM_HEAD);
        config.bias_in_every_block |= names::has_bias_in_every_block(has);
        let mut wanted = HashSet::new();
        for (name, expected) in names::expected_tensors(config) {
            if let Some(tensor) = header.tensors.iter().find(|tensor| tensor.name == name)
                && tensor.shape != expected
            {
                return Err(Error::Shape { name, expected, found: tensor.shape.clone() });
            }
            wanted.insert(name);
        }
        if let Some(metadata) = &mut self.metadata {
            metadata.extend(header.metadata.clone());
        }
        if self.tokenizer.is_none() {
            self.tokenizer = tokenizer_from_gguf(&mut header.metadata)?;
        }
        match &self.tokenizer {
            Some(tokenizer) => check_vocabulary(tokenizer, config)?,
            None if self.without_tokenizer => {}
            // Said before the tensors are fetched.
            None => {
                return Err(Error::Tokenizer(
                    "the model comes without one; give its tokenizer.json as well".into(),
                ));
            }
        }
        Ok(wanted)
    }
}

/// A tokenizer may have fewer tokens than the embedding has rows (T5 pads 32,100 to 32,128), but
/// neither more nor far fewer.
fn check_vocabulary(tokenizer: &Tokenizer, config: &T5Config) -> Result<()> {
    let (n_tokens, n_rows) = (tokenizer.n_vocab(), config.vocab_size);
    if n_tokens > n_rows || n_tokens < n_rows / 2 {
        return Err(Error::Tokenizer(format!(
            "it has {n_tokens} tokens, but the model's vocabulary has {n_rows}: they do not belong \
             together"
        )));
    }
    Ok(())
}
