//! Removing what no row refers to.

use std::fs;
use std::path::Path;

use model::{Instant, VersionId};

use super::layout::{Layout, UNFINISHED};
use super::listing::{entries, folders, instant, unless_damaged, unless_gone, versions};
use crate::blobs::backend::Keep;
use crate::blobs::{Result, Swept};

/// Looks at the age of what is to go only: a listing would ask for that of every file.
pub(super) fn run(layout: &Layout, older_than: Instant, keep: &mut Keep<'_>) -> Result<Swept> {
    let mut swept = Swept::default();
    for outer in folders(&layout.versions())? {
        for inner in unless_damaged(folders(&outer), &outer)? {
            let found = unless_damaged(versions(&inner), &inner)?;
            if found.is_empty() {
                continue;
            }
            let ids: Vec<VersionId> = found.iter().map(|(version, _)| *version).collect();
            let Some(kept) = keep(&ids) else { return Ok(swept) };
            for (version, folder) in found {
                if kept.contains(&version) {
                    let removed = remove_unfinished(&folder, older_than);
                    swept.leftovers += unless_damaged(removed, &folder)?;
                } else if unless_damaged(last_written(&folder), &folder)?
                    .is_some_and(|written| written < older_than)
                {
                    let removed = unless_gone(fs::remove_dir_all(&folder));
                    swept.versions += u64::from(unless_damaged(removed, &folder)?.is_some());
                }
            }
        }
    }
    Ok(swept)
}

/// When a folder or one of its files was last written; `None` when it is gone.
fn last_written(folder: &Path) -> Result<Option<Instant>> {
    let mut last = modified(folder)?;
    for entry in entries(folder)? {
        last = last.max(modified(&entry.path())?);
    }
    Ok(last)
}

fn remove_unfinished(folder: &Path, older_than: Instant) -> Result<u64> {
    let mut removed = 0;
    for entry in entries(folder)? {
        let is_unfinished =
            entry.file_name().to_str().is_some_and(|name| name.ends_with(UNFINISHED));
        if is_unfinished && modified(&entry.path())?.is_some_and(|written| written < older_than) {
            unless_gone(fs::remove_file(entry.path()))?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn modified(path: &Path) -> Result<Option<Instant>> {
    let Some(found) = unless_gone(fs::symlink_metadata(path))? else { return Ok(None) };
    Ok(Some(instant(found.modified()?)))
}
