//! What is backed up comes back, on either engine; what is damaged is told and mended.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use app::assets::ListAssets;
use app::backup::{BackUp, BackedUp, Pruned, Restore, Restored, restore, snapshots};
use app::check::Check;
use app::search::Search;
use app::{App, Error};
use model::{AssetFilter, AssetId, TrashState, VersionId};
use store::blobs::{Blobs, Verdict};
use store::db::{DatabaseUrl, Db};
use store::on_both_engines;
use store::testing::{Faults, TestDb, TestStore};
use tempfile::TempDir;

use crate::harness::{Library, bergen, original, small};

/// Databases to restore into: an SQLite file that is not there yet, and an empty PostgreSQL schema.
enum Target {
    File(TempDir),
    Server(TestDb),
}

impl Target {
    fn all() -> Vec<Self> {
        let file = Self::File(tempfile::tempdir().unwrap());
        [Some(file), TestDb::postgres().map(Self::Server)].into_iter().flatten().collect()
    }

    fn url(&self) -> DatabaseUrl {
        match self {
            Self::File(folder) => DatabaseUrl::Sqlite(folder.path().join("restored.db")),
            Self::Server(test) => test.url.clone(),
        }
    }
}

fn store(folder: &Path) -> Blobs {
    Blobs::open(&folder.display().to_string().parse().unwrap()).unwrap()
}

async fn back_up(library: &Library, to: &TempDir) -> app::Result<BackedUp> {
    back_up_and_keep(library, to, None).await
}

async fn back_up_and_keep(
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

async fn restored(
    from: &TempDir,
    to: Option<(DatabaseUrl, Blobs)>,
    library: &Library,
) -> app::Result<Restored> {
    let wanted = wanted(store(from.path()), to, library);
    tokio::task::spawn_blocking(move || restore(&wanted)).await.unwrap()
}

fn wanted(from: Blobs, to: Option<(DatabaseUrl, Blobs)>, library: &Library) -> Restore {
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
async fn filled(db: Db) -> (Library, Vec<AssetId>) {
    let library = Library::new(db).await;
    let assets = fill(&library).await;
    (library, assets)
}

async fn fill(library: &Library) -> Vec<AssetId> {
    library.app.recognise().await.unwrap();
    let mut assets = Vec::new();
    for seed in 0..4 {
        assets.push(library.photo(bergen(), seed).await.asset.id);
    }
    library.app.work_until_idle().await.unwrap();
    library.app.trash_assets(library.me.clone(), None, vec![assets[3]]).await.unwrap();
    assets
}

async fn same(before: &Library, app: &App, objects: &Path) {
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

    async fn nothing_is_restored_among_the_objects_of_another_library(db: Db) {
        let (library, _) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        back_up(&library, &backup).await.unwrap();
        let theirs = tempfile::tempdir().unwrap();
        let record = theirs.path().join("library.json");
        fs::create_dir(theirs.path().join("v")).unwrap();
        fs::write(&record, r#"{"library":"01890a5d-ac96-774b-bcce-b302099a8057","position":3}"#).unwrap();
        let before = fs::read(&record).unwrap();
        let file = tempfile::tempdir().unwrap();
        let to = (DatabaseUrl::Sqlite(file.path().join("new.db")), store(theirs.path()));
        let refused = restored(&backup, Some(to), &library).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
        assert_eq!(fs::read(&record).unwrap(), before);
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

    async fn a_backup_is_made_where_nothing_else_is(db: Db) {
        let (library, _) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        let own = BackUp {
            to: store(library.objects.path()),
            staging: backup.path().join("tmp"),
            keys: Vec::new(),
            keep: None,
            read_data: false,
            progress: None,
        };
        let text = library.app.back_up(own).await.unwrap_err().to_string();
        assert!(text.contains("keeps its objects there"), "{text}");
        let elsewhere = TestDb::sqlite();
        let other = Library::new(elsewhere.db.clone()).await;
        other.app.recognise().await.unwrap();
        back_up(&other, &backup).await.unwrap();
        let text = back_up(&library, &backup).await.unwrap_err().to_string();
        assert!(text.contains("another library"), "{text}");
    }

    async fn damage_is_not_backed_up_and_is_put_back(db: Db) {
        let (library, assets) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        back_up(&library, &backup).await.unwrap();
        let changed = library_version(&library, assets[0]).await;
        let gone = library_version(&library, assets[1]).await;
        let path = original(library.objects.path(), changed);
        let sound = fs::read(&path).unwrap();
        let mut bytes = sound.clone();
        bytes[50] ^= 1;
        fs::write(&path, bytes).unwrap();
        fs::remove_file(original(library.objects.path(), gone)).unwrap();

        // Sizes alone do not show the one that was changed.
        let report = library.app.check(Check::default()).await.unwrap();
        assert_eq!(report.damaged.iter().map(|one| one.verdict).collect::<Vec<_>>(), [Verdict::Missing]);
        let read = Check { read_data: true, ..Check::default() };
        let report = library.app.check(read).await.unwrap();
        assert_eq!((report.originals, report.damaged.len(), report.is_clean()), (4, 2, false));
        assert_eq!(library.app.scrubbed().await.unwrap().damaged, 2);

        // A new backup says so, and the old copies stay.
        let elsewhere = tempfile::tempdir().unwrap();
        let made = back_up(&library, &elsewhere).await.unwrap();
        assert_eq!((made.damaged.len(), made.snapshot.damaged, made.copied), (2, 2, 2));
        assert!(back_up(&library, &backup).await.unwrap().damaged.is_empty());

        let mend = Check {
            read_data: true,
            repair: true,
            backup: Some(store(backup.path())),
            ..Check::default()
        };
        let report = library.app.check(mend).await.unwrap();
        assert!(report.is_clean() && report.damaged.iter().all(|one| one.is_mended), "{report:?}");
        assert_eq!(fs::read(&path).unwrap(), sound);
        assert_eq!(library.app.scrubbed().await.unwrap().damaged, 0);
    }

    async fn what_a_disk_does_not_give_stops_neither_backup_nor_restore(db: Db) {
        let (objects, faults) = (TestStore::folder(), Faults::new(1));
        let library = Library::over(db, faults.over(&objects.blobs)).await;
        let assets = fill(&library).await;
        let (first, last) =
            (library_version(&library, assets[0]).await, library_version(&library, assets[2]).await);
        faults.spoil(first);
        let backup = tempfile::tempdir().unwrap();
        let made = back_up(&library, &backup).await.unwrap();
        assert_eq!((made.damaged, made.copied, made.snapshot.damaged), (vec![first], 3, 1));

        faults.spoil(last);
        let (file, objects) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let to = (DatabaseUrl::Sqlite(file.path().join("new.db")), store(objects.path()));
        let wanted = wanted(faults.over(&store(backup.path())), Some(to), &library);
        let done = tokio::task::spawn_blocking(move || restore(&wanted)).await.unwrap().unwrap();
        assert_eq!((done.originals, done.damaged), (2, vec![first, last]));
        assert!(!original(objects.path(), last).exists(), "no half of it");
    }

    async fn a_snapshot_that_goes_while_it_is_restored_is_not_taken_for_whole(db: Db) {
        let (library, _) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        let made = back_up(&library, &backup).await.unwrap();
        let whole = backup.path().join("snapshots").join(&made.snapshot.name).join("snapshot.json");
        let (file, objects) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let database = file.path().join("new.db");
        let to = (DatabaseUrl::Sqlite(database.clone()), store(objects.path()));
        let progress: app::backup::Progress = std::sync::Arc::new(move |done, _| {
            if done == 2 {
                fs::remove_file(&whole).unwrap();
            }
        });
        let wanted = Restore {
            progress: Some(progress),
            ..wanted(store(backup.path()), Some(to), &library)
        };
        let refused = tokio::task::spawn_blocking(move || restore(&wanted)).await.unwrap();
        let text = refused.unwrap_err().to_string();
        assert!(text.contains("removed meanwhile"), "{text}");
        assert!(!database.exists(), "nothing to start with");
        // Nor does a server begin a new library there.
        let fresh = TestDb::sqlite();
        let app = library.moved_to(fresh.db.clone(), store(objects.path()));
        let text = app.recognise().await.unwrap_err().to_string();
        assert!(text.contains("was a restore cut off"), "{text}");
    }

    async fn what_is_no_file_is_named_and_not_waited_for(db: Db) {
        let (library, assets) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        back_up(&library, &backup).await.unwrap();
        let mut versions = Vec::new();
        for (asset, kind) in assets.iter().zip(["endless", "pipe", "folder", "loop"]) {
            let version = library_version(&library, *asset).await;
            let path = original(backup.path(), version);
            fs::remove_file(&path).unwrap();
            match kind {
                "endless" => std::os::unix::fs::symlink("/dev/zero", &path).unwrap(),
                "pipe" => {
                    let made = std::process::Command::new("mkfifo").arg(&path).status();
                    assert!(made.unwrap().success());
                }
                "folder" => fs::create_dir(&path).unwrap(),
                _ => std::os::unix::fs::symlink(&path, &path).unwrap(),
            }
            versions.push(version);
        }
        versions.sort();
        let nothing = restored(&backup, None, &library).await.unwrap();
        assert_eq!(nothing.damaged, versions);
        let mend = Check { read_data: true, repair: true, backup: Some(store(backup.path())), ..Check::default() };
        assert!(library.app.check(mend).await.unwrap().is_clean());
        assert_eq!(back_up(&library, &backup).await.unwrap().copied, 4);
        let done = restored(&backup, None, &library).await.unwrap();
        assert_eq!((done.originals, done.damaged.len()), (4, 0));

        // Nor is more read than there should be.
        let path = original(backup.path(), versions[0]);
        fs::OpenOptions::new().write(true).open(path).unwrap().set_len(1 << 40).unwrap();
        let file = tempfile::tempdir().unwrap();
        let to = (DatabaseUrl::Sqlite(file.path().join("new.db")), store(&file.path().join("objects")));
        let done = restored(&backup, Some(to), &library).await.unwrap();
        assert_eq!(done.damaged, versions[..1]);
    }

    async fn a_damaged_snapshot_costs_itself_alone(db: Db) {
        let (library, _) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        let record = |made: &BackedUp| {
            backup.path().join("snapshots").join(&made.snapshot.name).join("snapshot.json")
        };
        let old = record(&back_up(&library, &backup).await.unwrap());
        let good = back_up(&library, &backup).await.unwrap();
        for text in ["", "{", "{\"format\": 2}", &fs::read_to_string(&old).unwrap().replace("\"format\": 1", "\"format\": 2")] {
            fs::write(&old, text).unwrap();
            let found = snapshots(&store(backup.path())).unwrap();
            assert_eq!((found.whole.len(), found.unreadable.len()), (1, 1), "{text}");
            assert_eq!(restored(&backup, None, &library).await.unwrap().originals, 4);
        }
        let made = back_up_and_keep(&library, &backup, Some(1)).await.unwrap();
        let text = made.pruned.as_ref().unwrap_err().to_string();
        assert!(text.contains("nothing was removed"), "{text}");

        // The newest one is not passed over in silence.
        fs::write(record(&made), "{").unwrap();
        let text = restored(&backup, None, &library).await.unwrap_err().to_string();
        assert!(text.contains(&made.snapshot.name) && text.contains("name an older one"), "{text}");
        let named = Restore {
            snapshot: Some(good.snapshot.name.clone()),
            ..wanted(store(backup.path()), None, &library)
        };
        let done = tokio::task::spawn_blocking(move || restore(&named)).await.unwrap().unwrap();
        assert_eq!(done.snapshot, good.snapshot);

        // A backup of which nothing can be read may be anybody's.
        for snapshot in [&good, &made] {
            fs::write(record(snapshot), "{").unwrap();
        }
        let refused = back_up(&library, &backup).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    }

    async fn two_backups_do_not_work_in_one_place(db: Db) {
        let (library, _) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        let held = backup.path().join("backup-in-progress");
        let another = tokio::spawn(async move {
            for beat in 0.. {
                fs::write(&held, format!("{beat}")).unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        });
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let text = back_up(&library, &backup).await.unwrap_err().to_string();
        assert!(text.contains("in the same place"), "{text}");
        another.abort();
        assert!(another.await.is_err());
        fs::remove_file(backup.path().join("backup-in-progress")).unwrap();
        back_up(&library, &backup).await.unwrap();
        assert!(!backup.path().join("backup-in-progress").exists());
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

    async fn a_damaged_backup_says_so(db: Db) {
        let (library, assets) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        let made = back_up(&library, &backup).await.unwrap();
        let version = library_version(&library, assets[0]).await;
        let path = original(backup.path(), version);
        let mut bytes = fs::read(&path).unwrap();
        bytes[50] ^= 1;
        fs::write(&path, bytes).unwrap();
        let nothing = restored(&backup, None, &library).await.unwrap();
        assert_eq!(nothing.damaged, [version]);

        let database = backup.path().join(format!("snapshots/{}/library.db", made.snapshot.name));
        let mut bytes = fs::read(&database).unwrap();
        bytes[5000] ^= 1;
        fs::write(&database, bytes).unwrap();
        let refused = restored(&backup, None, &library).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    }

    async fn damage_in_a_backup_is_mended_when_it_is_read(db: Db) {
        let (library, assets) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        back_up(&library, &backup).await.unwrap();
        let version = library_version(&library, assets[0]).await;
        let path = original(backup.path(), version);
        let sound = fs::read(&path).unwrap();
        let mut bytes = sound.clone();
        bytes[50] ^= 1;
        fs::write(&path, bytes).unwrap();
        // Of the same length, so nobody looks.
        assert_eq!(back_up(&library, &backup).await.unwrap().copied, 0);
        library.clock.advance(1);
        let reading = BackUp {
            to: store(backup.path()),
            staging: library.objects.path().join("tmp"),
            keys: vec![("url-key".to_owned(), "00".repeat(32))],
            keep: None,
            read_data: true,
            progress: None,
        };
        let made = library.app.back_up(reading).await.unwrap();
        assert_eq!((made.copied, made.damaged.len()), (1, 0));
        assert_eq!(fs::read(&path).unwrap(), sound);
        assert!(restored(&backup, None, &library).await.unwrap().damaged.is_empty());
    }

    async fn no_library_begins_among_objects_that_it_would_remove(db: Db) {
        let (library, _) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        back_up(&library, &backup).await.unwrap();
        // That of a backup, and one whose record is lost.
        let lost = library.objects.path();
        fs::remove_file(lost.join("library.json")).unwrap();
        for (place, word) in [(backup.path(), "a backup"), (lost, "nothing says whose")] {
            let fresh = TestDb::sqlite();
            let app = library.moved_to(fresh.db.clone(), store(place));
            let text = app.recognise().await.unwrap_err().to_string();
            assert!(text.contains(word) && !text.contains("adopt"), "{text}");
            let file = tempfile::tempdir().unwrap();
            let to = (DatabaseUrl::Sqlite(file.path().join("new.db")), store(place));
            let refused = restored(&backup, Some(to), &library).await;
            assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
        }
        // Nor does an older one, if told to.
        let misled = library.moved_to(library.db.clone(), store(backup.path()));
        for said in [misled.recognise().await, misled.adopt().await] {
            assert!(said.unwrap_err().to_string().contains("a backup"));
        }
        assert!(!backup.path().join("library.json").exists());
        // The library itself is asked whether that is right.
        let text = library.app.recognise().await.unwrap_err().to_string();
        assert!(text.contains("adopt"), "{text}");
    }

    async fn nothing_is_restored_into_newer_objects(db: Db) {
        let (library, _) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        library.app.do_due_jobs().await.unwrap();
        back_up(&library, &backup).await.unwrap();
        let again = || {
            let file = tempfile::tempdir().unwrap().keep();
            (DatabaseUrl::Sqlite(file.join("new.db")), store(library.objects.path()))
        };
        assert!(restored(&backup, Some(again()), &library).await.is_ok(), "nothing is newer");
        library.photo(bergen(), 9).await;
        library.clock.advance(61);
        library.app.do_due_jobs().await.unwrap();
        let record = fs::read(library.objects.path().join("library.json")).unwrap();
        let text = restored(&backup, Some(again()), &library).await.unwrap_err().to_string();
        assert!(text.contains("newer than the snapshot"), "{text}");
        assert_eq!(fs::read(library.objects.path().join("library.json")).unwrap(), record);
    }

    async fn a_place_is_taken_before_anything_is_restored(db: Db) {
        let (library, _) = filled(db).await;
        let (backup, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let made = back_up(&library, &backup).await.unwrap();
        fs::remove_file(backup.path().join(format!("snapshots/{}/library.db", made.snapshot.name))).unwrap();
        let to = (DatabaseUrl::Sqlite(place.path().join("new.db")), store(place.path()));
        assert!(restored(&backup, Some(to), &library).await.is_err());
        let fresh = TestDb::sqlite();
        let app = library.moved_to(fresh.db.clone(), store(place.path()));
        let text = app.recognise().await.unwrap_err().to_string();
        assert!(text.contains("was a restore cut off"), "{text}");
    }

    async fn what_lies_in_the_place_of_a_folder_costs_one_original(db: Db) {
        let (library, assets) = filled(db).await;
        let backup = tempfile::tempdir().unwrap();
        back_up(&library, &backup).await.unwrap();
        let mut versions = Vec::new();
        for asset in &assets[..2] {
            versions.push(library_version(&library, *asset).await);
        }
        let in_place_of = |root: &Path, version| {
            let folder = original(root, version).parent().unwrap().to_owned();
            fs::remove_dir_all(&folder).unwrap();
            fs::write(folder, "not ours").unwrap();
        };
        in_place_of(backup.path(), versions[0]);
        assert_eq!(back_up(&library, &backup).await.unwrap().copied, 1);
        // One level up, nothing is taken away.
        let fan = original(backup.path(), versions[1]).ancestors().nth(2).unwrap().to_owned();
        let aside = backup.path().join("aside");
        fs::rename(&fan, &aside).unwrap();
        fs::write(&fan, "not ours").unwrap();
        assert_eq!(back_up(&library, &backup).await.unwrap().damaged, versions[1..]);
        fs::remove_file(&fan).unwrap();
        fs::rename(&aside, &fan).unwrap();
        in_place_of(library.objects.path(), versions[1]);
        fs::remove_file(original(library.objects.path(), versions[0])).unwrap();
        let mend = Check { repair: true, backup: Some(store(backup.path())), ..Check::default() };
        let report = library.app.check(mend).await.unwrap();
        assert_eq!((report.damaged.len(), report.is_clean()), (2, true), "{report:?}");
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

    async fn an_older_database_is_not_let_near_newer_objects(db: Db) {
        let (library, _) = filled(db).await;
        library.clock.advance(61);
        library.app.do_due_jobs().await.unwrap();
        library.app.recognise().await.unwrap();
        // The position goes back, as it would with an older copy.
        library.db.write(|tx| tx.batch("update instance set position = 0")).await.unwrap();
        let text = library.app.recognise().await.unwrap_err().to_string();
        assert!(text.contains("older than the objects") && text.contains("adopt"), "{text}");
        library.app.adopt().await.unwrap();
        library.app.recognise().await.unwrap();

        // Objects of somebody else, none at all, or a database that knows nothing of them.
        let elsewhere = tempfile::tempdir().unwrap();
        let moved = library.moved_to(library.db.clone(), store(elsewhere.path()));
        let text = moved.recognise().await.unwrap_err().to_string();
        assert!(text.contains("is the disk mounted"), "{text}");
        let other = TestDb::sqlite();
        let stranger = library.moved_to(other.db.clone(), store(library.objects.path()));
        let text = stranger.recognise().await.unwrap_err().to_string();
        assert!(text.contains("does not know"), "{text}");
        let fresh = library.moved_to(other.db.clone(), store(elsewhere.path()));
        fresh.recognise().await.unwrap();
        let text = stranger.recognise().await.unwrap_err().to_string();
        assert!(text.contains("different libraries"), "{text}");
    }
}

async fn library_version(library: &Library, asset: AssetId) -> VersionId {
    library.asset(asset).await.asset.version_id
}
