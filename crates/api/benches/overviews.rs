//! What a timeline and a map ask first: counts by month, and clusters of the whole world.
//!
//! `cargo bench -p heliograph-api --bench overviews`. The API is asked in this process, without a
//! network. Beside usual libraries there are one with 800,000 assets of one day at one place, and one
//! whose assets lie all over the globe, so that nearly every cell has some.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "common/library/mod.rs"]
mod library;
#[path = "common/machine.rs"]
mod machine;
#[path = "common/timings.rs"]
mod timings;
#[path = "common/wiring.rs"]
mod wiring;

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use library::{Library, Mix};
use timings::{Timings, ms};

const ROUNDS: usize = 500;
const PILED: Mix = Mix { name: "piled", piled: 8, is_scattered: false };
const SCATTERED: Mix = Mix { name: "scattered", piled: 0, is_scattered: true };

/// Cells of 10 degrees end where tiles end, those of 9 mostly do not.
const REQUESTS: [(&str, &str); 5] = [
    ("months", "/api/assets/counts?group_by=month&limit=200"),
    ("days", "/api/assets/counts?group_by=day&limit=200"),
    ("world by 30°", "/api/assets/geo-clusters?bbox=-180,-90,180,90&cell_size=30"),
    ("world by 10°", "/api/assets/geo-clusters?bbox=-180,-90,180,90&cell_size=10"),
    ("world by 9°", "/api/assets/geo-clusters?bbox=-180,-90,180,90&cell_size=9"),
];

#[tokio::main]
async fn main() -> Result<()> {
    println!("{}", machine::load());
    println!(
        "{:>9} {:>9} {:>14} {:>8} {:>8} {:>8}",
        "assets", "library", "asked for", "entries", "p50 ms", "p99 ms"
    );
    for (mix, size) in
        [(Mix::USUAL, 10_000), (Mix::USUAL, 1_000_000), (PILED, 1_000_000), (SCATTERED, 1_000_000)]
    {
        let library = Library::open(mix, size).await?;
        ensure!(library.ids.len() == size && library.database.exists(), "the library is not whole");
        let router = wiring::router(&library.app);
        for (name, path) in REQUESTS {
            let (entries, mut timings) = ask(&router, &library.api_key, path).await?;
            println!(
                "{size:9} {:>9} {name:>14} {entries:8} {:8.2} {:8.2}",
                mix.name,
                ms(timings.median()),
                ms(timings.p99())
            );
        }
    }
    println!("bar: p99 below 20 ms");
    Ok(())
}

async fn ask(router: &Router, api_key: &str, path: &str) -> Result<(usize, Timings)> {
    let mut timings = Timings::default();
    let mut last = Bytes::new();
    for round in 0..ROUNDS + ROUNDS / 10 {
        let start = Instant::now();
        last = answer(router.clone(), api_key, path).await?;
        // The first rounds fill the caches.
        if round >= ROUNDS / 10 {
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
