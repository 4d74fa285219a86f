//! Refusals, and the one table from refusal to status (contract 1.8, 1.10, 19).

use std::error::Error as StdError;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::json_response;
use super::{Problem, ValidationErrorBody};

type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a request is not done, sorted by what the caller is told.
#[derive(Debug)]
pub enum ApiError {
    /// 400: understood, but cannot be done as it is. Says what is missing.
    BadRequest(String),
    /// 401: no valid credential. One text for every reason, so that nothing can be probed.
    Unauthorized,
    /// 403: valid credential, but an action, a role or a first-party session is missing.
    Forbidden(String),
    /// 404: unknown, or not accessible; both with the same text.
    NotFound(String),
    /// 405: the path exists, the verb does not.
    MethodNotAllowed,
    /// 409: the state of things is in the way.
    Conflict {
        /// What is in the way.
        detail: String,
        /// Whether the same request will fail again. Clients repeat 409 unless told not to.
        permanent: bool,
    },
    /// 416: no such bytes.
    RangeNotSatisfiable {
        /// How many bytes there are.
        size_bytes: u64,
    },
    /// 422: everything that is wrong with the request.
    Invalid(Vec<Problem>),
    /// 429: too fast.
    TooManyRequests {
        /// When to come back.
        retry_after_seconds: u64,
    },
    /// 500: our fault. The cause is logged and never shown.
    Internal(BoxError),
    /// 502: the storage behind us has trouble; worth another try.
    BadGateway(String),
    /// 503: not now; worth another try.
    Unavailable(String),
    /// 507: the storage limit is reached. A repeat does not help.
    StorageFull(String),
}

/// The body of every refusal but 422.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Error")]
pub struct ErrorBody {
    /// What went wrong, for people.
    pub detail: String,
}

/// What a client that repeats by itself should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Retry {
    AsItLikes,
    Never,
    AfterSeconds(u64),
}

const PASSING_CONFLICT_SECONDS: u64 = 1;
const PASSING_TROUBLE_SECONDS: u64 = 5;
/// Tells a client that repeats by itself whether to.
pub(crate) const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

impl ApiError {
    /// Our fault, with its cause.
    pub fn internal(cause: impl Into<BoxError>) -> Self {
        Self::Internal(cause.into())
    }

    /// One field of the JSON body is wrong.
    pub fn invalid_field(name: &str, msg: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::value_error(vec!["body".into(), name.into()], msg)])
    }

    /// A parameter of the query is wrong beside what there is.
    pub fn invalid_query(name: &str, msg: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::value_error(vec!["query".into(), name.into()], msg)])
    }

    /// A parameter of the path names something that this cannot be done to.
    pub fn invalid_path(name: &str, msg: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::value_error(vec!["path".into(), name.into()], msg)])
    }

    /// The JSON body as a whole is wrong: a rule between its fields is broken.
    pub fn invalid_body(msg: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::value_error(vec!["body".into()], msg)])
    }

    /// The table.
    fn row(&self) -> (StatusCode, Retry) {
        match self {
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, Retry::AsItLikes),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, Retry::AsItLikes),
            Self::Forbidden(_) => (StatusCode::FORBIDDEN, Retry::AsItLikes),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, Retry::AsItLikes),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, Retry::AsItLikes),
            Self::Conflict { permanent: true, .. } => (StatusCode::CONFLICT, Retry::Never),
            Self::Conflict { permanent: false, .. } => {
                (StatusCode::CONFLICT, Retry::AfterSeconds(PASSING_CONFLICT_SECONDS))
            }
            Self::RangeNotSatisfiable { .. } => {
                (StatusCode::RANGE_NOT_SATISFIABLE, Retry::AsItLikes)
            }
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, Retry::AsItLikes),
            Self::TooManyRequests { retry_after_seconds } => {
                // Clients ignore a wait of zero.
                let seconds = (*retry_after_seconds).max(1);
                (StatusCode::TOO_MANY_REQUESTS, Retry::AfterSeconds(seconds))
            }
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, Retry::AsItLikes),
            Self::BadGateway(_) => {
                (StatusCode::BAD_GATEWAY, Retry::AfterSeconds(PASSING_TROUBLE_SECONDS))
            }
            Self::Unavailable(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, Retry::AfterSeconds(PASSING_TROUBLE_SECONDS))
            }
            Self::StorageFull(_) => (StatusCode::INSUFFICIENT_STORAGE, Retry::Never),
        }
    }

    /// The response; writes the cause of a 500 to the log.
    fn into_body(self, status: StatusCode) -> Response {
        let detail = match self {
            Self::Invalid(detail) => return json_response(status, &ValidationErrorBody { detail }),
            Self::BadRequest(detail)
            | Self::Forbidden(detail)
            | Self::NotFound(detail)
            | Self::Conflict { detail, .. }
            | Self::BadGateway(detail)
            | Self::Unavailable(detail)
            | Self::StorageFull(detail) => detail,
            Self::Unauthorized => "Not authenticated".to_owned(),
            Self::MethodNotAllowed => "Method Not Allowed".to_owned(),
            Self::RangeNotSatisfiable { .. } => "Range Not Satisfiable".to_owned(),
            Self::TooManyRequests { .. } => "Too many requests, slow down".to_owned(),
            Self::Internal(cause) => {
                let cause = chain(cause.as_ref());
                tracing::error!(cause, "could not answer: {cause}");
                "Internal Server Error".to_owned()
            }
        };
        json_response(status, &ErrorBody { detail })
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, retry) = self.row();
        let extra = match &self {
            Self::Unauthorized => {
                Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
            }
            Self::RangeNotSatisfiable { size_bytes } => {
                let range = HeaderValue::from_str(&format!("bytes */{size_bytes}")).ok();
                range.map(|range| (header::CONTENT_RANGE, range))
            }
            _ => None,
        };
        let mut response = self.into_body(status);
        let headers = response.headers_mut();
        headers.extend(extra);
        match retry {
            Retry::AsItLikes => {}
            Retry::Never => {
                headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
            }
            Retry::AfterSeconds(seconds) => {
                headers.insert(header::RETRY_AFTER, seconds.into());
            }
        }
        response
    }
}

/// `what: why: why that`.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
