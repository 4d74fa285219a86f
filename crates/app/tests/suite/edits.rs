//! A person corrects what the file says, and takes it back.

use app::Error;
use model::{Caption, Coordinates, EventKind, MetadataPatch, Patch, Rating, Status, TaskKind};
use specimen::Metadata;
use store::on_both_engines;

use crate::harness::{Library, bergen, time};

fn caption(text: &str) -> MetadataPatch {
    let description = Patch::Set(Caption::new(text.to_owned()).unwrap());
    MetadataPatch { description, ..MetadataPatch::default() }
}

fn place(latitude: f64, longitude: f64) -> MetadataPatch {
    let coordinates = Patch::Set(Coordinates::new(latitude, longitude).unwrap());
    MetadataPatch { coordinates, ..MetadataPatch::default() }
}

on_both_engines! {
    async fn every_field_can_be_set_and_taken_back(db: Db) {
        let library = Library::new(db).await;
        for (seed, metadata) in [(1, bergen()), (2, Metadata::default())] {
            let before = library.photo(metadata, seed).await.asset;
            let patch = MetadataPatch {
                original: Patch::Set(time("2001-01-01T01:01:01")),
                rating: Patch::Set(Rating::new(0).unwrap()),
                ..MetadataPatch { coordinates: place(-33.8568, 151.2153).coordinates, ..caption("mine") }
            };
            let shown = library.app.update_asset(library.me.clone(), before.id, patch).await.unwrap();
            assert_eq!(shown.asset.metadata.description.as_deref(), Some("mine"));
            assert_eq!(shown.asset.capture, time("2001-01-01T01:01:01"));
            assert_eq!(shown.asset.metadata.rating, Rating::new(0).ok());
            assert_eq!(shown.asset.metadata.altitude, None);
            assert_eq!(shown, library.asset(before.id).await, "the answer equals a later look");
            let cleared = MetadataPatch {
                description: Patch::Clear, coordinates: Patch::Clear,
                original: Patch::Clear, rating: Patch::Clear,
            };
            let after = library.app.update_asset(library.me.clone(), before.id, cleared).await.unwrap().asset;
            assert!(after.updated_at > shown.asset.updated_at && shown.asset.updated_at > before.updated_at);
            let dated = model::Asset {
                updated_at: before.updated_at,
                metadata: model::Metadata { updated_at: before.metadata.updated_at, ..after.metadata },
                ..after
            };
            assert_eq!(dated, before, "the file shows through as before");
        }
    }

    async fn the_same_edit_twice_is_one_event(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        let first = library.app.update_asset(library.me.clone(), id, caption("mine")).await.unwrap();
        let again = library.app.update_asset(library.me.clone(), id, caption("mine")).await.unwrap();
        let nothing = library.app.update_asset(library.me.clone(), id, MetadataPatch::default()).await.unwrap();
        assert!(first == again && again == nothing);
        let kinds: Vec<_> = library.events().await.iter().skip(2).map(|event| event.change.kind).collect();
        assert_eq!(kinds, [EventKind::MetadataUpdated, EventKind::AssetUpdated]);
    }

    async fn coordinates_always_ask_for_names_and_never_twice(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(Metadata::default(), 1).await.asset.id;
        library.app.work_until_idle().await.unwrap();
        let waiting = async || {
            let tasks = library.tasks(Status::Pending).await;
            assert!(tasks.iter().all(|task| task.kind == TaskKind::ReverseGeocoding));
            tasks.len()
        };
        library.app.update_asset(library.me.clone(), id, caption("mine")).await.unwrap();
        assert_eq!(waiting().await, 0);
        for _ in 0..3 {
            library.app.update_asset(library.me.clone(), id, place(1.0, 2.0)).await.unwrap();
            assert_eq!(waiting().await, 1);
        }
        library.app.work_until_idle().await.unwrap();
        let clear = MetadataPatch { coordinates: Patch::Clear, ..MetadataPatch::default() };
        library.app.update_asset(library.me.clone(), id, clear).await.unwrap();
        assert_eq!(waiting().await, 1, "clearing asks too");
    }

    async fn two_people_on_two_fields_both_win(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        for round in 0..10 {
            let text = format!("round {round}");
            let (a, b) = tokio::join!(
                library.app.update_asset(library.me.clone(), id, caption(&text)),
                library.app.update_asset(library.me.clone(), id, place(f64::from(round), 2.0)),
            );
            a.and(b).unwrap();
            let metadata = library.asset(id).await.asset.metadata;
            assert_eq!(metadata.description, Some(text));
            assert_eq!(metadata.coordinates, Coordinates::new(f64::from(round), 2.0).ok());
        }
    }

    async fn a_batch_is_done_whole_or_not_at_all(db: Db) {
        let library = Library::new(db).await;
        let (a, b) = (library.photo(bergen(), 1).await.asset.id, library.photo(bergen(), 2).await.asset.id);
        let events = library.events().await.len();
        let unknown = model::AssetId::generate();
        let changes = vec![(a, caption("x")), (unknown, caption("y"))];
        let err = library.app.update_assets(library.me.clone(), changes).await.unwrap_err();
        assert!(matches!(&err, Error::NotFound(text) if text.contains(&unknown.to_string())), "{err:?}");
        assert_eq!(library.asset(a).await.asset.metadata.description.as_deref(), Some("Bryggen"));
        assert_eq!(library.events().await.len(), events);

        let changes = vec![(b, caption("1")), (a, place(3.0, 4.0)), (b, caption("2"))];
        library.app.update_assets(library.me.clone(), changes).await.unwrap();
        assert_eq!(library.asset(b).await.asset.metadata.description.as_deref(), Some("2"));
        assert_eq!(library.asset(a).await.asset.metadata.coordinates, Coordinates::new(3.0, 4.0).ok());
    }

    async fn the_trash_can_be_edited(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        library.app.trash_assets(library.me.clone(), None, vec![id]).await.unwrap();
        let shown = library.app.update_asset(library.me.clone(), id, caption("mine")).await.unwrap();
        assert!(shown.asset.trashed_at.is_some());
    }
}
