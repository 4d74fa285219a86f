//! Bytes: originals and pictures behind signed URLs (contract 2.4).

use std::io::{self, Read as _, Seek as _, SeekFrom};

use app::pictures::{Delivery, Object};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use futures_util::{StreamExt as _, stream};
use model::VersionId;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::byte_range::{ByteRange, Satisfied};
use crate::state::Api;
use crate::urls::{self, PATH};
use crate::wire::ApiError;

/// A year: the bytes behind a URL never change.
const CACHING: &str = "public, max-age=31536000, immutable";

/// The routes of the bytes; they need no credential and ignore one that comes.
pub(crate) fn routes(api: &Api) -> Router {
    let path = format!("{PATH}/{{version}}/{{what}}");
    Router::new().route(&path, get(deliver)).with_state(api.clone())
}

/// Every parameter is signed, so one that we do not write is a changed URL.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    dl: Option<String>,
    #[serde(default)]
    verify: String,
}

async fn deliver(
    State(api): State<Api>,
    Path((version, what)): Path<(String, String)>,
    method: Method,
    query: Result<Query<Signed>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let missing = || ApiError::NotFound("Not Found".to_owned());
    let forged = || ApiError::Forbidden("the signature of this URL is not valid".to_owned());
    let Query(Signed { dl, verify }) = query.map_err(|_| forged())?;
    let wanted = urls::wanted(&what).ok_or_else(missing)?;
    if !api.urls.is_ours(&version, &what, dl.as_deref(), &verify) {
        return Err(forged());
    }
    let version = VersionId::parse(&version).map_err(|_| missing())?;
    let delivery = api.app.deliver(version, wanted).await?;
    respond(delivery, dl.as_deref(), &headers, method == Method::HEAD).await
}

async fn respond(
    delivery: Delivery,
    save_as: Option<&str>,
    asked: &HeaderMap,
    is_head: bool,
) -> Result<Response, ApiError> {
    let mut headers = headers_of(&delivery, save_as)?;
    let tag = headers.get(header::ETAG).cloned();
    let is_known = match (text(asked, header::IF_NONE_MATCH), &tag) {
        (Some(known), Some(tag)) => is_among(known, tag),
        _ => is_as_old(text(asked, header::IF_MODIFIED_SINCE), delivery.stored_at),
    };
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let total = delivery.object.len();
    // A range of bytes that are no longer what the client has begun with is of no use (RFC 9110 13.1.5).
    let is_same = text(asked, header::IF_RANGE)
        .is_none_or(|known| tag.as_ref().is_some_and(|tag| known.as_bytes() == tag.as_bytes()));
    let range = text(asked, header::RANGE)
        .filter(|_| is_same && !is_head)
        .map_or(ByteRange::Whole, |value| ByteRange::parse(value, total));
    let (status, part) = match range {
        ByteRange::Whole => (StatusCode::OK, Satisfied { start: 0, length: total }),
        ByteRange::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        ByteRange::Unsatisfiable => {
            return Err(ApiError::RangeNotSatisfiable { size_bytes: total });
        }
    };
    headers.insert(header::CONTENT_LENGTH, part.length.into());
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{total}", part.start, part.start + part.length - 1);
        headers.insert(header::CONTENT_RANGE, header_value(&range)?);
    }
    let body = if is_head { Body::empty() } else { content(delivery.object, part).await? };
    Ok((status, headers, body).into_response())
}

/// A picture is small: one read, one piece. An original streams in pieces.
const IN_ONE_PIECE: u64 = 1 << 20;
const PIECE: u64 = 256 << 10;

async fn content(object: Object, part: Satisfied) -> Result<Body, ApiError> {
    let Satisfied { start, length } = part;
    let first = if length <= IN_ONE_PIECE { length } else { PIECE };
    let trouble = |err: io::Error| app::Error::StorageTrouble(err.into());
    let (object, bytes) = read_at(object, start, first).await.map_err(trouble)?;
    if first == length {
        return Ok(Body::from(bytes));
    }
    let end = start + length;
    let rest = stream::try_unfold((object, start + first), move |(object, at)| async move {
        if at == end {
            return Ok::<_, io::Error>(None);
        }
        let (object, bytes) = read_at(object, at, PIECE.min(end - at)).await?;
        let next = at + bytes.len() as u64;
        Ok(Some((bytes, (object, next))))
    });
    Ok(Body::from_stream(stream::once(async { Ok(bytes) }).chain(rest)))
}

/// So many bytes from there on, read where waiting for them holds up nobody.
async fn read_at(mut object: Object, start: u64, length: u64) -> io::Result<(Object, Bytes)> {
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        object.seek(SeekFrom::Start(start))?;
        object.read_exact(&mut bytes)?;
        Ok((object, Bytes::from(bytes)))
    });
    read.await?
}

fn headers_of(delivery: &Delivery, save_as: Option<&str>) -> Result<HeaderMap, ApiError> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, header_value(&delivery.mime_type)?);
    headers.insert(header::ETAG, header_value(&format!("\"{}\"", delivery.tag))?);
    headers.insert(header::LAST_MODIFIED, header_value(&http_date(delivery.stored_at))?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHING));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // Uploaded bytes come back under our name: a browser must not take them for a page.
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Some(name) = save_as {
        // RFC 6266: the extended form carries any name.
        let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
        let value = format!("attachment; filename*=UTF-8''{name}");
        headers.insert(header::CONTENT_DISPOSITION, header_value(&value)?);
    }
    Ok(headers)
}

/// The date form of HTTP (RFC 9110 5.6.7).
fn http_date(moment: model::Instant) -> String {
    let seconds = u64::try_from(moment.micros() / 1_000_000).unwrap_or_default();
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds))
}

/// Whether a client that has what was there at `known` has what is there now. A date that cannot
/// be read is ignored, and a tag wins over it (RFC 9110 13.1.3).
fn is_as_old(known: Option<&str>, stored_at: model::Instant) -> bool {
    let known = known.and_then(|date| httpdate::parse_http_date(date).ok());
    let stored = httpdate::parse_http_date(&http_date(stored_at)).ok();
    known.zip(stored).is_some_and(|(known, stored)| known >= stored)
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn is_among(list: &str, tag: &HeaderValue) -> bool {
    list.split(',')
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/").as_bytes() == tag.as_bytes())
}

fn header_value(text: &str) -> Result<HeaderValue, ApiError> {
    HeaderValue::from_str(text).map_err(ApiError::internal)
}
