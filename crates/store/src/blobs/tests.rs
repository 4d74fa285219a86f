use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use model::{Instant, VersionId};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;

fn store() -> (TempDir, Blobs) {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(&StorageUrl::File(folder.path().join("objects"))).unwrap();
    (folder, blobs)
}

fn put(blobs: &Blobs, version: VersionId, bytes: &[u8]) -> Sealed {
    let mut writer = blobs.writer(version).unwrap();
    for chunk in bytes.chunks(3) {
        writer.write(chunk).unwrap();
    }
    writer.seal().unwrap()
}

fn content(object: Option<Object>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    object?.read_to_end(&mut bytes).unwrap();
    Some(bytes)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

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

fn in_seconds(seconds: i64) -> Instant {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Instant::from_micros(i64::try_from(now.as_micros()).unwrap()).plus_seconds(seconds)
}

#[test]
fn an_original_is_hashed_on_its_way_in() {
    let (_folder, blobs) = store();
    let version = VersionId::generate();
    let sealed = put(&blobs, version, b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
    // The vectors of FIPS 180-2.
    let sha256 = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
    assert_eq!(hex(&sealed.sha256), sha256);
    assert_eq!(hex(&sealed.sha1), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    assert_eq!(sealed.bytes, 56);
    assert_eq!(content(blobs.open_original(version).unwrap()).unwrap().len(), 56);
}

#[test]
fn an_empty_original_is_one() {
    let (_folder, blobs) = store();
    let version = VersionId::generate();
    assert_eq!(put(&blobs, version, b"").bytes, 0);
    assert_eq!(content(blobs.open_original(version).unwrap()), Some(vec![]));
}

#[test]
fn it_lies_where_the_design_says() {
    let (folder, blobs) = store();
    let version = VersionId::from_uuid(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_ab0d));
    put(&blobs, version, b"x");
    let path = folder.path().join(format!("objects/v/ab/0d/{version}/original"));
    assert_eq!(fs::read(path).unwrap(), b"x");
}

#[test]
fn a_writer_that_is_not_sealed_leaves_nothing() {
    let (folder, blobs) = store();
    let version = VersionId::generate();
    let mut writer = blobs.writer(version).unwrap();
    writer.write(b"half").unwrap();
    assert_eq!(writer.bytes(), 4);
    drop(writer);
    assert_eq!(files(folder.path()), [""; 0]);
    assert!(blobs.open_original(version).unwrap().is_none());
    put(&blobs, version, b"whole");
}

#[test]
fn a_version_is_written_once() {
    let (_folder, blobs) = store();
    let version = VersionId::generate();
    put(&blobs, version, b"first");
    assert!(matches!(blobs.writer(version), Err(Error::Io(_))));
    assert_eq!(content(blobs.open_original(version).unwrap()).unwrap(), b"first");
}

#[test]
fn many_write_at_once() {
    let (folder, blobs) = store();
    std::thread::scope(|scope| {
        for n in 0..8u128 {
            let blobs = &blobs;
            scope.spawn(move || {
                for m in 0..16 {
                    // All in two folders of the fan-out.
                    let uuid = Uuid::from_u128((n << 96) | (m << 64) | (m % 2));
                    put(blobs, VersionId::from_uuid(uuid), b"some bytes");
                }
            });
        }
    });
    assert_eq!(files(folder.path()), ["original"; 128]);
}

#[test]
fn variants_appear_whole_and_replace_each_other() {
    let (folder, blobs) = store();
    let version = VersionId::generate();
    put(&blobs, version, b"original");
    assert!(blobs.open_variant(version, "small-1.webp").unwrap().is_none());
    blobs.put_variants(version, &[("small-1.webp", b"s"), ("preview-1.webp", b"p")]).unwrap();
    let mut old = blobs.open_variant(version, "small-1.webp").unwrap();
    blobs.put_variant(version, "small-1.webp", b"better").unwrap();
    assert_eq!(content(old.take()).unwrap(), b"s");
    assert_eq!(content(blobs.open_variant(version, "small-1.webp").unwrap()).unwrap(), b"better");
    assert_eq!(files(folder.path()), ["original", "preview-1.webp", "small-1.webp"]);
}

#[test]
fn a_variant_of_a_deleted_version_is_refused() {
    let (folder, blobs) = store();
    let version = VersionId::generate();
    put(&blobs, version, b"x");
    blobs.put_variant(version, "small", b"x").unwrap();
    blobs.delete(version).unwrap();
    blobs.delete(version).unwrap();
    assert!(blobs.open_original(version).unwrap().is_none());
    let refused = blobs.put_variant(version, "small", b"x");
    assert!(matches!(refused, Err(Error::Missing)), "{refused:?}");
    assert_eq!(files(folder.path()), [""; 0]);
}

#[test]
fn names_of_variants_stay_inside_their_folder() {
    let (folder, blobs) = store();
    let version = VersionId::generate();
    put(&blobs, version, b"x");
    for name in ["", ".", "..", "../x", "a/b", "/etc/passwd", ".hidden", "original", "A", "a\0b"] {
        assert!(blobs.put_variant(version, name, b"x").is_err(), "{name:?}");
        assert!(blobs.open_variant(version, name).is_err(), "{name:?}");
    }
    assert_eq!(files(folder.path()), ["original"]);
}

#[test]
fn a_sweep_removes_what_no_row_knows() {
    let (folder, blobs) = store();
    let (kept, orphan) = (VersionId::generate(), VersionId::generate());
    for version in [kept, orphan] {
        put(&blobs, version, b"x");
    }
    let [.., outer, inner] = *kept.uuid().as_bytes();
    let of_kept = folder.path().join(format!("objects/v/{outer:02x}/{inner:02x}/{kept}"));
    let unfinished = of_kept.join(".small.0123.tmp");
    fs::write(&unfinished, b"half").unwrap();
    fs::create_dir_all(folder.path().join("objects/v/zz/lost+found/deep")).unwrap();
    fs::write(folder.path().join("objects/v/README"), b"not ours").unwrap();
    let keep = |asked: &[VersionId]| {
        Ok::<_, Error>(asked.iter().copied().filter(|version| *version == kept).collect())
    };

    assert_eq!(blobs.sweep(in_seconds(-3600), keep).unwrap(), Swept::default());
    assert!(blobs.open_original(orphan).unwrap().is_some());

    let swept = blobs.sweep(in_seconds(3600), keep).unwrap();
    assert_eq!(swept, Swept { versions: 1, leftovers: 1 });
    assert!(blobs.open_original(orphan).unwrap().is_none());
    assert_eq!(files(folder.path()), ["README", "original"]);
    assert!(folder.path().join("objects/v/zz/lost+found/deep").exists());
    assert_eq!(blobs.sweep(in_seconds(3600), keep).unwrap(), Swept::default());
}

#[test]
fn a_sweep_that_cannot_ask_removes_nothing() {
    let (folder, blobs) = store();
    put(&blobs, VersionId::generate(), b"x");
    let failed = blobs.sweep(in_seconds(3600), |_| Err(Error::Missing));
    assert!(matches!(failed, Err(Error::Missing)));
    assert_eq!(files(folder.path()), ["original"]);
}

#[test]
fn a_crash_leaves_only_what_a_sweep_finds() {
    let (folder, blobs) = store();
    let version = VersionId::generate();
    let mut writer = blobs.writer(version).unwrap();
    writer.write(b"half").unwrap();
    // A process that is killed drops nothing.
    std::mem::forget(writer);
    assert_eq!(files(folder.path()), ["original"]);
    let reopened = Blobs::open(&StorageUrl::File(folder.path().join("objects"))).unwrap();
    let swept = reopened.sweep(in_seconds(3600), |_| Ok::<_, Error>(Vec::new())).unwrap();
    assert_eq!(swept.versions, 1);
    assert_eq!(files(folder.path()), [""; 0]);
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
    let (_folder, blobs) = store();
    assert!(blobs.free_bytes().unwrap().unwrap() > 0);
}

#[test]
fn a_listing_knows_every_object() {
    let (folder, blobs) = store();
    let in_folder =
        |outer: u128, n: u128| VersionId::from_uuid(Uuid::from_u128((n << 64) | (outer << 8)));
    let versions = [in_folder(2, 1), in_folder(2, 9), in_folder(0xab, 5)];
    for version in versions.iter().rev() {
        put(&blobs, *version, b"some bytes");
    }
    blobs.put_variants(versions[1], &[("small.1.jpg", b"abc"), ("preview.1.jpg", b"")]).unwrap();
    fs::write(folder.path().join("objects/v/02/README"), b"not ours").unwrap();
    let mut groups = Vec::new();
    let listed = blobs.list(|group| {
        groups.push(group.to_vec());
        Ok::<_, Error>(())
    });
    listed.unwrap();
    let names = |listed: &Listed| {
        let names = listed.objects.iter().map(|object| (object.name.clone(), object.bytes));
        (listed.version, names.collect::<Vec<_>>())
    };
    let original = || ("original".to_owned(), 10);
    let pictures = [original(), ("preview.1.jpg".to_owned(), 0), ("small.1.jpg".to_owned(), 3)];
    let found: Vec<Vec<_>> = groups.iter().map(|group| group.iter().map(names).collect()).collect();
    assert_eq!(
        found,
        [
            vec![(versions[0], vec![original()]), (versions[1], pictures.to_vec())],
            vec![(versions[2], vec![original()])],
        ]
    );
    let written_at = groups[0][0].original().unwrap().written_at;
    assert!(in_seconds(-600) < written_at && written_at < in_seconds(600), "{written_at:?}");
    assert_eq!(groups[0][1].variants().count(), 2);
}

#[test]
fn a_listing_ends_when_it_is_told_to() {
    let (_folder, blobs) = store();
    blobs.list(|_| -> Result<()> { panic!("there is nothing") }).unwrap();
    for n in 0..3u128 {
        put(&blobs, VersionId::from_uuid(Uuid::from_u128(n)), b"x");
    }
    let mut calls = 0;
    let ended = blobs.list(|_| {
        calls += 1;
        Err(Error::Missing)
    });
    assert!(matches!(ended, Err(Error::Missing)));
    assert_eq!(calls, 1);
}

#[test]
fn an_object_is_read_from_any_place_and_becomes_a_file() {
    let (_folder, blobs) = store();
    let version = VersionId::generate();
    put(&blobs, version, b"0123456789");
    let mut object = blobs.open_original(version).unwrap().unwrap();
    assert_eq!((object.len(), object.is_empty()), (10, false));
    let mut part = [0; 3];
    object.seek(SeekFrom::End(-4)).unwrap();
    object.read_exact(&mut part).unwrap();
    assert_eq!(&part, b"678");
    object.seek(SeekFrom::Start(1)).unwrap();
    object.read_exact(&mut part).unwrap();
    assert_eq!(&part, b"123");
    assert_eq!(object.seek(SeekFrom::Current(3)).unwrap(), 7);
    let mut rest = Vec::new();
    object.read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"789");
    assert_eq!(object.seek(SeekFrom::Start(99)).unwrap(), 99);
    assert_eq!(object.read(&mut part).unwrap(), 0);
    assert!(object.seek(SeekFrom::Current(-100)).is_err());
    let mut file = object.into_file().unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, b"0123456789");
}
