//! Damage to a library or a backup is told, costs no more than itself, and is mended.

use std::fs;
use std::path::Path;

use app::Error;
use app::backup::{BackUp, BackedUp, Restore, restore, snapshots};
use app::check::Check;
use store::blobs::Verdict;
use store::db::DatabaseUrl;
use store::on_both_engines;
use store::testing::{Faults, TestDb, TestStore};

use crate::backup::{
    back_up, back_up_and_keep, fill, filled, library_version, restored, store, wanted,
};
use crate::harness::{Library, original};

on_both_engines! {
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
}
