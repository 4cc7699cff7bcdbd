//! `serve`: a folder such as `./build.sh dist` writes, to the browsers of this machine or of a classroom.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use tiny_http::{Header, Method, Request, Response, Server, StatusCode};

use crate::CliError;
use crate::args::ServeArgs;
use crate::model_files::at;

/// Requests that are answered at the same time; a browser asks for six.
const N_THREADS: usize = 8;

/// Ending of a name and type of what is in it.
const TYPES: [(&str, &str); 12] = [
    ("css", "text/css; charset=utf-8"),
    ("gguf", "application/octet-stream"),
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
    ("woff2", "font/woff2"),
];

/// How a browser may be answered with fewer bytes: the encoding's name and the ending of such files.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

pub fn run(args: &ServeArgs) -> Result<(), CliError> {
    let root = fs::canonicalize(&args.folder).map_err(at(&args.folder))?;
    if !root.join("index.html").is_file() {
        return Err(CliError::Usage(format!(
            "{} holds no index.html; name the folder that ./build.sh dist wrote",
            args.folder.display()
        )));
    }
    let server = Server::http((args.host.as_str(), args.port)).map_err(|error| {
        CliError::Network(format!(
            "cannot serve at {}, port {}: {error}. Choose another port with --port N; --port 0 takes any free one",
            args.host, args.port
        ))
    })?;
    let port = server.server_addr().to_ip().map_or(args.port, |address| address.port());
    println!("T5 Playground: http://{}:{port}/  (Ctrl+C ends it)", args.host);
    if args.host != "127.0.0.1" && args.host != "localhost" {
        println!(
            "Other computers reach it by this one's address. Without HTTPS their browsers neither keep \
             the page nor use threads."
        );
    }
    let server = Arc::new(server);
    let threads: Vec<_> = (0..N_THREADS)
        .map(|_| {
            let (server, root) = (server.clone(), root.clone());
            thread::spawn(move || {
                for request in server.incoming_requests() {
                    // A browser that goes away in the middle of an answer is no error.
                    let _ = answer(request, &root);
                }
            })
        })
        .collect();
    for thread in threads {
        let _ = thread.join();
    }
    Ok(())
}

fn answer(request: Request, root: &Path) -> io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return refuse(request, 405, "Only GET and HEAD are answered.");
    }
    let path = request.url().split(['?', '#']).next().unwrap_or("").to_string();
    let Some(file) = find(root, &path) else {
        return refuse(request, 404, "There is no such file.");
    };
    if file.is_dir() {
        // With the slash, relative addresses in index.html mean files of that folder.
        let to = header("Location", &format!("/{}/", path.trim_matches('/')));
        return request.respond(Response::empty(301).with_header(to));
    }
    let packed = packed(&request, &file);
    let (opened, encoding) = match &packed {
        Some((path, encoding)) => (File::open(path)?, Some(*encoding)),
        None => (File::open(&file)?, None),
    };
    let n_bytes = opened.metadata()?.len();
    let mut headers = vec![
        header("Content-Type", type_of(&file)),
        header("Cache-Control", caching_of(&path)),
        header("X-Content-Type-Options", "nosniff"),
        header("Vary", "Accept-Encoding"),
        // With these the page is isolated at once, and the engine uses threads.
        header("Cross-Origin-Opener-Policy", "same-origin"),
        header("Cross-Origin-Embedder-Policy", "require-corp"),
        header("Cross-Origin-Resource-Policy", "same-origin"),
    ];
    match encoding {
        Some(encoding) => headers.push(header("Content-Encoding", encoding)),
        None => headers.push(header("Accept-Ranges", "bytes")),
    }
    match encoding.is_none().then(|| range(&request, n_bytes)).flatten() {
        Some((start, end)) if start < n_bytes => {
            headers.push(header("Content-Range", &format!("bytes {start}-{}/{n_bytes}", end - 1)));
            send(request, 206, headers, opened, start, end)
        }
        Some(_) => {
            let said = header("Content-Range", &format!("bytes */{n_bytes}"));
            request.respond(Response::empty(416).with_header(said))
        }
        None => send(request, 200, headers, opened, 0, n_bytes),
    }
}

/// Sends the bytes `start..end` of a file.
fn send(
    request: Request,
    status: u16,
    headers: Vec<Header>,
    mut file: File,
    start: u64,
    end: u64,
) -> io::Result<()> {
    file.seek(SeekFrom::Start(start))?;
    let n_bytes = end - start;
    let length = usize::try_from(n_bytes).ok();
    let response = Response::new(StatusCode(status), headers, file.take(n_bytes), length, None);
    // Its length is always said, so that browsers can tell a cut file from a whole one.
    request.respond(response.with_chunked_threshold(usize::MAX))
}

fn refuse(request: Request, status: u16, sentence: &str) -> io::Result<()> {
    request.respond(Response::from_string(format!("{sentence}\n")).with_status_code(status))
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("a header of ASCII characters")
}

/// The file or folder that a path of a request names, if it is inside `root`.
fn find(root: &Path, path: &str) -> Option<PathBuf> {
    let decoded = decoded(path)?;
    // canonicalize follows `..` and links, so whatever leads outside is seen here.
    let found = fs::canonicalize(root.join(decoded.trim_start_matches('/'))).ok()?;
    if !found.starts_with(root) {
        return None;
    }
    if found.is_dir() && path.ends_with('/') {
        let index = found.join("index.html");
        return index.is_file().then_some(index);
    }
    Some(found)
}

/// A path without its percent signs.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok().filter(|path| !path.contains('\0'))
}

/// The smaller twin of a file that the browser understands, and its encoding.
fn packed(request: &Request, file: &Path) -> Option<(PathBuf, &'static str)> {
    let accepted = value(request, "Accept-Encoding")?;
    ENCODINGS.iter().find_map(|(encoding, ending)| {
        let takes = accepted.split(',').any(|part| {
            let (name, weight) = part.split_once(';').unwrap_or((part, ""));
            name.trim() == *encoding
                && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
        });
        let twin = PathBuf::from(format!("{}.{ending}", file.display()));
        (takes && twin.is_file()).then_some((twin, *encoding))
    })
}

fn value<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let field = name.to_lowercase();
    let found = request
        .headers()
        .iter()
        .find(|header| header.field.as_str().as_str().to_lowercase() == field)?;
    Some(found.value.as_str())
}

/// The first byte and the one after the last of `Range: bytes=...`; anything but one range is ignored, as
/// HTTP allows.
fn range(request: &Request, n_bytes: u64) -> Option<(u64, u64)> {
    let (start, end) = value(request, "Range")?.strip_prefix("bytes=")?.split_once('-')?;
    if start.is_empty() {
        let length = end.parse::<u64>().ok()?.min(n_bytes);
        return Some((n_bytes - length, n_bytes));
    }
    let start = start.parse().ok()?;
    let end = if end.is_empty() {
        n_bytes
    } else {
        end.parse::<u64>().ok()?.checked_add(1)?.min(n_bytes)
    };
    (start < end || start >= n_bytes).then_some((start, end))
}

fn type_of(file: &Path) -> &'static str {
    let ending = file.extension().unwrap_or_default();
    TYPES
        .iter()
        .find(|(known, _)| ending == *known)
        .map_or("application/octet-stream", |(_, kind)| kind)
}

/// Names under assets/ and of models change with what is in them.
fn caching_of(path: &str) -> &'static str {
    let is_hashed =
        path.contains("/assets/") || (path.contains("/models/") && !path.ends_with(".json"));
    if is_hashed { "public, max-age=31536000, immutable" } else { "no-cache" }
}
