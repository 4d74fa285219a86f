//! Many clients doing what clients do, for minutes: lists, single assets, pictures, edits and uploads
//! at the same time.
//!
//! `make bench-load`, or `cargo bench -p heliograph-api --bench load -- [ASSETS] [SECONDS] [URL]`, on
//! SQLite or in the empty PostgreSQL database at the URL. Each of 64 clients keeps one connection and
//! asks five times a second, which is 320 requests a second.
//! Server, worker and clients share one process and the machine; the memory is that of all three.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "common/http.rs"]
mod http;
#[path = "common/library/mod.rs"]
mod library;
#[path = "common/machine.rs"]
mod machine;
#[path = "common/memory.rs"]
mod memory;
#[path = "common/timings.rs"]
mod timings;
#[path = "common/upload.rs"]
mod upload;
#[path = "common/wiring.rs"]
mod wiring;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use axum::body::Bytes;
use axum::http::{Method, StatusCode};
use fastrand::Rng;
use serde_json::{Value, json};
use specimen::{Photo, Scene};

use http::Client;
use library::{Library, Mix};
use timings::{Timings, ms};
use upload::upload;

const CLIENTS: u64 = 64;
/// Between the beginnings of two requests of a client.
const PACE: Duration = Duration::from_millis(200);
/// How often memory is looked at.
const PARTS: u32 = 5;

/// What a client does, and how often of a hundred times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    List,
    Get,
    Picture,
    Edit,
    Upload,
}

impl Deed {
    fn draw(random: &mut Rng) -> Self {
        match random.u8(..100) {
            0..40 => Self::List,
            40..70 => Self::Get,
            70..89 => Self::Picture,
            89..99 => Self::Edit,
            _ => Self::Upload,
        }
    }
}

/// What all clients share.
struct Run {
    library: Library,
    address: SocketAddr,
    end: Instant,
    photo: Vec<u8>,
    /// Paths of pictures of what was uploaded.
    pictures: Mutex<Vec<String>>,
}

#[derive(Default)]
struct Seen {
    timings: BTreeMap<Deed, Timings>,
    failures: u32,
    first_failure: Option<String>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut named = std::env::args().skip(1).filter(|arg| !arg.starts_with("--"));
    let assets = named.next().map_or(Ok(1_000_000), |count| count.parse())?;
    let seconds = named.next().map_or(Ok(300), |count| count.parse())?;
    let elsewhere = named.next().map(|url| url.parse()).transpose()?;
    let engine = if elsewhere.is_some() { "PostgreSQL" } else { "SQLite" };
    let library = Library::open(Mix::USUAL, assets, elsewhere).await?;
    let address = http::serve(wiring::router(&library.app)).await?;
    tokio::spawn(app::worker::run(library.app.clone(), 2, std::future::pending()));
    let mebibytes = std::fs::metadata(&library.database)?.len() >> 20;
    println!(
        "{}; {engine}, {assets} assets ({mebibytes} MiB in SQLite), {CLIENTS} clients, {seconds} s",
        machine::load()
    );
    let time = Duration::from_secs(seconds);
    let scene = Scene::from_seed(1);
    let photo = Photo { width: 1600, height: 1200, scene, ..Photo::default() }.bytes()?;
    let end = Instant::now() + time;
    let run = Arc::new(Run { library, address, end, photo, pictures: Mutex::default() });
    let clients: Vec<_> =
        (0..CLIENTS).map(|number| tokio::spawn(live(run.clone(), number))).collect();
    for part in 1..=PARTS {
        memory::forget_peak();
        tokio::time::sleep(time / PARTS).await;
        let peak = memory::peak().unwrap_or_default() >> 20;
        println!("peak of memory in part {part} of {PARTS}: {peak} MiB");
    }
    let mut all = Seen::default();
    for client in clients {
        let seen = client.await??;
        all.failures += seen.failures;
        all.first_failure = all.first_failure.or(seen.first_failure);
        for (deed, timings) in seen.timings {
            all.timings.entry(deed).or_default().extend(timings);
        }
    }
    println!("{:>9} {:>8} {:>8} {:>8}", "deed", "answers", "p50 ms", "p99 ms");
    for (deed, mut timings) in all.timings {
        let (median, p99) = (ms(timings.median()), ms(timings.p99()));
        let answers = timings.into_iter().count();
        println!("{:>9} {answers:8} {median:8.2} {p99:8.2}", format!("{deed:?}"));
    }
    println!("failures: {} {}", all.failures, all.first_failure.unwrap_or_default());
    println!("bar: no failure, p99 of reads (List, Get, Picture) under 25 ms, flat memory");
    Ok(())
}

/// One client, until the end.
async fn live(run: Arc<Run>, number: u64) -> Result<Seen> {
    let mut client = Client::connect(run.address, &run.library.api_key).await?;
    let (mut random, mut seen) = (Rng::with_seed(number), Seen::default());
    // Not all in step.
    tokio::time::sleep(PACE * u32::try_from(number)? / u32::try_from(CLIENTS)?).await;
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while Instant::now() < run.end {
        pace.tick().await;
        let deed = Deed::draw(&mut random);
        let start = Instant::now();
        match act(&run, &mut client, &mut random, deed).await {
            Ok(()) => seen.timings.entry(deed).or_default().add(start.elapsed()),
            Err(err) => {
                seen.failures += 1;
                seen.first_failure.get_or_insert(format!("{deed:?}: {err:#}"));
            }
        }
    }
    Ok(seen)
}

async fn act(run: &Run, client: &mut Client, random: &mut Rng, deed: Deed) -> Result<()> {
    let any = random.choice(&run.library.ids).context("there are assets")?;
    match deed {
        Deed::List => {
            let after =
                if random.bool() { format!("&starting_after_id={any}") } else { String::new() };
            get(client, &format!("/api/assets?limit=50{after}")).await.map(drop)
        }
        Deed::Get => get(client, &format!("/api/assets/{any}")).await.map(drop),
        Deed::Picture => {
            let picture = {
                let pictures = run.pictures.lock().unwrap_or_else(PoisonError::into_inner);
                random.choice(pictures.iter()).cloned()
            };
            match picture {
                Some(path) => get(client, &path).await.map(drop),
                None => Ok(()),
            }
        }
        Deed::Edit => {
            let text = format!("Evening by the water, number {}", random.u64(..));
            let body = serde_json::to_vec(&json!({ "description": text, "rating": 4 }))?;
            let path = format!("/api/assets/{any}");
            let answer = client.send(Method::PATCH, &path, "application/json", body).await?;
            accepted(answer).map(drop)
        }
        Deed::Upload => {
            // As many different files as it takes, without painting any while others are timed.
            const COMMENT: [u8; 4] = [0xff, 0xfe, 0, 34];
            let name = uuid::Uuid::new_v4().simple().to_string();
            let (start, rest) = run.photo.split_at_checked(2).context("not a JPEG")?;
            let photo = [start, &COMMENT, name.as_bytes(), rest].concat();
            let answer = upload(client, &format!("{name}.jpg"), &photo).await?;
            let asset: Value = serde_json::from_slice(&answer)?;
            let url = asset["asset_urls"]["small"]["url"].as_str().context("it has a picture")?;
            let path = url.splitn(4, '/').nth(3).context("a URL has a path")?;
            run.pictures.lock().unwrap_or_else(PoisonError::into_inner).push(format!("/{path}"));
            Ok(())
        }
    }
}

async fn get(client: &mut Client, path: &str) -> Result<Bytes> {
    accepted(client.send(Method::GET, path, "application/json", Bytes::new()).await?)
}

fn accepted((status, answer): (StatusCode, Bytes)) -> Result<Bytes> {
    anyhow::ensure!(status.is_success(), "{status} {}", String::from_utf8_lossy(&answer));
    Ok(answer)
}
