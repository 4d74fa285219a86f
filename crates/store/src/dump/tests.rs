use std::collections::BTreeMap;

use super::*;
use crate::albums::tests::filled;
use crate::db::Db;
use crate::{on_both_engines, testing};

const NOW: Moment = Moment::from_micros(1_700_000_000_000_000);

/// Every row of every table, as text, in an order of its own.
fn contents(url: &DatabaseUrl) -> BTreeMap<String, Vec<String>> {
    apart(|| {
        let mut conn = Conn::reader(url)?;
        let mut all = BTreeMap::new();
        for table in tables::all(&mut conn)? {
            let mut rows = rows::as_text(&mut conn, &table)?;
            rows.sort();
            all.insert(table.name, rows);
        }
        Ok(all)
    })
    .unwrap()
}

async fn with_every_type_of_value(db: &Db) {
    filled(db).await;
    db.write(|tx| {
        tx.batch(
            "insert into asset_tiles (library_id, is_live, tile, assets, latitudes, longitudes,
                                      latest_wall, latest_id)
             select library_id, true, 7, 1, -1, 9223372036854775807, 5, id from assets limit 1;
             insert into jobs (name, due_at) values ('ä 🗻 ''quoted''', -9223372036854775808)",
        )?;
        tx.execute(
            "update assets set description = $1, latitude = 1.0, longitude = -0.1",
            &[&"two\nlines"],
        )
    })
    .await
    .unwrap();
}

on_both_engines! {
    async fn a_dump_holds_every_row_and_fills_either_engine(db: Db) {
        with_every_type_of_value(&db).await;
        let before = contents(db.url());
        assert_eq!(before["assets"].len(), 2000);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dump.db");
        take(db.url(), &file, NOW).unwrap();

        let sqlite = DatabaseUrl::Sqlite(folder.path().join("restored.db"));
        load(&file, &sqlite, NOW).unwrap();
        let mut after = contents(&sqlite);
        let unread = after.insert("unread_documents".to_owned(), Vec::new());
        assert_eq!(after, without_unread(before.clone()));
        assert!(unread.is_some());

        if let Some((_schema, postgres)) = testing::empty_postgres() {
            load(&file, &postgres, NOW).unwrap();
            // All live assets are to be read anew.
            let mut after = contents(&postgres);
            assert!(!after.insert("unread_documents".to_owned(), Vec::new()).unwrap().is_empty());
            assert_eq!(after, without_unread(before));
            // References hold again.
            let orphan = "insert into album_assets (id, album_id, library_id, asset_id, added_at)
                          select id, id, id, id, 0 from users";
            let db = Db::open(&postgres).unwrap();
            assert!(db.write(|tx| tx.batch(orphan)).await.is_err());
            assert!(matches!(load(&file, &postgres, NOW), Err(Error::NotEmpty)));
        }
        assert!(matches!(load(&file, &sqlite, NOW), Err(Error::NotEmpty)));
    }
}

fn without_unread(mut all: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    all.insert("unread_documents".to_owned(), Vec::new());
    all
}
