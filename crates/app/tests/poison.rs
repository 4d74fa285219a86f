//! A library full of damaged files: all work ends, whatever is in them.
//!
//! `POISON_FILES` is their number; `make test-slow` takes 5,000. Seeds are painted by `specimen` and,
//! where the folder is found, real samples; the damage is the same in every run.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use app::Limits;
use model::Status;
use specimen::{Metadata, Photo, Scene};
use store::testing::TestDb;

#[path = "suite/harness.rs"]
#[expect(dead_code, reason = "the suite uses all of it")]
mod harness;

use harness::Library;

/// Larger seeds take long and are damaged in the same places.
const LARGEST_SEED: u64 = 1 << 20;
/// What the server may hold beside the decoded pictures: databases, threads, the files themselves.
const OVERHEAD: u64 = 384 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_work_ends_whatever_the_files_are() {
    let count = std::env::var("POISON_FILES").ok().and_then(|text| text.parse().ok());
    let count: usize = count.unwrap_or(150);
    let limits = Limits { decoded_bytes: 256 << 20, developer: developer(), ..Limits::default() };
    let database = TestDb::sqlite();
    let library = Library::with_limits(database.db.clone(), limits).await;
    let seeds = seeds();
    let mut dice = fastrand::Rng::with_seed(17);
    for number in 0..count {
        let (extension, bytes) = &seeds[number % seeds.len()];
        let poison = damaged(bytes, &mut dice);
        library.try_upload(&format!("{number}.{extension}"), &poison).await.unwrap();
        if number % 100 == 99 {
            drain(&library).await;
        }
    }
    drain(&library).await;
    for status in [Status::Pending, Status::Started] {
        assert_eq!(library.tasks(status).await.len(), 0, "{status:?}");
    }
    eprintln!("{count} files from {} seeds", seeds.len());
    for task in library.tasks(Status::Failure).await {
        assert!(task.error_message.is_some_and(|reason| !reason.is_empty()));
    }
    assert_eq!(children(), Vec::<String>::new());
    let peak = peak_bytes();
    eprintln!("peak of memory: {} MiB", peak >> 20);
    assert!(peak < limits.decoded_bytes + OVERHEAD, "{} MiB", peak >> 20);
}

/// Also what is to be tried again later.
async fn drain(library: &Library) {
    for _ in 0..model::TaskKind::MAX_ATTEMPTS {
        library.app.work_until_idle().await.unwrap();
        library.clock.advance(3600);
    }
}

/// The program that develops raw files, which `media` has for tests. Where only this test was built
/// the raws end without it.
fn developer() -> &'static str {
    let here = std::env::current_exe().unwrap();
    let beside = here.ancestors().nth(2).unwrap().join("develop-raw");
    if !beside.is_file() {
        eprintln!("no raw files are developed: cargo build -p heliograph-media --bins");
    }
    beside.to_str().unwrap().to_owned().leak()
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    let painted = (1..4).map(|seed| {
        let photo = Photo {
            width: 320,
            height: 240,
            scene: Scene::from_seed(seed),
            metadata: Metadata::default(),
            ..Photo::default()
        };
        ("jpg".to_owned(), photo.bytes().unwrap())
    });
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let samples = here.ancestors().map(|up| up.join("shared/samples")).find(|dir| dir.is_dir());
    let raw = samples.as_ref().map(|folder| folder.join("raw/pixel7.dng"));
    let raw = raw.and_then(|path| fs::read(path).ok()).map(without_preview);
    let mut real: Vec<PathBuf> = samples.map(|folder| harness::files(&folder)).unwrap_or_default();
    real.sort();
    let real = real.into_iter().filter_map(|path| {
        let extension = path.extension()?.to_str()?.to_lowercase();
        let is_wanted = media_extension(&extension)
            && fs::metadata(&path).is_ok_and(|file| file.len() <= LARGEST_SEED);
        is_wanted.then(|| fs::read(&path).ok().map(|bytes| (extension, bytes))).flatten()
    });
    // Several times, for there is only one.
    let raws = std::iter::repeat_n(raw, 6).flatten().map(|raw| ("dng".to_owned(), raw));
    painted.chain(raws).chain(real).collect()
}

/// A raw file that has to be developed.
fn without_preview(mut raw: Vec<u8>) -> Vec<u8> {
    let jfif = b"\xff\xd8\xff\xe0";
    for at in 0..raw.len() - jfif.len() {
        if raw[at..].starts_with(jfif) {
            raw[at..at + jfif.len()].fill(0);
        }
    }
    raw
}

fn media_extension(extension: &str) -> bool {
    app::upload::FileName::new(&format!("a.{extension}")).is_ok()
}

/// A few bytes changed, most of them in the beginning where structure is; or an end cut off, a piece
/// doubled, a piece taken out.
fn damaged(bytes: &[u8], dice: &mut fastrand::Rng) -> Vec<u8> {
    let mut poison = bytes.to_vec();
    for _ in 0..dice.usize(1..12) {
        let reach = if dice.bool() { poison.len().min(2048) } else { poison.len() };
        let at = dice.usize(0..reach);
        poison[at] = if dice.bool() { dice.u8(..) } else { [0, 1, 0x7f, 0xff][dice.usize(0..4)] };
    }
    let (from, to) = (dice.usize(0..poison.len()), dice.usize(0..poison.len()));
    let piece = from.min(to)..from.max(to).min(from.min(to) + 4096);
    match dice.u8(0..6) {
        0 => poison.truncate(to.max(16)),
        1 => poison.extend_from_within(piece),
        2 => drop(poison.drain(piece)),
        _ => {}
    }
    poison
}

/// The programs this process has started and not ended.
fn children() -> Vec<String> {
    let me = std::process::id().to_string();
    let stats = fs::read_dir("/proc").into_iter().flatten().flatten();
    stats
        .filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok())
        .filter(|stat| {
            let behind_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
            behind_name.split(' ').nth(1) == Some(&me)
        })
        .collect()
}

/// The most memory this process has had at a time; 0 where it cannot be known.
fn peak_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) << 10
}
