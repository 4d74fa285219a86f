use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::time::{SystemTime, UNIX_EPOCH};

use model::{Instant, VersionId};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::*;
use crate::on_both_stores;

mod bucket;
mod caching;
mod folder;

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

fn in_seconds(seconds: i64) -> Instant {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Instant::from_micros(i64::try_from(now.as_micros()).unwrap()).plus_seconds(seconds)
}

/// Bytes that look like a film's.
fn noise(bytes: usize) -> Vec<u8> {
    let mut seeded = crate::testing::Seeded::new(bytes as u64);
    let mut noise = Vec::with_capacity(bytes + 8);
    while noise.len() < bytes {
        noise.extend(seeded.below(u64::MAX).to_le_bytes());
    }
    noise.truncate(bytes);
    noise
}

on_both_stores! {
    fn files_beside_the_versions_come_whole_and_replace_each_other(store: TestStore) {
        let blobs = &store.blobs;
        assert!(blobs.read_file("library.json").unwrap().is_none());
        assert!(blobs.folders("snapshots").unwrap().is_empty());
        for text in ["first", "second"] {
            blobs.put_file("library.json", &mut text.as_bytes()).unwrap();
            assert_eq!(blobs.read_file("library.json").unwrap().unwrap(), text.as_bytes());
        }
        assert!(!blobs.create_file("library.json", b"third").unwrap());
        assert_eq!(blobs.read_file("library.json").unwrap().unwrap(), b"second");
        assert!(blobs.create_file("claim", b"mine").unwrap());
        assert_eq!(blobs.read_file("claim").unwrap().unwrap(), b"mine");
        // More than goes in one request, and exactly as much.
        for (name, bytes) in [("b", noise((17 << 20) + 1)), ("a", noise(8 << 20))] {
            let file = format!("snapshots/{name}/library.db");
            blobs.put_file(&file, &mut bytes.as_slice()).unwrap();
            assert_eq!(content(blobs.open_file(&file).unwrap()).unwrap(), bytes);
            assert!(blobs.read_file(&file).is_err(), "too large to be read at once");
        }
        assert_eq!(blobs.folders("snapshots").unwrap(), ["a", "b"]);
        for name in ["", "v/x", "../x", "a//b", "/a", ".a", "a/b/c/d/e", "a b"] {
            assert!(blobs.put_file(name, &mut "x".as_bytes()).is_err(), "{name:?}");
            assert!(blobs.open_file(name).is_err(), "{name:?}");
        }
        let mut listed = 0;
        blobs.list(|group| { listed += group.len(); Ok::<_, Error>(()) }).unwrap();
        assert_eq!(listed, 0);
    }

    fn a_writer_that_is_not_sealed_leaves_nothing(store: TestStore) {
        let blobs = &store.blobs;
        let version = VersionId::generate();
        let mut writer = blobs.writer(version).unwrap();
        writer.write(b"half").unwrap();
        assert_eq!(writer.bytes(), 4);
        drop(writer);
        assert_eq!(store.names(), [""; 0]);
        assert!(blobs.open_original(version).unwrap().is_none());
        put(blobs, version, b"whole");
    }

    fn a_version_is_written_once(store: TestStore) {
        let blobs = &store.blobs;
        let version = VersionId::generate();
        put(blobs, version, b"first");
        // A bucket looks when there is something to write.
        let again = blobs.writer(version).and_then(|mut writer| {
            writer.write(b"second")?;
            writer.seal()
        });
        assert!(matches!(again, Err(Error::Io(_))), "{again:?}");
        assert_eq!(content(blobs.open_original(version).unwrap()).unwrap(), b"first");
    }

    fn a_replacement_shows_when_it_is_whole(store: TestStore) {
        let blobs = &store.blobs;
        let version = VersionId::generate();
        let original = || content(blobs.open_original(version).unwrap());
        // Of one request, and of several.
        for bytes in [noise(100), noise((17 << 20) + 1)] {
            let before = original();
            let mut half = blobs.replacement(version).unwrap();
            half.write(&bytes[..50]).unwrap();
            assert_eq!(original(), before);
            drop(half);
            let mut other = blobs.replacement(version).unwrap();
            other.write(&bytes).unwrap();
            assert_eq!(other.seal_if(&[0; 32]).unwrap(), None);
            assert_eq!(original(), before);
            let names = store.names();
            assert_eq!(names.len(), usize::from(before.is_some()), "{names:?}");

            let mut whole = blobs.replacement(version).unwrap();
            whole.write(&bytes).unwrap();
            let sealed = whole.seal_if(&Sha256::digest(&bytes)).unwrap();
            assert_eq!(sealed.unwrap().bytes, bytes.len() as u64);
            assert_eq!(original(), Some(bytes));
        }
        assert_eq!(store.names().len(), 1);
        // Variants stay.
        blobs.put_variant(version, "small", b"x").unwrap();
        let mut writer = blobs.replacement(version).unwrap();
        writer.write(b"short").unwrap();
        writer.seal().unwrap();
        assert_eq!(original().unwrap(), b"short");
        assert!(blobs.open_variant(version, "small").unwrap().is_some());
    }

    fn what_is_old_and_has_no_row_is_swept(store: TestStore) {
        let blobs = &store.blobs;
        let (kept, orphan) = (VersionId::generate(), VersionId::generate());
        for version in [kept, orphan] {
            put(blobs, version, b"x");
            blobs.put_variant(version, "small", b"x").unwrap();
        }
        let keep = |asked: &[VersionId]| {
            Ok::<_, Error>(asked.iter().copied().filter(|version| *version == kept).collect())
        };
        assert_eq!(blobs.sweep(in_seconds(-3600), keep).unwrap(), Swept::default());
        let swept = blobs.sweep(in_seconds(3600), keep).unwrap();
        assert_eq!(swept, Swept { versions: 1, leftovers: 0 });
        assert!(blobs.open_original(orphan).unwrap().is_none());
        assert!(blobs.open_variant(orphan, "small").unwrap().is_none());
        assert_eq!(store.names(), ["original", "small"]);
    }

    fn a_film_is_read_as_it_was_written(store: TestStore) {
        let blobs = &store.blobs;
        // Two parts and a bit, in chunks that divide neither.
        let film = noise((17 << 20) + 12_345);
        let version = VersionId::generate();
        let mut writer = blobs.writer(version).unwrap();
        for chunk in film.chunks(300_007) {
            writer.write(chunk).unwrap();
        }
        assert_eq!(writer.seal().unwrap().bytes, film.len() as u64);
        let open = || blobs.open_original(version).unwrap().unwrap();
        assert!(content(Some(open())).unwrap() == film, "read at once");
        let (mut object, mut bytes) = (open(), Vec::new());
        let mut piece = vec![0; 100_003];
        loop {
            let read = object.read(&mut piece).unwrap();
            if read == 0 {
                break;
            }
            bytes.extend_from_slice(&piece[..read]);
        }
        assert!(bytes == film, "read piece by piece");
        for at in [0, 5, (8 << 20) - 1, 16 << 20, 300_000, film.len() - 7] {
            object.seek(SeekFrom::Start(at as u64)).unwrap();
            let length = (film.len() - at).min(700_001);
            let mut part = vec![0; length];
            object.read_exact(&mut part).unwrap();
            assert!(part == film[at..at + length], "read from {at}");
        }
        let mut copy = Vec::new();
        object.into_file().unwrap().read_to_end(&mut copy).unwrap();
        assert!(copy == film, "read as a file");
    }

    fn an_original_is_hashed_on_its_way_in(store: TestStore) {
        let blobs = &store.blobs;
        let version = VersionId::generate();
        let sealed = put(blobs, version, b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
        // The vectors of FIPS 180-2.
        let sha256 = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
        assert_eq!(hex(&sealed.sha256), sha256);
        assert_eq!(hex(&sealed.sha1), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
        assert_eq!(sealed.bytes, 56);
        assert_eq!(content(blobs.open_original(version).unwrap()).unwrap().len(), 56);
    }

    fn an_empty_original_is_one(store: TestStore) {
        let blobs = &store.blobs;
        let version = VersionId::generate();
        assert_eq!(put(blobs, version, b"").bytes, 0);
        assert_eq!(content(blobs.open_original(version).unwrap()), Some(vec![]));
    }

    fn variants_appear_whole_and_replace_each_other(store: TestStore) {
        let blobs = &store.blobs;
        let version = VersionId::generate();
        put(blobs, version, b"original");
        assert!(blobs.open_variant(version, "small-1.webp").unwrap().is_none());
        blobs.put_variants(version, &[("small-1.webp", b"s"), ("preview-1.webp", b"p")]).unwrap();
        let mut old = blobs.open_variant(version, "small-1.webp").unwrap();
        blobs.put_variant(version, "small-1.webp", b"better").unwrap();
        assert_eq!(content(old.take()).unwrap(), b"s");
        assert_eq!(content(blobs.open_variant(version, "small-1.webp").unwrap()).unwrap(), b"better");
        assert_eq!(store.names(), ["original", "preview-1.webp", "small-1.webp"]);
    }

    fn a_variant_of_a_deleted_version_is_refused(store: TestStore) {
        let blobs = &store.blobs;
        let version = VersionId::generate();
        put(blobs, version, b"x");
        blobs.put_variant(version, "small", b"x").unwrap();
        blobs.delete(version).unwrap();
        blobs.delete(version).unwrap();
        assert!(blobs.open_original(version).unwrap().is_none());
        let refused = blobs.put_variant(version, "small", b"x");
        assert!(matches!(refused, Err(Error::Missing)), "{refused:?}");
        assert_eq!(store.names(), [""; 0]);
    }

    fn names_of_variants_stay_inside_their_folder(store: TestStore) {
        let blobs = &store.blobs;
        let version = VersionId::generate();
        put(blobs, version, b"x");
        for name in ["", ".", "..", "../x", "a/b", "/etc/passwd", ".hidden", "original", "A", "a\0b"] {
            assert!(blobs.put_variant(version, name, b"x").is_err(), "{name:?}");
            assert!(blobs.open_variant(version, name).is_err(), "{name:?}");
        }
        assert_eq!(store.names(), ["original"]);
    }

    fn a_sweep_that_cannot_ask_removes_nothing(store: TestStore) {
        let blobs = &store.blobs;
        put(blobs, VersionId::generate(), b"x");
        let failed = blobs.sweep(in_seconds(3600), |_| Err(Error::Missing));
        assert!(matches!(failed, Err(Error::Missing)));
        assert_eq!(store.names(), ["original"]);
    }

    fn a_listing_knows_every_object(store: TestStore) {
        let blobs = &store.blobs;
        let in_folder =
            |outer: u128, n: u128| VersionId::from_uuid(Uuid::from_u128((n << 64) | (outer << 8)));
        let versions = [in_folder(2, 1), in_folder(2, 9), in_folder(0xab, 5)];
        for version in versions.iter().rev() {
            put(blobs, *version, b"some bytes");
        }
        blobs.put_variants(versions[1], &[("small.1.jpg", b"abc"), ("preview.1.jpg", b"")]).unwrap();
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

    fn a_listing_ends_when_it_is_told_to(store: TestStore) {
        let blobs = &store.blobs;
        blobs.list(|_| -> Result<()> { panic!("there is nothing") }).unwrap();
        for n in 0..3u128 {
            put(blobs, VersionId::from_uuid(Uuid::from_u128(n)), b"x");
        }
        let mut calls = 0;
        let ended = blobs.list(|_| {
            calls += 1;
            Err(Error::Missing)
        });
        assert!(matches!(ended, Err(Error::Missing)));
        assert_eq!(calls, 1);
    }

    fn an_object_is_read_from_any_place_and_becomes_a_file(store: TestStore) {
        let blobs = &store.blobs;
        let version = VersionId::generate();
        put(blobs, version, b"0123456789");
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
}
