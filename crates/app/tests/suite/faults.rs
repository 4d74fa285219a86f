//! A store of objects that fails as disks and networks do: whatever was answered is there, nothing
//! else shows, and the work is done once the trouble is over.

use std::collections::BTreeMap;
use std::io::Read as _;

use app::Made;
use app::assets::ListAssets;
use app::pictures::{Variant, Wanted};
use model::{AssetId, Status, VersionId};
use store::blobs::{self, Blobs};
use store::on_both_engines;
use store::testing::{Disturbance, Faults, Line, Seeded, TestDb, TestStore};

use crate::harness::{Library, bergen, small};

/// What was answered.
#[derive(Default)]
struct Journal {
    /// The bytes of the upload of each asset.
    assets: BTreeMap<AssetId, (VersionId, Vec<u8>)>,
    /// How many deeds were refused.
    refused: usize,
}

/// Deeds in an order that the seed decides.
async fn drive(library: &Library, journal: &mut Journal, seed: u64, deeds: u64) {
    let mut chance = Seeded::new(seed);
    for deed in 0..deeds {
        let ids: Vec<AssetId> = journal.assets.keys().copied().collect();
        let some = usize::try_from(chance.below(ids.len() as u64)).unwrap();
        let id = ids.get(some).copied();
        match (chance.below(10), id) {
            (0..4, _) | (_, None) => upload(library, journal, seed * 1000 + deed).await,
            (4..6, Some(id)) => edit(library, journal, id, seed * 1000 + deed).await,
            (6..8, Some(id)) => look(library, journal, id).await,
            (8, Some(id)) => {
                library.app.delete_asset(library.me.clone(), id).await.unwrap();
                journal.assets.remove(&id);
            }
            (_, Some(_)) => {
                library.clock.advance(1);
                library.app.work_until_idle().await.unwrap();
            }
        }
    }
}

fn all() -> ListAssets {
    ListAssets { limit: 200, ..ListAssets::default() }
}

async fn upload(library: &Library, journal: &mut Journal, seed: u64) {
    let bytes = small(bergen(), seed);
    match library.try_upload(&format!("{seed}.jpg"), &bytes).await {
        Ok(Made::New(found)) => {
            let said = found.asset.metadata.description.as_deref();
            assert_eq!(said, Some("Bryggen"), "what the file says is not lost to trouble");
            journal.assets.insert(found.asset.id, (found.asset.version_id, bytes));
        }
        Ok(Made::Existing(found)) => panic!("{} was there already", found.asset.id),
        Err(err) => refused(journal, &err),
    }
}

async fn edit(library: &Library, journal: &mut Journal, id: AssetId, seed: u64) {
    let before = library.app.versions(library.me.clone(), id).await.unwrap().1;
    if before.len() > 1 {
        // An edit goes above the upload once.
        return;
    }
    match library.try_edit(library.me.clone(), id, seed).await {
        Ok(Made::New(shown)) => {
            let after = library.app.versions(library.me.clone(), id).await.unwrap().1;
            assert_eq!(after.len(), before.len() + 1);
            assert_eq!(after.last().unwrap().id, shown.version.id);
        }
        Ok(Made::Existing(_)) => panic!("it was there already"),
        Err(err) => {
            refused(journal, &err);
            let after = library.app.versions(library.me.clone(), id).await.unwrap().1;
            assert_eq!(before, after, "nothing of a refused edit shows");
        }
    }
}

async fn look(library: &Library, journal: &mut Journal, id: AssetId) {
    let version = journal.assets[&id].0;
    match library.app.deliver(version, Wanted::Picture(Variant::Small)).await {
        Ok(mut sent) => {
            let mut bytes = Vec::new();
            if sent.object.read_to_end(&mut bytes).is_ok() {
                assert!(bytes.starts_with(&[0xFF, 0xD8]) && bytes.ends_with(&[0xFF, 0xD9]));
            }
        }
        Err(err) => refused(journal, &err),
    }
}

/// The store is blamed, and nobody else.
fn refused(journal: &mut Journal, err: &app::Error) {
    let is_of_the_store = matches!(err, app::Error::StorageTrouble(_) | app::Error::NoRoom(_));
    assert!(is_of_the_store, "{err:?}");
    journal.refused += 1;
}

/// After the trouble: all tasks end, and journal, rows and objects agree.
async fn check(library: &Library, journal: &Journal, objects: &Blobs) {
    for _ in 0..20 {
        library.clock.advance(2000);
        library.app.work_until_idle().await.unwrap();
    }
    assert!(library.tasks(Status::Pending).await.is_empty(), "the queue drains");
    assert!(library.tasks(Status::Started).await.is_empty());
    let mut listed = library.list(all()).await;
    listed.sort();
    assert_eq!(listed, journal.assets.keys().copied().collect::<Vec<_>>());
    let mut rows = Vec::new();
    for (id, (version, bytes)) in &journal.assets {
        assert!(content(library, *version).await == *bytes, "the upload of {id} as it was sent");
        for version in library.app.versions(library.me.clone(), *id).await.unwrap().1 {
            let stored = content(library, version.id).await;
            assert_eq!(
                i64::try_from(stored.len()).unwrap(),
                version.file_size_bytes,
                "no row without its object"
            );
            rows.push(version.id);
        }
        let shown = library.asset(*id).await.asset;
        let picture = Wanted::Picture(Variant::Preview);
        library.app.deliver(shown.version_id, picture).await.unwrap();
    }
    let far = model::Instant::from_micros(i64::MAX);
    let known = |asked: &[VersionId]| {
        Ok::<_, blobs::Error>(asked.iter().copied().filter(|id| rows.contains(id)).collect())
    };
    objects.sweep(far, known).unwrap();
    let mut left = Vec::new();
    let listed = objects.list(|group| {
        left.extend(group.iter().filter(|listed| listed.original().is_some()).map(|l| l.version));
        Ok::<_, blobs::Error>(())
    });
    listed.unwrap();
    rows.sort();
    left.sort();
    assert_eq!(left, rows, "objects and rows after the sweep");
}

async fn content(library: &Library, version: VersionId) -> Vec<u8> {
    let mut sent = library.app.deliver(version, Wanted::Original).await.unwrap();
    let mut bytes = Vec::new();
    sent.object.read_to_end(&mut bytes).unwrap();
    bytes
}

on_both_engines! {
    async fn whatever_was_answered_outlives_a_failing_disk(db: Db) {
        let (store, faults) = (TestStore::folder(), Faults::new(7));
        let library = Library::over(db, faults.over(&store.blobs)).await;
        let mut journal = Journal::default();
        for (round, percent) in [5, 30, 15].into_iter().enumerate() {
            faults.fail(percent);
            drive(&library, &mut journal, 11 + round as u64, 40).await;
            faults.fail(0);
            check(&library, &journal, &store.blobs).await;
        }
        assert!(faults.met() > 50, "{} faults", faults.met());
        assert!(journal.refused > 10 && journal.assets.len() > 10, "{} refused", journal.refused);
    }

    async fn a_full_disk_refuses_uploads_and_leaves_reading_alone(db: Db) {
        let (store, faults) = (TestStore::folder(), Faults::new(1));
        let library = Library::over(db, faults.over(&store.blobs)).await;
        let mut journal = Journal::default();
        upload(&library, &mut journal, 1).await;
        let (&id, (version, bytes)) = journal.assets.iter().next().unwrap();
        library.app.deliver(*version, Wanted::Picture(Variant::Small)).await.unwrap();
        faults.fill(true);
        let refused = library.try_upload("2.jpg", &small(bergen(), 2)).await;
        assert!(matches!(refused, Err(app::Error::NoRoom(_))), "{refused:?}");
        let refused = library.try_edit(library.me.clone(), id, 3).await;
        assert!(matches!(refused, Err(app::Error::NoRoom(_))));
        assert!(content(&library, *version).await == *bytes);
        library.app.deliver(*version, Wanted::Picture(Variant::Small)).await.unwrap();
        assert_eq!(library.list(all()).await, [id]);
        library.app.work_until_idle().await.unwrap();
        faults.fill(false);
        check(&library, &journal, &store.blobs).await;
    }
}

/// The same over a line that loses requests and answers, where the store itself repeats them.
#[tokio::test]
async fn whatever_was_answered_outlives_a_bad_line() {
    use Disturbance::{Fails, Full, HalfAnswered, IsBusy, Unanswered, Unsent};
    let Some((store, line)) = TestStore::bucket_by_line() else { return };
    let line: Line = line;
    let test = TestDb::sqlite();
    let library = Library::over(test.db.clone(), store.blobs.clone()).await;
    let mut journal = Journal::default();
    line.disturb(3, 20, &[Fails, IsBusy, Unsent, Unanswered, HalfAnswered]);
    drive(&library, &mut journal, 21, 30).await;
    assert_eq!(journal.refused, 0, "all of it passes");
    line.disturb(4, 30, &[Full]);
    drive(&library, &mut journal, 22, 30).await;
    assert!(journal.refused > 0);
    line.calm();
    check(&library, &journal, &store.reopened()).await;
}
