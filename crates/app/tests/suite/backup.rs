//! What is backed up comes back, on either engine.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use app::assets::ListAssets;
use app::backup::{BackUp, BackedUp, Pruned, Restore, Restored, restore, snapshots};
use app::check::Check;
use app::search::Search;
use app::{App, Error};
use model::{AssetFilter, AssetId, TrashState, VersionId};
use store::blobs::Blobs;
use store::db::{DatabaseUrl, Db};
use store::on_both_engines;
use store::testing::TestDb;
use tempfile::TempDir;

use crate::harness::{Library, bergen, original, small};

/// Databases to restore into: an SQLite file that is not there yet, and an empty PostgreSQL schema.
pub(crate) enum Target {
    File(TempDir),
    Server(TestDb),
}

impl Target {
    pub(crate) fn all() -> Vec<Self> {
        let file = Self::File(tempfile::tempdir().unwrap());
        [Some(file), TestDb::postgres().map(Self::Server)].into_iter().flatten().collect()
    }

    pub(crate) fn url(&self) -> DatabaseUrl {
        match self {
            Self::File(folder) => DatabaseUrl::Sqlite(folder.path().join("restored.db")),
            Self::Server(test) => test.url.clone(),
        }
    }
}

pub(crate) fn store(folder: &Path) -> Blobs {
    Blobs::open(&folder.display().to_string().parse().unwrap()).unwrap()
}

pub(crate) async fn back_up(library: &Library, to: &TempDir) -> app::Result<BackedUp> {
    back_up_and_keep(library, to, None).await
}

pub(crate) async fn back_up_and_keep(
    library: &Library,
    to: &TempDir,
    keep: Option<usize>,
) -> app::Result<BackedUp> {
    library.clock.advance(1);
    let backup = BackUp {
        to: store(to.path()),
        staging: library.objects.path().join("tmp"),
        keys: vec![("url-key".to_owned(), "00".repeat(32))],
        keep: keep.and_then(NonZeroUsize::new),
        read_data: false,
        progress: None,
    };
    library.app.back_up(backup).await
}

pub(crate) async fn restored(
    from: &TempDir,
    to: Option<(DatabaseUrl, Blobs)>,
    library: &Library,
) -> app::Result<Restored> {
    let wanted = wanted(store(from.path()), to, library);
    tokio::task::spawn_blocking(move || restore(&wanted)).await.unwrap()
}

pub(crate) fn wanted(from: Blobs, to: Option<(DatabaseUrl, Blobs)>, library: &Library) -> Restore {
    Restore {
        from,
        snapshot: None,
        to,
        staging: library.objects.path().join("tmp"),
        save_keys: Box::new(|keys| {
            assert_eq!(keys.len(), 1);
            Ok(())
        }),
        now: model::Instant::from_micros(1_800_000_000_000_000),
        progress: None,
    }
}

/// A library with assets, an album, a correction and trash.
pub(crate) async fn filled(db: Db) -> (Library, Vec<AssetId>) {
    let library = Library::new(db).await;
    let assets = fill(&library).await;
    (library, assets)
}

pub(crate) async fn fill(library: &Library) -> Vec<AssetId> {
    library.app.recognise().await.unwrap();
    let mut assets = Vec::new();
    for seed in 0..4 {
        assets.push(library.photo(bergen(), seed).await.asset.id);
    }
    library.app.work_until_idle().await.unwrap();
    library.app.trash_assets(library.me.clone(), None, vec![assets[3]]).await.unwrap();
    assets
}

pub(crate) async fn same(before: &Library, app: &App, objects: &Path) {
    let wanted = || {
        let filter = AssetFilter { state: TrashState::All, ..AssetFilter::default() };
        ListAssets { filter, limit: 200, ..ListAssets::default() }
    };
    let them = app.assets(before.me.clone(), wanted()).await.unwrap();
    let us = before.app.assets(before.me.clone(), wanted()).await.unwrap();
    assert_eq!(us.items.len(), 4);
    for (us, them) in us.items.iter().zip(&them.items) {
        assert_eq!(us.asset, them.asset);
        let bytes = |root: &Path| fs::read(original(root, us.asset.version_id)).unwrap();
        assert_eq!(bytes(before.objects.path()), bytes(objects));
    }
}

on_both_engines! {
    async fn what_is_backed_up_comes_back_on_either_engine(db: Db) {
        let (library, assets) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        let made = back_up(&library, &backup).await.unwrap();
        assert_eq!((made.copied, made.snapshot.originals, made.damaged.len()), (4, 4, 0));

        for target in Target::all() {
            let objects = tempfile::tempdir().unwrap();
            let to = || Some((target.url(), store(objects.path())));
            let done = restored(&backup, to(), &library).await.unwrap();
            assert_eq!((done.originals, done.damaged.len()), (4, 0));

            let db = Db::open(&target.url()).unwrap();
            let app = library.moved_to(db.clone(), store(objects.path()));
            app.recognise().await.unwrap();
            same(&library, &app, objects.path()).await;
            app.work_until_idle().await.unwrap();
            let phrase = Some(model::Phrase::new("bryggen"));
            let wanted = Search { phrase, page: 1, limit: 9, ..Search::default() };
            let found = app.search(library.me.clone(), wanted).await.unwrap();
            assert_eq!(found.items.len(), 3, "the words of live assets are found");
            app.restore_assets(library.me.clone(), None, vec![assets[3]]).await.unwrap();
            let check = Check { read_data: true, ..Check::default() };
            assert!(app.check(check).await.unwrap().is_clean());

            let again = restored(&backup, to(), &library).await;
            assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
            db.close().await;
        }
    }

    async fn old_snapshots_go_with_what_only_they_had(db: Db) {
        let (library, assets) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        back_up(&library, &backup).await.unwrap();
        // What a run that was cut off leaves.
        let interrupted = backup.path().join("snapshots/20200101T000000000Z");
        fs::create_dir(&interrupted).unwrap();
        fs::write(interrupted.join("library.db"), "the beginning").unwrap();
        library.app.delete_asset(library.me.clone(), assets[3]).await.unwrap();

        let both = back_up_and_keep(&library, &backup, Some(2)).await.unwrap();
        assert_eq!(both.pruned.unwrap(), Pruned { snapshots: 0, originals: 0 });
        assert!(!interrupted.exists());
        let one = back_up_and_keep(&library, &backup, Some(1)).await.unwrap();
        assert_eq!(one.pruned.unwrap(), Pruned { snapshots: 2, originals: 1 });
        assert_eq!(snapshots(&store(backup.path())).unwrap().whole.len(), 1);
        let done = restored(&backup, None, &library).await.unwrap();
        assert_eq!((done.originals, done.damaged.len()), (3, 0));

        let list = backup.path().join("snapshots").join(&one.snapshot.name).join("originals");
        let ids = fs::read(&list).unwrap();
        fs::write(&list, &ids[16..]).unwrap();
        fs::create_dir(&interrupted).unwrap();
        let refused = back_up_and_keep(&library, &backup, Some(2)).await.unwrap().pruned;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
        assert!(interrupted.exists(), "nothing was removed");
        let done = restored(&backup, None, &library).await.unwrap();
        assert_eq!((done.originals, done.damaged.len()), (3, 0), "a damaged list costs nothing");

        // A clock that was wrong once must not cost what is made now, nor a strange folder anything.
        fs::create_dir(backup.path().join("snapshots/.Trash-1000")).unwrap();
        let newest = snapshots(&store(backup.path())).unwrap().whole.pop().unwrap().name;
        let folder = |name: &str| backup.path().join("snapshots").join(name);
        fs::rename(folder(&newest), folder("20991231T000000000Z")).unwrap();
        let made = back_up_and_keep(&library, &backup, Some(1)).await.unwrap();
        assert!(matches!(made.pruned, Err(Error::Conflict(_))), "{made:?}");
        assert!(folder(&made.snapshot.name).join("snapshot.json").exists());
    }

    async fn only_what_is_new_is_copied(db: Db) {
        let (library, assets) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        back_up(&library, &backup).await.unwrap();
        library.upload("new.jpg", &small(bergen(), 9)).await;
        library.app.delete_asset(library.me.clone(), assets[3]).await.unwrap();
        library.app.work_until_idle().await.unwrap();
        let made = back_up(&library, &backup).await.unwrap();
        assert_eq!((made.copied, made.snapshot.originals), (1, 4));
        let both = snapshots(&store(backup.path())).unwrap().whole;
        assert_eq!(both.iter().map(|one| one.originals).collect::<Vec<_>>(), [4, 4]);
        // What the older one names is still there as well.
        let first = original(backup.path(), library_version(&library, assets[0]).await);
        assert!(first.exists());
        let nothing = restored(&backup, None, &library).await.unwrap();
        assert_eq!((nothing.originals, nothing.damaged.len()), (4, 0));
    }

    async fn what_no_snapshot_names_goes_even_when_none_does(db: Db) {
        let (library, _) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        back_up(&library, &backup).await.unwrap();
        let stray = original(backup.path(), VersionId::generate());
        fs::create_dir_all(stray.parent().unwrap()).unwrap();
        fs::write(&stray, "of a backup that was cut off").unwrap();
        let made = back_up_and_keep(&library, &backup, Some(5)).await.unwrap();
        assert_eq!(made.pruned.unwrap(), Pruned { snapshots: 0, originals: 1 });
        assert!(!stray.exists());
        let done = restored(&backup, None, &library).await.unwrap();
        assert_eq!((done.originals, done.damaged.len()), (4, 0));
    }

    async fn no_objects_go_while_a_backup_is_made(db: Db) {
        let (library, assets) = filled(db).await;
        let (me, now) = (uuid::Uuid::new_v4(), library.clock.now());
        let hold = move |db: Db| async move {
            db.write(move |tx| {
                store::jobs::announce(tx, &["backup"], now)?;
                store::jobs::take(tx, "backup", me, now, now.plus_seconds(60)).map(|_| ())
            })
            .await
            .unwrap();
        };
        hold(library.db.clone()).await;
        let another = back_up(&library, &tempfile::tempdir().unwrap()).await;
        assert!(matches!(another, Err(Error::Conflict(_))), "{another:?}");
        let version = library_version(&library, assets[3]).await;
        library.app.delete_asset(library.me.clone(), assets[3]).await.unwrap();
        library.app.work_until_idle().await.unwrap();
        assert!(original(library.objects.path(), version).exists());
        // The lease is over.
        library.clock.advance(61);
        library.app.work_until_idle().await.unwrap();
        assert!(!original(library.objects.path(), version).exists());
    }
}

pub(crate) async fn library_version(library: &Library, asset: AssetId) -> VersionId {
    library.asset(asset).await.asset.version_id
}
