//! An original that takes the place of another one.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::VersionId;
use uuid::Uuid;

use super::layout::{Layout, UNFINISHED};
use super::listing::{entries, unless_gone};
use crate::blobs::Result;
use crate::blobs::backend::{Incoming, ORIGINAL};

/// Has a name of its own until it is whole: what is there is read meanwhile, and nobody who looks
/// at lengths takes a part of it for all.
#[derive(Debug)]
pub(super) struct Replacement {
    layout: Arc<Layout>,
    version: VersionId,
    draft: PathBuf,
    file: File,
    is_sealed: bool,
}

/// How the name of a draft begins.
const DRAFT: &str = ".original.";

fn is_draft(name: &str) -> bool {
    name.starts_with(DRAFT) && name.ends_with(UNFINISHED)
}

/// Whether whoever wrote it was killed: it is locked until then.
fn is_abandoned(draft: &Path) -> bool {
    File::open(draft).is_ok_and(|file| file.try_lock().is_ok())
}

impl Replacement {
    pub(super) fn begin(layout: Arc<Layout>, version: VersionId) -> Result<Self> {
        let folder = layout.folder(version);
        // Not ours, and in the way.
        if unless_gone(fs::symlink_metadata(&folder))?.is_some_and(|found| !found.is_dir()) {
            fs::remove_file(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        for entry in entries(&folder)? {
            if entry.file_name().to_str().is_some_and(is_draft) && is_abandoned(&entry.path()) {
                unless_gone(fs::remove_file(entry.path()))?;
            }
        }
        let name = format!("{DRAFT}{}{UNFINISHED}", Uuid::new_v4().simple());
        let (draft, unlocked) = (folder.join(&name), folder.join(format!(".new{name}")));
        let file = File::create_new(&unlocked)?;
        // Under its name only now: without a lock it would pass for abandoned. Where there are none,
        // it does.
        _ = file.try_lock();
        fs::rename(&unlocked, &draft)?;
        Ok(Self { layout, version, draft, file, is_sealed: false })
    }
}

impl Incoming for Replacement {
    fn write(&mut self, chunk: &[u8]) -> Result<()> {
        Ok(self.file.write_all(chunk)?)
    }

    fn seal(&mut self, _sha256: &[u8; 32]) -> Result<()> {
        self.file.sync_all()?;
        let original = self.draft.with_file_name(ORIGINAL);
        match fs::rename(&self.draft, &original) {
            // Not ours, and in the way.
            Err(err) if err.kind() == io::ErrorKind::IsADirectory => {
                fs::remove_dir_all(&original)?;
                fs::rename(&self.draft, &original)?;
            }
            renamed => renamed?,
        }
        self.is_sealed = true;
        self.layout.settle(self.version)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if !self.is_sealed {
            drop(fs::remove_file(&self.draft));
            // Unless something is in it.
            drop(fs::remove_dir(self.layout.folder(self.version)));
        }
    }
}
