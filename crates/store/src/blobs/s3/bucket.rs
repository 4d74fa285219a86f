//! The requests that are made.

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use model::VersionId;
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, GetOptions, GetRange, MultipartUpload, ObjectMeta, ObjectStore as _,
    ObjectStoreExt as _, PutMode, PutOptions, PutPayload,
};
use tokio::sync::Semaphore;

use super::trouble::{ATTEMPTS, again, is_lost, pause, sorted, status};
use crate::blobs::backend::Form;
use crate::blobs::name::fan;
use crate::blobs::{Error, Result};

/// Requests with bytes of originals that are on their way at the same time, of all uploads.
const FLIGHTS: usize = 8;
/// The hash of an object, beside it: who finds the object there knows whether it is theirs.
const HASH: Attribute = Attribute::Metadata(std::borrow::Cow::Borrowed("sha256"));

/// A bucket, or a part of one.
#[derive(Debug)]
pub(super) struct Bucket {
    store: AmazonS3,
    prefix: Path,
    flights: Arc<Semaphore>,
    /// For copies without a name.
    pub(super) spool: PathBuf,
}

/// The beginning of an object.
#[derive(Debug)]
pub(super) struct Beginning {
    pub(super) bytes: Bytes,
    /// Of the whole object.
    pub(super) size: u64,
}

impl Bucket {
    pub(super) fn new(store: AmazonS3, prefix: Path, spool: PathBuf) -> Self {
        Self { store, prefix, flights: Arc::new(Semaphore::new(FLIGHTS)), spool }
    }

    /// Where all versions are.
    pub(super) fn versions(&self) -> Path {
        self.prefix.clone().join("v")
    }

    /// Where the objects of a version are.
    pub(super) fn folder(&self, version: VersionId) -> Path {
        let (outer, inner) = fan(version);
        let fan = self.versions().join(format!("{outer:02x}")).join(format!("{inner:02x}"));
        fan.join(version.to_string())
    }

    pub(super) fn path(&self, version: VersionId, name: &str) -> Path {
        self.folder(version).join(name)
    }

    /// A file beside the versions.
    pub(super) fn beside(&self, name: &str) -> Path {
        name.split('/').fold(self.prefix.clone(), Path::join)
    }

    /// The folders in a folder.
    pub(super) async fn folders(&self, folder: &Path) -> Result<Vec<Path>> {
        again(|| async {
            let found = self.store.list_with_delimiter(Some(folder)).await.map_err(sorted)?;
            Ok(found.common_prefixes)
        })
        .await
    }

    /// The first bytes of an object, at most so many, and how many it has; `None` when it is not
    /// there.
    pub(super) async fn beginning(&self, path: &Path, most: u64) -> Result<Option<Beginning>> {
        again(|| self.beginning_once(path, most)).await
    }

    async fn beginning_once(&self, path: &Path, most: u64) -> Result<Option<Beginning>> {
        let range = Some(GetRange::Bounded(0..most));
        let asked = self.store.get_opts(path, GetOptions { range, ..GetOptions::default() }).await;
        match asked {
            Ok(found) => {
                let size = found.meta.size;
                let bytes = found.bytes().await.map_err(sorted)?;
                if bytes.len() as u64 != size.min(most) {
                    return Err(Error::Away(io::ErrorKind::ConnectionReset.into()));
                }
                Ok(Some(Beginning { bytes, size }))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            // Nothing has no first byte.
            Err(err) if status(&err) == Some(416) => {
                let size = self.size(path).await?;
                if size.is_some_and(|size| size > 0) {
                    return Err(sorted(err));
                }
                Ok(size.map(|size| Beginning { bytes: Bytes::new(), size }))
            }
            Err(err) => Err(sorted(err)),
        }
    }

    /// All bytes of a small object.
    pub(super) async fn whole(&self, path: &Path) -> Result<Option<Bytes>> {
        again(|| async {
            match self.store.get(path).await {
                Ok(found) => Ok(Some(found.bytes().await.map_err(sorted)?)),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(err) => Err(sorted(err)),
            }
        })
        .await
    }

    /// Some bytes of an object; all of them or an error.
    pub(super) async fn range(&self, path: &Path, range: Range<u64>) -> Result<Bytes> {
        again(|| async {
            let bytes = self.store.get_range(path, range.clone()).await.map_err(sorted)?;
            if bytes.len() as u64 != range.end - range.start {
                return Err(Error::Away(io::ErrorKind::ConnectionReset.into()));
            }
            Ok(bytes)
        })
        .await
    }

    /// How many bytes an object has; `None` when it is not there.
    pub(super) async fn size(&self, path: &Path) -> Result<Option<u64>> {
        Ok(self.look(path).await?.map(|found| found.size))
    }

    async fn look(&self, path: &Path) -> Result<Option<ObjectMeta>> {
        match self.store.head(path).await {
            Ok(found) => Ok(Some(found)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(err) => Err(sorted(err)),
        }
    }

    /// Writes an object in one request. When the answer is lost it is sent again: if a new one is
    /// there by then with the same hash, it is the one.
    pub(super) async fn write(
        &self,
        path: &Path,
        bytes: Bytes,
        sha256: &[u8],
        form: Form,
    ) -> Result<()> {
        let hash = hex(sha256);
        let _flight = self.flights.acquire().await.map_err(io::Error::other)?;
        let mut mode = match form {
            Form::New => PutMode::Create,
            Form::Replacement => PutMode::Overwrite,
        };
        let mut attempt = 1;
        loop {
            let attributes = Attributes::from_iter([(HASH, hash.clone())]);
            let options = PutOptions { mode: mode.clone(), attributes, ..PutOptions::default() };
            match self.store.put_opts(path, PutPayload::from(bytes.clone()), options).await {
                Ok(_) => return Ok(()),
                Err(err @ object_store::Error::AlreadyExists { .. }) => {
                    match self.hash(path).await? {
                        Some(found) if found == hash => return Ok(()),
                        // Somebody else was writing it, and has not.
                        None if attempt < ATTEMPTS => attempt += 1,
                        _ => return Err(sorted(err)),
                    }
                }
                // Switched off, for servers that know no conditions.
                Err(object_store::Error::NotImplemented { .. }) if mode == PutMode::Create => {
                    mode = PutMode::Overwrite;
                }
                Err(err) if is_lost(&err) && attempt < ATTEMPTS => {
                    pause(attempt).await;
                    attempt += 1;
                }
                Err(err) => return Err(sorted(err)),
            }
        }
    }

    /// The hash beside an object, empty when there is none; `None` when there is no object.
    async fn hash(&self, path: &Path) -> Result<Option<String>> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        match self.store.get_opts(path, options).await {
            Ok(found) => {
                let hash = found.attributes.get(&HASH).map(|hash| hash.as_ref().to_owned());
                Ok(Some(hash.unwrap_or_default()))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(err) => Err(sorted(err)),
        }
    }

    /// Adds or replaces an object.
    pub(super) async fn put(&self, path: &Path, bytes: Bytes) -> Result<()> {
        self.store.put(path, bytes.into()).await.map_err(sorted)?;
        Ok(())
    }

    pub(super) async fn begin_parts(&self, path: &Path) -> Result<Box<dyn MultipartUpload>> {
        again(|| async { self.store.put_multipart(path).await.map_err(sorted) }).await
    }

    /// Sends a part when there is room for it on the line.
    pub(super) fn part(
        &self,
        part: object_store::UploadPart,
    ) -> impl Future<Output = Result<()>> + Send + use<> {
        let flights = self.flights.clone();
        async move {
            let _flight = flights.acquire().await.map_err(io::Error::other)?;
            part.await.map_err(sorted)
        }
    }

    /// Makes an object of the parts; a new one only if there is none. When the answer is lost, the
    /// object itself says whether it came about.
    pub(super) async fn join_parts(
        &self,
        path: &Path,
        upload: &mut dyn MultipartUpload,
        bytes: u64,
        form: Form,
    ) -> Result<()> {
        let before = self.look(path).await?;
        if before.is_some() && form == Form::New {
            return Err(Error::Io(io::ErrorKind::AlreadyExists.into()));
        }
        match upload.complete().await {
            Ok(_) => Ok(()),
            Err(err) => match self.look(path).await? {
                Some(now)
                    if now.size == bytes && before.is_none_or(|old| old.e_tag != now.e_tag) =>
                {
                    Ok(())
                }
                _ => Err(sorted(err)),
            },
        }
    }

    /// Removes an object, if it is there.
    pub(super) async fn remove_one(&self, path: &Path) -> Result<()> {
        match again(|| async { self.store.delete(path).await.map_err(sorted) }).await {
            Err(Error::Io(err)) if err.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    /// Removes all objects below a path.
    pub(super) async fn remove(&self, folder: &Path) -> Result<()> {
        again(|| async {
            let found: Vec<ObjectMeta> =
                self.store.list(Some(folder)).try_collect().await.map_err(sorted)?;
            let paths = stream::iter(found.into_iter().map(|object| Ok(object.location)));
            let removed =
                self.store.delete_stream(paths.boxed()).try_for_each(|_| async { Ok(()) });
            removed.await.map_err(sorted)
        })
        .await
    }

    /// All objects below a path, or of these the ones behind `last`, in the order of their names, as
    /// many at a time as came at once.
    pub(super) fn list(&self, folder: &Path, last: Option<&Path>) -> Pages {
        const AT_ONCE: usize = 1000;
        let found = match last {
            None => self.store.list(Some(folder)),
            Some(last) => self.store.list_with_offset(Some(folder), last),
        };
        found.ready_chunks(AT_ONCE).boxed()
    }
}

/// Objects as they come from a listing.
pub(super) type Pages = stream::BoxStream<'static, Vec<object_store::Result<ObjectMeta>>>;

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
