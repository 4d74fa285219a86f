//! An original on its way into a file.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use model::VersionId;

use super::layout::Layout;
use crate::blobs::Result;
use crate::blobs::backend::{Incoming, ORIGINAL};

#[derive(Debug)]
pub(super) struct NewFile {
    layout: Arc<Layout>,
    version: VersionId,
    folder: PathBuf,
    file: File,
    is_sealed: bool,
}

impl NewFile {
    /// The file has its final name from the start: until there is a row, nobody asks for it.
    pub(super) fn begin(layout: Arc<Layout>, version: VersionId) -> Result<Self> {
        let folder = layout.make_folder(version)?;
        let file = match File::create_new(folder.join(ORIGINAL)) {
            Ok(file) => file,
            Err(err) => {
                drop(fs::remove_dir(&folder));
                return Err(err.into());
            }
        };
        Ok(Self { layout, version, folder, file, is_sealed: false })
    }
}

impl Incoming for NewFile {
    fn write(&mut self, chunk: &[u8]) -> Result<()> {
        Ok(self.file.write_all(chunk)?)
    }

    fn seal(&mut self, _sha256: &[u8; 32]) -> Result<()> {
        // The file first: on most file systems that takes the new folders along.
        self.file.sync_all()?;
        self.layout.settle(self.version)?;
        self.is_sealed = true;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_sealed {
            // What cannot be removed now is swept later.
            drop(fs::remove_dir_all(&self.folder));
        }
    }
}
