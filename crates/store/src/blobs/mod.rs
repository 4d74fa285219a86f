//! Objects: the originals people gave us, and the pictures made from them.
//!
//! An object is named by the asset version it belongs to and never renamed or changed. A version
//! is a folder `v/ab/cd/<version id>/` with the file `original` and a file per variant; `abcd` are
//! the last two bytes of the id in hexadecimal, because its first bytes are the time and would
//! put a day's uploads into one folder.
//!
//! What is here without a row in the database is garbage, and [`Blobs::sweep`] removes it; what
//! has a row is here. So an object is sealed before its row is committed, and a row is gone before
//! [`Blobs::delete`] is called.
//!
//! All calls block: make them from threads that may.

mod durable;
mod error;
mod layout;
mod sweep;
#[cfg(test)]
mod tests;
mod url;
mod variants;
mod verify;
mod writer;

pub use error::{Error, Result};
pub use sweep::Swept;
pub use url::{StorageUrl, UrlError};
pub use verify::Verdict;
pub use writer::{Sealed, Writer};

use std::fs::{self, File};
use std::io;
use std::sync::Arc;

use model::VersionId;

use layout::Layout;

/// The store of objects. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs {
    layout: Arc<Layout>,
}

impl Blobs {
    /// Opens the store, making its folder when it is missing.
    pub fn open(url: &StorageUrl) -> Result<Self> {
        let StorageUrl::File(root) = url;
        Ok(Self { layout: Arc::new(Layout::open(root)?) })
    }

    /// Begins to write the original of a new version. Nothing of it stays unless it is sealed.
    pub fn writer(&self, version: VersionId) -> Result<Writer> {
        Writer::begin(self.layout.clone(), version)
    }

    /// The original of a version, to be read from its beginning.
    pub fn open_original(&self, version: VersionId) -> Result<Option<File>> {
        self.open_file(version, layout::ORIGINAL)
    }

    /// A variant of a version, to be read from its beginning. `None` when it is not made yet, or
    /// the version is gone.
    pub fn open_variant(&self, version: VersionId, name: &str) -> Result<Option<File>> {
        layout::check_variant(name)?;
        self.open_file(version, name)
    }

    /// Adds or replaces a variant: a reader sees the old one or the whole new one. Durable when
    /// it returns. [`Error::Missing`] when the version is gone.
    ///
    /// A name is lower-case letters, digits, `-`, `_` and `.`, does not begin with `.`, and is not
    /// `original`.
    pub fn put_variant(&self, version: VersionId, name: &str, bytes: &[u8]) -> Result<()> {
        self.put_variants(version, &[(name, bytes)])
    }

    /// As [`Self::put_variant`], for several at once: cheaper, though one may show before another.
    pub fn put_variants(&self, version: VersionId, variants: &[(&str, &[u8])]) -> Result<()> {
        variants::put(&self.layout.folder(version), variants)
    }

    /// Removes a version whose row is gone: original and variants. Nothing happens when it is not
    /// there.
    pub fn delete(&self, version: VersionId) -> Result<()> {
        match fs::remove_dir_all(self.layout.folder(version)) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(()),
            done => Ok(done?),
        }
    }

    /// Removes a sealed object that never got a row. When that fails it is swept later.
    pub fn discard(&self, version: VersionId) {
        drop(self.delete(version));
    }

    /// Bytes that can still be written to the file system of the store.
    pub fn free_bytes(&self) -> Result<u64> {
        let volume = rustix::fs::statvfs(self.layout.root()).map_err(io::Error::from)?;
        Ok(volume.f_bavail.saturating_mul(volume.f_frsize))
    }

    fn open_file(&self, version: VersionId, name: &str) -> Result<Option<File>> {
        match File::open(self.layout.folder(version).join(name)) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => Ok(Some(opened?)),
        }
    }
}
