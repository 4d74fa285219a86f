//! The few requests an upload needs.

use std::{
    fs::File,
    io::{Cursor, Read},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use serde_json::Value;
use ureq::{Agent, Body, SendBody, http::Response};

/// Attempts per upload; the pauses between them grow from a quarter of a second to eight.
const ATTEMPTS: u32 = 7;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Not a line of any picture of ours, and unlikely enough in any other.
const BOUNDARY: &str = "specimen-6f2d81c5b0934e7aa41f";
const POLL: Duration = Duration::from_millis(250);

/// A server and the key to it.
pub(super) struct Server {
    agent: Agent,
    base: String,
    authorization: String,
}

/// An answered upload.
#[derive(Debug)]
pub(super) struct Uploaded {
    /// Of the picture among all.
    pub(super) position: usize,
    /// The asset's id.
    pub(super) id: String,
    /// False when the library held these bytes already.
    pub(super) is_new: bool,
}

impl Server {
    pub(super) fn new(base: &str, key: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(10)))
            .build()
            .new_agent();
        let base = base.trim_end_matches('/').to_string();
        Self { agent, base, authorization: format!("Bearer {key}") }
    }

    /// Asks `/readyz` until it answers 200.
    pub(super) fn wait_until_ready(&self, patience: Duration) -> Result<()> {
        let start = Instant::now();
        loop {
            let answer = self.agent.get(format!("{}/readyz", self.base)).call();
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return Ok(());
            }
            if start.elapsed() > patience {
                bail!("{} is not ready", self.base);
            }
            thread::sleep(POLL);
        }
    }

    /// Waits until no task is pending or started.
    pub(super) fn wait_for_tasks(&self, patience: Duration) -> Result<()> {
        let start = Instant::now();
        while self.has_tasks("pending")? || self.has_tasks("started")? {
            if start.elapsed() > patience {
                bail!("the server's tasks take longer than {} s", patience.as_secs());
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    fn has_tasks(&self, status: &str) -> Result<bool> {
        let url = format!("{}/api/tasks/?status={status}&limit=1", self.base);
        let mut answer =
            self.agent.get(&url).header("authorization", &self.authorization).call()?;
        let text = answer.body_mut().read_to_string()?;
        if answer.status() != 200 {
            bail!("{url} answered {}: {text}", answer.status());
        }
        let tasks: Value = serde_json::from_str(&text)?;
        Ok(tasks.as_array().is_some_and(|tasks| !tasks.is_empty()))
    }

    /// `POST /api/assets`, again after 429, 5xx and lost connections: the server knows bytes it
    /// has, so a repeat does no harm.
    pub(super) fn upload(&self, position: usize, picture: &Path) -> Result<Uploaded> {
        let mut pause = FIRST_PAUSE;
        let mut attempts = 1;
        loop {
            let (failure, retry_after) = match self.send(picture)? {
                Ok(mut answer) => {
                    let status = answer.status().as_u16();
                    let text = answer.body_mut().read_to_string().unwrap_or_default();
                    if matches!(status, 200 | 201) {
                        return Ok(Uploaded { position, id: id(&text)?, is_new: status == 201 });
                    }
                    if !is_worth_a_repeat(status) {
                        bail!("{status}: {text}");
                    }
                    (format!("{status}: {text}"), retry_after(&answer))
                }
                Err(error) => (error.to_string(), None),
            };
            if attempts == ATTEMPTS {
                bail!("{failure}, {ATTEMPTS} times");
            }
            thread::sleep(retry_after.unwrap_or(pause));
            attempts += 1;
            pause *= 2;
        }
    }

    /// The outer error is about the file, the inner one about the connection.
    fn send(&self, picture: &Path) -> Result<Result<Response<Body>, ureq::Error>> {
        let name = picture.file_name().unwrap_or_default().to_string_lossy();
        let file = File::open(picture)?;
        let about = file.metadata()?;
        let changed = Timestamp::try_from(about.modified()?)?;
        let (head, tail) = form(&name, changed);
        let length = head.len() as u64 + about.len() + tail.len() as u64;
        let mut body = Cursor::new(head).chain(file).chain(Cursor::new(tail));
        Ok(self
            .agent
            .post(format!("{}/api/assets", self.base))
            .header("authorization", &self.authorization)
            .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
            .header("content-length", length.to_string())
            .send(SendBody::from_reader(&mut body)))
    }
}

/// What stands before and after the file's bytes in the form (RFC 7578).
fn form(name: &str, changed: Timestamp) -> (String, String) {
    let name = name.replace('"', "%22").replace(['\r', '\n'], " ");
    let changed = changed.to_string();
    let head = [
        ("device_asset_id", name.as_str()),
        ("device_id", "specimen"),
        ("file_created_at", &changed),
        ("file_modified_at", &changed),
    ]
    .map(|(field, value)| {
        format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        )
    })
    .concat();
    let file = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"asset_data\"; \
         filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
    );
    (head + &file, format!("\r\n--{BOUNDARY}--\r\n"))
}

/// 507 says that the owner's storage is full, and it stays so.
const fn is_worth_a_repeat(status: u16) -> bool {
    status == 429 || (status >= 500 && status != 507)
}

fn id(answer: &str) -> Result<String> {
    let answer: Value = serde_json::from_str(answer).context("the answer is no JSON")?;
    Ok(answer["id"].as_str().context("the answer has no id")?.to_string())
}

fn retry_after(answer: &Response<Body>) -> Option<Duration> {
    let seconds = answer.headers().get("retry-after")?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        io::{Read, Write},
        net::{TcpListener, TcpStream},
        thread::JoinHandle,
    };

    use super::*;

    /// Answers one connection after the other with `answers`, and returns what it was sent.
    fn server(answers: &'static [&'static str]) -> (String, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let answering = thread::spawn(move || {
            answers.iter().map(|answer| exchange(listener.accept().unwrap().0, answer)).collect()
        });
        (base, answering)
    }

    fn exchange(mut stream: TcpStream, answer: &str) -> String {
        let mut request = Vec::new();
        let mut part = [0; 4096];
        while !is_whole(&String::from_utf8_lossy(&request)) {
            let length = stream.read(&mut part).unwrap();
            request.extend_from_slice(&part[..length]);
        }
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8_lossy(&request).into_owned()
    }

    fn is_whole(request: &str) -> bool {
        let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        length.and_then(|length| length.parse::<usize>().ok()).is_none_or(|n| body.len() >= n)
    }

    fn upload_to(base: &str) -> Result<Uploaded> {
        let folder = tempfile::tempdir().unwrap();
        let picture = folder.path().join("a \"b\".jpg");
        fs::write(&picture, "pixels").unwrap();
        Server::new(base, "the-key").upload(3, &picture)
    }

    const CREATED: &str =
        "HTTP/1.1 201 Created\r\nconnection: close\r\ncontent-length: 14\r\n\r\n{\"id\":\"asset\"}";
    const KNOWN: &str =
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 14\r\n\r\n{\"id\":\"asset\"}";
    const BUSY: &str = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 0\r\nconnection: close\r\n\
                        content-length: 0\r\n\r\n";
    const FULL: &str = "HTTP/1.1 507 Insufficient Storage\r\nconnection: close\r\n\
                        content-length: 4\r\n\r\nfull";

    #[test]
    fn an_upload_is_a_form_with_the_contracts_parts() {
        let (base, answering) = server(&[CREATED]);
        let uploaded = upload_to(&base).unwrap();
        assert!(uploaded.is_new && uploaded.id == "asset" && uploaded.position == 3);
        let request = &answering.join().unwrap()[0];
        assert!(request.starts_with("POST /api/assets HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("authorization: Bearer the-key\r\n"), "{request}");
        for part in ["device_asset_id", "device_id", "file_created_at", "file_modified_at"] {
            assert!(request.contains(&format!("form-data; name=\"{part}\"\r\n\r\n")), "{request}");
        }
        assert!(request.contains("name=\"asset_data\"; filename=\"a %22b%22.jpg\"\r\n"));
        assert!(request.contains("\r\n\r\npixels\r\n--"), "{request}");
        assert!(request.ends_with("--\r\n"), "{request}");
    }

    #[test]
    fn a_busy_server_is_asked_again_and_a_full_one_is_not() {
        let (base, answering) = server(&[BUSY, KNOWN]);
        assert!(!upload_to(&base).unwrap().is_new);
        assert_eq!(answering.join().unwrap().len(), 2);

        let (base, answering) = server(&[FULL]);
        assert_eq!(upload_to(&base).unwrap_err().to_string(), "507: full");
        assert_eq!(answering.join().unwrap().len(), 1);
    }
}
