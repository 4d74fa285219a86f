//! What lies in the folder.

use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use model::{Instant, VersionId};

use super::layout::Layout;
use crate::blobs::{Error, Listed, Result, Stored, backend, is_damage, name};

/// All versions, a folder of the fan-out at a time. Of a folder that is damaged nothing is listed.
pub(super) fn all(layout: &Layout) -> Result<impl Iterator<Item = Result<Vec<Listed>>> + use<>> {
    let outer = folders(&layout.versions())?;
    let inner = outer.into_iter().flat_map(|outer| match unless_damaged(folders(&outer), &outer) {
        Ok(inner) => inner.into_iter().map(Ok).collect(),
        Err(err) => vec![Err(err)],
    });
    let groups = inner.map(|inner| inner.and_then(|inner| group(&inner)));
    Ok(groups.filter(|group| !group.as_ref().is_ok_and(Vec::is_empty)))
}

/// Whether there is any version.
pub(super) fn any(layout: &Layout) -> Result<bool> {
    for outer in folders(&layout.versions())? {
        for inner in folders(&outer)? {
            if !versions(&inner)?.is_empty() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn group(folder: &Path) -> Result<Vec<Listed>> {
    let versions = unless_damaged(versions(folder), folder)?;
    let listed = versions.into_iter().map(|(version, path)| {
        let mut objects = Vec::new();
        for entry in unless_damaged(entries(&path), &path)? {
            objects.extend(unless_damaged(stored(&entry), &entry.path())?);
        }
        objects.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Listed { version, objects })
    });
    listed.collect()
}

/// The object that a file is; none when it is no object, or is gone.
fn stored(entry: &DirEntry) -> Result<Option<Stored>> {
    let Ok(name) = entry.file_name().into_string() else { return Ok(None) };
    if name != backend::ORIGINAL && name::check(&name).is_err() {
        return Ok(None);
    }
    let Some(found) = unless_gone(entry.metadata())?.filter(Metadata::is_file) else {
        return Ok(None);
    };
    Ok(Some(Stored { name, bytes: found.len(), written_at: instant(found.modified()?) }))
}

/// The versions in a folder of the fan-out with their folders, in the order of their ids.
pub(super) fn versions(folder: &Path) -> Result<Vec<(VersionId, PathBuf)>> {
    let version = |path: &Path| VersionId::parse(path.file_name()?.to_str()?).ok();
    let found = folders(folder)?.into_iter();
    let mut found: Vec<_> = found.filter_map(|path| Some((version(&path)?, path))).collect();
    found.sort_by_key(|(version, _)| *version);
    Ok(found)
}

/// The folders in a folder, by name.
pub(super) fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let is_folder = |entry: &DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let found = entries(folder)?.into_iter().filter(is_folder);
    let mut found: Vec<PathBuf> = found.map(|entry| entry.path()).collect();
    found.sort();
    Ok(found)
}

/// The entries of a folder; none when it is gone, as deletions go on meanwhile.
pub(super) fn entries(folder: &Path) -> Result<Vec<DirEntry>> {
    let Some(entries) = unless_gone(fs::read_dir(folder))? else { return Ok(Vec::new()) };
    Ok(entries.collect::<io::Result<_>>()?)
}

/// Nothing when a folder or a file does not say what it is, for a reason of its own.
pub(super) fn unless_damaged<T: Default>(found: Result<T>, path: &Path) -> Result<T> {
    match found {
        Err(Error::Io(err)) if is_damage(&err) => {
            tracing::warn!("{} is damaged: {err}", path.display());
            Ok(T::default())
        }
        found => found,
    }
}

/// `None` when what was asked for is not there any more.
pub(super) fn unless_gone<T>(asked: io::Result<T>) -> Result<Option<T>> {
    match asked {
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(None),
        found => Ok(Some(found?)),
    }
}

pub(super) fn instant(time: SystemTime) -> Instant {
    let micros = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_micros()).unwrap_or(i64::MAX),
    };
    Instant::from_micros(micros)
}
