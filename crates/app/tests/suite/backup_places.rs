//! Where a backup may be made, a backup may be put, and a library may begin.

use std::fs;

use app::Error;
use app::backup::BackUp;
use store::db::DatabaseUrl;
use store::on_both_engines;
use store::testing::TestDb;

use crate::backup::{back_up, filled, restored, store};
use crate::harness::{Library, bergen};

on_both_engines! {
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
