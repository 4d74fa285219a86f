//! The way in: who asks, how fast, and what for. The way out: what every answer to them carries.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use model::Allowance;

use super::{ApiError, Authenticate, Needs, Weight};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Brings a fresh session to whoever came with one near its end (contract 1.9).
pub(crate) const NEW_TOKEN: HeaderName = HeaderName::from_static("x-new-access-token");
/// Headers of the rate limit, in answers of every status (contract 1.10).
pub(crate) const RATE_HEADERS: [HeaderName; 3] = [LIMIT, REMAINING, RESET];

/// Headers for whatever the answer will be.
#[derive(Debug, Default)]
pub(super) struct Stamps(HeaderMap);

impl Stamps {
    /// `response` with the headers.
    pub(super) fn upon(self, mut response: Response) -> Response {
        response.headers_mut().extend(self.0);
        response
    }

    fn allow(&mut self, allowance: &Allowance) {
        self.0.insert(LIMIT, allowance.limit.into());
        self.0.insert(REMAINING, allowance.remaining.into());
        self.0.insert(RESET, allowance.full_in_seconds.into());
    }
}

/// Lets a request in, or says why not.
pub(super) async fn admit<S: Authenticate>(
    state: &S,
    parts: &Parts,
    needs: Needs,
    weight: Weight,
) -> (Result<S::Viewer, ApiError>, Stamps) {
    let mut stamps = Stamps::default();
    let viewer = match state.authenticate(&parts.headers).await {
        Ok(viewer) => viewer,
        Err(refused) => return (Err(refused), stamps),
    };
    stamps.0.extend(state.renewed(&viewer).map(|session| (NEW_TOKEN, session)));
    if let Some(allowance) = state.charge(&viewer, weight) {
        stamps.allow(&allowance);
        if let Some(retry_after_seconds) = allowance.retry_in_seconds {
            return (Err(ApiError::TooManyRequests { retry_after_seconds }), stamps);
        }
    }
    (needs.check(&viewer).map(|()| viewer), stamps)
}
