//! Photos per second from the first byte of the first upload to the last task done: facts, all
//! variants, `ThumbHash`, place names.
//!
//! `cargo bench -p heliograph-api --bench uploads`. Four connections of clients that read their
//! files from disk, two hands in the worker, everything in one process on one machine. The peak
//! of memory is that of the process, clients included, since the first upload; `busy` is how much
//! of the time of all cores the process had. With `-- PHOTO.jpg 2000` that photograph is uploaded
//! as often, each time with another comment in it.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "common/http.rs"]
mod http;
#[path = "common/machine.rs"]
mod machine;
#[path = "common/memory.rs"]
mod memory;
#[path = "common/specimens.rs"]
mod specimens;
#[path = "common/upload.rs"]
mod upload;
#[path = "common/wiring.rs"]
mod wiring;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use app::App;
use tokio::task::JoinSet;

use http::Client;
use upload::upload;
use wiring::wire;

const CONNECTIONS: usize = 4;
const HANDS: usize = 3;

#[tokio::main]
async fn main() -> Result<()> {
    println!("{}; {CONNECTIONS} connections, {HANDS} hands", machine::load());
    println!(
        "{:>16} {:>6} {:>8} {:>9} {:>9} {:>9} {:>6} {:>9}",
        "photo", "photos", "MiB each", "stored s", "done s", "photos/s", "busy", "peak MiB"
    );
    let mut named = std::env::args().skip(1).filter(|arg| !arg.starts_with("--"));
    if let Some(photo) = named.next() {
        let count = named.next().map_or(Ok(2000), |count| count.parse())?;
        return measure_copies(Path::new(&photo), count).await;
    }
    for (width, height, count) in [(1600, 1200, 200), (4000, 3000, 60)] {
        let folder = tempfile::tempdir_in(machine::cache_folder()?)?;
        let (first, photos) = specimens::write(folder.path(), (width, height), count)?;
        measure(&format!("{width}×{height}"), folder.path(), first, photos).await?;
    }
    Ok(())
}

async fn measure_copies(photo: &Path, count: usize) -> Result<()> {
    let folder = tempfile::tempdir_in(machine::cache_folder()?)?;
    let (first, copies) = specimens::copies(folder.path(), photo, count)?;
    let name = photo.file_name().context("a photo has a name")?.to_string_lossy();
    measure(&name, folder.path(), first, copies).await
}

async fn measure(name: &str, folder: &Path, first: PathBuf, photos: Vec<PathBuf>) -> Result<()> {
    let count = photos.len();
    let bytes = photos.iter().map(|photo| Ok(fs::metadata(photo)?.len())).sum::<Result<u64>>()?;
    let wired = wire(&folder.join("library.db"), &folder.join("objects"))?;
    let api_key = wired.app.create_user("bench@example.org".to_owned()).await?.api_key;
    let address = http::serve(wiring::router(&wired.app)).await?;
    tokio::spawn(app::worker::run(wired.app.clone(), HANDS, std::future::pending()));
    // The very first place needs the geocoder's data, which is loaded then.
    upload_all(address, &api_key, vec![first]).await?;
    wait_for_tasks(&wired.app).await?;

    memory::forget_peak();
    let (start, worked) = (Instant::now(), processor_seconds());
    upload_all(address, &api_key, photos).await?;
    let stored = start.elapsed();
    wait_for_tasks(&wired.app).await?;
    let done = start.elapsed();
    println!(
        "{name:>16} {count:6} {:8.1} {:9.1} {:9.1} {:9.1} {:>6} {:>9}",
        mebibytes(bytes) / count as f64,
        stored.as_secs_f64(),
        done.as_secs_f64(),
        count as f64 / done.as_secs_f64(),
        busy(worked, done).map_or("?".to_owned(), |share| format!("{:.0} %", 100.0 * share)),
        memory::peak().map_or("unknown".to_owned(), |bytes| format!("{:.0}", mebibytes(bytes)))
    );
    wired.db.close().await;
    Ok(())
}

/// Several connections share the photos.
async fn upload_all(address: SocketAddr, api_key: &str, photos: Vec<PathBuf>) -> Result<()> {
    let (photos, next) = (Arc::new(photos), Arc::new(AtomicUsize::new(0)));
    let mut running = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (photos, next) = (photos.clone(), next.clone());
        let mut client = Client::connect(address, api_key).await?;
        running.spawn(async move {
            while let Some(photo) = photos.get(next.fetch_add(1, Ordering::Relaxed)) {
                let name = photo.file_name().context("a photo has a name")?.to_string_lossy();
                upload(&mut client, &name, &tokio::fs::read(photo).await?).await?;
            }
            anyhow::Ok(())
        });
    }
    running.join_all().await.into_iter().collect()
}

/// Returns when no task waits or runs any more.
async fn wait_for_tasks(app: &App) -> Result<()> {
    while !app.task_backlog().await?.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// Seconds of processors that this process has had (proc(5), `utime` and `stime`, in hundredths).
fn processor_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let ticks: Vec<f64> =
        fields.split(' ').skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    Some(ticks.iter().sum::<f64>() / 100.0)
}

/// How much of the time of all cores the process had since it had had `before`.
fn busy(before: Option<f64>, took: Duration) -> Option<f64> {
    let cores = std::thread::available_parallelism().ok()?.get();
    Some((processor_seconds()? - before?) / took.as_secs_f64() / cores as f64)
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
