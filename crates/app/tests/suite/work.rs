//! What happens behind: names, pictures, clean-up, and trouble.

use std::io::Read as _;

use app::pictures::{Variant, Wanted};
use model::{Coordinates, MetadataPatch, Patch, Status, TaskKind};
use specimen::Metadata;
use store::on_both_engines;

use crate::harness::{Library, bergen, files};

async fn move_to(
    library: &Library,
    id: model::AssetId,
    latitude: f64,
    longitude: f64,
) -> model::Asset {
    let coordinates = Patch::Set(Coordinates::new(latitude, longitude).unwrap());
    let patch = MetadataPatch { coordinates, ..MetadataPatch::default() };
    library.app.update_asset(library.me.clone(), id, patch).await.unwrap().asset
}

on_both_engines! {
    async fn names_follow_the_place(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        library.app.work_until_idle().await.unwrap();
        let metadata = library.asset(id).await.asset.metadata;
        assert_eq!(metadata.place.country_code.as_deref(), Some("NO"));
        assert_eq!(metadata.timezone.as_deref(), Some("Europe/Oslo"));

        let moved = move_to(&library, id, -33.8568, 151.2153).await;
        assert_eq!(moved.metadata.place, model::PlaceNames::default(), "old names vanish at once");
        assert_eq!(moved.metadata.timezone, None);
        library.app.work_until_idle().await.unwrap();
        let metadata = library.asset(id).await.asset.metadata;
        assert_eq!(metadata.place.country_code.as_deref(), Some("AU"));
        assert_eq!(metadata.timezone.as_deref(), Some("Australia/Sydney"));

        let clear = MetadataPatch { coordinates: Patch::Clear, ..MetadataPatch::default() };
        library.app.update_asset(library.me.clone(), id, clear).await.unwrap();
        library.app.work_until_idle().await.unwrap();
        assert_eq!(library.asset(id).await.asset.metadata.place.country_code.as_deref(), Some("NO"));
    }

    async fn pictures_are_made_once_and_kept(db: Db) {
        let library = Library::new(db).await;
        let asset = library.photo(bergen(), 1).await.asset;
        assert_eq!(asset.thumbhash, None);
        let wanted = Wanted::Picture(Variant::Thumbnail);
        // Asked for before its task ran: made on the spot.
        let (a, b) = tokio::join!(
            library.app.deliver(asset.version_id, wanted), library.app.deliver(asset.version_id, wanted),
        );
        let read = |delivery: app::pictures::Delivery| {
            let mut bytes = Vec::new();
            let mut file = delivery.object;
            file.read_to_end(&mut bytes).unwrap();
            bytes
        };
        let first = read(a.unwrap());
        assert!(first.starts_with(&[0xFF, 0xD8]));
        assert_eq!(first, read(b.unwrap()));
        library.app.work_until_idle().await.unwrap();
        assert!(library.asset(asset.id).await.asset.thumbhash.is_some());
        let full = library.app.deliver(asset.version_id, Wanted::Picture(Variant::Fullsize)).await;
        assert!(read(full.unwrap()).starts_with(&[0xFF, 0xD8]));
    }

    async fn a_damaged_picture_ends_in_failure_and_blocks_nobody(db: Db) {
        let library = Library::new(db).await;
        let app::Made::New(bad) = library.upload("bad.jpg", b"\xFF\xD8\xFF\xE0 no picture").await else { panic!() };
        let good = library.photo(Metadata::default(), 1).await.asset.id;
        library.app.work_until_idle().await.unwrap();
        let failed = library.tasks(Status::Failure).await;
        assert_eq!(failed.len(), 1);
        assert_eq!((failed[0].asset_id, failed[0].kind), (bad.asset.id, TaskKind::Thumbhash));
        assert!(failed[0].error_message.as_deref().is_some_and(|text| !text.is_empty()));
        assert!(library.asset(good).await.asset.thumbhash.is_some());
        let original = library.app.deliver(bad.asset.version_id, Wanted::Original).await.unwrap();
        assert_eq!(original.object.len(), bad.asset.file_size_bytes.unsigned_abs());
        let picture = library.app.deliver(bad.asset.version_id, Wanted::Picture(Variant::Small)).await;
        assert!(matches!(picture, Err(app::Error::NotFound(_))), "{picture:?}");
    }

    async fn what_is_deleted_leaves_no_file(db: Db) {
        let library = Library::new(db).await;
        let asset = library.photo(bergen(), 1).await.asset;
        library.app.work_until_idle().await.unwrap();
        library.app.delete_asset(library.me.clone(), asset.id).await.unwrap();
        let gone = library.app.deliver(asset.version_id, Wanted::Original).await;
        assert!(matches!(gone, Err(app::Error::NotFound(_))));
        library.app.work_until_idle().await.unwrap();
        let files = files(library.objects.path());
        assert!(files.is_empty(), "{files:?}");
    }

    async fn a_task_whose_worker_vanished_is_taken_up_again(db: Db) {
        let library = Library::new(db.clone()).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        // A worker claims, and dies.
        let now = model::Instant::from_micros(1_700_000_100_000_000);
        let lease = now.plus_seconds(60);
        let claimed = db.write(move |tx| store::tasks::claim(tx, now, lease)).await.unwrap();
        assert_eq!(claimed.len(), 2);
        library.clock.advance(120);
        library.app.work_until_idle().await.unwrap();
        assert_eq!(library.tasks(Status::Started).await.len(), 2, "not before the lease is over");
        library.clock.advance(120);
        library.app.give_back_abandoned().await;
        library.clock.advance(60);
        library.app.work_until_idle().await.unwrap();
        assert!(library.asset(id).await.asset.thumbhash.is_some());
        let done = library.tasks(Status::Success).await;
        assert_eq!(done.len(), 2);
        assert!(done.iter().all(|task| task.retry_count == 1 && task.error_message.is_some()));
    }

    async fn however_often_a_worker_vanishes_only_pictures_are_given_up(db: Db) {
        let library = Library::new(db.clone()).await;
        let kept = library.photo(bergen(), 1).await.asset.id;
        let deleted = library.photo(bergen(), 2).await.asset.id;
        library.app.delete_asset(library.me.clone(), deleted).await.unwrap();
        for _ in 0..8 {
            let (now, lease) = (library.clock.now(), library.clock.now().plus_seconds(60));
            while !db.write(move |tx| store::tasks::claim(tx, now, lease)).await.unwrap().is_empty() {}
            library.clock.advance(61);
            library.app.give_back_abandoned().await;
            library.clock.advance(600);
        }
        let failed = library.tasks(Status::Failure).await;
        assert!(!failed.is_empty() && failed.iter().all(|task| task.kind == TaskKind::Thumbhash));
        library.app.work_until_idle().await.unwrap();
        let metadata = library.asset(kept).await.asset.metadata;
        assert_eq!(metadata.place.country_code.as_deref(), Some("NO"));
        let left = db.read(move |conn| store::versions::discarded(conn, deleted)).await.unwrap();
        assert!(left.is_empty(), "what is deleted is removed: {left:?}");
    }

    async fn who_works_alone_waits_for_no_lease(db: Db) {
        let library = Library::new(db.clone()).await;
        library.photo(bergen(), 1).await;
        let now = library.clock.now();
        let lease = now.plus_seconds(60);
        db.write(move |tx| store::tasks::claim(tx, now, lease)).await.unwrap();
        library.app.take_over().await.unwrap();
        library.app.give_back_abandoned().await;
        assert_eq!(library.tasks(Status::Pending).await.len(), 2);
    }
}
