//! Photographs to be uploaded, painted before anything is timed.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, Result};
use fastrand::Rng;
use specimen::{ExifTime, Gps, Metadata, Photo, Scene};

/// Writes `count` different photographs, each with time and place, and one more that comes first.
pub(crate) fn write(
    folder: &Path,
    size: (u32, u32),
    count: usize,
) -> Result<(PathBuf, Vec<PathBuf>)> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut written = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores)
            .map(|first| {
                let numbers = (first..=count).step_by(cores);
                scope.spawn(move || -> Result<Vec<PathBuf>> {
                    numbers.map(|number| write_one(folder, size, number as u64)).collect()
                })
            })
            .collect();
        let parts =
            threads.into_iter().map(|thread| thread.join().ok().context("a painter failed")?);
        parts.collect::<Result<Vec<_>>>()
    })?
    .concat();
    let first = written.pop().context("there is always one")?;
    Ok((first, written))
}

/// Writes `count` copies of a JPEG that differ in a comment (marker `COM`), and one more that comes
/// first.
pub(crate) fn copies(folder: &Path, photo: &Path, count: usize) -> Result<(PathBuf, Vec<PathBuf>)> {
    const COMMENT: [u8; 4] = [0xff, 0xfe, 0, 10];
    let source = fs::read(photo).with_context(|| photo.display().to_string())?;
    let (start, rest) = source.split_at_checked(2).context("not a JPEG")?;
    let mut written = Vec::with_capacity(count + 1);
    for number in 0..=count {
        let path = folder.join(format!("{number:04}.jpg"));
        let comment = format!("{number:08}");
        fs::write(&path, [start, &COMMENT, comment.as_bytes(), rest].concat())?;
        written.push(path);
    }
    let first = written.pop().context("there is always one")?;
    Ok((first, written))
}

fn write_one(folder: &Path, (width, height): (u32, u32), number: u64) -> Result<PathBuf> {
    let mut random = Rng::with_seed(number);
    let (latitude, longitude) =
        (random.f64().mul_add(120.0, -60.0), random.f64().mul_add(360.0, -180.0));
    let taken = format!("2023:{:02}:{:02} 12:34:56", random.u8(1..=12), random.u8(1..=28));
    let photo = Photo {
        width,
        height,
        scene: Scene::from_seed(number),
        quality: 90,
        metadata: Metadata {
            taken: Some(ExifTime::new(taken).offset("+02:00")),
            gps: Some(Gps::at(latitude, longitude)),
            ..Metadata::default()
        },
        ..Photo::default()
    };
    let path = folder.join(format!("{number:04}.jpg"));
    fs::write(&path, photo.bytes()?)?;
    Ok(path)
}
