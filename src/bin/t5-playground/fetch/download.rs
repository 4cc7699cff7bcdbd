//! One file: as a stream into a part, on from where the last try ended, checked, and only then named.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::CliError;
use crate::fetch::hub::{Failure, Hub, HubFile, header};
use crate::model_files::at;

/// Pauses before asking again; bytes that arrive start them from the beginning.
const DELAYS_MS: [u64; 4] = [250, 500, 1000, 2000];
const CHUNK_BYTES: usize = 1 << 18;

/// Brings `file` to `path`; what lies there already, whole, stays.
pub fn fetch(hub: &Hub, file: &HubFile, path: &Path) -> Result<(), CliError> {
    if is_there(file, path)? {
        say!("{}: there already", file.path);
        return Ok(());
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let mut arriving = Arriving::open(file, &part)?;
    let was_begun = arriving.n_bytes > 0;
    arriving.fill(hub)?;
    if !arriving.is_right() && was_begun {
        // The part was of another file, or damaged: once more from the start.
        say!("{}: what was here of it does not fit; fetching it anew", file.path);
        arriving.restart()?;
        arriving.fill(hub)?;
    }
    if !arriving.is_right() {
        drop(arriving);
        fs::remove_file(&part).map_err(at(&part))?;
        return Err(CliError::Network(format!(
            "{} is not what {} says it is: its checksum or length differs. Nothing of it was kept; \
             try again, and if it happens again, the copy at the server is damaged",
            file.path, hub.repo
        )));
    }
    arriving.out.sync_all().map_err(at(&part))?;
    fs::rename(&part, path).map_err(at(path))
}

/// Whether the file is there, and right.
fn is_there(file: &HubFile, path: &Path) -> Result<bool, CliError> {
    let Ok(facts) = fs::metadata(path) else { return Ok(false) };
    if file.n_bytes.is_some_and(|n| n != facts.len()) {
        return Ok(false);
    }
    // Without a checksum it may be of another revision; what has none is small.
    let Some(sha256) = &file.sha256 else { return Ok(false) };
    let mut hash = Sha256::new();
    io::copy(&mut File::open(path).map_err(at(path))?, &mut hash).map_err(at(path))?;
    Ok(hex(hash) == *sha256)
}

/// The part of a file that is here.
struct Arriving<'a> {
    file: &'a HubFile,
    path: &'a Path,
    out: File,
    n_bytes: u64,
    total: Option<u64>,
    /// Of what is here.
    hash: Sha256,
    /// What the hash must be, where the Hub says it.
    sha256: Option<String>,
}

impl<'a> Arriving<'a> {
    fn open(file: &'a HubFile, path: &'a Path) -> Result<Arriving<'a>, CliError> {
        let mut out = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(at(path))?;
        let mut hash = Sha256::new();
        // Leaves the file at its end, where the rest goes.
        let n_bytes = io::copy(&mut out, &mut hash).map_err(at(path))?;
        let sha256 = file.sha256.clone();
        let mut arriving = Arriving { file, path, out, n_bytes, total: file.n_bytes, hash, sha256 };
        // Without a hash, a part left by an earlier command may be of another revision.
        if arriving.sha256.is_none() || arriving.total.is_some_and(|total| n_bytes > total) {
            arriving.restart()?;
        }
        Ok(arriving)
    }

    fn restart(&mut self) -> Result<(), CliError> {
        use io::Seek;
        self.out.set_len(0).and_then(|()| self.out.rewind()).map_err(at(self.path))?;
        self.n_bytes = 0;
        self.hash = Sha256::new();
        Ok(())
    }

    fn is_whole(&self) -> bool {
        self.total == Some(self.n_bytes)
    }

    fn is_right(&self) -> bool {
        let is_hash = |wanted: &String| hex(self.hash.clone()) == *wanted;
        self.is_whole() && self.sha256.as_ref().is_none_or(is_hash)
    }

    /// Fetches what is missing, and after a broken connection again what is missing then.
    fn fill(&mut self, hub: &Hub) -> Result<(), CliError> {
        let mut failures = 0;
        while !self.is_whole() {
            let before = self.n_bytes;
            let Err(failure) = self.attempt(hub) else { continue };
            if self.n_bytes > before {
                failures = 0;
            }
            match failure {
                Failure::Passing(message) if failures < DELAYS_MS.len() => {
                    say!("{}: {message}; trying again", self.file.path);
                    thread::sleep(Duration::from_millis(DELAYS_MS[failures]));
                    failures += 1;
                }
                Failure::Passing(message) => {
                    let next = match self.file.sha256 {
                        Some(_) => "What has come is kept: the same command goes on from there",
                        None => "The same command fetches it again",
                    };
                    return Err(CliError::Network(format!(
                        "{}: {message}. {next}",
                        self.file.path
                    )));
                }
                Failure::Final(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn attempt(&mut self, hub: &Hub) -> Result<(), Failure> {
        let url = hub.url_of(&self.file.path);
        let answer = hub.get(&url, self.n_bytes)?;
        let response = answer.response;
        hub.expect_ok(&response, &url)?;
        if header(&response, "content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            return Err(Failure::Final(CliError::Network(format!(
                "{url} is a web page and no file. A network that asks for a login may answer in its place."
            ))));
        }
        self.sha256 = self.sha256.take().or(answer.sha256);
        if response.status() != 206 && self.n_bytes > 0 {
            // This server sends no parts.
            self.restart().map_err(Failure::Final)?;
        }
        let length =
            header(&response, "content-length").and_then(|length| length.parse::<u64>().ok());
        let said = length.map(|rest| self.n_bytes + rest);
        if let (Some(total), Some(said)) = (self.total, said)
            && total != said
        {
            return Err(Failure::Final(CliError::Network(format!(
                "{} has the wrong size: the repository says {total} bytes, but the server has {said}",
                self.file.path
            ))));
        }
        self.total = self.total.or(said);
        self.take(response.into_body().into_reader())
    }

    /// Takes bytes until the stream ends or breaks.
    fn take(&mut self, mut from: impl Read) -> Result<(), Failure> {
        let mut chunk = vec![0; CHUNK_BYTES];
        let mut progress = Progress::new(&self.file.path);
        loop {
            let n = match from.read(&mut chunk) {
                Ok(n) => n,
                Err(error) => {
                    return Err(Failure::Passing(format!("the connection broke ({error})")));
                }
            };
            if n == 0 && self.total.is_some() && !self.is_whole() {
                return Err(Failure::Passing("the connection ended too early".into()));
            }
            if n == 0 {
                self.total = Some(self.n_bytes);
                return Ok(());
            }
            if self.total.is_some_and(|total| self.n_bytes + n as u64 > total) {
                return Err(Failure::Final(CliError::Network(format!(
                    "{}: the server sends more bytes than the file has",
                    self.file.path
                ))));
            }
            let write = self.out.write_all(&chunk[..n]).map_err(at(self.path));
            write.map_err(Failure::Final)?;
            self.hash.update(&chunk[..n]);
            self.n_bytes += n as u64;
            progress.say(self.n_bytes, self.total);
        }
    }
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One line of the terminal that says how much there is; elsewhere nothing.
struct Progress<'a> {
    name: &'a str,
    said: Option<Instant>,
}

impl<'a> Progress<'a> {
    const EVERY: Duration = Duration::from_millis(200);

    fn new(name: &'a str) -> Progress<'a> {
        Progress { name, said: None }
    }

    fn say(&mut self, n_bytes: u64, total: Option<u64>) {
        let is_end = Some(n_bytes) == total;
        if !io::stderr().is_terminal()
            || (!is_end && self.said.is_some_and(|time| time.elapsed() < Self::EVERY))
        {
            return;
        }
        self.said = Some(Instant::now());
        let of = total.map_or(String::new(), |total| format!(" of {:.1}", total as f64 / 1e6));
        let end = if is_end { "\n" } else { "" };
        eprint!("\r{}: {:.1}{of} MB{end}", self.name, n_bytes as f64 / 1e6);
    }
}
