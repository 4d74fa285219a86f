use axum::body::to_bytes;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::wire::{ApiError, LocPart, Problem};

/// Status, the headers that matter, and the body.
async fn seen(error: ApiError) -> (u16, Vec<String>, Value) {
    let response = error.into_response();
    let headers = ["www-authenticate", "x-should-retry", "retry-after", "content-range"];
    let headers = headers.iter().filter_map(|name| {
        let value = response.headers().get(*name)?.to_str().unwrap();
        Some(format!("{name}: {value}"))
    });
    let (headers, status) = (headers.collect(), response.status().as_u16());
    assert_eq!(response.headers()["content-type"], "application/json");
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, headers, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn the_table_of_statuses() {
    let says = |detail: &str| json!({ "detail": detail });
    let text = || "why".to_owned();
    for (error, status, headers, body) in [
        (ApiError::BadRequest(text()), 400, vec![], says("why")),
        (ApiError::Unauthorized, 401, vec!["www-authenticate: Bearer"], says("Not authenticated")),
        (ApiError::Forbidden(text()), 403, vec![], says("why")),
        (ApiError::NotFound(text()), 404, vec![], says("why")),
        (ApiError::MethodNotAllowed, 405, vec![], says("Method Not Allowed")),
        (
            ApiError::Conflict { detail: text(), permanent: true },
            409,
            vec!["x-should-retry: false"],
            says("why"),
        ),
        (
            ApiError::Conflict { detail: text(), permanent: false },
            409,
            vec!["retry-after: 1"],
            says("why"),
        ),
        (
            ApiError::RangeNotSatisfiable { size_bytes: 7 },
            416,
            vec!["content-range: bytes */7"],
            says("Range Not Satisfiable"),
        ),
        (
            ApiError::TooManyRequests { retry_after_seconds: 0 },
            429,
            vec!["retry-after: 1"],
            says("Too many requests, slow down"),
        ),
        (ApiError::internal("secret"), 500, vec![], says("Internal Server Error")),
        (ApiError::BadGateway(text()), 502, vec!["retry-after: 5"], says("why")),
        (ApiError::Unavailable(text()), 503, vec!["retry-after: 5"], says("why")),
        (ApiError::StorageFull(text()), 507, vec!["x-should-retry: false"], says("why")),
    ] {
        let headers: Vec<String> = headers.into_iter().map(str::to_owned).collect();
        assert_eq!(seen(error).await, (status, headers, body));
    }
}

#[tokio::test]
async fn a_list_of_problems() {
    let loc: Vec<LocPart> = vec!["body".into(), "updates".into(), 3.into(), "id".into()];
    let long = "ä".repeat(1000);
    let problem = Problem { loc, ..Problem::missing() }.quoting_text(&long).ctx(json!({ "le": 5 }));
    let (status, _, body) = seen(ApiError::Invalid(vec![problem])).await;
    assert_eq!(status, 422);
    let quoted = format!("{}…", "ä".repeat(100));
    let expected = json!({ "detail": [{
        "loc": ["body", "updates", 3, "id"],
        "msg": "Field required",
        "type": "missing",
        "input": quoted,
        "ctx": { "le": 5 },
    }] });
    assert_eq!(body, expected);
    let (_, _, body) = seen(ApiError::invalid_field("name", "taken")).await;
    assert_eq!(body["detail"][0]["loc"], json!(["body", "name"]));
}
