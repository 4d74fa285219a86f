//! Edits per second over HTTP, each durable before its answer, on SQLite.
//!
//! `cargo bench -p heliograph-api --bench edits`. Every client keeps one connection and waits for
//! each answer; every edit changes caption and place of an asset drawn at random. Server and
//! clients share the machine. A client alone waits for the disk, so its own pace stands beside.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "common/http.rs"]
mod http;
#[path = "common/library/mod.rs"]
mod library;
#[path = "common/machine.rs"]
mod machine;
#[path = "common/timings.rs"]
mod timings;
#[path = "common/wiring.rs"]
mod wiring;

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use axum::http::{Method, StatusCode};
use fastrand::Rng;
use serde_json::json;

use http::Client;
use library::{Library, Mix};
use timings::{Timings, ms};

const WARM_UP: Duration = Duration::from_secs(1);
const TIME: Duration = Duration::from_secs(6);

#[tokio::main]
async fn main() -> Result<()> {
    let mut disk = disk()?;
    println!(
        "{}; fdatasync of 4 KiB: p50 {:.3} ms, p99 {:.3} ms",
        machine::load(),
        ms(disk.median()),
        ms(disk.p99())
    );
    println!(
        "{:>9} {:>6} {:>7} {:>9} {:>8} {:>8} {:>8}",
        "assets", "MiB", "clients", "edits/s", "p50 ms", "p99 ms", "failures"
    );
    for size in [10_000, 1_000_000] {
        let library = Arc::new(Library::open(Mix::USUAL, size, None).await?);
        let mebibytes = fs::metadata(&library.database)?.len() >> 20;
        let address = http::serve(wiring::router(&library.app)).await?;
        for clients in [1, 32] {
            edit(&library, address, clients, WARM_UP).await?;
            let mut edits = edit(&library, address, clients, TIME).await?;
            println!(
                "{size:9} {mebibytes:6} {clients:7} {:9.0} {:8.2} {:8.2} {:8}",
                f64::from(edits.done) / edits.took.as_secs_f64(),
                ms(edits.timings.median()),
                ms(edits.timings.p99()),
                edits.failures
            );
        }
    }
    println!("bar: at least 1500 edits/s at 32 clients, flat with the size of the library");
    Ok(())
}

/// What came of a run.
#[derive(Default)]
struct Edits {
    done: u32,
    failures: u32,
    timings: Timings,
    took: Duration,
}

/// So many clients edit for this long.
async fn edit(
    library: &Arc<Library>,
    address: SocketAddr,
    clients: u64,
    time: Duration,
) -> Result<Edits> {
    let start = Instant::now();
    let running: Vec<_> = (0..clients)
        .map(|_| tokio::spawn(edit_until(library.clone(), address, start + time)))
        .collect();
    let mut sum = Edits::default();
    for client in running {
        let edits = client.await??;
        sum.done += edits.done;
        sum.failures += edits.failures;
        sum.timings.extend(edits.timings);
    }
    sum.took = start.elapsed();
    Ok(sum)
}

async fn edit_until(library: Arc<Library>, address: SocketAddr, end: Instant) -> Result<Edits> {
    let mut client = Client::connect(address, &library.api_key).await?;
    let mut random = Rng::new();
    let mut edits = Edits::default();
    while Instant::now() < end {
        let path = random.choice(&library.ids).map(|id| format!("/api/assets/{id}"));
        let change = json!({
            "description": format!("Evening by the water, number {}", random.u64(..)),
            "latitude": random.f64().mul_add(160.0, -80.0),
            "longitude": random.f64().mul_add(360.0, -180.0),
        });
        let body = serde_json::to_vec(&change)?;
        let start = Instant::now();
        let (status, _) =
            client.send(Method::PATCH, &path.unwrap_or_default(), "application/json", body).await?;
        if status == StatusCode::OK {
            edits.done += 1;
            edits.timings.add(start.elapsed());
        } else {
            edits.failures += 1;
        }
    }
    Ok(edits)
}

/// How long the disk takes to make 4 KiB durable in a file that does not grow, which is what a
/// commit asks of it.
fn disk() -> Result<Timings> {
    const BLOCK: [u8; 4096] = [7; 4096];
    const BLOCKS: usize = 256;
    let mut file = tempfile::tempfile_in(machine::cache_folder()?)?;
    file.write_all(&BLOCK.repeat(BLOCKS))?;
    file.sync_all()?;
    file.seek(SeekFrom::Start(0))?;
    let mut timings = Timings::default();
    for _ in 0..BLOCKS {
        let start = Instant::now();
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        timings.add(start.elapsed());
    }
    Ok(timings)
}
