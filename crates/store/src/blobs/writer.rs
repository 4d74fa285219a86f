//! Writing an original, chunk by chunk.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use model::VersionId;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::Result;
use super::layout::{Layout, ORIGINAL};

/// An original on its way in. Unless it is sealed, dropping it removes every trace; after a crash
/// the sweep does.
#[derive(Debug)]
pub struct Writer {
    layout: Arc<Layout>,
    version: VersionId,
    folder: PathBuf,
    file: File,
    sha256: Sha256,
    sha1: Sha1,
    bytes: u64,
    is_sealed: bool,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of all bytes.
    pub sha256: [u8; 32],
    /// SHA-1 of all bytes.
    pub sha1: [u8; 20],
    /// How many.
    pub bytes: u64,
}

impl Writer {
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
        Ok(Self {
            layout,
            version,
            folder,
            file,
            sha256: Sha256::new(),
            sha1: Sha1::new(),
            bytes: 0,
            is_sealed: false,
        })
    }

    /// The version this is the original of.
    pub fn version(&self) -> VersionId {
        self.version
    }

    /// Appends `chunk`; chunks of at least some kilobytes make it quick. After an error the
    /// writer is of no more use.
    pub fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.file.write_all(chunk)?;
        self.sha256.update(chunk);
        self.sha1.update(chunk);
        self.bytes += chunk.len() as u64;
        Ok(())
    }

    /// How many bytes were written.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Ends the object. When this returns, its bytes and its name would survive a power cut.
    pub fn seal(mut self) -> Result<Sealed> {
        // The file first: on most file systems that takes the new folders along.
        self.file.sync_all()?;
        self.layout.settle(self.version)?;
        self.is_sealed = true;
        Ok(Sealed {
            sha256: std::mem::take(&mut self.sha256).finalize().into(),
            sha1: std::mem::take(&mut self.sha1).finalize().into(),
            bytes: self.bytes,
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.is_sealed {
            // What cannot be removed now is swept later.
            drop(fs::remove_dir_all(&self.folder));
        }
    }
}
