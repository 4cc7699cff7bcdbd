//! `t5-playground serve` as a browser sees it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A folder that is served until this is dropped.
struct Served {
    process: Child,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A status line with headers, in lower case, and a body.
struct Answer {
    head: String,
    body: Vec<u8>,
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("serve-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("assets/1a2b")).unwrap();
    folder
}

fn serve(name: &str) -> Served {
    serve_by(Command::new(env!("CARGO_BIN_EXE_t5-playground")), name)
}

/// Serves a small page with a command that ends in the name of ours.
fn serve_by(mut command: Command, name: &str) -> Served {
    let root = folder(name);
    for (path, content) in [
        ("index.html", "<!doctype html>"),
        ("assets/1a2b/main.js", "export {};"),
        ("assets/1a2b/main.js.br", "brotli"),
        ("assets/1a2b/main.js.gz", "gzip"),
        ("assets/1a2b/a b.wasm", "0123456789"),
    ] {
        fs::write(root.join(path), content).unwrap();
    }
    fs::write(root.parent().unwrap().join("outside.txt"), "secret").unwrap();
    let mut process =
        command.args(["serve", "--port", "0"]).arg(&root).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_string();
    Served { process, address }
}

impl Served {
    fn get(&self, path: &str, headers: &[&str]) -> Answer {
        self.ask("GET", path, headers)
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    fn ask(&self, method: &str, path: &str, headers: &[&str]) -> Answer {
        let mut stream = self.connect();
        let lines: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{lines}\r\n",
            self.address
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        Answer { head, body: bytes[end + 4..].to_vec() }
    }
}

impl Answer {
    fn has(&self, text: &str) -> bool {
        self.head.contains(text)
    }
}

#[test]
fn files_have_their_types_and_the_headers_that_isolate() {
    let served = serve("types");
    assert!(served.address.starts_with("127.0.0.1:"));
    let page = served.get("/", &[]);
    assert!(
        page.has("http/1.1 200") && page.has("content-type: text/html; charset=utf-8"),
        "{}",
        page.head
    );
    assert!(page.has("cross-origin-opener-policy: same-origin"), "{}", page.head);
    assert!(
        page.has("cross-origin-embedder-policy: require-corp")
            && page.has("cache-control: no-cache")
    );
    assert_eq!(page.body, b"<!doctype html>");
    let wasm = served.get("/assets/1a2b/a%20b.wasm?v=1", &[]);
    assert!(wasm.has("content-type: application/wasm") && wasm.has("immutable"), "{}", wasm.head);
    assert!(wasm.has("content-length: 10"), "{}", wasm.head);
    let head = served.ask("HEAD", "/", &[]);
    assert!(head.has("http/1.1 200") && head.body.is_empty());
}

#[test]
fn the_smaller_twin_is_sent_to_those_who_understand_it() {
    let served = serve("twins");
    let path = "/assets/1a2b/main.js";
    for (accepts, encoding, body) in [
        ("Accept-Encoding: gzip, deflate, br", Some("br"), "brotli"),
        ("Accept-Encoding: gzip", Some("gzip"), "gzip"),
        ("Accept-Encoding: br;q=0, gzip;q=0.5", Some("gzip"), "gzip"),
        ("Accept-Encoding: identity", None, "export {};"),
    ] {
        let answer = served.get(path, &[accepts]);
        assert!(answer.has("content-type: text/javascript"), "{}", answer.head);
        assert_eq!(String::from_utf8_lossy(&answer.body), body, "{accepts}");
        let says = |encoding| answer.has(&format!("content-encoding: {encoding}"));
        assert!(encoding.map_or(!says(""), says), "{accepts}: {}", answer.head);
    }
}

#[test]
fn ranges_are_answered_and_nothing_outside_is() {
    let served = serve("ranges");
    let path = "/assets/1a2b/a%20b.wasm";
    for (range, body) in [("2-4", "234"), ("7-", "789"), ("-2", "89"), ("8-99", "89")] {
        let answer = served.get(path, &[&format!("Range: bytes={range}")]);
        assert!(answer.has("http/1.1 206"), "{range}: {}", answer.head);
        assert_eq!(String::from_utf8_lossy(&answer.body), body, "{range}");
    }
    assert!(served.get(path, &["Range: bytes=10-"]).has("http/1.1 416"));
    for path in ["/../outside.txt", "/%2e%2e/outside.txt", "/missing.js", "/%zz"] {
        let answer = served.get(path, &[]);
        assert!(answer.has("http/1.1 404"), "{path}: {}", answer.head);
    }
    assert!(served.get("/assets", &[]).has("location: /assets/"));
    assert!(served.ask("POST", "/", &[]).has("http/1.1 405"));
}

#[test]
fn nobody_ends_it_or_keeps_it_from_others() {
    let served = serve("hostile");
    // Slow ones, who never send what they have promised, and those who are gone before their answer.
    let _slow: Vec<TcpStream> = (0..40)
        .map(|i| {
            let mut stream = served.connect();
            let length = if i % 2 == 0 { "2000" } else { "18446744073709551615" };
            write!(stream, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n")
                .unwrap();
            stream
        })
        .collect();
    for _ in 0..20 {
        write!(served.connect(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    }
    assert!(served.get("/", &[]).has("http/1.1 200"));
}

#[cfg(unix)]
#[test]
fn more_connections_than_there_may_be_files_are_no_end() {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 64; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_t5-playground")]);
    let served = serve_by(command, "files");
    let idle: Vec<TcpStream> = (0..80).map(|_| served.connect()).collect();
    drop(idle);
    assert!(served.get("/", &[]).has("http/1.1 200"));
}

#[test]
fn a_folder_without_a_page_is_refused() {
    let root = folder("empty");
    let command =
        Command::new(env!("CARGO_BIN_EXE_t5-playground")).arg("serve").arg(root).output().unwrap();
    let stderr = String::from_utf8_lossy(&command.stderr);
    assert_eq!(command.status.code(), Some(2));
    assert!(stderr.contains("holds no index.html"), "{stderr}");
}

#[test]
fn a_folder_that_is_not_there_is_said_with_what_to_do() {
    let missing = folder("missing").join("dist");
    let command = Command::new(env!("CARGO_BIN_EXE_t5-playground"))
        .arg("serve")
        .arg(&missing)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&command.stderr);
    assert_eq!(command.status.code(), Some(1));
    assert!(stderr.contains(&missing.display().to_string()), "{stderr}");
    assert!(stderr.contains("that you are in the folder"), "{stderr}");
}
