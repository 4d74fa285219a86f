//! The cache of what is derived.

use std::fs;

use super::*;
use crate::blobs::cache::Cache;

fn open(folder: &std::path::Path, bytes: u64) -> Cache {
    Cache::open(&CacheFolder { folder: folder.to_owned(), bytes }).unwrap()
}

fn get(cache: &Cache, version: VersionId, name: &str) -> Option<Vec<u8>> {
    content(cache.get(version, name))
}

#[test]
fn what_was_not_used_for_longest_goes_first() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), 100);
    let [a, b, c] = std::array::from_fn(|_| VersionId::generate());
    cache.put(a, "x", &[1; 40]);
    cache.put(b, "x", &[2; 40]);
    assert!(get(&cache, a, "x").is_some());
    cache.put(c, "x", &[3; 40]);
    assert_eq!(get(&cache, b, "x"), None);
    assert_eq!(get(&cache, a, "x"), Some(vec![1; 40]));
    assert_eq!(get(&cache, c, "x"), Some(vec![3; 40]));
    cache.put(b, "large", &[4; 101]);
    assert_eq!(get(&cache, b, "large"), None, "more than all there may be");
    assert!(get(&cache, a, "x").is_some(), "nothing went for it");
    cache.put(a, "x", &[5; 60]);
    assert_eq!(get(&cache, a, "x"), Some(vec![5; 60]), "replaced, and counted once");
    assert!(get(&cache, c, "x").is_some());
}

#[test]
fn it_outlives_a_process_and_may_be_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let version = VersionId::generate();
    open(folder.path(), 100).put(version, "x", b"kept");
    let cache = open(folder.path(), 100);
    assert_eq!(get(&cache, version, "x").unwrap(), b"kept");
    fs::remove_dir_all(folder.path()).unwrap();
    assert_eq!(get(&cache, version, "x"), None);
    cache.put(version, "y", b"lost");
    assert_eq!(get(&cache, version, "y"), None, "it cannot be kept, and nobody minds");
    let smaller = open(folder.path(), 3);
    smaller.put(version, "z", b"abcd");
    assert_eq!(get(&smaller, version, "z"), None);
}

#[test]
fn a_smaller_limit_counts_for_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let versions: [VersionId; 4] = std::array::from_fn(|_| VersionId::generate());
    let cache = open(folder.path(), 100);
    for version in versions {
        cache.put(version, "x", &[0; 25]);
    }
    let cache = open(folder.path(), 50);
    let left = versions.iter().filter(|version| get(&cache, **version, "x").is_some()).count();
    assert_eq!(left, 2);
}

#[test]
fn a_version_is_forgotten_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), 100);
    let (gone, kept) = (VersionId::generate(), VersionId::generate());
    for (version, name) in [(gone, "x"), (gone, "y"), (kept, "x")] {
        cache.put(version, name, &[0; 30]);
    }
    cache.forget(gone);
    assert_eq!((get(&cache, gone, "x"), get(&cache, gone, "y")), (None, None));
    cache.put(gone, "z", &[0; 60]);
    assert!(get(&cache, kept, "x").is_some(), "there is room for both");
}
