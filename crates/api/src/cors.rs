//! Which web pages may call from a browser (contract 1.1, OP-28). Credentials are Bearer headers,
//! so no cookie is ever allowed along.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::wire::{NEW_TOKEN, RATE_HEADERS, REQUEST_ID, SHOULD_RETRY};

/// How long a browser may believe a preflight.
const BELIEVED: Duration = Duration::from_hours(1);
/// What the generated clients put before the names of their own headers.
const CLIENT_PREFIX: &str = "x-stainless-";

/// Web pages that may call: none but the server's own, some, or all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(Vec<HeaderValue>);

/// A text that names no origin.
#[derive(Debug, PartialEq, Eq)]
pub struct NoOrigin(String);

impl std::fmt::Display for NoOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} is no origin such as https://photos.example.org", self.0)
    }
}

impl std::error::Error for NoOrigin {}

impl Origins {
    /// Reads origins with commas between, `*` for all of them; none when empty.
    pub fn parse(text: &str) -> Result<Self, NoOrigin> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let origins = names.map(|name| {
            let is_one = name == "*" || is_origin(name);
            let value = HeaderValue::from_str(&name.to_ascii_lowercase()).ok();
            value.filter(|_| is_one).ok_or_else(|| NoOrigin(name.to_owned()))
        });
        origins.collect::<Result<_, _>>().map(Self)
    }

    fn allowed(&self) -> AllowOrigin {
        if self.0.iter().any(|origin| origin == "*") {
            AllowOrigin::any()
        } else {
            AllowOrigin::list(self.0.clone())
        }
    }
}

/// Scheme, host and perhaps a port: a browser sends nothing more.
fn is_origin(name: &str) -> bool {
    name.split_once("://").is_some_and(|(scheme, host)| {
        let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        is_scheme && !host.is_empty() && !host.contains(['/', '?', '#', '@', '*', ' '])
    })
}

/// `router` with an ear for these pages. A preflight is answered here and asks for no credential.
pub(crate) fn open_to(router: Router, origins: &Origins) -> Router {
    if origins.0.is_empty() {
        return router;
    }
    let exposed = [NEW_TOKEN, SHOULD_RETRY, REQUEST_ID, header::RETRY_AFTER];
    let layer = CorsLayer::new()
        .allow_origin(origins.allowed())
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed.into_iter().chain(RATE_HEADERS).collect::<Vec<_>>())
        .max_age(BELIEVED);
    router.layer(layer).layer(from_fn(only_known_headers))
}

/// Strikes out what a preflight may not ask for, because what is left is granted as it is.
async fn only_known_headers(mut request: Request, next: Next) -> Response {
    const ASKED: HeaderName = header::ACCESS_CONTROL_REQUEST_HEADERS;
    if request.method() == Method::OPTIONS
        && let Some(asked) = request.headers_mut().remove(ASKED)
    {
        let names = asked.to_str().unwrap_or_default().split(',').map(str::trim);
        let known: Vec<&str> = names.filter(|name| is_known(name)).collect();
        if let Ok(known) = HeaderValue::try_from(known.join(",")) {
            request.headers_mut().insert(ASKED, known);
        }
    }
    next.run(request).await
}

fn is_known(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let known = [header::AUTHORIZATION, header::CONTENT_TYPE, REQUEST_ID];
    name.starts_with(CLIENT_PREFIX) || known.iter().any(|known| known.as_str() == name)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Response;
    use axum::routing::patch;
    use tower::ServiceExt as _;

    use super::*;

    fn router(origins: &str) -> Router {
        let router = Router::new().route("/", patch(async || "done"));
        open_to(router, &Origins::parse(origins).unwrap())
    }

    async fn preflight(origins: &str, origin: &str, headers: &str) -> Response<Body> {
        let request = Request::options("/")
            .header("origin", origin)
            .header("access-control-request-method", "PATCH")
            .header("access-control-request-headers", headers);
        router(origins).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    fn header<'a>(answer: &'a Response<Body>, name: &str) -> &'a str {
        answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[tokio::test]
    async fn a_listed_page_may_send_the_headers_of_the_clients_and_no_others() {
        let asked = "authorization, Content-Type,x-stainless-lang,x-stainless-,x-evil";
        let answer =
            preflight("https://a.example, http://b.example:81", "http://b.example:81", asked).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "access-control-allow-origin"), "http://b.example:81");
        let granted = header(&answer, "access-control-allow-headers");
        assert_eq!(granted, "authorization,Content-Type,x-stainless-lang,x-stainless-");
        assert_eq!(header(&answer, "access-control-allow-methods"), "GET,POST,PATCH,DELETE");
        assert_eq!(header(&answer, "access-control-allow-credentials"), "");
    }

    #[tokio::test]
    async fn other_pages_get_no_permission() {
        for (origins, origin) in
            [("https://a.example", "https://b.example"), ("https://a.example", "null")]
        {
            let answer = preflight(origins, origin, "authorization").await;
            assert_eq!(header(&answer, "access-control-allow-origin"), "", "{origins} {origin}");
        }
        let answer = preflight("", "https://a.example", "authorization").await;
        assert_eq!(answer.status(), 405);
        let answer = preflight("*", "null", "authorization").await;
        assert_eq!(header(&answer, "access-control-allow-origin"), "*");
    }

    #[tokio::test]
    async fn an_answer_shows_the_headers_a_client_acts_upon() {
        let request = Request::patch("/").header("origin", "https://a.example");
        let request = request.body(Body::empty()).unwrap();
        let answer = router("https://a.example").oneshot(request).await.unwrap();
        let exposed = header(&answer, "access-control-expose-headers");
        for name in ["x-ratelimit-remaining", "x-new-access-token", "retry-after", "x-should-retry"]
        {
            assert!(exposed.contains(name), "{exposed}");
        }
        assert!(header(&answer, "vary").contains("origin"));
    }

    #[test]
    fn what_is_no_origin_is_said() {
        for text in ["photos.example.org", "https://", "https://a/b", "https://*.a", "a b://c"] {
            assert!(Origins::parse(text).is_err(), "{text}");
        }
        assert_eq!(Origins::parse(" , "), Ok(Origins::default()));
        assert!(Origins::parse("capacitor://localhost, https://[::1]:8000").is_ok());
    }
}
