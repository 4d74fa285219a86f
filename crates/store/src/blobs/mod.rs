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

pub(crate) mod backend;
mod beside;
mod cache;
mod error;
mod folder;
mod list;
mod name;
pub(crate) mod object;
mod s3;
mod sweep;
#[cfg(test)]
mod tests;
mod url;
mod verify;
mod writer;

pub use backend::ORIGINAL;
pub use beside::RECORD;
pub use cache::CacheFolder;
pub use error::{Error, Result};
pub use list::{Listed, Stored};
pub use object::Object;
pub use sweep::Swept;
pub use url::{BucketUrl, StorageUrl, UrlError};
pub use verify::{Reading, Verdict, is_damage, is_in_the_way};
pub use writer::{Sealed, Writer};

use std::sync::Arc;

use model::VersionId;
use prometheus::{HistogramTimer, HistogramVec};

use backend::{Backend, Form};
use folder::Folder;
use s3::S3;

use crate::measures;

/// The store of objects. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs {
    backend: Arc<dyn Backend>,
    seconds: HistogramVec,
}

impl Blobs {
    /// Opens the store, making its folder when it is missing. The server of a bucket is not asked
    /// anything yet.
    pub fn open(url: &StorageUrl) -> Result<Self> {
        Self::open_with(url, None)
    }

    /// As [`Self::open`]; what is derived is also kept in `cache` where the store is a bucket.
    pub fn open_with(url: &StorageUrl, cache: Option<&CacheFolder>) -> Result<Self> {
        Ok(Self::over(match url {
            StorageUrl::File(root) => Arc::new(Folder::open(root)?),
            StorageUrl::S3(url) => Arc::new(S3::open(url, cache)?),
        }))
    }

    pub(crate) fn over(backend: Arc<dyn Backend>) -> Self {
        Self { backend, seconds: measures::objects() }
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn backend(&self) -> &Arc<dyn Backend> {
        &self.backend
    }

    /// Seconds that calls took: label `call`, `open`, `put`, `delete` or `seal`.
    pub fn seconds(&self) -> HistogramVec {
        self.seconds.clone()
    }

    fn timer(&self, call: &str) -> HistogramTimer {
        self.seconds.with_label_values(&[call]).start_timer()
    }

    /// Begins to write the original of a new version. Nothing of it stays unless it is sealed.
    pub fn writer(&self, version: VersionId) -> Result<Writer> {
        self.begin(version, Form::New)
    }

    /// As [`Self::writer`], for an original of which something may be there already: that stays as
    /// it is until the new one is sealed, and a reader sees one or the other.
    pub fn replacement(&self, version: VersionId) -> Result<Writer> {
        self.begin(version, Form::Replacement)
    }

    fn begin(&self, version: VersionId, form: Form) -> Result<Writer> {
        let seal = self.seconds.with_label_values(&["seal"]);
        Ok(Writer::new(version, self.backend.begin(version, form)?, seal))
    }

    /// The original of a version, to be read from its beginning.
    pub fn open_original(&self, version: VersionId) -> Result<Option<Object>> {
        let _timer = self.timer("open");
        self.backend.open(version, ORIGINAL)
    }

    /// A variant of a version, to be read from its beginning. `None` when it is not made yet, or
    /// the version is gone.
    pub fn open_variant(&self, version: VersionId, name: &str) -> Result<Option<Object>> {
        name::check(name)?;
        let _timer = self.timer("open");
        self.backend.open(version, name)
    }

    /// Whether opening an object takes no longer than a disk does.
    pub fn is_near(&self) -> bool {
        self.backend.is_near()
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
        for (name, _) in variants {
            name::check(name)?;
        }
        let _timer = self.timer("put");
        self.backend.put(version, variants)
    }

    /// Removes a version whose row is gone: original and variants. Nothing happens when it is not
    /// there.
    pub fn delete(&self, version: VersionId) -> Result<()> {
        let _timer = self.timer("delete");
        self.backend.delete(version)
    }

    /// Removes a sealed object that never got a row. When that fails it is swept later.
    pub fn discard(&self, version: VersionId) {
        drop(self.delete(version));
    }

    /// Bytes that can still be written; `None` where nobody knows a bound.
    pub fn free_bytes(&self) -> Result<Option<u64>> {
        self.backend.free_bytes()
    }
}
