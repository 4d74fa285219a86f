//! What only a folder does.

use std::fs::{self, File};
use std::path::Path;

use super::*;
use crate::testing::TestStore;

/// Every file below a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found.sort();
    found
}

#[test]
fn it_lies_where_the_design_says() {
    let store = TestStore::folder();
    let blobs = &store.blobs;
    let version = VersionId::from_uuid(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_ab0d));
    put(blobs, version, b"x");
    let path = store.here().join(format!("objects/v/ab/0d/{version}/original"));
    assert_eq!(fs::read(path).unwrap(), b"x");
}

#[test]
fn a_sweep_removes_what_no_row_knows() {
    let store = TestStore::folder();
    let blobs = &store.blobs;
    let (kept, orphan) = (VersionId::generate(), VersionId::generate());
    for version in [kept, orphan] {
        put(blobs, version, b"x");
    }
    let [.., outer, inner] = *kept.uuid().as_bytes();
    let of_kept = store.here().join(format!("objects/v/{outer:02x}/{inner:02x}/{kept}"));
    let unfinished = of_kept.join(".small.0123.tmp");
    fs::write(&unfinished, b"half").unwrap();
    fs::create_dir_all(store.here().join("objects/v/zz/lost+found/deep")).unwrap();
    fs::write(store.here().join("objects/v/README"), b"not ours").unwrap();
    let keep = |asked: &[VersionId]| {
        Ok::<_, Error>(asked.iter().copied().filter(|version| *version == kept).collect())
    };

    assert_eq!(blobs.sweep(in_seconds(-3600), keep).unwrap(), Swept::default());
    assert!(blobs.open_original(orphan).unwrap().is_some());

    let swept = blobs.sweep(in_seconds(3600), keep).unwrap();
    assert_eq!(swept, Swept { versions: 1, leftovers: 1 });
    assert!(blobs.open_original(orphan).unwrap().is_none());
    assert_eq!(files(store.here()), ["README", "original"]);
    assert!(store.here().join("objects/v/zz/lost+found/deep").exists());
    assert_eq!(blobs.sweep(in_seconds(3600), keep).unwrap(), Swept::default());
}

#[test]
fn a_crash_leaves_only_what_a_sweep_finds() {
    let store = TestStore::folder();
    let blobs = &store.blobs;
    let version = VersionId::generate();
    let mut writer = blobs.writer(version).unwrap();
    writer.write(b"half").unwrap();
    // A process that is killed drops nothing.
    std::mem::forget(writer);
    assert_eq!(files(store.here()), ["original"]);
    let reopened = Blobs::open(&StorageUrl::File(store.here().join("objects"))).unwrap();
    let swept = reopened.sweep(in_seconds(3600), |_| Ok::<_, Error>(Vec::new())).unwrap();
    assert_eq!(swept.versions, 1);
    assert_eq!(files(store.here()), [""; 0]);
}

#[test]
fn what_the_system_says_is_sorted() {
    let full = Error::from(io::Error::from(io::ErrorKind::StorageFull));
    assert!(matches!(full, Error::Full(_)));
    // /dev/full refuses every byte.
    if let Ok(mut file) = File::options().write(true).open("/dev/full") {
        let refused = io::Write::write_all(&mut file, b"x").unwrap_err();
        assert!(matches!(Error::from(refused), Error::Full(_)));
    }
    let denied = Error::from(io::Error::from(io::ErrorKind::PermissionDenied));
    assert!(matches!(denied, Error::Io(_)));
}

#[test]
fn free_space_is_known() {
    let store = TestStore::folder();
    let blobs = &store.blobs;
    assert!(blobs.free_bytes().unwrap().unwrap() > 0);
}

#[test]
fn many_write_at_once() {
    let store = TestStore::folder();
    let blobs = &store.blobs;
    std::thread::scope(|scope| {
        for n in 0..8u128 {
            scope.spawn(move || {
                for m in 0..16 {
                    // All in two folders of the fan-out.
                    let uuid = Uuid::from_u128((n << 96) | (m << 64) | (m % 2));
                    put(blobs, VersionId::from_uuid(uuid), b"some bytes");
                }
            });
        }
    });
    assert_eq!(files(store.here()), ["original"; 128]);
}

#[test]
fn what_was_killed_while_it_replaced_leaves_nothing() {
    let store = TestStore::folder();
    let blobs = &store.blobs;
    let version = VersionId::generate();
    let mut killed = blobs.replacement(version).unwrap();
    killed.write(b"half").unwrap();
    // As if another process had it, which is alive: its draft stays.
    put_in_place_of(blobs, version, b"first");
    assert_eq!(files(store.here()).len(), 2);
    killed.write(b", and half").unwrap();
    killed.seal().unwrap();
    assert_eq!(content(blobs.open_original(version).unwrap()).unwrap(), b"half, and half");
    blobs.delete(version).unwrap();

    let [.., outer, inner] = *version.uuid().as_bytes();
    let folder = store.here().join(format!("objects/v/{outer:02x}/{inner:02x}/{version}"));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(".original.0123.tmp"), b"half").unwrap();
    assert!(blobs.open_original(version).unwrap().is_none());
    put_in_place_of(blobs, version, b"whole");
    assert_eq!(files(store.here()), ["original"]);
}

fn put_in_place_of(blobs: &Blobs, version: VersionId, bytes: &[u8]) {
    let mut writer = blobs.replacement(version).unwrap();
    writer.write(bytes).unwrap();
    writer.seal().unwrap();
}

#[test]
fn a_store_that_does_not_answer_is_no_damage_to_what_is_in_it() {
    let store = TestStore::folder();
    let blobs = &store.blobs;
    let (damaged, sound) = (VersionId::generate(), VersionId::generate());
    put(blobs, sound, b"x");
    let [.., outer, inner] = *damaged.uuid().as_bytes();
    let place = store.here().join(format!("objects/v/{outer:02x}/{inner:02x}/{damaged}"));
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    // Where its folder should be.
    fs::write(&place, b"").unwrap();
    assert_eq!(blobs.verify(damaged, &[0; 32], 1).unwrap(), Verdict::Unreadable);
    // Where all of them should be.
    let all = store.here().join("objects/v");
    fs::rename(&all, store.here().join("objects/w")).unwrap();
    fs::write(&all, b"").unwrap();
    assert!(blobs.verify(damaged, &[0; 32], 1).is_err());
}

#[test]
fn it_says_whether_anything_is_in_it() {
    let store = TestStore::folder();
    let blobs = &store.blobs;
    assert!(!blobs.has_versions().unwrap());
    fs::create_dir_all(store.here().join("objects/v/ab/cd")).unwrap();
    fs::write(store.here().join("objects/v/ab/cd/README"), b"not ours").unwrap();
    assert!(!blobs.has_versions().unwrap());
    put(blobs, VersionId::generate(), b"x");
    assert!(blobs.has_versions().unwrap());
}
