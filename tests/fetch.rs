//! `t5-playground fetch` against a server with the Hub's paths, and a storage host that it sends us on to.

#[path = "fetch/files.rs"]
mod files;
#[path = "fetch/server.rs"]
mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

use server::{Answer, Server};
use sha2::{Digest, Sha256};

const REPO: &str = "tests/tiny";
const WEIGHTS: &str = "model.safetensors";

/// What the storage does with the weights: given the bytes asked for and how often it was asked before.
type Storing = fn(&[u8], usize) -> Answer;

/// What the Hub answers to a path in place of what it has.
type Instead = fn(&str) -> Option<Answer>;

/// A Hub with one repository, its storage, and a folder to fetch into.
struct Stage {
    hub: Server,
    storage: Server,
    weights: Vec<u8>,
    folder: PathBuf,
}

impl Stage {
    fn new(name: &str, storing: Storing) -> Stage {
        Stage::with(name, storing, |_| None)
    }

    fn with(name: &str, storing: Storing, instead: Instead) -> Stage {
        let weights: Vec<u8> =
            (0..600_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let stored = weights.clone();
        let asked = Mutex::new(0);
        let storage = Server::start(Box::new(move |(_, headers)| {
            let from = headers.get("range").map_or(0, |range| {
                range.trim_start_matches("bytes=").trim_end_matches('-').parse().unwrap()
            });
            let mut asked = asked.lock().unwrap();
            *asked += 1;
            let (status, mut head, body) = storing(&stored[from..], *asked - 1);
            if status == 200 && from > 0 {
                head.push(format!(
                    "Content-Range: bytes {from}-{}/{}",
                    stored.len() - 1,
                    stored.len()
                ));
                return (206, head, body);
            }
            (status, head, body)
        }));
        let to = storage.origin.clone();
        let sha256 = hex(&weights);
        let n_bytes = weights.len();
        let hub = Server::start(Box::new(move |(path, _)| {
            if let Some(answer) = instead(path) {
                return answer;
            }
            if path == &format!("/api/models/{REPO}/tree/main?recursive=true") {
                let list = format!(
                    r#"[{{"type":"file","path":"config.json","size":2,"oid":"1"}},
                        {{"type":"directory","path":"onnx","size":0,"oid":"2"}},
                        {{"type":"file","path":"../outside.json","size":2,"oid":"3"}},
                        {{"type":"file","path":"pytorch_model.bin","size":9,"oid":"4"}},
                        {{"type":"file","path":"{WEIGHTS}","size":9,"oid":"5","lfs":{{"oid":"{sha256}","size":{n_bytes}}}}}]"#
                );
                return (200, vec!["Content-Type: application/json".into()], list.into());
            }
            if path == &format!("/{REPO}/resolve/main/config.json") {
                return (200, vec![], b"{}".into());
            }
            if path == &format!("/{REPO}/resolve/main/{WEIGHTS}") {
                let headers =
                    vec![format!("Location: {to}/blob"), format!("X-Linked-ETag: \"{sha256}\"")];
                return (302, headers, vec![]);
            }
            (404, vec![], vec![])
        }));
        Stage { hub, storage, weights, folder: empty_folder(name) }
    }

    fn fetch(&self, more: &[&str]) -> Output {
        fetch(&self.hub, &self.folder, more)
    }

    fn succeeds(&self) {
        let output = self.fetch(&[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(fs::read(self.folder.join(WEIGHTS)).unwrap() == self.weights);
        assert_eq!(self.names(), ["config.json", WEIGHTS]);
    }

    fn fails(&self, more: &[&str]) -> String {
        let output = self.fetch(more);
        let stderr = String::from_utf8_lossy(&output.stderr).to_string();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        stderr
    }

    fn names(&self) -> Vec<String> {
        names_in(&self.folder)
    }

    /// The Range headers that the storage saw.
    fn ranges(&self) -> Vec<Option<String>> {
        self.storage.requests().iter().map(|(_, headers)| headers.get("range").cloned()).collect()
    }
}

/// Runs the command.
fn fetch(hub: &Server, folder: &Path, more: &[&str]) -> Output {
    command(hub, folder).args(more).output().unwrap()
}

fn command(hub: &Server, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_t5-playground"));
    command
        .args(["fetch", REPO, "--out"])
        .arg(folder)
        .env("HF_ENDPOINT", &hub.origin)
        .env("HF_TOKEN", "secret")
        // A proxy of this machine would not know the servers of this test.
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1");
    command
}

fn empty_folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fetch-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into()).collect();
    names.sort();
    names
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn whole(bytes: &[u8], _: usize) -> Answer {
    (200, vec![], bytes.into())
}

#[test]
fn a_model_comes_from_the_hub_and_its_storage_and_is_fetched_once() {
    let stage = Stage::new("whole", whole);
    stage.succeeds();
    let (_, headers) = &stage.hub.requests()[0];
    assert_eq!(headers["authorization"], "Bearer secret");
    let (_, headers) = &stage.storage.requests()[0];
    assert!(!headers.contains_key("authorization"), "the storage learns no token");
    stage.succeeds();
    assert_eq!(stage.storage.requests().len(), 1);
}

#[test]
fn it_goes_on_where_nobody_reads_what_it_says() {
    let stage = Stage::new("unread", whole);
    for _ in 0..2 {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = command(&stage.hub, &stage.folder);
        let status = command.stdout(writer.try_clone().unwrap()).stderr(writer).status().unwrap();
        assert!(status.success(), "{status}");
    }
    assert_eq!(fs::read(stage.folder.join(WEIGHTS)).unwrap(), stage.weights);
}

#[cfg(unix)]
#[test]
fn a_folder_may_have_any_name() {
    use std::os::unix::ffi::OsStrExt;
    let mut stage = Stage::new("any-name", whole);
    stage.folder.push(std::ffi::OsStr::from_bytes(b"m\xff"));
    stage.succeeds();
    assert_eq!(fs::read(stage.folder.join(WEIGHTS)).unwrap(), stage.weights);
}

#[test]
fn a_broken_connection_goes_on_where_it_was() {
    let stage = Stage::new("cut", |bytes, times| {
        let sent = if times < 3 { bytes.len() / 2 } else { bytes.len() };
        (200, vec![format!("Content-Length: {}", bytes.len())], bytes[..sent].into())
    });
    stage.succeeds();
    let ranges = stage.ranges();
    assert_eq!(ranges[..3], [None, Some("bytes=300000-".into()), Some("bytes=450000-".into())]);
}

#[test]
fn a_command_that_was_ended_goes_on_the_next_time() {
    let stage = Stage::new("resume", whole);
    let part = stage.folder.join(format!("{WEIGHTS}.part"));
    fs::write(part, &stage.weights[..123_456]).unwrap();
    stage.succeeds();
    assert_eq!(stage.ranges(), [Some("bytes=123456-".into())]);
}

#[test]
fn a_part_that_does_not_fit_is_fetched_anew() {
    let stage = Stage::new("other-part", whole);
    fs::write(stage.folder.join(format!("{WEIGHTS}.part")), vec![7; 123_456]).unwrap();
    stage.succeeds();
    assert_eq!(stage.ranges(), [Some("bytes=123456-".into()), None]);
}

#[test]
fn a_part_of_what_has_no_checksum_is_fetched_anew() {
    let stage = Stage::new("unknown-part", whole);
    fs::write(stage.folder.join("config.json.part"), "[]").unwrap();
    stage.succeeds();
    assert_eq!(fs::read_to_string(stage.folder.join("config.json")).unwrap(), "{}");
}

#[test]
fn a_server_without_ranges_sends_all_again() {
    let stage = Stage::new("no-ranges", |bytes, _| {
        let all = 600_000 - bytes.len();
        if all == 0 { (200, vec![], bytes.into()) } else { (500, vec![], vec![]) }
    });
    let part = stage.folder.join(format!("{WEIGHTS}.part"));
    fs::write(&part, &stage.weights[..1000]).unwrap();
    let message = stage.fails(&[]);
    assert!(message.contains("answers 500") && message.contains("goes on from there"), "{message}");
    assert_eq!(fs::metadata(&part).unwrap().len(), 1000, "what has come is kept");
}

#[test]
fn a_flipped_bit_is_refused_and_not_kept() {
    let stage = Stage::new("flipped", |bytes, _| {
        let mut bytes = bytes.to_vec();
        *bytes.last_mut().unwrap() ^= 1;
        (200, vec![], bytes)
    });
    let message = stage.fails(&[]);
    assert!(message.contains("checksum"), "{message}");
    assert_eq!(stage.names(), ["config.json"]);
}

#[test]
fn each_wrong_answer_has_its_own_message() {
    let cases: [(Storing, &str); 4] = [
        (|_, _| (403, vec![], vec![]), "has to be granted"),
        (|_, _| (200, vec!["Content-Type: text/html".into()], b"<html>".into()), "web page"),
        (|bytes, _| (200, vec![], bytes[1..].into()), "wrong size"),
        (|_, _| (302, vec!["Location: /round".into()], vec![]), "without end"),
    ];
    for (i, (storing, wanted)) in cases.into_iter().enumerate() {
        let stage = Stage::new(&format!("wrong-{i}"), storing);
        let message = stage.fails(&[]);
        assert!(message.contains(wanted), "{wanted}: {message}");
        assert!(!stage.names().contains(&WEIGHTS.into()));
    }
    let hubs: [(Instead, &str); 3] = [
        (|_| Some((401, vec![], vec![])), "set HF_TOKEN"),
        (|_| Some((404, vec![], vec![])), "Check the id"),
        (|_| Some((200, vec![], b"<html>".into())), "no list of files"),
    ];
    for (i, (instead, wanted)) in hubs.into_iter().enumerate() {
        let message = Stage::with(&format!("hub-{i}"), whole, instead).fails(&[]);
        assert!(message.contains(wanted), "{wanted}: {message}");
    }
}

#[test]
fn a_file_that_is_not_there_is_said_with_those_that_are() {
    let message = Stage::new("missing", whole).fails(&["tiny.gguf"]);
    assert!(message.contains("has no tiny.gguf. It has: model.safetensors"), "{message}");
}
