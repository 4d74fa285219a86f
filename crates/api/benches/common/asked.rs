//! One request again and again, in this process and without a network.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::timings::Timings;

/// How many entries the last answer has, and how long each of so many rounds took.
pub(crate) async fn ask(
    router: &Router,
    api_key: &str,
    path: &str,
    rounds: usize,
) -> Result<(usize, Timings)> {
    let mut timings = Timings::default();
    let mut last = Bytes::new();
    for round in 0..rounds + rounds / 10 {
        let start = Instant::now();
        last = answer(router.clone(), api_key, path).await?;
        // The first rounds fill the caches.
        if round >= rounds / 10 {
            timings.add(start.elapsed());
        }
    }
    let shown: serde_json::Value = serde_json::from_slice(&last)?;
    let entries = shown["data"].as_array().context("an answer has data")?.len();
    Ok((entries, timings))
}

async fn answer(router: Router, api_key: &str, path: &str) -> Result<Bytes> {
    let request = Request::builder()
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {api_key}"))
        .body(Body::empty())?;
    let answer = router.oneshot(request).await?;
    ensure!(answer.status().is_success(), "the API answers {}", answer.status());
    Ok(answer.into_body().collect().await?.to_bytes())
}
