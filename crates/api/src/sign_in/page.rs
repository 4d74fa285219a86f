//! Where people type their password: a form, no script.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use app::Error;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::target;
use crate::openapi::escape;
use crate::state::Api;
use crate::wire::ApiError;

pub(super) const PATH: &str = "/sign-in";
pub(super) const OUT: &str = "/sign-in/out";
const STYLE: &str = include_str!("page.css");
/// Longest form, in bytes.
const MOST: usize = 16 << 10;

/// The routes of the pages.
pub(crate) fn routes(api: &Api) -> Router {
    Router::new().route(PATH, get(show).post(submit)).route(OUT, get(out)).with_state(api.clone())
}

async fn show(State(api): State<Api>, RawQuery(query): RawQuery) -> Response {
    let state = field(query.unwrap_or_default().as_bytes(), "state");
    match api.sign_in.destination(&state).await {
        Ok(destination) => form(StatusCode::OK, &state, "", None, &destination),
        Err(err) => failed(err),
    }
}

/// The text of this name in a query or a form; empty when there is none.
fn field(pairs: &[u8], wanted: &str) -> String {
    let mut pairs = form_urlencoded::parse(pairs);
    pairs.find(|(name, _)| name == wanted).map_or_else(String::new, |(_, text)| text.into_owned())
}

async fn submit(State(api): State<Api>, request: Request) -> Response {
    let address = address(&request);
    let Ok(body) = to_bytes(request.into_body(), MOST).await else {
        return failed(Error::Unclear("the form was cut off, or is too long".to_owned()));
    };
    let (state, email) = (field(&body, "state"), field(&body, "email"));
    let destination = match api.sign_in.destination(&state).await {
        Ok(destination) => destination,
        Err(err) => return failed(err),
    };
    let password = field(&body, "password");
    match api.sign_in.submit(&state, &email, password, address).await {
        Ok(granted) => {
            let answer = [("code", granted.code.as_str()), ("state", state.as_str())];
            back(&target::with(&granted.redirect_uri, &answer))
        }
        Err(Error::Unauthenticated(why)) => {
            form(StatusCode::FORBIDDEN, &state, &email, Some(why), &destination)
        }
        Err(Error::TooFast(seconds)) => {
            let why = format!("Too many attempts. Try again in {seconds} seconds.");
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut answer = form(status, &state, &email, Some(&why), &destination);
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            answer
        }
        Err(err) => failed(err),
    }
}

async fn out() -> Response {
    page(StatusCode::OK, "Signed out", "<p>You are signed out. You may close this page.</p>", None)
}

/// To where the client waits, with the answer in the query.
fn back(url: &str) -> Response {
    match HeaderValue::try_from(url) {
        Ok(url) => {
            let mut answer = StatusCode::SEE_OTHER.into_response();
            answer.headers_mut().insert(header::LOCATION, url);
            private(answer.headers_mut());
            answer
        }
        Err(_) => failed(Error::Unclear("this redirect_uri is no address".to_owned())),
    }
}

/// What cannot be cured on this page.
fn failed(err: Error) -> Response {
    let (status, text) = match err {
        Error::Unclear(text) => (StatusCode::BAD_REQUEST, text),
        other => {
            // The one table says the status and writes the log.
            let status = ApiError::from(other).into_response().status();
            (status, "That did not work. Try again in a moment.".to_owned())
        }
    };
    page(status, "Signing in", &format!("<p>{}</p>", escape(&text)), None)
}

fn form(status: StatusCode, state: &str, email: &str, why: Option<&str>, to: &str) -> Response {
    let why = why.map(|why| format!("<p class=\"why\" role=\"alert\">{}</p>", escape(why)));
    let html = format!(
        "{why}<form method=\"post\" action=\"{PATH}\">\
         <input type=\"hidden\" name=\"state\" value=\"{state}\">\
         <label>E-mail<input type=\"email\" name=\"email\" value=\"{email}\" \
         autocomplete=\"username\" required autofocus></label>\
         <label>Password<input type=\"password\" name=\"password\" \
         autocomplete=\"current-password\" required></label>\
         <button>Sign in</button></form>",
        why = why.unwrap_or_default(),
        state = escape(state),
        email = escape(email),
    );
    page(status, "Sign in", &html, Some(to))
}

fn page(status: StatusCode, title: &str, content: &str, form_to: Option<&str>) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} – Heliograph</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{content}\n</main>\n</body>\n</html>\n"
    );
    let forms =
        form_to.map_or_else(|| "'none'".to_owned(), |to| format!("'self' {}", target::source(to)));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action {forms}; \
         frame-ancestors 'none'",
        STANDARD.encode(Sha256::digest(STYLE))
    );
    let Ok(policy) = HeaderValue::try_from(policy) else {
        // A page without its policy is not served at all.
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut answer = (status, Body::from(html)).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    private(headers);
    answer
}

/// Nothing of this is kept, and no page behind it learns the address.
fn private(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

/// Who is at the other end. A proxy on this machine is believed when it says for whom it asks.
fn address(request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer =
        peer.map_or(Ipv4Addr::LOCALHOST.into(), |ConnectInfo(peer)| peer.ip().to_canonical());
    let forwarded = request.headers().get_all("x-forwarded-for").iter().next_back();
    let last =
        forwarded.and_then(|list| list.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    last.filter(|_| peer.is_loopback()).unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_on_this_machine_speaks_for_others() {
        let from = |peer: &str, forwarded: &str| {
            let mut request = Request::new(Body::empty());
            let peer: SocketAddr = peer.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
            request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
            address(&request).to_string()
        };
        assert_eq!(from("127.0.0.1:80", "203.0.113.9, 192.0.2.7"), "192.0.2.7");
        assert_eq!(from("[::1]:80", "2001:db8::1"), "2001:db8::1");
        assert_eq!(from("198.51.100.3:80", "192.0.2.7"), "198.51.100.3");
        assert_eq!(from("127.0.0.1:80", "nonsense"), "127.0.0.1");
    }

    #[test]
    fn what_was_typed_stays_text() {
        let html = |email: &str| {
            let answer = form(StatusCode::OK, "\"><s>", email, None, "https://a.example/b");
            let policy = answer.headers()["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("form-action 'self' https://a.example; frame"), "{policy}");
            answer
        };
        html("\"><script>alert(1)</script>");
        assert_eq!(html("x").headers()["cache-control"], "no-store");
    }
}
