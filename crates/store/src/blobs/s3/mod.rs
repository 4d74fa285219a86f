//! Objects in a bucket of an S3 server.
//!
//! An original shows when all of it is there: one conditional request for up to 8 MiB, parts for
//! more. Derived pictures are kept in a cache as well; originals are not.

mod beside;
mod bucket;
mod connect;
mod incoming;
mod listing;
mod network;
mod reader;
mod trouble;

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future;
use model::{Instant, VersionId};
use object_store::path::Path;

use self::bucket::Bucket;
use self::incoming::NewObject;
use self::listing::Groups;
use self::network::Network;
use super::backend::{Backend, Form, Incoming, Keep};
use super::cache::{Cache, CacheFolder};
use super::url::BucketUrl;
use super::{Error, Listed, ORIGINAL, Object, RECORD, Result, Swept};

#[derive(Debug)]
pub(super) struct S3 {
    network: Arc<Network>,
    bucket: Arc<Bucket>,
    cache: Option<Cache>,
}

impl S3 {
    /// Nothing is asked of the server yet.
    pub(super) fn open(url: &BucketUrl, cache: Option<&CacheFolder>) -> Result<Self> {
        let prefix = Path::parse(&url.prefix).map_err(std::io::Error::other)?;
        let cache = cache.map(Cache::open).transpose()?;
        let spool =
            cache.as_ref().map_or_else(std::env::temp_dir, |cache| cache.spool().to_owned());
        let bucket = Bucket::new(connect::connect(url)?, prefix, spool);
        Ok(Self { network: Arc::new(Network::open()?), bucket: Arc::new(bucket), cache })
    }

    /// A variant; the next time it is here already.
    fn variant(&self, version: VersionId, name: &str) -> Result<Option<Object>> {
        if let Some(object) = self.cache.as_ref().and_then(|cache| cache.get(version, name)) {
            return Ok(Some(object));
        }
        let (bucket, path) = (self.bucket.clone(), self.bucket.path(version, name));
        let Some(bytes) = self.network.wait(async move { bucket.whole(&path).await })? else {
            return Ok(None);
        };
        self.keep(version, name, &bytes);
        Ok(Some(Object::of_bytes(bytes)))
    }

    fn keep(&self, version: VersionId, name: &str, bytes: &[u8]) {
        if let Some(cache) = &self.cache {
            cache.put(version, name, bytes);
        }
    }
}

impl Backend for S3 {
    fn begin(&self, version: VersionId, form: Form) -> Result<Box<dyn Incoming>> {
        let path = self.bucket.path(version, ORIGINAL);
        let (network, bucket) = (self.network.clone(), self.bucket.clone());
        Ok(Box::new(NewObject::begin(network, bucket, path, form)))
    }

    fn answers(&self) -> Result<()> {
        let (bucket, path) = (self.bucket.clone(), self.bucket.beside(RECORD));
        self.network.wait(async move { bucket.size(&path).await }).map(drop)
    }

    fn open(&self, version: VersionId, name: &str) -> Result<Option<Object>> {
        if name == ORIGINAL {
            reader::open(&self.network, &self.bucket, self.bucket.path(version, name))
        } else {
            self.variant(version, name)
        }
    }

    fn is_near(&self) -> bool {
        false
    }

    fn put(&self, version: VersionId, variants: &[(&str, &[u8])]) -> Result<()> {
        let bucket = self.bucket.clone();
        let original = bucket.path(version, ORIGINAL);
        let copies: Vec<(Path, Bytes)> = variants
            .iter()
            .map(|(name, bytes)| (bucket.path(version, name), Bytes::copy_from_slice(bytes)))
            .collect();
        self.network.wait(async move {
            if bucket.size(&original).await?.is_none() {
                return Err(Error::Missing);
            }
            let puts = copies.into_iter().map(|(path, bytes)| {
                let bucket = bucket.clone();
                async move { bucket.put(&path, bytes).await }
            });
            future::try_join_all(puts).await.map(drop)
        })?;
        for (name, bytes) in variants {
            self.keep(version, name, bytes);
        }
        Ok(())
    }

    fn delete(&self, version: VersionId) -> Result<()> {
        if let Some(cache) = &self.cache {
            cache.forget(version);
        }
        let (bucket, folder) = (self.bucket.clone(), self.bucket.folder(version));
        self.network.wait(async move { bucket.remove(&folder).await })
    }

    fn list(&self) -> Result<Box<dyn Iterator<Item = Result<Vec<Listed>>> + '_>> {
        Ok(Box::new(Groups::new(self.network.clone(), self.bucket.clone())))
    }

    fn has_versions(&self) -> Result<bool> {
        Ok(self.list()?.next().transpose()?.is_some())
    }

    fn sweep(&self, older_than: Instant, keep: &mut Keep<'_>) -> Result<Swept> {
        let mut swept = Swept::default();
        for group in Groups::new(self.network.clone(), self.bucket.clone()) {
            let group = group?;
            let versions: Vec<VersionId> = group.iter().map(|listed| listed.version).collect();
            let Some(kept) = keep(&versions) else { return Ok(swept) };
            for Listed { version, objects } in group {
                let is_old = objects.iter().all(|object| object.written_at < older_than);
                if is_old && !kept.contains(&version) {
                    self.delete(version)?;
                    swept.versions += 1;
                }
            }
        }
        Ok(swept)
    }

    fn put_beside(&self, name: &str, bytes: &mut dyn Read) -> Result<()> {
        self.put_file(name, bytes)
    }

    fn create_beside(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.create_file(name, bytes)
    }

    fn replace_beside(&self, name: &str, mut bytes: &[u8]) -> Result<()> {
        self.put_file(name, &mut bytes)
    }

    fn open_beside(&self, name: &str) -> Result<Option<Object>> {
        self.open_file(name)
    }

    fn folders_beside(&self, name: &str) -> Result<Vec<String>> {
        self.folder_names(name)
    }

    fn remove_beside(&self, name: &str) -> Result<()> {
        self.remove_file(name)
    }

    fn remove_folder_beside(&self, name: &str) -> Result<()> {
        self.remove_folder(name)
    }

    fn free_bytes(&self) -> Result<Option<u64>> {
        Ok(None)
    }
}
