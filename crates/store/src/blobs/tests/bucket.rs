//! What only a bucket does, and what it does when the line to it is bad.

use super::*;
use crate::testing::Disturbance::{
    self, Fails, Full, HalfAnswered, IsBusy, Silent, Unanswered, Unsent,
};
use crate::testing::{Line, TestStore};

const PART: usize = 8 << 20;

fn by_line() -> Option<(TestStore, Line)> {
    TestStore::bucket_by_line()
}

fn write(blobs: &Blobs, version: VersionId, bytes: &[u8]) -> Result<Sealed> {
    let mut writer = blobs.writer(version)?;
    for chunk in bytes.chunks(256 << 10) {
        writer.write(chunk)?;
    }
    writer.seal()
}

/// How many requests of each method were made.
fn count(line: &Line) -> (usize, usize, usize, usize, usize) {
    let asked = line.asked();
    let count = |method: &str| asked.iter().filter(|asked| *asked == method).count();
    (count("GET"), count("HEAD"), count("PUT"), count("POST"), count("DELETE"))
}

#[test]
fn each_deed_costs_what_the_documents_say() {
    let Some((store, line)) = by_line() else { return };
    let blobs = &store.blobs;
    let (small, large) = (VersionId::generate(), VersionId::generate());
    write(blobs, small, &noise(PART)).unwrap();
    assert_eq!(count(&line), (0, 0, 1, 0, 0), "one request for one part");
    write(blobs, large, &noise(2 * PART + 1)).unwrap();
    assert_eq!(count(&line), (0, 1, 3, 2, 0), "begin, three parts, look, join");
    blobs.put_variants(small, &[("a", b"1"), ("b", b"2"), ("c", b"3")]).unwrap();
    assert_eq!(count(&line), (0, 1, 3, 0, 0), "look for the original, and one each");
    assert!(content(blobs.open_variant(small, "a").unwrap()).is_some());
    assert_eq!(count(&line), (0, 0, 0, 0, 0), "it is in the cache");
    drop(blobs.open_original(large).unwrap().unwrap());
    assert_eq!(count(&line), (1, 0, 0, 0, 0), "opening reads the beginning");
    content(blobs.open_original(small).unwrap()).unwrap();
    assert_eq!(count(&line), (2, 0, 0, 0, 0), "the beginning, and the rest at once");
    blobs.delete(small).unwrap();
    assert_eq!(count(&line), (1, 0, 0, 1, 0), "list, and remove all at once");
    assert_eq!(store.names(), ["original"]);
}

#[test]
fn trouble_that_passes_is_not_noticed() {
    let Some((store, line)) = by_line() else { return };
    let blobs = &store.blobs;
    let film = noise(PART + 1000);
    for trouble in [Fails, IsBusy, Unsent, Unanswered, HalfAnswered] {
        // Each request of an upload in parts, a reading and a deletion in turn.
        let is_of_its_own = [IsBusy, Unanswered, HalfAnswered].contains(&trouble);
        for request in 0..if is_of_its_own { 9 } else { 0 } {
            let mut planned: Vec<Option<Disturbance>> = vec![None; request];
            planned.push(Some(trouble));
            line.disturb_next(&planned);
            let version = VersionId::generate();
            let case = format!("{trouble:?} at request {request}");
            write(blobs, version, &film).unwrap_or_else(|err| panic!("{case}: {err:?}"));
            let read = content(blobs.open_original(version).unwrap());
            assert!(read.unwrap() == film, "{case}");
            blobs.delete(version).unwrap_or_else(|err| panic!("{case}: {err:?}"));
            line.calm();
        }
        for request in 0..3 {
            let mut planned: Vec<Option<Disturbance>> = vec![None; request];
            planned.push(Some(trouble));
            line.disturb_next(&planned);
            let version = VersionId::generate();
            let case = format!("{trouble:?} at request {request}");
            write(blobs, version, b"small").unwrap_or_else(|err| panic!("{case}: {err:?}"));
            blobs.put_variant(version, "a", b"1").unwrap_or_else(|err| panic!("{case}: {err:?}"));
            line.calm();
            assert_eq!(content(blobs.open_original(version).unwrap()).unwrap(), b"small", "{case}");
            blobs.delete(version).unwrap();
        }
    }
    assert_eq!(store.names(), [""; 0]);
}

#[test]
fn who_gets_no_answer_asks_again_and_gives_up_in_the_end() {
    let Some((store, line)) = by_line() else { return };
    let blobs = &store.blobs;
    let film = noise(PART + 1000);
    // To begin, one of two parts, and to read.
    for request in [0, 2] {
        let mut planned: Vec<Option<Disturbance>> = vec![None; request];
        planned.push(Some(Silent));
        line.disturb_next(&planned);
        let version = VersionId::generate();
        write(blobs, version, &film).unwrap();
        line.disturb_next(&[Some(Silent)]);
        assert!(content(blobs.open_original(version).unwrap()).unwrap() == film);
    }
    line.disturb(1, 100, &[Silent]);
    let away = blobs.open_original(VersionId::generate()).map(drop);
    assert!(matches!(away, Err(Error::Away(_))), "{away:?}");
    line.calm();
    assert_eq!(store.names().len(), 2);
}

#[test]
fn a_listing_that_breaks_off_goes_on() {
    let Some((store, line)) = by_line() else { return };
    let mut all: Vec<VersionId> = (0..5).map(|_| VersionId::generate()).collect();
    for version in &all {
        put(&store.blobs, *version, b"x");
    }
    all.sort_unstable_by_key(|version| version.uuid());
    let listed = || {
        let mut found = Vec::new();
        let done = store.blobs.list(|group| {
            found.extend(group.iter().map(|listed| listed.version));
            Ok::<_, Error>(())
        });
        found.sort_unstable_by_key(|version| version.uuid());
        done.map(|()| found)
    };
    line.disturb_next(&[Some(HalfAnswered), Some(HalfAnswered)]);
    assert!(listed().unwrap() == all);
}

#[test]
fn trouble_that_stays_is_told_as_what_it_is() {
    let Some((store, line)) = by_line() else { return };
    let blobs = &store.blobs;
    let there = VersionId::generate();
    put(blobs, there, b"x");
    line.disturb(1, 100, &[Full]);
    let refused = write(blobs, VersionId::generate(), b"x");
    assert!(matches!(refused, Err(Error::Full(_))), "{refused:?}");
    let refused = write(blobs, VersionId::generate(), &noise(PART + 1));
    assert!(matches!(refused, Err(Error::Full(_))), "{refused:?}");
    line.disturb(1, 100, &[IsBusy]);
    let away = blobs.open_original(there).map(drop);
    assert!(matches!(away, Err(Error::Away(_))), "{away:?}");
    line.calm();
    assert_eq!(store.names(), ["original"]);
}

#[test]
fn a_film_that_breaks_off_leaves_no_parts() {
    let Some((store, line)) = by_line() else { return };
    let mut writer = store.blobs.writer(VersionId::generate()).unwrap();
    for chunk in noise(2 * PART).chunks(1 << 20) {
        writer.write(chunk).unwrap();
    }
    line.asked();
    drop(writer);
    // It is aborted on a thread of its own.
    while !line.asked().iter().any(|asked| asked == "DELETE") {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(store.names(), [""; 0]);
}

#[test]
fn other_objects_of_the_bucket_are_not_ours() {
    let Some(store) = TestStore::bucket() else { return };
    let StorageUrl::S3(url) = store.url.clone() else { panic!("it is a bucket") };
    let inside = BucketUrl { prefix: format!("{}/v/ab", url.prefix), ..url };
    let inside = Blobs::open(&StorageUrl::S3(inside)).unwrap();
    put(&inside, VersionId::generate(), b"at another place");
    assert_eq!(store.names(), [""; 0]);
    let swept = store.blobs.sweep(in_seconds(3600), |_| Ok::<_, Error>(Vec::new())).unwrap();
    assert_eq!(swept, Swept::default());
    inside.sweep(in_seconds(3600), |_| Ok::<_, Error>(Vec::new())).unwrap();
}

#[test]
fn it_may_be_used_and_dropped_anywhere() {
    let Some(store) = TestStore::bucket() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let version = VersionId::generate();
    runtime.block_on(async {
        let blobs = store.reopened();
        put(&blobs, version, b"x");
        assert!(blobs.free_bytes().unwrap().is_none());
        drop(blobs);
    });
    assert_eq!(store.names(), ["original"]);
}
