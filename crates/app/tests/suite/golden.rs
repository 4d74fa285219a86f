//! Libraries of earlier versions, as those wrote them: each comes to the present schema with all that
//! was in it, on either engine.
//!
//! A file `golden/NNNN.db.gz` was written by a program whose newest step of the schema was NNNN: six
//! photographs, one corrected, one in the trash, two in a stack, three in an album, a person.

use std::fs::{self, File};
use std::path::Path;

use app::albums::ListAlbums;
use app::assets::ListAssets;
use app::search::Search;
use model::{AssetFilter, Phrase, TrashState};
use store::blobs::Blobs;
use store::db::{DatabaseUrl, Db};
use store::testing::TestDb;
use store::{dump, migrate};

use crate::harness::{over, owner};

const NOW: model::Instant = model::Instant::from_micros(1_795_737_600_000_000);

fn unpack(golden: &Path, to: &Path) {
    let mut source = flate2::read::GzDecoder::new(File::open(golden).unwrap());
    std::io::copy(&mut source, &mut File::create(to).unwrap()).unwrap();
}

fn all_golden() -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut found: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

async fn holds_what_it_held(url: &DatabaseUrl) {
    let objects = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(&objects.path().display().to_string().parse().unwrap()).unwrap();
    let db = Db::open(url).unwrap();
    let app = over(db.clone(), blobs, NOW);
    let me = owner(&db).await;
    app.do_due_jobs().await.unwrap();

    let filter = AssetFilter { state: TrashState::All, ..AssetFilter::default() };
    let wanted = ListAssets { filter, limit: 200, ..ListAssets::default() };
    let assets = app.assets(me.clone(), wanted).await.unwrap().items;
    assert_eq!(assets.len(), 6);
    assert_eq!(assets.iter().filter(|found| found.asset.trashed_at.is_some()).count(), 1);
    assert_eq!(assets.iter().filter(|found| found.asset.stack.is_some()).count(), 2);
    let phrase = Some(Phrase::new("ærø"));
    let wanted = Search { phrase, page: 1, limit: 9, ..Search::default() };
    let found = app.search(me.clone(), wanted).await.unwrap().items;
    let captions: Vec<_> =
        found.iter().map(|found| found.asset.metadata.description.clone()).collect();
    assert_eq!(captions, [Some("Kept through upgrades: Ærø".to_owned())]);
    let albums = app.albums(me, ListAlbums { limit: 9, ..ListAlbums::default() }).await.unwrap();
    let shown: Vec<_> = albums
        .items
        .iter()
        .map(|shown| (shown.album.name.as_str(), shown.album.asset_count))
        .collect();
    assert_eq!(shown, [("Golden album", 3)]);
    db.close().await;
}

#[tokio::test]
async fn libraries_of_earlier_versions_are_brought_to_the_present_on_sqlite() {
    for golden in all_golden() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        unpack(&golden, &path);
        let url = DatabaseUrl::Sqlite(path);
        let report = migrate::run(&url, NOW).unwrap();
        assert!(report.snapshot.is_some_and(|snapshot| snapshot.exists()), "it is kept as it was");
        holds_what_it_held(&url).await;
    }
}

#[tokio::test]
async fn libraries_of_earlier_versions_can_be_put_into_postgresql() {
    for golden in all_golden() {
        let Some(target) = TestDb::postgres() else { return };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        unpack(&golden, &path);
        dump::upgrade(&path, NOW).unwrap();
        dump::load(&path, &target.url, NOW).unwrap();
        holds_what_it_held(&target.url).await;
    }
}
