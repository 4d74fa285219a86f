//! The API described by its own declarations: an OpenAPI 3.1 document at `/openapi.json`, and the
//! same as a page to read at `/docs`.

mod about;
mod document;
mod example;
mod operation;
mod reference;
mod refusals;
#[cfg(test)]
mod tests;

pub use about::About;
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, header};
use axum::routing::get;
pub use document::document;
pub(crate) use reference::escape;
pub use reference::{Page, page};

use crate::wire::Operation;

/// `/openapi.json` and `/docs`, both made once, here. `public_url` is where clients reach the
/// server.
pub fn routes<S>(operations: &[Operation<S>], public_url: &str) -> Router {
    let document = document(&About::heliograph(public_url), operations);
    let Page { html, content_security_policy } = page(&document);
    let json = fixed("application/json", document.to_string());
    let html = fixed("text/html; charset=utf-8", html);
    // The policy is made of ASCII by `page`; a page without one is not served at all.
    let router = Router::new().route("/openapi.json", get(async move || json));
    match HeaderValue::try_from(content_security_policy) {
        Ok(policy) => {
            let answer = ([(header::CONTENT_SECURITY_POLICY, policy)], html);
            let page = get(async move || answer);
            router.route("/docs", page.clone()).route("/docs/", page)
        }
        Err(_) => router,
    }
}

type Fixed = ([(HeaderName, HeaderValue); 3], Bytes);

fn fixed(media_type: &'static str, body: String) -> Fixed {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, Bytes::from(body))
}
