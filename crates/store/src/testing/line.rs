//! A line to an S3 server that can be disturbed, request by request.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use super::Seeded;
use crate::blobs::BucketUrl;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disturbance {
    /// The server says that it failed (500); it never saw the request.
    Fails,
    /// The server says that it is busy (503); it never saw the request.
    IsBusy,
    /// The line is cut before the request is through.
    Unsent,
    /// The line is cut before the answer: the request was served.
    Unanswered,
    /// The line is cut in the middle of the answer.
    HalfAnswered,
    /// The quota of the bucket is used up.
    Full,
    /// Nobody answers, and nobody hangs up.
    Silent,
}

/// A line to the server of a bucket.
#[derive(Debug, Clone)]
pub struct Line {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// For the next requests, in this order.
    planned: VecDeque<Option<Disturbance>>,
    /// For all others.
    plan: Option<Plan>,
    /// `PUT v/…` and the like: method and path of what was asked.
    asked: Vec<String>,
}

#[derive(Debug)]
struct Plan {
    seeded: Seeded,
    percent: u64,
    kinds: Vec<Disturbance>,
}

impl Line {
    /// Lays a line and gives the URL that leads through it; who asks there waits for a second.
    pub(super) fn lay(url: BucketUrl) -> (Self, BucketUrl) {
        let server = url.endpoint.clone().expect("TEST_S3_URL has an endpoint");
        let server = server.strip_prefix("http://").expect("the endpoint is plain HTTP");
        let server = server.trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of the loopback is free");
        let here = listener.local_addr().expect("a listener has an address");
        let line = Self { state: Arc::default() };
        let through = line.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (line, server) = (through.clone(), server.clone());
                // Who hangs up early does so to both.
                std::thread::spawn(move || drop(line.serve(&client, &server)));
            }
        });
        (line, BucketUrl { endpoint: Some(format!("http://{here}")), timeout: Some(1), ..url })
    }

    /// Disturbs the next requests so, in this order; `None` leaves one alone.
    pub fn disturb_next(&self, planned: &[Option<Disturbance>]) {
        self.state().planned = planned.iter().copied().collect();
    }

    /// Disturbs of a hundred requests so many, each by one of these, until it is told to stop.
    pub fn disturb(&self, seed: u64, percent: u64, kinds: &[Disturbance]) {
        let plan = Plan { seeded: Seeded::new(seed), percent, kinds: kinds.to_vec() };
        self.state().plan = Some(plan);
    }

    /// Leaves all requests alone again.
    pub fn calm(&self) {
        let mut state = self.state();
        state.planned.clear();
        state.plan = None;
    }

    /// The methods of all requests since the last call, in their order.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state().asked)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One request per connection.
    fn serve(&self, client: &TcpStream, server: &str) -> io::Result<()> {
        let mut reader = BufReader::new(client);
        let (head, length) = head(&mut reader)?;
        let method = head.split(' ').next().unwrap_or_default().to_owned();
        let disturbance = self.state().next(method);
        if disturbance == Some(Disturbance::Unsent) {
            return Ok(());
        }
        if disturbance == Some(Disturbance::Silent) {
            // Until the client does.
            return reader.read_to_end(&mut Vec::new()).map(drop);
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let refusal = match disturbance {
            Some(Disturbance::Fails) => Some(("500 Internal Server Error", "InternalError")),
            Some(Disturbance::IsBusy) => Some(("503 Service Unavailable", "SlowDown")),
            Some(Disturbance::Full) => Some(("403 Forbidden", "QuotaExceeded")),
            _ => None,
        };
        let mut to_client = client;
        if let Some((status, code)) = refusal {
            let text = format!("<Error><Code>{code}</Code></Error>");
            let length = text.len();
            let head =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}");
            return write!(to_client, "{head}\r\n\r\n{text}");
        }
        let mut upstream = TcpStream::connect(server)?;
        // The signature does not cover it.
        upstream.write_all(head.replacen("\r\n", "\r\nconnection: close\r\n", 1).as_bytes())?;
        upstream.write_all(&body)?;
        let mut answer = Vec::new();
        upstream.read_to_end(&mut answer)?;
        match disturbance {
            Some(Disturbance::Unanswered) => Ok(()),
            Some(Disturbance::HalfAnswered) => to_client.write_all(&answer[..answer.len() / 2]),
            _ => to_client.write_all(&answer),
        }
    }
}

impl State {
    fn next(&mut self, method: String) -> Option<Disturbance> {
        self.asked.push(method);
        if let Some(planned) = self.planned.pop_front() {
            return planned;
        }
        let plan = self.plan.as_mut()?;
        let is_hit = plan.seeded.below(100) < plan.percent;
        let kind = usize::try_from(plan.seeded.below(plan.kinds.len() as u64)).ok()?;
        is_hit.then(|| plan.kinds[kind])
    }
}

/// The head of a request with its empty line, without a `connection` of its own, and the length of
/// its body.
fn head(reader: &mut impl BufRead) -> io::Result<(String, usize)> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let lower = line.to_ascii_lowercase();
        if let Some(text) = lower.strip_prefix("content-length:") {
            length = text.trim().parse().map_err(io::Error::other)?;
        }
        if !lower.starts_with("connection:") {
            head.push_str(&line);
        }
        if line == "\r\n" {
            return Ok((head, length));
        }
    }
}
