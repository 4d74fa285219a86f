//! The router, asked in process.

use std::io;
use std::task::Poll;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response};
use axum::routing::get;
use futures_util::stream::poll_fn;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::sample::{Api, operations};
use crate::wire::{JSON_LIMIT_BYTES, OperationId, enclose, routes};

const ASSET: &str = "/api/assets/asset_BM3nUmJ6fkBqBADyz5FEiu";

struct Seen {
    status: u16,
    headers: HeaderMap,
    json: Value,
    text: String,
}

fn router() -> Router {
    let other = Router::new().route("/healthz", get(async || "well"));
    enclose(routes(&operations(), &Api).merge(other))
}

async fn send(request: Request<Body>) -> Seen {
    let response: Response<Body> = router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().into()).unwrap();
    let json = serde_json::from_str(&text).unwrap_or_default();
    Seen { status: parts.status.as_u16(), headers: parts.headers, json, text }
}

async fn ask(verb: &str, path: &str, key: &str, body: &str) -> Seen {
    let request = Request::builder().method(verb).uri(path);
    let request = if key.is_empty() {
        request
    } else {
        request.header("authorization", format!("Bearer {key}"))
    };
    let request = request.header("content-type", "application/json");
    send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn credential_then_action_then_body_then_deed() {
    let bad = r#"{"latitude":true}"#;
    let nobody = "/api/assets/nonsense";
    let stations =
        [("", bad, 401), ("reader", bad, 403), ("writer", bad, 422), ("writer", "{}", 404)];
    for (key, body, status) in stations {
        assert_eq!(ask("PATCH", nobody, key, body).await.status, status, "{key} {body}");
    }
    assert_eq!(ask("PATCH", nobody, "wrong", bad).await.headers["www-authenticate"], "Bearer");
    let done = ask("PATCH", ASSET, "writer", r#"{"description":"x"}"#).await;
    assert_eq!((done.status, &done.json["description"]), (200, &json!("x")));
    assert_eq!(ask("GET", "/api/api-keys", "writer", "").await.status, 403);
    assert_eq!(ask("GET", "/api/api-keys", "session", "").await.status, 200);
    assert_eq!(ask("GET", "/api/server/ping", "", "").await.text, "pong");
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    for (body, kind) in [
        ("", "missing"),
        ("null", "model_attributes_type"),
        ("[]", "model_attributes_type"),
        ("\"x\"", "model_attributes_type"),
        ("{", "json_invalid"),
        ("{\"latitude\":NaN}", "json_invalid"),
        ("{\"latitude\":1e999}", "json_invalid"),
        ("{\"latitude\":Infinity}", "json_invalid"),
        ("{\"description\":\"\\ud800\"}", "json_invalid"),
        ("{} {}", "json_invalid"),
    ] {
        let seen = ask("PATCH", ASSET, "writer", body).await;
        assert_eq!((seen.status, &seen.json["detail"][0]["type"]), (422, &json!(kind)), "{body}");
        assert_eq!(seen.json["detail"][0]["loc"], json!(["body"]));
    }
    let deep = "[".repeat(100_000);
    assert_eq!(ask("PATCH", ASSET, "writer", &deep).await.status, 422);
}

#[tokio::test]
async fn a_form_instead_of_json_is_refused() {
    let send_as = async |media_type: &str| {
        let request = Request::patch(ASSET)
            .header("authorization", "Bearer writer")
            .header("content-type", media_type);
        send(request.body(Body::from("{}")).unwrap()).await.status
    };
    assert_eq!(send_as("application/x-www-form-urlencoded").await, 422);
    assert_eq!(send_as("text/plain").await, 422);
    assert_eq!(send_as("Application/JSON; charset=utf-8").await, 200);
    assert_eq!(send_as("application/merge-patch+json").await, 200);
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let body = |bytes: usize| {
        let frame = r#"{"unknown":""}"#.len();
        format!(r#"{{"unknown":"{}"}}"#, "x".repeat(bytes - frame))
    };
    assert_eq!(ask("PATCH", ASSET, "writer", &body(JSON_LIMIT_BYTES)).await.status, 200);
    let seen = ask("PATCH", ASSET, "writer", &body(JSON_LIMIT_BYTES + 1)).await;
    assert_eq!((seen.status, &seen.json["detail"][0]["type"]), (422, &json!("too_long")));
}

#[tokio::test]
async fn a_stream_is_not_touched_before_it_is_known_who_asks() {
    type Chunk = Poll<Option<io::Result<Vec<u8>>>>;
    let unreadable = || Body::from_stream(poll_fn(|_| -> Chunk { panic!("read too early") }));
    let request = Request::post("/api/assets").body(unreadable()).unwrap();
    assert_eq!(send(request).await.status, 401);
    let request = Request::post("/api/assets").header("authorization", "Bearer reader");
    assert_eq!(send(request.body(unreadable()).unwrap()).await.status, 403);
    let seen = ask("POST", "/api/assets", "writer", "12345").await;
    assert_eq!((seen.status, seen.text.as_str()), (201, "5"));
}

#[tokio::test]
async fn what_is_not_there_has_the_envelope() {
    for path in ["/", "/api", "/api/nothing", "/api/assets/a/b/c"] {
        let seen = ask("GET", path, "writer", "").await;
        assert_eq!((seen.status, seen.json), (404, json!({ "detail": "Not Found" })), "{path}");
    }
    for (verb, path, allowed) in [
        ("PUT", "/api/assets", vec!["GET", "HEAD", "POST"]),
        ("GET", ASSET, vec!["PATCH"]),
        ("POST", "/healthz", vec!["GET", "HEAD"]),
    ] {
        let seen = ask(verb, path, "", "").await;
        assert_eq!((seen.status, seen.json), (405, json!({ "detail": "Method Not Allowed" })));
        let mut allow: Vec<_> = seen.headers["allow"].to_str().unwrap().split(',').collect();
        allow.sort_unstable();
        assert_eq!(allow, allowed, "{verb} {path}");
    }
}

#[tokio::test]
async fn both_spellings_are_served_and_literals_come_first() {
    for path in ["/api/api-keys", "/api/api-keys/"] {
        assert_eq!(ask("GET", path, "session", "").await.text, "[]");
    }
    for path in ["/api/assets?limit=1", "/api/assets/?limit=1"] {
        assert_eq!(ask("GET", path, "reader", "").await.json["has_more"], true);
    }
    assert_eq!(ask("PATCH", &format!("{ASSET}/"), "writer", "{}").await.status, 200);
    let bulk = r#"{"updates":[{"id":"asset_BM3nUmJ6fkBqBADyz5FEiu","change":{}}]}"#;
    let seen = ask("POST", "/api/assets/bulk-update/", "writer", bulk).await;
    assert_eq!((seen.status, seen.text.as_str()), (200, "{}"));
}

#[tokio::test]
async fn no_content_has_no_content_type() {
    let seen = ask("POST", "/api/people/merge", "writer", "").await;
    assert_eq!((seen.status, seen.text.as_str()), (204, ""));
    assert!(!seen.headers.contains_key("content-type"));
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let seen = ask("HEAD", "/api/assets", "reader", "").await;
    assert_eq!((seen.status, seen.text.as_str()), (200, ""));
}

#[tokio::test]
async fn a_path_that_is_no_text_names_nothing() {
    for path in ["/api/assets/%FF%FE", "/api/assets/%00", "/api/assets//"] {
        assert_eq!(ask("PATCH", path, "writer", "{}").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_panic_is_a_500_and_nothing_more() {
    let seen = ask("GET", "/api/assets?limit=199", "reader", "").await;
    assert_eq!((seen.status, seen.json), (500, json!({ "detail": "Internal Server Error" })));
    assert!(seen.headers.contains_key("x-request-id"));
}

#[tokio::test]
async fn a_request_is_named() {
    let named = async |name: &str| {
        let request = Request::get("/nowhere").header("x-request-id", name);
        let seen = send(request.body(Body::empty()).unwrap()).await;
        seen.headers["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(named("trace-1.A_b").await, "trace-1.A_b");
    let long = "x".repeat(65);
    for odd in ["", "a b", "a\"b", long.as_str()] {
        assert_eq!(named(odd).await.len(), 32, "{odd}");
    }
}

#[tokio::test]
async fn a_response_says_which_operation_made_it() {
    let request = Request::get("/api/server/ping/").body(Body::empty()).unwrap();
    let response = router().oneshot(request).await.unwrap();
    assert_eq!(response.extensions().get(), Some(&OperationId("ping")));
}

#[tokio::test]
async fn who_is_too_fast_is_told_when_to_come_back() {
    let paid = ask("GET", "/api/assets", "reader", "").await;
    let seen = |seen: &Seen, name: &str| seen.headers[name].to_str().unwrap().to_owned();
    assert_eq!((paid.status, seen(&paid, "x-ratelimit-remaining").as_str()), (200, "3"));
    // Refused for other reasons, and paid all the same.
    let forbidden = ask("PATCH", ASSET, "reader", "{}").await;
    assert_eq!((forbidden.status, seen(&forbidden, "x-ratelimit-limit").as_str()), (403, "4"));
    let refused = ask("GET", "/api/assets", "hasty", "").await;
    assert_eq!((refused.status, seen(&refused, "retry-after").as_str()), (429, "7"));
    assert_eq!(seen(&refused, "x-ratelimit-reset"), "9");
    assert!(refused.json["detail"].is_string());
    assert!(!ask("GET", "/api/assets", "", "").await.headers.contains_key("x-ratelimit-limit"));
}
