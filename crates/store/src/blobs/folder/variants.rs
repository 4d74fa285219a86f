//! Publishing variants.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::durable;
use super::layout::UNFINISHED;
use crate::blobs::{Error, Result};

/// Writes every file under a name nobody asks for, then gives them their names, so that a file
/// with a name is whole even after a power cut. The folder is synced once for all.
pub(super) fn put(folder: &Path, variants: &[(&str, &[u8])]) -> Result<()> {
    // Removed when dropped, unless they have got their names by then.
    let mut drafts = Vec::with_capacity(variants.len());
    for (name, bytes) in variants {
        drafts.push(Draft::write(folder, name, bytes)?);
    }
    for draft in &drafts {
        draft.file.sync_data()?;
    }
    for (draft, (name, _)) in drafts.iter_mut().zip(variants) {
        draft.publish(&folder.join(name)).map_err(gone)?;
    }
    durable::sync_folder(folder).map_err(gone)
}

struct Draft {
    file: File,
    /// `None` once published.
    path: Option<PathBuf>,
}

impl Draft {
    fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<Self> {
        // Unique: a worker and a request may make the same variant at the same time.
        let path = folder.join(format!(".{name}.{}{UNFINISHED}", Uuid::new_v4().simple()));
        let file = File::create_new(&path).map_err(gone)?;
        let mut draft = Self { file, path: Some(path) };
        draft.file.write_all(bytes)?;
        Ok(draft)
    }

    fn publish(&mut self, path: &Path) -> io::Result<()> {
        if let Some(draft) = &self.path {
            fs::rename(draft, path)?;
            self.path = None;
        }
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // What cannot be removed now is swept later.
            drop(fs::remove_file(path));
        }
    }
}

/// A folder that is not there is a version that is not there.
fn gone(err: io::Error) -> Error {
    if err.kind() == io::ErrorKind::NotFound { Error::Missing } else { err.into() }
}
