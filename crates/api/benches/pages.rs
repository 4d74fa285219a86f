//! A page of 200 assets with metadata from a random place in the list, beside what no server can
//! do without: the same SQL and the JSON of the same values.
//!
//! `cargo bench -p heliograph-api --bench pages`. The API is asked in this process, without a
//! network; bare is `rusqlite` on the calling thread and `serde_json`. Both take turns.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "common/bare.rs"]
mod bare;
#[path = "common/library/mod.rs"]
mod library;
#[path = "common/machine.rs"]
mod machine;
#[path = "common/timings.rs"]
mod timings;
#[path = "common/wiring.rs"]
mod wiring;

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use fastrand::Rng;
use http_body_util::BodyExt as _;
use model::AssetId;
use tower::ServiceExt as _;

use library::{Library, Mix};
use timings::{Timings, ms};

const ROUNDS: usize = 2000;

#[tokio::main]
async fn main() -> Result<()> {
    println!("{}", machine::load());
    println!(
        "{:>9} | {:>7} {:>7} {:>6} | {:>7} {:>7} {:>6} | {:>5}",
        "assets", "API p50", "p99 ms", "KiB", "bare p50", "p99 ms", "KiB", "ratio"
    );
    let small = measure(10_000).await?;
    let large = measure(1_000_000).await?;
    println!(
        "1,000,000 ÷ 10,000 assets: API {:.2} ×, bare {:.2} ×",
        large.api.as_secs_f64() / small.api.as_secs_f64(),
        large.bare.as_secs_f64() / small.bare.as_secs_f64()
    );
    println!("bars: ratio to bare at most 2 ×, 1,000,000 ÷ 10,000 assets at most 1.3 ×");
    Ok(())
}

/// Medians.
struct Measured {
    api: Duration,
    bare: Duration,
}

async fn measure(size: usize) -> Result<Measured> {
    let library = Library::open(Mix::USUAL, size, None).await?;
    let router = wiring::router(&library.app);
    let conn = bare::open(&library.database)?;
    let mut pages = bare::Pages::new(&conn)?;
    let mut random = Rng::with_seed(7);
    let (mut api_times, mut bare_times) = (Timings::default(), Timings::default());
    let (mut api_bytes, mut bare_bytes) = (0, 0);
    for round in 0..ROUNDS + ROUNDS / 10 {
        let mut draw = || random.choice(&library.ids).copied().context("the library is empty");
        let (after, bare_after) = (draw()?, draw()?);
        let start = Instant::now();
        let answer = page(router.clone(), &library.api_key, after).await?;
        let api_time = start.elapsed();
        let position = pages.position(bare_after)?;
        let start = Instant::now();
        let bare_answer = black_box(pages.page(position)?);
        let bare_time = start.elapsed();
        // The first rounds fill the caches.
        if round >= ROUNDS / 10 {
            api_times.add(api_time);
            bare_times.add(bare_time);
            api_bytes += answer.len();
            bare_bytes += bare_answer.len();
        }
    }
    let (api, bare) = (api_times.median(), bare_times.median());
    println!(
        "{size:9} | {:7.2} {:7.2} {:6} | {:8.2} {:7.2} {:6} | {:5.2}",
        ms(api),
        ms(api_times.p99()),
        api_bytes / ROUNDS / 1024,
        ms(bare),
        ms(bare_times.p99()),
        bare_bytes / ROUNDS / 1024,
        api.as_secs_f64() / bare.as_secs_f64()
    );
    Ok(Measured { api, bare })
}

async fn page(router: Router, api_key: &str, after: AssetId) -> Result<Bytes> {
    let request = Request::builder()
        .uri(format!("/api/assets?limit=200&include=metadata&starting_after_id={after}"))
        .header(header::AUTHORIZATION, format!("Bearer {api_key}"))
        .body(Body::empty())?;
    let answer = router.oneshot(request).await?;
    ensure!(answer.status().is_success(), "the API answers {}", answer.status());
    Ok(answer.into_body().collect().await?.to_bytes())
}
