//! `serve`: a folder such as `./build.sh dist` writes, to the browsers of this machine or of a classroom.

use std::fs;
use std::io::{self, Write};
use std::net::TcpListener;
use std::path::PathBuf;

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, LAST_MODIFIED, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tokio::runtime;
use tower_http::services::ServeDir;

use crate::CliError;
use crate::args::ServeArgs;
use crate::model_files::at;

/// With these the page is isolated at once, and the engine uses threads.
const ISOLATION: [(&str, &str); 3] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
];

pub fn run(args: &ServeArgs) -> Result<(), CliError> {
    let root = fs::canonicalize(&args.folder).map_err(at(&args.folder))?;
    if !root.join("index.html").is_file() {
        return Err(CliError::Usage(format!(
            "{} holds no index.html; name the folder that ./build.sh dist wrote",
            args.folder.display()
        )));
    }
    let failed = |error: io::Error| {
        CliError::Network(format!(
            "cannot serve at {}, port {}: {error}. Choose another port with --port N; --port 0 takes any free one",
            args.host, args.port
        ))
    };
    let listener = TcpListener::bind((args.host.as_str(), args.port)).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let host = if args.host.contains(':') { format!("[{}]", args.host) } else { args.host.clone() };
    let mut out = io::stdout();
    writeln!(out, "T5 Playground: http://{host}:{}/  (Ctrl+C ends it)", address.port())?;
    if !address.ip().is_loopback() {
        writeln!(
            out,
            "Other computers reach it by this one's address. Without HTTPS their browsers neither keep \
             the page nor use threads."
        )?;
    }
    let serve = async {
        listener.set_nonblocking(true)?;
        axum::serve(tokio::net::TcpListener::from_std(listener)?, pages(root)).await
    };
    runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .and_then(|runtime| runtime.block_on(serve))
        .map_err(failed)
}

/// The files of `root`, and their smaller twins to those who understand them.
fn pages(root: PathBuf) -> Router {
    let files = ServeDir::new(root).precompressed_br().precompressed_gzip();
    Router::new().fallback_service(files).layer(from_fn(with_headers))
}

async fn with_headers(request: Request, next: Next) -> Response {
    let caching = caching_of(request.uri().path());
    let mut response = next.run(request).await;
    let is_there = response.status().is_success();
    let headers = response.headers_mut();
    for (name, value) in ISOLATION {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    let caching = if is_there { caching } else { "no-cache" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    // An earlier version that is put back is older, and no less a change.
    headers.remove(LAST_MODIFIED);
    say_charset(headers);
    response
}

/// All our texts are UTF-8, which the type of a file alone does not say.
fn say_charset(headers: &mut HeaderMap) {
    let Some(kind) = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else { return };
    if kind.starts_with("text/") && !kind.contains("charset") {
        let kind = HeaderValue::from_str(&format!("{kind}; charset=utf-8"));
        headers.insert(CONTENT_TYPE, kind.expect("a header with ASCII added"));
    }
}

/// Names under assets/ and of models change with what is in them.
fn caching_of(path: &str) -> &'static str {
    let is_hashed =
        path.contains("/assets/") || (path.contains("/models/") && !path.ends_with(".json"));
    if is_hashed { "public, max-age=31536000, immutable" } else { "no-cache" }
}
