//! Photos per second from the first byte of the first upload to the last task done: facts, all
//! variants, `ThumbHash`, place names.
//!
//! `cargo bench -p heliograph-api --bench uploads`. Four connections of clients that read their
//! files from disk, two hands in the worker, everything in one process on one machine. The peak
//! of memory is that of the process, clients included, since the first upload.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "common/http.rs"]
mod http;
#[path = "common/machine.rs"]
mod machine;
#[path = "common/specimens.rs"]
mod specimens;
#[path = "common/wiring.rs"]
mod wiring;

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use app::App;
use axum::http::{Method, StatusCode};
use model::Status;
use tokio::task::JoinSet;

use http::Client;
use wiring::wire;

const CONNECTIONS: usize = 4;
const HANDS: usize = 2;

#[tokio::main]
async fn main() -> Result<()> {
    println!("{}; {CONNECTIONS} connections, {HANDS} hands", machine::load());
    println!(
        "{:>11} {:>6} {:>8} {:>9} {:>9} {:>9} {:>9}",
        "pixels", "photos", "MiB each", "stored s", "done s", "photos/s", "peak MiB"
    );
    for (width, height, count) in [(1600, 1200, 200), (4000, 3000, 60)] {
        measure(width, height, count).await?;
    }
    Ok(())
}

async fn measure(width: u32, height: u32, count: usize) -> Result<()> {
    let folder = tempfile::tempdir_in(machine::cache_folder()?)?;
    let (first, photos) = specimens::write(folder.path(), (width, height), count)?;
    let bytes = photos.iter().map(|photo| Ok(fs::metadata(photo)?.len())).sum::<Result<u64>>()?;
    let wired = wire(&folder.path().join("library.db"), &folder.path().join("objects"))?;
    let api_key = wired.app.create_user("bench@example.org".to_owned()).await?.api_key;
    let address = http::serve(wiring::router(&wired.app)).await?;
    tokio::spawn(app::worker::run(wired.app.clone(), HANDS, std::future::pending()));
    // The very first place needs the geocoder's data, which is loaded then.
    upload_all(address, &api_key, vec![first]).await?;
    wait_for_tasks(&wired.app).await?;

    forget_peak();
    let start = Instant::now();
    upload_all(address, &api_key, photos).await?;
    let stored = start.elapsed();
    wait_for_tasks(&wired.app).await?;
    let done = start.elapsed();
    println!(
        "{:>11} {count:6} {:8.1} {:9.1} {:9.1} {:9.1} {:>9}",
        format!("{width}×{height}"),
        mebibytes(bytes) / count as f64,
        stored.as_secs_f64(),
        done.as_secs_f64(),
        count as f64 / done.as_secs_f64(),
        peak().map_or("unknown".to_owned(), |bytes| format!("{:.0}", mebibytes(bytes)))
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
                upload(&mut client, photo).await?;
            }
            anyhow::Ok(())
        });
    }
    running.join_all().await.into_iter().collect()
}

async fn upload(client: &mut Client, photo: &PathBuf) -> Result<()> {
    const BOUNDARY: &str = "between-the-parts";
    let name = photo.file_name().context("a photo has a name")?.to_string_lossy();
    let fields = [
        ("device_asset_id", &*name),
        ("device_id", "bench"),
        ("file_created_at", "2024-05-06T07:08:09+02:00"),
        ("file_modified_at", "2024-05-06T07:08:09+02:00"),
    ];
    let mut form = Vec::new();
    for (field, value) in fields {
        let part = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        );
        form.extend(part.into_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"asset_data\"; \
         filename=\"{name}\"\r\ncontent-type: image/jpeg\r\n\r\n"
    );
    form.extend(head.into_bytes());
    form.extend(tokio::fs::read(photo).await?);
    form.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    let form_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let (status, answer) = client.send(Method::POST, "/api/assets", &form_type, form).await?;
    let detail = String::from_utf8_lossy(&answer);
    ensure!(status == StatusCode::CREATED, "{name}: the API answers {status}, {detail}");
    Ok(())
}

/// Returns when no task waits or runs any more; one that was given up is an error.
async fn wait_for_tasks(app: &App) -> Result<()> {
    loop {
        let backlog = app.task_backlog().await?;
        let count = |wanted| {
            backlog
                .iter()
                .filter(|(status, _)| *status == wanted)
                .map(|(_, count)| count)
                .sum::<i64>()
        };
        ensure!(count(Status::Failure) == 0, "a task failed");
        if count(Status::Pending) + count(Status::Started) == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Makes [`peak`] begin anew, where the system can (proc(5), `clear_refs`).
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The most memory this process has held, in bytes.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
