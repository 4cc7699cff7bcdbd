//! `fetch`: a model from the Hugging Face Hub, or any server with its paths, into a folder of this machine.

mod download;
mod hub;

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use crate::CliError;
use crate::args::FetchArgs;
use crate::model_files::at;
use hub::{Hub, HubFile};

const ENDPOINT: &str = "https://huggingface.co";
/// What stands beside weights that do not describe themselves.
const COMPANIONS: [&str; 3] = ["config.json", "tokenizer.json", "tokenizer_config.json"];
const INDEX: &str = "model.safetensors.index.json";

pub fn run(args: &FetchArgs) -> Result<(), CliError> {
    let repo = args.repo.trim_matches('/');
    if repo.split('/').count() != 2 || repo.contains("..") || repo.contains(char::is_whitespace) {
        return Err(CliError::Usage(format!(
            "\"{}\" is no id of a repository; one looks like google/flan-t5-small",
            args.repo
        )));
    }
    let hub = Hub::new(
        setting("HF_ENDPOINT").unwrap_or_else(|| ENDPOINT.into()),
        repo,
        &args.revision,
        setting("HF_TOKEN"),
    )?;
    let files = chosen(hub.list()?, &args.files, repo)?;
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(repo.rsplit('/').next().unwrap()));
    for file in &files {
        let path = out.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).map_err(at(&path))?;
        download::fetch(&hub, file, &path)?;
    }
    Ok(writeln!(io::stdout(), "{}", out.display())?)
}

/// An environment variable that is set to something.
fn setting(name: &str) -> Option<String> {
    env::var(name).ok().map(|value| value.trim().to_string()).filter(|value| !value.is_empty())
}

/// Of all files those that were named with what goes with them, or those of the one model that there is.
fn chosen(all: Vec<HubFile>, named: &[String], repo: &str) -> Result<Vec<HubFile>, CliError> {
    // A server could name files outside the folder.
    let is_inside =
        |path: &str| !path.split(['/', '\\']).any(|part| part.is_empty() || part == "..");
    let all: Vec<_> = all.into_iter().filter(|file| is_inside(&file.path)).collect();
    let has = |path: &str| all.iter().any(|file| file.path == path);
    if let Some(missing) = named.iter().find(|path| !has(path)) {
        return Err(CliError::Network(format!(
            "{repo} has no {missing}. It has: {}",
            weights_of(&all)
        )));
    }
    let is_shard = |path: &str| path.starts_with("model-") && path.ends_with(".safetensors");
    let is_wanted: Box<dyn Fn(&str) -> bool> = if !named.is_empty() {
        Box::new(|path| named.iter().any(|name| name == path))
    } else if has("model.safetensors") {
        Box::new(|path| path == "model.safetensors")
    } else if has(INDEX) {
        Box::new(move |path| path == INDEX || is_shard(path))
    } else {
        return Err(CliError::Network(format!(
            "{repo} has no model.safetensors. Name the files to fetch after the id. It has: {}",
            weights_of(&all)
        )));
    };
    let goes_along = |path: &str| COMPANIONS.contains(&path);
    let is_chosen = |file: &HubFile| is_wanted(&file.path) || goes_along(&file.path);
    // The small ones first: what is wrong with them is known at once.
    let mut files: Vec<_> = all.into_iter().filter(is_chosen).collect();
    files.sort_by_key(|file| file.n_bytes);
    Ok(files)
}

fn weights_of(files: &[HubFile]) -> String {
    let endings = [".gguf", ".safetensors"];
    let names: Vec<_> = files
        .iter()
        .map(|file| file.path.as_str())
        .filter(|path| endings.iter().any(|ending| path.ends_with(ending)))
        .collect();
    if names.is_empty() { "no .gguf or .safetensors file".into() } else { names.join(", ") }
}
