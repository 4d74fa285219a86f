//! Taking a request apart (contract 1.1, 3.1).

use axum::RequestPartsExt;
use axum::body::{Body, Bytes};
use axum::extract::RawPathParams;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value, json};

use super::nested::not_an_object;
use super::{ApiError, Problem, Request};

/// Longest JSON body. A longer one is refused as 422; the API never sends 413.
pub const JSON_LIMIT_BYTES: usize = 1024 * 1024;

/// A body that has not been read yet, for operations that take a stream.
#[derive(Debug)]
pub struct Incoming(
    /// The body as axum gives it.
    pub Body,
);

/// What an operation expects in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expects {
    /// Nothing; what is sent is not looked at.
    Nothing,
    /// A JSON object.
    Json,
    /// A JSON object, or nothing at all.
    JsonOrNothing,
}

/// Path and query, undecided as to the body.
pub(super) async fn take_apart(parts: &mut Parts) -> Request {
    // A parameter that is not UTF-8 names nothing: it reads as empty.
    let path = match parts.extract::<RawPathParams>().await {
        Ok(params) => params.iter().map(|(key, text)| (key.to_owned(), text.to_owned())).collect(),
        Err(_) => Vec::new(),
    };
    Request::default().with_path(path).with_query(parts.uri.query().unwrap_or_default())
}

/// Reads the JSON object of the body, as far as one is expected.
pub(super) async fn read_object(
    headers: &HeaderMap,
    body: Body,
    expects: Expects,
) -> Result<Map<String, Value>, ApiError> {
    if expects == Expects::Nothing {
        return Ok(Map::new());
    }
    let bytes = collect(body).await?;
    if bytes.is_empty() {
        return match expects {
            Expects::JsonOrNothing => Ok(Map::new()),
            _ => Err(refused(Problem::missing())),
        };
    }
    if !is_json(headers) {
        let msg = "The body must be JSON, sent with the content type application/json";
        return Err(refused(Problem::new("model_attributes_type", msg)));
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(refused(not_an_object(&other))),
        Err(error) => {
            let ctx = json!({ "error": error.to_string() });
            let problem = Problem::new("json_invalid", "JSON decode error");
            Err(refused(problem.ctx(ctx)))
        }
    }
}

/// The fields of an `application/x-www-form-urlencoded` body, which is no longer than a JSON body
/// may be.
pub async fn read_urlencoded(Incoming(body): Incoming) -> Result<Vec<(String, String)>, ApiError> {
    let bytes = collect(body).await?;
    Ok(form_urlencoded::parse(&bytes).into_owned().collect())
}

async fn collect(body: Body) -> Result<Bytes, ApiError> {
    match Limited::new(body, JSON_LIMIT_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            let msg =
                format!("The body is too large: it may have at most {JSON_LIMIT_BYTES} bytes");
            let problem = Problem::new("too_long", msg);
            Err(refused(problem.ctx(json!({ "max_length": JSON_LIMIT_BYTES }))))
        }
        Err(_) => Err(ApiError::BadRequest("the body ended before it was complete".into())),
    }
}

fn refused(problem: Problem) -> ApiError {
    ApiError::Invalid(vec![problem.within(["body".into()])])
}

/// JSON by its content type, or without one.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(media_type) = headers.get(header::CONTENT_TYPE) else { return true };
    let media_type = media_type.to_str().unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}
