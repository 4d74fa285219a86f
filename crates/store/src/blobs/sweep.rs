//! Removing what no row refers to.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use model::{Instant, VersionId};

use super::layout::UNFINISHED;
use super::{Blobs, Error};

/// What a sweep has removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Versions without a row.
    pub versions: u64,
    /// Unfinished files of versions with one.
    pub leftovers: u64,
}

impl Blobs {
    /// Removes versions and unfinished files that were last written before `older_than` and that
    /// no row refers to; what crashes leave behind. `older_than` must lie further back than an
    /// upload or a rendering can take.
    ///
    /// `keep` is asked for some versions at a time (those of one folder of the fan-out) and
    /// gives back those that have a row. When it fails the sweep ends with its error, and nothing
    /// it was asked about is removed. Files that are not ours stay.
    pub fn sweep<E: From<Error>>(
        &self,
        older_than: Instant,
        mut keep: impl FnMut(&[VersionId]) -> Result<Vec<VersionId>, E>,
    ) -> Result<Swept, E> {
        let older_than = system_time(older_than);
        let mut swept = Swept::default();
        for outer in folders(&self.layout.versions())? {
            for inner in folders(&outer)? {
                sweep_folder(&inner, older_than, &mut keep, &mut swept)?;
            }
        }
        Ok(swept)
    }
}

fn sweep_folder<E: From<Error>>(
    folder: &Path,
    older_than: SystemTime,
    keep: &mut impl FnMut(&[VersionId]) -> Result<Vec<VersionId>, E>,
    swept: &mut Swept,
) -> Result<(), E> {
    let found: Vec<(VersionId, PathBuf)> =
        folders(folder)?.into_iter().filter_map(|path| Some((version(&path)?, path))).collect();
    if found.is_empty() {
        return Ok(());
    }
    let versions: Vec<VersionId> = found.iter().map(|(version, _)| *version).collect();
    let kept = keep(&versions)?;
    for (version, path) in found {
        if kept.contains(&version) {
            swept.leftovers += remove_unfinished(&path, older_than)?;
        } else if last_written(&path)?.is_some_and(|written| written < older_than) {
            fs::remove_dir_all(&path).or_else(unless_gone).map_err(Error::from)?;
            swept.versions += 1;
        }
    }
    Ok(())
}

fn version(folder: &Path) -> Option<VersionId> {
    VersionId::parse(folder.file_name()?.to_str()?).ok()
}

/// When a folder or one of its files was last written; `None` when it is gone.
fn last_written(folder: &Path) -> Result<Option<SystemTime>, Error> {
    let mut last = modified(folder)?;
    for entry in entries(folder)? {
        last = last.max(modified(&entry.path())?);
    }
    Ok(last)
}

fn remove_unfinished(folder: &Path, older_than: SystemTime) -> Result<u64, Error> {
    let mut removed = 0;
    for entry in entries(folder)? {
        let is_unfinished =
            entry.file_name().to_str().is_some_and(|name| name.ends_with(UNFINISHED));
        if is_unfinished && modified(&entry.path())?.is_some_and(|written| written < older_than) {
            fs::remove_file(entry.path()).or_else(unless_gone)?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn modified(path: &Path) -> Result<Option<SystemTime>, Error> {
    match fs::symlink_metadata(path) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(None),
        found => Ok(Some(found?.modified()?)),
    }
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let is_folder = |entry: &DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    Ok(entries(folder)?.into_iter().filter(is_folder).map(|entry| entry.path()).collect())
}

/// The entries of a folder; none when it is gone, as deletions go on during a sweep.
fn entries(folder: &Path) -> Result<Vec<DirEntry>, Error> {
    match fs::read_dir(folder) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => Ok(entries?.collect::<io::Result<_>>()?),
    }
}

fn unless_gone(err: io::Error) -> io::Result<()> {
    if err.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(err) }
}

fn system_time(instant: Instant) -> SystemTime {
    let micros = Duration::from_micros(instant.micros().unsigned_abs());
    let shifted = if instant.micros() < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(micros)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(micros)
    };
    shifted.unwrap_or(SystemTime::UNIX_EPOCH)
}
