//! A server of this machine for tests of `fetch`.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as the server saw it: path, and headers by their names in lower case.
pub type Request = (String, HashMap<String, String>);
/// A status, headers, and the bytes that are sent; the length that is said may be another.
pub type Answer = (u16, Vec<String>, Vec<u8>);
pub type Answers = dyn Fn(&Request) -> Answer + Send + Sync;

/// Answers each connection once. Where fewer bytes are sent than said, the connection is cut there.
pub struct Server {
    pub origin: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub fn start(answers: Box<Answers>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                let request = read(&stream);
                seen.lock().unwrap().push(request.clone());
                let _ = send(&stream, answers(&request));
            }
        });
        Server { origin, requests }
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn read(stream: &TcpStream) -> Request {
    let mut lines = BufReader::new(stream).lines().map(|line| line.unwrap_or_default());
    let first = lines.next().unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_string();
    let headers = lines.take_while(|line| !line.is_empty()).filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_lowercase(), value.to_string()))
    });
    (path, headers.collect())
}

fn send(mut stream: &TcpStream, (status, headers, body): Answer) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} -\r\nConnection: close\r\n");
    for header in &headers {
        head += &format!("{header}\r\n");
    }
    if !headers.iter().any(|header| header.starts_with("Content-Length")) {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(&body)
}
