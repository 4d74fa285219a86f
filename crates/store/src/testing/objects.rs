//! Stores of objects of their own for tests, and tests that run on both kinds.

use std::path::Path;

use model::Instant;
use tempfile::TempDir;
use uuid::Uuid;

use super::Line;
use crate::blobs::{Blobs, BucketUrl, CacheFolder, Error, StorageUrl};

/// A store of objects, gone when the test is.
pub struct TestStore {
    /// The store.
    pub blobs: Blobs,
    /// Where it is, for a second look at it.
    pub url: StorageUrl,
    folder: TempDir,
}

/// More than the tests keep.
const CACHE_BYTES: u64 = 64 << 20;

impl TestStore {
    /// A folder of its own.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn folder() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = StorageUrl::File(folder.path().join("objects"));
        Self::at(url, folder)
    }

    /// A prefix of its own in the bucket of `TEST_S3_URL`, or `None` when there is none.
    ///
    /// # Panics
    /// When it cannot be used, or there is none and `REQUIRE_S3=1`.
    pub fn bucket() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Some(Self::at(StorageUrl::S3(bucket()?), folder))
    }

    /// As [`Self::bucket`], through a line that can be disturbed.
    ///
    /// # Panics
    /// As [`Self::bucket`].
    pub fn bucket_by_line() -> Option<(Self, Line)> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (line, url) = Line::lay(bucket()?);
        Some((Self::at(StorageUrl::S3(url), folder), line))
    }

    fn at(url: StorageUrl, folder: TempDir) -> Self {
        let cache = CacheFolder { folder: folder.path().join("cache"), bytes: CACHE_BYTES };
        let blobs = Blobs::open_with(&url, Some(&cache)).expect("the store can be opened");
        Self { blobs, url, folder }
    }

    /// A folder with all that lies on this machine: the objects, or their cache.
    pub fn here(&self) -> &Path {
        self.folder.path()
    }

    /// The same store, as another process sees it.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn reopened(&self) -> Blobs {
        Blobs::open(&self.url).expect("the store can be opened")
    }

    /// The names of all objects, sorted.
    ///
    /// # Panics
    /// When they cannot be listed.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let listed = self.blobs.list(|group| {
            let objects = group.iter().flat_map(|listed| &listed.objects);
            names.extend(objects.map(|object| object.name.clone()));
            Ok::<_, Error>(())
        });
        listed.expect("the store can be listed");
        names.sort();
        names
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        // A folder goes by itself, and the bucket may be somebody's.
        if let StorageUrl::S3(_) = self.url {
            let far = Instant::from_micros(i64::MAX);
            let swept = self.reopened().sweep(far, |_| Ok::<_, Error>(Vec::new()));
            if let Err(err) = swept {
                eprintln!("objects stay behind in {}: {err}", self.url);
            }
        }
    }
}

fn bucket() -> Option<BucketUrl> {
    let Ok(url) = std::env::var("TEST_S3_URL") else {
        let required = std::env::var("REQUIRE_S3").is_ok_and(|value| value == "1");
        assert!(!required, "REQUIRE_S3=1, and TEST_S3_URL is not set");
        eprintln!("skipped on S3: TEST_S3_URL is not set");
        return None;
    };
    let StorageUrl::S3(mut url) = url.parse().expect("TEST_S3_URL is a storage URL") else {
        panic!("TEST_S3_URL is no bucket");
    };
    let name = format!("test-{}", Uuid::new_v4().simple());
    url.prefix = if url.prefix.is_empty() { name } else { format!("{}/{name}", url.prefix) };
    Some(url)
}

/// Writes a test once and runs it on both kinds of stores: `name::folder` and `name::bucket`.
///
/// ```ignore
/// on_both_stores! {
///     fn a_new_store_is_empty(store: TestStore) {
///         assert_eq!(store.names(), [""; 0]);
///     }
/// }
/// ```
#[macro_export]
macro_rules! on_both_stores {
    ($($(#[$meta:meta])* fn $name:ident($store:ident: TestStore) $body:block)*) => { $(
        fn $name($store: &$crate::testing::TestStore) $body

        $(#[$meta])*
        mod $name {
            #[test]
            fn folder() {
                super::$name(&$crate::testing::TestStore::folder());
            }

            #[test]
            fn bucket() {
                if let Some(store) = $crate::testing::TestStore::bucket() {
                    super::$name(&store);
                }
            }
        }
    )* };
}
