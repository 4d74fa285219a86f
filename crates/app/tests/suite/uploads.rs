//! A photo arrives, once.

use app::assets::Parts;
use app::{Error, Made};
use model::{EventKind, Status, TaskKind};
use specimen::{Metadata, Photo};
use store::blobs::Blobs;
use store::on_both_engines;

use crate::harness::{Library, bergen, form, over, time};

fn bytes(seed: u64) -> Vec<u8> {
    let photo = Photo {
        width: 64,
        height: 48,
        scene: specimen::Scene::from_seed(seed),
        metadata: bergen(),
        ..Photo::default()
    };
    photo.bytes().unwrap()
}

fn files(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { files(&path) } else { 1 })
        .sum()
}

on_both_engines! {
    async fn what_the_file_says_is_shown_at_once(db: Db) {
        let library = Library::new(db).await;
        let found = library.photo(bergen(), 1).await;
        let asset = &found.asset;
        assert_eq!(asset.capture, time("2019-05-06T07:08:09+02:00"));
        assert_eq!(asset.metadata.description.as_deref(), Some("Bryggen"));
        assert_eq!(asset.metadata.rating.map(model::Rating::stars), Some(3));
        assert_eq!(asset.metadata.altitude, Some(12.0));
        assert_eq!(asset.size, Some((64, 48)));
        assert_eq!(library.asset(asset.id).await, found, "the answer is what is stored");
        let kinds: Vec<_> = library.events().await.iter().map(|event| event.change.kind).collect();
        assert_eq!(kinds, [EventKind::AssetCreated, EventKind::MetadataUpdated]);
        let mut kinds: Vec<_> = library.tasks(Status::Pending).await.iter().map(|t| t.kind).collect();
        kinds.sort_by_key(|kind| kind.urgency());
        assert_eq!(kinds, [TaskKind::ReverseGeocoding, TaskKind::Thumbhash]);
    }

    async fn a_file_that_says_nothing_falls_back_to_the_form(db: Db) {
        let library = Library::new(db).await;
        let asset = library.photo(Metadata::default(), 1).await.asset;
        assert_eq!(asset.capture, time("2020-02-02T02:02:02+02:00"));
        assert_eq!(asset.original(), None);
    }

    async fn the_same_bytes_are_one_asset_also_from_the_trash(db: Db) {
        let library = Library::new(db).await;
        let Made::New(first) = library.upload("a.jpg", &bytes(1)).await else { panic!() };
        let stored = files(library.objects.path());
        let Made::Existing(second) = library.upload("b.jpg", &bytes(1)).await else { panic!() };
        assert_eq!(first, second);
        library.app.trash_assets(library.me.clone(), None, vec![first.asset.id]).await.unwrap();
        let Made::Existing(third) = library.upload("c.jpg", &bytes(1)).await else { panic!() };
        assert!(third.asset.trashed_at.is_some());
        assert_eq!(files(library.objects.path()), stored, "nothing of a duplicate stays");
        assert_eq!(library.events().await.len(), 3, "a duplicate is no event");
    }

    async fn two_uploads_at_once_are_one_asset(db: Db) {
        let library = Library::new(db).await;
        let same = bytes(1);
        let (a, b, c) = tokio::join!(
            library.upload("a.jpg", &same), library.upload("b.jpg", &same), library.upload("c.jpg", &same)
        );
        let new = [&a, &b, &c].iter().filter(|made| matches!(made, Made::New(_))).count();
        assert_eq!(new, 1);
        let id = |made: Made<app::assets::Found>| match made { Made::New(f) | Made::Existing(f) => f.asset.id };
        let (a, b, c) = (id(a), id(b), id(c));
        assert!(a == b && b == c);
        assert_eq!(files(library.objects.path()), 1);
    }

    async fn an_upload_that_breaks_off_leaves_nothing(db: Db) {
        let library = Library::new(db).await;
        let mut receiving = library.app.receive(&library.me).await.unwrap();
        receiving.push(vec![1; 100].into()).await.unwrap();
        drop(receiving);
        // The writer notices on its own thread.
        for _ in 0..200 {
            if files(library.objects.path()) == 0 { return; }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the unfinished file is still there");
    }

    async fn an_empty_file_is_refused(db: Db) {
        let library = Library::new(db).await;
        let err = library.try_upload("a.jpg", b"").await.unwrap_err();
        assert!(matches!(err, app::Error::Invalid("asset_data", _)), "{err:?}");
        assert_eq!(files(library.objects.path()), 0);
    }

    async fn what_is_counted_follows_what_is_there(db: Db) {
        let library = Library::new(db).await;
        let (a, b) = (library.photo(bergen(), 1).await, library.photo(bergen(), 2).await);
        let bytes = a.asset.file_size_bytes + b.asset.file_size_bytes;
        let counted = async || {
            let all = library.app.libraries(library.me.clone(), model::TrashState::Live).await.unwrap();
            let me = library.app.me(library.me.clone()).await.unwrap();
            assert_eq!(me.storage_used_bytes, all[0].library.storage_used_bytes);
            (all[0].library.asset_count, me.storage_used_bytes)
        };
        assert_eq!(counted().await, (2, bytes));
        library.app.trash_assets(library.me.clone(), None, vec![a.asset.id]).await.unwrap();
        assert_eq!(counted().await, (1, bytes), "the trash occupies space and is not counted");
        library.app.empty_trash(library.me.clone(), None).await.unwrap();
        assert_eq!(counted().await, (1, b.asset.file_size_bytes));
        library.app.delete_asset(library.me.clone(), b.asset.id).await.unwrap();
        assert_eq!(counted().await, (0, 0));
    }

    async fn the_trash_is_emptied_by_a_machine_whose_clock_is_behind(db: Db) {
        let library = Library::new(db).await;
        let asset = library.photo(bergen(), 1).await.asset.id;
        library.app.trash_assets(library.me.clone(), None, vec![asset]).await.unwrap();
        let behind = library.clock.now().plus_seconds(-10);
        let place = library.objects.path().display().to_string().parse().unwrap();
        let other = over(library.db.clone(), Blobs::open(&place).unwrap(), behind);
        other.empty_trash(library.me.clone(), None).await.unwrap();
        let gone = library.app.asset(library.me.clone(), asset, Parts::ALL).await;
        assert!(matches!(gone, Err(Error::NotFound(_))));
    }

    /// A sweep could not tell it from what a crash has left.
    async fn what_takes_more_than_half_a_day_is_refused(db: Db) {
        const HALF_A_DAY: i64 = 12 * 60 * 60;
        let library = Library::new(db).await;
        let bytes = bytes(1);
        let slow = async |before: i64, after: i64| {
            let mut receiving = library.app.receive(&library.me).await?;
            library.clock.advance(before);
            receiving.push(bytes.clone().into()).await?;
            let received = receiving.finish().await?;
            library.clock.advance(after);
            let target = library.app.upload_target(library.me.clone(), None).await?;
            library.app.upload(library.me.clone(), target, form("slow.jpg"), received).await
        };
        for (before, after) in [(HALF_A_DAY + 1, 0), (HALF_A_DAY / 2, HALF_A_DAY / 2 + 1)] {
            let refused = slow(before, after).await;
            assert!(matches!(&refused, Err(Error::Unclear(text)) if text.contains("12 hours")), "{refused:?}");
            assert_eq!(files(library.objects.path()), 0);
        }
        assert!(matches!(slow(HALF_A_DAY / 2, HALF_A_DAY / 2).await, Ok(Made::New(_))));
    }
}

/// The commit is done and its answer lost: whether the asset exists is open, so its object stays,
/// and sending the file again finds it.
#[tokio::test]
async fn an_object_outlives_the_lost_answer_to_its_commit() {
    let Some((test, wire)) = store::testing::TestDb::postgres_by_wire() else { return };
    let library = Library::new(test.db.clone()).await;
    wire.cut_next_commit();
    let lost = library.try_upload("a.jpg", &bytes(1)).await;
    assert!(lost.is_err(), "{lost:?}");
    assert_eq!(files(library.objects.path()), 1, "a row without its object would be a loss");
    let Made::Existing(found) = library.upload("b.jpg", &bytes(1)).await else { panic!() };
    assert_eq!(found.asset.original_file_name, "a.jpg");
    assert_eq!(files(library.objects.path()), 1, "nothing of the repetition stays");
    assert_eq!(library.events().await.len(), 2);
}
