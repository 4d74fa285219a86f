//! The name of a request, in the log and in the answer.

use std::fmt;
use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

/// The header it comes and goes in.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const MOST_CHARS: usize = 64;

/// 1–64 letters, digits and `-._`; chosen by the client, or made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The one the client chose if it is sane, else a new one.
    fn of(request: &Request) -> Self {
        request.headers().get(HEADER).filter(|text| is_sane(text)).cloned().map_or_else(
            || {
                let text = Uuid::now_v7().simple().to_string();
                let value = HeaderValue::try_from(text);
                Self(value.unwrap_or_else(|_| HeaderValue::from_static("unnamed")))
            },
            Self,
        )
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

fn is_sane(text: &HeaderValue) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
    (1..=MOST_CHARS).contains(&text.len()) && text.as_bytes().iter().all(fits)
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Names the request, lets everything logged on its way carry the name, and sends it back.
pub(super) async fn identify(mut request: Request, next: Next) -> Response {
    let id = RequestId::of(&request);
    // Without the query: it can hold the signature of a picture's URL.
    let path = request.uri().path();
    let span = tracing::info_span!("request", %id, method = %request.method(), path);
    request.extensions_mut().insert(id.clone());
    let started = Instant::now();
    let mut response = async {
        let response = next.run(request).await;
        let status = response.status().as_u16();
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::debug!(status, micros, "answered {status}");
        response
    }
    .instrument(span)
    .await;
    response.headers_mut().insert(HEADER, id.0);
    response
}
