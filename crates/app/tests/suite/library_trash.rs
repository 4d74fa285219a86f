//! Libraries in the trash, and what time does to the trash (contract 2.3, 11).

use app::assets::{ListAssets, Parts};
use app::events::ReadEvents;
use app::{Error, Limits};
use model::{EventKind, LibraryId, Status, TrashState};
use specimen::Metadata;
use store::on_both_engines;

use crate::harness::{Library, bergen, files};

const DAY: i64 = 24 * 60 * 60;

impl Library {
    async fn only(&self) -> LibraryId {
        let all = self.app.libraries(self.me.clone(), TrashState::Live).await.unwrap();
        assert_eq!(all.len(), 1);
        all[0].library.id
    }

    async fn kinds(&self, library: LibraryId) -> Vec<EventKind> {
        let wanted = ReadEvents { library: Some(library), limit: 200, ..ReadEvents::default() };
        let read = self.app.events(self.me.clone(), wanted).await.unwrap();
        read.events.iter().map(|event| event.change.kind).collect()
    }
}

fn is_missing<T>(done: app::Result<T>) -> bool {
    matches!(done.map(drop), Err(Error::NotFound(_)))
}

on_both_engines! {
    async fn a_trashed_library_is_nowhere_until_it_is_restored(db: Db) {
        let library = Library::new(db).await;
        let (app, me) = (&library.app, &library.me);
        let (id, asset) = (library.only().await, library.photo(bergen(), 1).await.asset.id);
        assert!(matches!(app.trash_library(me.clone(), id).await, Err(Error::Conflict(_))), "the last one");
        let other = library.another("Other").await;
        assert!(matches!(app.delete_library(me.clone(), id).await, Err(Error::Conflict(_))), "live");
        app.trash_library(me.clone(), id).await.unwrap();
        let trashed_at = app.library(me.clone(), id).await.unwrap().library.trashed_at;
        assert!(trashed_at.is_some());
        library.clock.advance(60);
        app.trash_library(me.clone(), id).await.unwrap();
        assert_eq!(app.library(me.clone(), id).await.unwrap().library.trashed_at, trashed_at);

        let in_it = ListAssets { library: Some(id), limit: 5, ..ListAssets::default() };
        assert!(is_missing(app.asset(me.clone(), asset, Parts::default()).await));
        assert!(is_missing(app.assets(me.clone(), in_it).await));
        assert!(is_missing(app.check_upload(me.clone(), Some(id)).await));
        assert!(is_missing(app.empty_trash(me.clone(), Some(id)).await));
        assert!(is_missing(app.tasks_of_asset(me.clone(), asset).await));
        assert_eq!(library.only().await, other, "the only one that counts");
        assert_eq!(app.upload_target(me.clone(), None).await.unwrap(), other);
        let trashed = app.libraries(me.clone(), TrashState::Trashed).await.unwrap();
        assert_eq!(trashed.iter().map(|view| view.library.id).collect::<Vec<_>>(), [id]);
        assert!(matches!(app.trash_library(me.clone(), other).await, Err(Error::Conflict(_))), "the last live one");

        let before = library.clock.now();
        let back = app.restore_library(me.clone(), id).await.unwrap().library;
        assert_eq!((back.trashed_at, back.asset_count), (None, 1));
        assert!(back.updated_at >= before);
        assert_eq!(app.restore_library(me.clone(), id).await.unwrap().library, back);
        assert_eq!(app.asset(me.clone(), asset, Parts::default()).await.unwrap().asset.trashed_at, None);
        let kinds = library.kinds(id).await;
        assert_eq!(kinds[kinds.len() - 2..], [EventKind::LibraryTrashed, EventKind::LibraryRestored]);
    }

    async fn of_the_last_two_libraries_one_stays(db: Db) {
        let library = Library::new(db).await;
        let (first, second) = (library.only().await, library.another("Other").await);
        let (a, b) = tokio::join!(
            library.app.trash_library(library.me.clone(), first),
            library.app.trash_library(library.me.clone(), second),
        );
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        library.only().await;
    }

    async fn a_deleted_library_is_drained(db: Db) {
        let library = Library::new(db.clone()).await;
        let (app, me) = (&library.app, &library.me);
        let id = library.only().await;
        let asset = library.photo(bergen(), 1).await.asset;
        for seed in 2..5 {
            library.photo(Metadata::default(), seed).await;
        }
        app.work_until_idle().await.unwrap();
        let other = library.another("Other").await;
        let used = app.me(me.clone()).await.unwrap().storage_used_bytes;
        assert!(used > 0);
        app.trash_library(me.clone(), id).await.unwrap();
        app.purge().await.unwrap();
        assert_eq!(app.library(me.clone(), id).await.unwrap().library.asset_count, 4, "its time is not over");
        app.delete_library(me.clone(), id).await.unwrap();
        app.delete_library(me.clone(), id).await.unwrap();
        app.purge().await.unwrap();
        assert!(is_missing(app.library(me.clone(), id).await));
        assert!(is_missing(app.restore_library(me.clone(), id).await));
        assert!(is_missing(app.delete_library(me.clone(), id).await));
        assert_eq!(app.me(me.clone()).await.unwrap().storage_used_bytes, 0);
        assert!(is_missing(app.deliver(asset.version_id, app::pictures::Wanted::Original).await));
        app.work_until_idle().await.unwrap();
        assert!(files(library.objects.path()).is_empty());
        for table in ["events", "feeds", "assets"] {
            let sql = format!("select cast(count(*) as bigint) from {table} where library_id = $1");
            let left: Option<(i64,)> = db.read(move |conn| conn.one(&sql, &[&id])).await.unwrap();
            assert_eq!(left, Some((0,)), "{table}");
        }
        // Its name is free, and the other library as it was.
        assert_ne!(library.another("My Library").await, id);
        assert!(app.library(me.clone(), other).await.unwrap().library.trashed_at.is_none());
    }

    async fn restoring_ends_the_purge_and_the_waiver(db: Db) {
        let library = Library::new(db).await;
        let (app, me, id) = (&library.app, &library.me, library.only().await);
        library.photo(bergen(), 1).await;
        library.another("Other").await;
        app.trash_library(me.clone(), id).await.unwrap();
        app.delete_library(me.clone(), id).await.unwrap();
        app.restore_library(me.clone(), id).await.unwrap();
        app.purge().await.unwrap();
        app.trash_library(me.clone(), id).await.unwrap();
        app.purge().await.unwrap();
        assert_eq!(app.library(me.clone(), id).await.unwrap().library.asset_count, 1);
    }

    async fn time_in_the_trash_ends(db: Db) {
        let library = Library::new(db).await;
        let (app, me, id) = (&library.app, &library.me, library.only().await);
        let (old, young) = (library.photo(bergen(), 1).await.asset.id, library.photo(bergen(), 2).await.asset.id);
        let other = library.another("Other").await;
        app.trash_assets(me.clone(), Some(id), vec![old]).await.unwrap();
        app.trash_library(me.clone(), other).await.unwrap();
        library.clock.advance(60 * DAY);
        app.trash_assets(me.clone(), Some(id), vec![young]).await.unwrap();
        library.clock.advance(30 * DAY - 1);
        app.purge().await.unwrap();
        library.asset(old).await;
        library.clock.advance(1);
        app.purge().await.unwrap();
        assert!(is_missing(app.asset(me.clone(), old, Parts::default()).await));
        assert!(is_missing(app.library(me.clone(), other).await));
        library.asset(young).await;
        assert_eq!(library.kinds(id).await.last(), Some(&EventKind::AssetDeleted));
        assert!(library.tasks(Status::Pending).await.iter().any(|task| {
            task.asset_id == old && task.kind == model::TaskKind::AssetStorageCleanup
        }));
    }

    async fn without_a_limit_things_stay_in_the_trash(db: Db) {
        let limits = Limits { trash_days: None, ..Limits::default() };
        let library = Library::with_limits(db, limits).await;
        let (app, me, id) = (&library.app, &library.me, library.only().await);
        let asset = library.photo(bergen(), 1).await.asset.id;
        let other = library.another("Other").await;
        app.trash_assets(me.clone(), Some(id), vec![asset]).await.unwrap();
        app.trash_library(me.clone(), other).await.unwrap();
        library.clock.advance(3650 * DAY);
        app.purge().await.unwrap();
        library.asset(asset).await;
        app.delete_library(me.clone(), other).await.unwrap();
        app.purge().await.unwrap();
        assert!(is_missing(app.library(me.clone(), other).await), "its owner waived the wait");
    }
}
