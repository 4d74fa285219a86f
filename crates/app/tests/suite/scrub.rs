//! Damage to originals is found, told, and forgotten once it is mended.

use std::fs;

use app::check::Check;
use app::vitals::Scrubbed;
use specimen::Metadata;
use store::on_both_engines;

use crate::harness::{Library, original};

/// Has the jobs done as if time passed, until this many originals have been read.
async fn until_read(library: &Library, wanted: u64) {
    while library.app.scrubbed().await.unwrap().read < wanted {
        library.clock.advance(11 * 60);
        library.app.do_due_jobs().await.unwrap();
    }
}

on_both_engines! {
    async fn a_scrub_finds_what_has_changed_and_what_is_gone(db: Db) {
        let library = Library::new(db).await;
        let mut versions = Vec::new();
        for seed in 0..3 {
            versions.push(library.photo(Metadata::default(), seed).await.asset.version_id);
        }
        library.app.work_until_idle().await.unwrap();
        let damaged = original(library.objects.path(), versions[1]);
        let sound = fs::read(&damaged).unwrap();
        let mut bytes = sound.clone();
        bytes[100] ^= 1;
        fs::write(&damaged, &bytes).unwrap();
        fs::remove_file(original(library.objects.path(), versions[2])).unwrap();

        until_read(&library, 3).await;
        assert_eq!(library.app.scrubbed().await.unwrap(), Scrubbed { read: 3, damaged: 2 });

        // The next round begins with the first one; what was put back is sound again.
        fs::write(&damaged, &sound).unwrap();
        until_read(&library, 5).await;
        assert_eq!(library.app.scrubbed().await.unwrap(), Scrubbed { read: 5, damaged: 1 });
    }

    async fn an_asset_without_a_version_is_told(db: Db) {
        let library = Library::new(db.clone()).await;
        let (kept, bare) = (library.photo(Metadata::default(), 1).await, library.photo(Metadata::default(), 2).await);
        let check = async || library.app.check(Check::default()).await.unwrap();
        assert!(check().await.is_clean());
        let sql = "delete from asset_versions where asset_id = $1";
        let id = bare.asset.id;
        db.write(move |tx| tx.execute(sql, &[&id])).await.unwrap();
        let report = check().await;
        assert!(!report.is_clean());
        assert_eq!(report.database, [format!("{id} has no original")]);
        assert_eq!(report.originals, 1);
        assert!(report.damaged.is_empty(), "{}", kept.asset.id);
    }
}
