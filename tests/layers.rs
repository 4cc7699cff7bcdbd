//! Which layer imports which: data flows one way, and this test keeps it so.

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer and the layers that it may name as `crate::...`; those of `src/lib.rs`.
const MAY_IMPORT: [(&str, &[&str]); 10] = [
    ("error", &[]),
    ("config", &["error"]),
    ("kernels", &["error"]),
    ("text", &["error"]),
    ("weights", &["config", "kernels", "error"]),
    ("model", &["weights", "config", "kernels", "error"]),
    ("generate", &["model", "kernels", "text", "error"]),
    ("engine", &["generate", "model", "text", "weights", "config", "kernels", "error"]),
    ("protocol", &["engine", "generate", "weights", "error"]),
    ("wasm", &["protocol", "engine", "generate", "weights", "kernels", "error"]),
];

fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path)
}

fn rust_files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).unwrap() {
        files.extend(rust_files(&entry.unwrap().path()));
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files
}

fn files_of(layer: &str) -> Vec<PathBuf> {
    let file = source(&format!("{layer}.rs"));
    rust_files(&if file.is_file() { file } else { source(layer) })
}

/// Names that follow `crate::` in the code of a file; comments do not count.
fn imports(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn layers_import_only_those_below() {
    for (layer, allowed) in MAY_IMPORT {
        let files = files_of(layer);
        assert!(!files.is_empty(), "layer {layer} has no files");
        for file in files {
            for import in imports(&fs::read_to_string(&file).unwrap()) {
                assert!(
                    import == layer || allowed.contains(&import.as_str()),
                    "{} imports `{import}`, which layer `{layer}` may not",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn every_module_is_a_layer() {
    let lib = fs::read_to_string(source("lib.rs")).unwrap();
    let modules: Vec<_> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut layers: Vec<_> = MAY_IMPORT.iter().map(|(layer, _)| *layer).collect();
    layers.sort_unstable();
    assert_eq!(modules, layers);
}

#[test]
fn unsafe_and_simd_are_in_kernels_only() {
    for file in rust_files(&source("")) {
        let text = fs::read_to_string(&file).unwrap();
        let in_kernels = file.starts_with(source("kernels"));
        let code: Vec<_> =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for word in ["unsafe {", "unsafe fn", "arch::wasm32::*"] {
            let found = code.iter().any(|line| line.contains(word));
            assert!(in_kernels || !found, "{} contains `{word}`", file.display());
        }
        let names_js = code.iter().any(|line| line.contains("JsValue"));
        let in_shell = file == source("wasm.rs") || file.starts_with(source("wasm"));
        assert!(!names_js || in_shell, "{} names JsValue", file.display());
    }
}
