//! How long a backup takes, the next one when nothing changed, and a restore.
//!
//! `cargo bench -p heliograph-api --bench backups -- [ASSETS] [BYTES] [URL]`: so many assets (100,000)
//! with originals of so many bytes (100,000), in SQLite, and restored into SQLite, and into the empty
//! PostgreSQL database at the URL when one is named. Originals are folders on one disk; each is read
//! and hashed on its way, and synced where it arrives.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "common/library/fill.rs"]
mod fill;
#[path = "common/machine.rs"]
mod machine;
#[path = "common/library/photos.rs"]
#[expect(dead_code, reason = "no library is kept for the next run")]
mod photos;
#[path = "common/wiring.rs"]
#[expect(dead_code, reason = "nothing is served")]
mod wiring;

use std::path::Path;
use std::sync::OnceLock;
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use app::Clock;
use app::backup::{BackUp, Restore, Restored, restore};
use fastrand::Rng;
use model::VersionId;
use store::blobs::{Blobs, Sealed, StorageUrl};
use store::db::DatabaseUrl;

use photos::{Mix, Photo};
use wiring::wire;

const OWNER: &str = "bench@example.org";
const WRITERS: u64 = 8;

/// What the originals are, by seed.
static ORIGINALS: OnceLock<Vec<(VersionId, Sealed)>> = OnceLock::new();

#[tokio::main]
async fn main() -> Result<()> {
    let mut named = std::env::args().skip(1).filter(|arg| !arg.starts_with("--"));
    let assets: u64 = named.next().map_or(Ok(100_000), |count| count.parse())?;
    let bytes: usize = named.next().map_or(Ok(100_000), |count| count.parse())?;
    let postgres: Option<DatabaseUrl> = named.next().map(|url| url.parse()).transpose()?;
    let folder = tempfile::tempdir_in(machine::cache_folder()?)?;
    let at = |name: &str| folder.path().join(name);

    let objects = at("objects");
    let blobs = open(&objects)?;
    let originals = tokio::task::spawn_blocking(move || write(&blobs, assets, bytes)).await??;
    ORIGINALS.get_or_init(|| originals);
    fill::fill(&at("library.db"), Mix::USUAL, usize::try_from(assets)?, touch).await?;
    println!("{}; {assets} assets of {bytes} bytes", machine::load());
    println!("{:>22} {:>8} {:>10} {:>8}", "deed", "s", "assets/s", "MiB/s");

    let wired = wire(&at("library.db"), &objects)?;
    let start = Instant::now();
    wired.app.recognise().await?;
    shown("first start", start, 0, 0);
    for (name, copied) in [("backup", assets), ("backup, nothing new", 0)] {
        let start = Instant::now();
        let done = wired.app.back_up(back_up(&at("backup"), &at("staging"))?).await?;
        ensure!((done.copied, done.damaged.len()) == (copied, 0), "{done:?}");
        shown(name, start, assets, done.copied_bytes);
    }
    wired.db.close().await;

    let targets = [
        ("verification", None),
        ("restore", Some(DatabaseUrl::Sqlite(at("restored.db")))),
        ("restore to PostgreSQL", postgres),
    ];
    for (number, (name, database)) in targets.into_iter().enumerate() {
        if number == 2 && database.is_none() {
            continue;
        }
        let to = match database {
            Some(database) => Some((database, open(&at(&format!("restored-{number}")))?)),
            None => None,
        };
        let wanted = Restore {
            from: open(&at("backup"))?,
            snapshot: None,
            to,
            staging: at("staging"),
            save_keys: Box::new(|_| Ok(())),
            now: Clock::system().now(),
            progress: None,
        };
        let start = Instant::now();
        let done: Restored = tokio::task::spawn_blocking(move || restore(&wanted)).await??;
        ensure!((done.originals, done.damaged.len()) == (assets, 0), "{done:?}");
        shown(name, start, assets, done.bytes);
    }
    Ok(())
}

fn open(folder: &Path) -> Result<Blobs> {
    Ok(Blobs::open(&StorageUrl::File(folder.to_owned()))?)
}

fn back_up(to: &Path, staging: &Path) -> Result<BackUp> {
    let (keys, staging) = (Vec::new(), staging.to_owned());
    Ok(BackUp { to: open(to)?, staging, keys, keep: None, read_data: false, progress: None })
}

fn shown(name: &str, start: Instant, assets: u64, bytes: u64) {
    let seconds = start.elapsed().as_secs_f64();
    let rate = assets as f64 / seconds;
    println!("{name:>22} {seconds:8.1} {rate:10.0} {:8.1}", bytes as f64 / seconds / 1_048_576.0);
}

/// Gives a photo the original that was written for it.
fn touch(seed: u64, photo: &mut Photo) {
    let originals = ORIGINALS.get().map(Vec::as_slice).unwrap_or_default();
    let Some((version, sealed)) = usize::try_from(seed).ok().and_then(|at| originals.get(at))
    else {
        return;
    };
    let bytes = i64::try_from(sealed.bytes).unwrap_or(i64::MAX);
    (photo.asset.version_id, photo.asset.file_size_bytes) = (*version, bytes);
    photo.file.file_size_bytes = bytes;
    photo.file.sha256 = sealed.sha256.to_vec();
    photo.file.sha1 = sealed.sha1.to_vec();
}

/// Objects of random bytes, no two alike.
fn write(blobs: &Blobs, count: u64, bytes: usize) -> Result<Vec<(VersionId, Sealed)>> {
    thread::scope(|scope| {
        let part = |part: u64| {
            let numbers = part * count / WRITERS..(part + 1) * count / WRITERS;
            scope.spawn(move || {
                numbers.map(|number| one(blobs, number, bytes)).collect::<Result<Vec<_>>>()
            })
        };
        let writers: Vec<_> = (0..WRITERS).map(part).collect();
        let parts = writers.into_iter().map(|writer| writer.join().ok().context("it failed")?);
        Ok(parts.collect::<Result<Vec<_>>>()?.concat())
    })
}

fn one(blobs: &Blobs, number: u64, bytes: usize) -> Result<(VersionId, Sealed)> {
    let mut content = vec![0; bytes];
    Rng::with_seed(number).fill(&mut content);
    let version = VersionId::generate();
    let mut writer = blobs.writer(version)?;
    writer.write(&content)?;
    Ok((version, writer.seal()?))
}
