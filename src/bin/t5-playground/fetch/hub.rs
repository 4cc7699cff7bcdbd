//! Requests to a Hub: what a repository holds, and the bytes of its files.
//!
//! Source: Hugging Face's Hub API; https://huggingface.co/docs/hub/api

use std::time::Duration;

use serde_json::Value;
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::CliError;

/// Silence that counts as a broken connection.
const IDLE: Duration = Duration::from_secs(30);
const MAX_REDIRECTS: usize = 8;
/// Far more than any repository of a model has.
const MAX_PAGES: usize = 50;
/// A list of files is never longer.
const MAX_LIST_BYTES: u64 = 16 << 20;

/// A file of a repository.
#[derive(Clone)]
pub struct HubFile {
    pub path: String,
    pub n_bytes: Option<u64>,
    /// Of a large file, hexadecimal.
    pub sha256: Option<String>,
}

pub struct Hub {
    agent: Agent,
    endpoint: String,
    pub repo: String,
    revision: String,
    token: Option<String>,
}

/// What went wrong with a request.
pub enum Failure {
    /// Worth another try: no answer, or one cut short.
    Passing(String),
    Final(CliError),
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> CliError {
        match failure {
            Failure::Passing(message) => CliError::Network(message),
            Failure::Final(error) => error,
        }
    }
}

impl Hub {
    pub fn new(
        endpoint: String,
        repo: &str,
        revision: &str,
        token: Option<String>,
    ) -> Result<Hub, CliError> {
        let endpoint = endpoint.trim_end_matches('/').to_string();
        if !endpoint.starts_with("https://") && !endpoint.starts_with("http://") {
            return Err(CliError::Usage(format!(
                "HF_ENDPOINT is \"{endpoint}\"; it should be an address such as https://huggingface.co"
            )));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // Redirections are followed here, as the first answer says the checksum.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(IDLE))
            .timeout_recv_response(Some(IDLE))
            .timeout_per_read(Some(IDLE))
            .user_agent(concat!("t5-playground/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Hub {
            agent: config.into(),
            endpoint,
            repo: repo.into(),
            revision: encoded(revision),
            token,
        })
    }

    /// All files of the repository.
    pub fn list(&self) -> Result<Vec<HubFile>, CliError> {
        let start = format!(
            "{}/api/models/{}/tree/{}?recursive=true",
            self.endpoint, self.repo, self.revision
        );
        let mut files = Vec::new();
        let mut next = Some(start);
        for _ in 0..MAX_PAGES {
            let Some(url) = next else { break };
            let mut answer = self.get(&url, 0)?.response;
            self.expect_ok(&answer, &url)?;
            next = next_page(&answer).map(|link| absolute(&link, &url));
            let text = answer
                .body_mut()
                .with_config()
                .limit(MAX_LIST_BYTES)
                .read_to_string()
                .map_err(|error| CliError::Network(format!("{url}: {error}")))?;
            let page: Vec<Value> = serde_json::from_str(&text).map_err(|_| {
                CliError::Network(format!("{url} is no list of files. Check HF_ENDPOINT."))
            })?;
            files.extend(page.iter().filter_map(file_of));
        }
        Ok(files)
    }

    pub fn url_of(&self, path: &str) -> String {
        let path: Vec<_> = path.split('/').map(encoded).collect();
        format!("{}/{}/resolve/{}/{}", self.endpoint, self.repo, self.revision, path.join("/"))
    }

    /// The answer after all redirections, to a request for the bytes from `offset` on.
    pub fn get(&self, url: &str, offset: u64) -> Result<Answer, Failure> {
        let mut url = url.to_string();
        let mut sha256 = None;
        for _ in 0..MAX_REDIRECTS {
            let mut request = self.agent.get(&url).header("Accept-Encoding", "identity");
            if offset > 0 {
                request = request.header("Range", format!("bytes={offset}-"));
            }
            // Whoever the Hub sends us to must not learn the token.
            if let Some(token) = self.token.as_ref().filter(|_| self.is_own(&url)) {
                request = request.header("Authorization", format!("Bearer {token}"));
            }
            let response = request.call().map_err(|error| no_answer(&url, &error))?;
            sha256 = sha256.or_else(|| linked_sha256(&response));
            if !response.status().is_redirection() {
                return Ok(Answer { response, sha256 });
            }
            let to = header(&response, "location").ok_or_else(|| {
                Failure::Final(CliError::Network(format!(
                    "{url} sends us on without saying where to."
                )))
            })?;
            url = absolute(to, &url);
        }
        Err(Failure::Final(CliError::Network(format!("{url} sends us on without end."))))
    }

    fn is_own(&self, url: &str) -> bool {
        url.strip_prefix(&self.endpoint).is_some_and(|rest| rest.starts_with('/'))
    }

    /// What to do about a status that is no success.
    pub fn expect_ok(&self, response: &Response<Body>, url: &str) -> Result<(), Failure> {
        let status = response.status().as_u16();
        let Hub { endpoint, repo, .. } = self;
        let message = match status {
            200 | 206 => return Ok(()),
            401 => format!(
                "{repo} wants a login (401), or is not there. Check its spelling; for a private or gated \
                 one, set HF_TOKEN to a token from {endpoint}/settings/tokens"
            ),
            403 => format!(
                "access to {repo} has to be granted (403): open {endpoint}/{repo} in a browser, accept \
                 its terms, and set HF_TOKEN to a token of that account"
            ),
            404 => {
                format!("there is nothing at {url} (404). Check the id, the revision and the file.")
            }
            408 | 425 | 429 | 500..=599 => {
                return Err(Failure::Passing(format!("{url} answers {status}; try again later")));
            }
            _ => format!("{url} answers {status}"),
        };
        Err(Failure::Final(CliError::Network(message)))
    }
}

pub struct Answer {
    pub response: Response<Body>,
    /// That the Hub says of a large file, hexadecimal.
    pub sha256: Option<String>,
}

pub fn header<'a>(response: &'a Response<Body>, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

fn no_answer(url: &str, error: &ureq::Error) -> Failure {
    let host = url.split('/').nth(2).unwrap_or(url);
    Failure::Passing(format!("no answer from {host}: {error}. Is this computer online?"))
}

fn linked_sha256(response: &Response<Body>) -> Option<String> {
    let tag = header(response, "x-linked-etag")?.trim_start_matches("W/").trim_matches('"');
    (tag.len() == 64 && tag.chars().all(|c| c.is_ascii_hexdigit())).then(|| tag.to_lowercase())
}

fn file_of(entry: &Value) -> Option<HubFile> {
    if entry["type"] != "file" {
        return None;
    }
    let lfs = &entry["lfs"];
    Some(HubFile {
        path: entry["path"].as_str()?.into(),
        n_bytes: lfs["size"].as_u64().or(entry["size"].as_u64()),
        sha256: lfs["oid"].as_str().map(str::to_lowercase),
    })
}

/// The address in `Link: <...>; rel="next"`.
fn next_page(response: &Response<Body>) -> Option<String> {
    let link = header(response, "link")?;
    let (address, rest) = link.split_once('<')?.1.split_once('>')?;
    rest.contains("next").then(|| address.to_string())
}

/// `to`, as `from` means it: a whole address, one without a scheme, a path, or a name beside `from`'s.
fn absolute(to: &str, from: &str) -> String {
    let is_scheme =
        |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if to.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme)) {
        return to.into();
    }
    let (scheme, rest) = from.split_once("://").unwrap_or(("https", from));
    if to.starts_with("//") {
        return format!("{scheme}:{to}");
    }
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if to.starts_with('/') {
        return format!("{scheme}://{host}{to}");
    }
    let path = path.split(['?', '#']).next().unwrap_or("");
    let folder = path.rfind('/').map_or("/", |slash| &path[..=slash]);
    format!("{scheme}://{host}{folder}{to}")
}

/// A part of a path, percent-encoded.
fn encoded(part: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    part.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::absolute;

    #[test]
    fn each_kind_of_location_is_understood() {
        let from = "https://hub.example:8443/a/b/resolve/main/f?download=true";
        for (to, wanted) in [
            ("http://other.example/blob", "http://other.example/blob"),
            ("//cdn.example/blob", "https://cdn.example/blob"),
            ("/blob", "https://hub.example:8443/blob"),
            ("/go?to=https://x.example/y", "https://hub.example:8443/go?to=https://x.example/y"),
            ("blob", "https://hub.example:8443/a/b/resolve/main/blob"),
        ] {
            assert_eq!(absolute(to, from), wanted);
        }
        assert_eq!(absolute("blob", "https://hub.example"), "https://hub.example/blob");
    }
}
