//! Which files of a repository are fetched: shards, and those of a revision.

use std::fs;

use crate::server::{Answer, Server};
use crate::{REPO, WEIGHTS, empty_folder, fetch, hex, names_in};

/// A Hub whose revisions hold small files, of which it lists two on a page. A file holds its revision and its path.
fn revisions(all: &'static [(&str, &[&str])]) -> Server {
    Server::start(Box::new(move |(path, _)| {
        let found = all.iter().find_map(|(revision, files)| {
            // As it stands in an address.
            let revision = revision.replace('/', "%2F");
            let listing = format!("/api/models/{REPO}/tree/{revision}?recursive=true");
            if let Some(cursor) = path.strip_prefix(&listing) {
                let page: usize = cursor.strip_prefix("&page=").unwrap_or("0").parse().unwrap();
                return Some(listed(files, &revision, page, &listing));
            }
            let file = path.strip_prefix(&format!("/{REPO}/resolve/{revision}/"))?;
            files.contains(&file).then(|| (200, vec![], content(&revision, file)))
        });
        found.unwrap_or((404, vec![], vec![]))
    }))
}

fn listed(files: &[&str], revision: &str, page: usize, listing: &str) -> Answer {
    const PAGE: usize = 2;
    let entries: Vec<_> = files
        .iter()
        .skip(page * PAGE)
        .take(PAGE)
        .map(|file| {
            let bytes = content(revision, file);
            let (n_bytes, sha256) = (bytes.len(), hex(&bytes));
            let lfs = if is_weights(file) {
                format!(r#","lfs":{{"oid":"{sha256}","size":{n_bytes}}}"#)
            } else {
                String::new()
            };
            format!(r#"{{"type":"file","path":"{file}","size":{n_bytes},"oid":"1"{lfs}}}"#)
        })
        .collect();
    let is_last = (page + 1) * PAGE >= files.len();
    let next = format!("Link: <{listing}&page={}>; rel=\"next\"", page + 1);
    let headers = if is_last { vec![] } else { vec![next] };
    (200, headers, format!("[{}]", entries.join(",")).into())
}

fn content(revision: &str, file: &str) -> Vec<u8> {
    format!("{revision} {file}").into()
}

fn is_weights(path: &str) -> bool {
    path.ends_with(".safetensors") || path.ends_with(".gguf")
}

const SHARDED: &[&str] = &[
    "README.md",
    "config.json",
    "flax_model.msgpack",
    "model-00001-of-00003.safetensors",
    "model-00002-of-00003.safetensors",
    "model-00003-of-00003.safetensors",
    "model.safetensors.index.json",
    "pytorch_model-00001-of-00002.bin",
    "spiece.model",
    "tokenizer.json",
    "tokenizer_config.json",
];

#[test]
fn a_model_in_shards_comes_with_all_of_them_and_its_index() {
    let hub = revisions(&[("main", SHARDED)]);
    let folder = empty_folder("shards");
    let output = fetch(&hub, &folder, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names = names_in(&folder);
    assert_eq!(
        names,
        [
            "config.json",
            "model-00001-of-00003.safetensors",
            "model-00002-of-00003.safetensors",
            "model-00003-of-00003.safetensors",
            "model.safetensors.index.json",
            "tokenizer.json",
            "tokenizer_config.json",
        ]
    );
    for name in &names {
        assert_eq!(fs::read(folder.join(name)).unwrap(), content("main", name));
    }
    let asked = hub.requests().len();
    assert!(fetch(&hub, &folder, &[]).status.success());
    let again = hub.requests();
    assert!(!again[asked..].iter().any(|(path, _)| is_weights(path)), "{again:?}");
}

#[test]
fn a_shard_that_is_missing_or_wrong_is_fetched_alone() {
    let hub = revisions(&[("main", SHARDED)]);
    let folder = empty_folder("one-shard");
    assert!(fetch(&hub, &folder, &[]).status.success());
    let [missing, wrong] = ["model-00001-of-00003.safetensors", "model-00003-of-00003.safetensors"];
    fs::remove_file(folder.join(missing)).unwrap();
    let mut bytes = content("main", wrong);
    bytes[0] ^= 1;
    fs::write(folder.join(wrong), bytes).unwrap();
    let asked = hub.requests().len();
    assert!(fetch(&hub, &folder, &[]).status.success());
    let mut fetched: Vec<_> = hub.requests().split_off(asked);
    fetched.retain(|(path, _)| is_weights(path));
    assert_eq!(fetched.len(), 2, "{fetched:?}");
    for name in [missing, wrong] {
        assert_eq!(fs::read(folder.join(name)).unwrap(), content("main", name));
    }
}

#[test]
fn a_revision_that_is_named_is_the_one_that_comes() {
    let hub = revisions(&[
        ("main", &["config.json", WEIGHTS]),
        ("next", &["config.json", WEIGHTS]),
        ("refs/pr/7", &["config.json", WEIGHTS, "tokenizer.json"]),
        ("0123abcd", &["config.json", "tiny.gguf"]),
    ]);
    let folder = empty_folder("revision");
    let all: [(&[&str], &str, &[&str]); 4] = [
        (&[], "main", &["config.json", WEIGHTS]),
        // The files of another revision take the place of those that are there, of whatever size.
        (&["--revision", "next"], "next", &["config.json", WEIGHTS]),
        (
            &["--revision", "refs/pr/7"],
            "refs%2Fpr%2F7",
            &["config.json", WEIGHTS, "tokenizer.json"],
        ),
        (&["tiny.gguf", "--revision", "0123abcd"], "0123abcd", &["config.json", "tiny.gguf"]),
    ];
    for (more, revision, files) in all {
        let output = fetch(&hub, &folder, more);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        for file in files {
            assert_eq!(fs::read(folder.join(file)).unwrap(), content(revision, file));
        }
    }
    let output = fetch(&hub, &folder, &["--revision", "nowhere"]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(message.contains("tree/nowhere") && message.contains("the revision"), "{message}");
}
