//! Finds the files of a model on disk and streams them into the engine.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use t5_playground::engine::{
    Engine, LoadOptions, LoadSession, LoadedModel, ModelParts, holds_config, holds_tokenizer,
};
use t5_playground::error::Error;
use t5_playground::weights::{FileHeader, WeightType, WeightsLoader};

use crate::CliError;
use crate::args::ModelArgs;

const CHUNK_BYTES: usize = 1 << 20;
const INDEX: &str = "model.safetensors.index.json";

/// The files of a model.
pub struct ModelFiles {
    pub name: String,
    pub weights: Vec<PathBuf>,
    pub config_json: Option<String>,
    pub tokenizer_json: Option<Vec<u8>>,
    pub tokenizer_config_json: Option<String>,
}

impl ModelFiles {
    /// Looks for the files of `path`; `config` and `tokenizer` are believed before those beside it, and so is what
    /// a GGUF file that was named says itself.
    pub fn find(
        path: &Path,
        config: Option<&Path>,
        tokenizer: Option<&Path>,
    ) -> Result<ModelFiles, CliError> {
        let is_folder = fs::metadata(path).map_err(at(path))?.is_dir();
        let folder = if is_folder { path } else { path.parent().unwrap_or(Path::new("")) };
        let weights = if is_folder { weights_in(folder)? } else { vec![path.to_path_buf()] };
        let own = if is_folder { Own::default() } else { Own::of(path) };
        let beside = |name: &str| {
            let is_own = if name == "config.json" { own.config } else { own.tokenizer };
            Some(folder.join(name)).filter(|file| !is_own && file.is_file())
        };
        let read =
            |file: Option<PathBuf>| file.map(|file| fs::read(&file).map_err(at(&file))).transpose();
        let text = |file: Option<PathBuf>| {
            file.map(|file| fs::read_to_string(&file).map_err(at(&file))).transpose()
        };
        let given =
            |file: Option<&Path>, name: &str| file.map(Path::to_path_buf).or_else(|| beside(name));
        Ok(ModelFiles {
            name: path.file_name().map_or("model".into(), |name| name.to_string_lossy().into()),
            weights,
            config_json: text(given(config, "config.json"))?,
            tokenizer_json: read(given(tokenizer, "tokenizer.json"))?,
            tokenizer_config_json: text(beside("tokenizer_config.json"))?,
        })
    }

    /// The model, ready to run.
    pub fn load_model(
        self,
        weights: WeightType,
        without_tokenizer: bool,
    ) -> Result<LoadedModel, CliError> {
        let options = LoadOptions { weights, without_tokenizer, ..LoadOptions::default() };
        Ok(self.load(options)?.finish()?)
    }

    /// The model's tensors, configuration and tokenizer.
    pub fn load_parts(self, weights: WeightType) -> Result<ModelParts, CliError> {
        let options = LoadOptions { weights, for_parts: true, ..LoadOptions::default() };
        Ok(self.load(options)?.finish_parts()?)
    }

    /// Reads all files into a load that is then to be finished.
    fn load(self, options: LoadOptions) -> Result<LoadSession, CliError> {
        if self.weights.is_empty() {
            return Err(CliError::Usage(format!(
                "{} holds no model: no .gguf, no model.safetensors, no {INDEX}",
                self.name
            )));
        }
        let mut load = LoadSession::new(LoadOptions {
            name: self.name,
            config_json: self.config_json,
            tokenizer_json: self.tokenizer_json,
            tokenizer_config_json: self.tokenizer_config_json,
            ..options
        })?;
        let mut chunk = vec![0; CHUNK_BYTES];
        for path in &self.weights {
            let mut file = File::open(path).map_err(at(path))?;
            let n_bytes = file.metadata().map_err(at(path))?.len();
            load.begin_file(&path.display().to_string(), Some(n_bytes))?;
            loop {
                let n = file.read(&mut chunk).map_err(at(path))?;
                if n == 0 {
                    break;
                }
                load.push(&chunk[..n])?;
            }
            load.finish_file()?;
        }
        Ok(load)
    }
}

/// What a file of weights says itself.
#[derive(Default)]
struct Own {
    config: bool,
    tokenizer: bool,
}

impl Own {
    /// Nothing where the file cannot be read: loading it will say why.
    fn of(path: &Path) -> Own {
        let mut own = Own::default();
        let mut loader = WeightsLoader::new(WeightType::AsIs, false);
        let mut look = |header: &mut FileHeader| {
            own.config = holds_config(&header.metadata);
            own.tokenizer = holds_tokenizer(&header.metadata);
            Err(Error::State("that is all that was to be seen".into()))
        };
        let Ok(mut file) = File::open(path) else { return own };
        let mut chunk = vec![0; CHUNK_BYTES];
        let mut is_open = loader.begin_file("", None).is_ok();
        while is_open && let Ok(n @ 1..) = file.read(&mut chunk) {
            is_open = loader.push(&chunk[..n], &mut look).is_ok();
        }
        if is_open {
            let _ = loader.finish_file(&mut look);
        }
        own
    }
}

/// Loads the model of a command.
pub fn load_engine(args: &ModelArgs, without_tokenizer: bool) -> Result<Engine, CliError> {
    let files = ModelFiles::find(&args.model, args.config.as_deref(), args.tokenizer.as_deref())?;
    let mut engine = Engine::new();
    engine.set_model(files.load_model(args.weights.into(), without_tokenizer)?)?;
    Ok(engine)
}

/// Adds the path to an input error.
pub fn at(path: &Path) -> impl FnOnce(std::io::Error) -> CliError {
    let path = path.display().to_string();
    move |source| CliError::File { path, source }
}

/// The weight files of a Hub-layout folder, in order; empty if there are none.
fn weights_in(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let single = folder.join("model.safetensors");
    if single.is_file() {
        return Ok(vec![single]);
    }
    let index = folder.join(INDEX);
    if index.is_file() {
        let text = fs::read_to_string(&index).map_err(at(&index))?;
        return shards(&text)
            .map(|names| names.into_iter().map(|name| folder.join(name)).collect())
            .ok_or_else(|| CliError::Usage(format!("{} has no weight_map", index.display())));
    }
    let mut ggufs = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "gguf") {
            ggufs.push(path);
        }
    }
    match ggufs.len() {
        0 | 1 => Ok(ggufs),
        n => Err(CliError::Usage(format!(
            "{} holds {n} GGUF files; name the one to use",
            folder.display()
        ))),
    }
}

/// The distinct file names of an index, sorted.
fn shards(index: &str) -> Option<Vec<String>> {
    let index: serde_json::Value = serde_json::from_str(index).ok()?;
    let names = index.get("weight_map")?.as_object()?.values();
    let mut names: Vec<String> =
        names.map(|name| name.as_str().map(str::to_string)).collect::<Option<_>>()?;
    names.sort();
    names.dedup();
    Some(names)
}
