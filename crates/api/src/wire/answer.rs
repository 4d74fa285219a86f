//! What an operation answers when all went well.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use super::ApiError;

const JSON: &str = "application/json";

/// A successful answer with a `T`, or without a body.
#[derive(Debug)]
pub struct Answer<T> {
    status: StatusCode,
    payload: Option<T>,
    headers: HeaderMap,
}

/// The answer of operations with nothing to report: `{}`.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct Ack {}

/// A plain text.
#[derive(Debug, Clone)]
pub struct Text(
    /// The text.
    pub String,
);

impl<T> Answer<T> {
    /// 200.
    pub fn ok(payload: T) -> Self {
        Self { status: StatusCode::OK, payload: Some(payload), headers: HeaderMap::new() }
    }

    /// 201.
    pub fn created(payload: T) -> Self {
        Self { status: StatusCode::CREATED, ..Self::ok(payload) }
    }

    /// 204, with neither body nor content type (contract 1.1).
    pub fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, payload: None, headers: HeaderMap::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }
}

impl Answer<Ack> {
    /// 200 with `{}`.
    pub fn empty() -> Self {
        Self::ok(Ack {})
    }
}

/// What can be the body of an answer: JSON of anything serializable, or a [`Text`].
pub trait Payload: Send {
    /// The content type.
    const MEDIA_TYPE: &'static str;

    /// The bytes of the body.
    fn into_bytes(self) -> Result<Vec<u8>, serde_json::Error>;

    /// The schema of the body, by reference where it has a name.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

impl<T: Serialize + JsonSchema + Send> Payload for T {
    const MEDIA_TYPE: &'static str = JSON;

    fn into_bytes(self) -> Result<Vec<u8>, serde_json::Error> {
        // Most answers fit, and the longest then grow seven times less often.
        let mut bytes = Vec::with_capacity(16 << 10);
        serde_json::to_writer(&mut bytes, &self)?;
        Ok(bytes)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

impl Payload for Text {
    const MEDIA_TYPE: &'static str = "text/plain; charset=utf-8";

    fn into_bytes(self) -> Result<Vec<u8>, serde_json::Error> {
        Ok(self.0.into_bytes())
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

impl<T: Payload> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let Self { status, payload, headers } = self;
        let mut response = match payload.map(T::into_bytes) {
            None => status.into_response(),
            Some(Ok(bytes)) => response(status, T::MEDIA_TYPE, bytes),
            Some(Err(error)) => return ApiError::internal(error).into_response(),
        };
        response.headers_mut().extend(headers);
        response
    }
}

/// A response with a JSON body made of types that cannot fail to serialise.
pub(super) fn json_response(status: StatusCode, body: &impl Serialize) -> Response {
    response(status, JSON, serde_json::to_vec(body).unwrap_or_default())
}

fn response(status: StatusCode, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
