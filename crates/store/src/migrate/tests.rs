use std::fs;

use model::{AssetFilter, Instant, LibraryId, Phrase};
use uuid::Uuid;

use super::*;
use crate::testing::{empty_postgres, empty_sqlite};
use crate::{assets, search};

const NOW: Instant = Instant::from_micros(5);
const FIRST: Migration =
    Migration::shared(1, "things", "create table things (id bigint primary key)");
const SECOND: Migration = Migration::per_engine(
    2,
    "colours",
    "alter table things add column colour text; insert into things values (2, 'sqlite')",
    "alter table things add column colour text; insert into things values (2, 'postgres')",
);
const BROKEN: Migration =
    Migration::shared(2, "broken", "insert into things values (7); insert into nowhere values (1)");

/// Runs a test on both engines, each with an empty database.
fn on_both(check: impl Fn(&DatabaseUrl)) {
    let (_folder, url) = empty_sqlite();
    check(&url);
    if let Some((_schema, url)) = empty_postgres() {
        check(&url);
    }
}

/// One column of one row, read by a connection of its own.
fn look<T: crate::db::FromCell + Send>(url: &DatabaseUrl, sql: &str) -> Option<T> {
    let read = || Conn::writer(url).unwrap().one::<(T,)>(sql, &[]).unwrap().map(|(value,)| value);
    std::thread::scope(|scope| scope.spawn(read).join()).unwrap()
}

#[test]
fn the_real_steps_run_once() {
    on_both(|url| {
        let all: Vec<i64> = MIGRATIONS.iter().map(|step| step.number).collect();
        assert_eq!(run(url, NOW).unwrap(), Report { applied: all, snapshot: None });
        assert_eq!(run(url, NOW).unwrap(), Report { applied: vec![], snapshot: None });
        assert_eq!(look::<i64>(url, "select count(*) from assets"), Some(0));
        assert_eq!(look(url, "select applied_at from schema_migrations"), Some(5i64));
    });
}

#[test]
fn steps_are_numbered_without_gaps() {
    let numbers = MIGRATIONS.iter().map(|step| step.number);
    assert!(numbers.eq((1..).take(MIGRATIONS.len())));
}

#[test]
fn each_engine_runs_its_own_text() {
    on_both(|url| {
        assert_eq!(run_steps(url, &[FIRST, SECOND], NOW).unwrap().applied, [1, 2]);
        let engine = if matches!(url, DatabaseUrl::Sqlite(_)) { "sqlite" } else { "postgres" };
        assert_eq!(look(url, "select colour from things"), Some(engine.to_owned()));
    });
}

#[test]
fn a_newer_database_is_refused_with_advice() {
    on_both(|url| {
        run_steps(url, &[FIRST, SECOND], NOW).unwrap();
        let refused = run_steps(url, &[FIRST], NOW).unwrap_err();
        assert!(matches!(refused, Error::Newer { found: 2, known: 1, .. }), "{refused:?}");
        assert!(refused.to_string().contains("Start the newer program"), "{refused}");
    });
}

#[test]
fn an_edited_step_is_refused() {
    const EDITED: Migration = Migration::shared(1, "things", "create table things (id bigint)");
    on_both(|url| {
        run_steps(url, &[FIRST], NOW).unwrap();
        let refused = run_steps(url, &[EDITED, SECOND], NOW).unwrap_err();
        assert!(matches!(refused, Error::Changed { number: 1, .. }), "{refused:?}");
        let only: Option<i64> = look(url, "select max(number) from schema_migrations");
        assert_eq!(only, Some(1));
    });
}

#[test]
fn ends_of_lines_do_not_matter() {
    let unix = Migration::shared(1, "x", "a\nb");
    let windows = Migration::shared(1, "x", "a\r\nb");
    let url = DatabaseUrl::Sqlite("x".into());
    assert_eq!(unix.checksum(&url), windows.checksum(&url));
    assert_eq!(unix.checksum(&url).len(), 64);
}

#[test]
fn a_step_that_fails_leaves_nothing_and_can_run_later() {
    on_both(|url| {
        let failed = run_steps(url, &[FIRST, BROKEN], NOW).unwrap_err();
        assert!(matches!(failed, Error::Step { number: 2, .. }), "{failed:?}");
        assert_eq!(look::<i64>(url, "select count(*) from things"), Some(0));
        assert_eq!(run_steps(url, &[FIRST, SECOND], NOW).unwrap().applied, [2]);
    });
}

#[test]
fn sqlite_is_copied_before_it_is_changed() {
    let (folder, url) = empty_sqlite();
    run_steps(&url, &[FIRST], NOW).unwrap();
    let expected = folder.path().join("test.db.before-0002");
    // What an earlier try left.
    fs::write(folder.path().join("test.db.before-0002.tmp"), "half").unwrap();
    fs::write(&expected, "old").unwrap();
    let report = run_steps(&url, &[FIRST, SECOND], NOW).unwrap();
    assert_eq!(report.snapshot.as_deref(), Some(expected.as_path()));
    let copy = DatabaseUrl::Sqlite(expected);
    assert_eq!(look::<i64>(&copy, "select count(*) from things"), Some(0));
    assert_eq!(look::<i64>(&copy, "select max(number) from schema_migrations"), Some(1));

    let refused = run_steps(&url, &[FIRST], NOW).unwrap_err().to_string();
    assert!(refused.contains("test.db.before-0002"), "{refused}");
}

#[test]
fn a_step_may_not_leave_broken_references() {
    const ORPHAN: Migration = Migration::shared(
        2,
        "orphan",
        "create table parts (thing bigint references things (id)); insert into parts values (9)",
    );
    on_both(|url| {
        let failed = run_steps(url, &[FIRST, ORPHAN], NOW).unwrap_err();
        assert!(matches!(failed, Error::Step { number: 2, .. }), "{failed:?}");
        assert_eq!(run_steps(url, &[FIRST, SECOND], NOW).unwrap().applied, [2]);
    });
}

#[test]
fn two_programs_may_start_at_once() {
    on_both(|url| {
        let applied: usize = std::thread::scope(|scope| {
            let start = || run_steps(url, &[FIRST, SECOND], NOW).unwrap().applied.len();
            let programs: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
            programs.into_iter().map(|program| program.join().unwrap()).sum()
        });
        assert_eq!(applied, 2);
        assert_eq!(look::<i64>(url, "select count(*) from things"), Some(1));
    });
}

/// An account, its library, one live asset and one in the trash, as the first steps have them.
fn with_assets(tx: &mut Tx<'_>) -> crate::db::Result<()> {
    let [user, library] = [1, 2].map(Uuid::from_u128);
    tx.execute(
        "insert into users (id, is_active, is_superuser, storage_used_bytes, created_at, updated_at)
         values ($1, true, true, 0, 0, 0)",
        &[&user],
    )?;
    tx.execute(
        "insert into libraries (id, owner_id, name, name_folded, storage_used_bytes, asset_count,
                                created_at, updated_at)
         values ($1, $2, 'a', 'a', 0, 1, 0, 0)",
        &[&library, &user],
    )?;
    for (number, trashed_at) in [(3, None), (4, Some(5_i64))] {
        let id = Uuid::from_u128(number);
        tx.execute(
            "insert into assets (id, library_id, version_id, media_type, mime_type,
                                 original_file_name, wall, capture_source, local_day, local_month,
                                 created_at, updated_at, trashed_at, file_size_bytes,
                                 metadata_updated_at, latitude, longitude, sha256, sha1,
                                 device_asset_id, device_id, file_created, file_modified,
                                 uploaded_bytes)
             values ($1, $2, $1, 'image', 'image/jpeg', 'IMG_7.jpg', 86400000000, 'file', 1, 0, 0, 0,
                     $3, 1, 0, 60.5, 5.25, $4, $4, 'd', 'd', 0, 0, 1)",
            &[&id, &library, &trashed_at, id.as_bytes()],
        )?;
    }
    Ok(())
}

/// Runs `work` in a transaction of its own.
fn alone<T: Send>(
    url: &DatabaseUrl,
    work: impl Fn(&mut Tx<'_>) -> crate::db::Result<T> + Sync,
) -> T {
    let work = || Conn::writer(url).unwrap().alone(&work).unwrap();
    std::thread::scope(|scope| scope.spawn(work).join()).unwrap()
}

/// What is kept ready of assets is made for those that are there already.
#[test]
fn earlier_assets_are_counted_found_and_on_the_map() {
    on_both(|url| {
        run_steps(url, &MIGRATIONS[..2], NOW).unwrap();
        alone(url, with_assets);
        run(url, NOW).unwrap();
        let counts = "select live * 10 + trashed from asset_days where day = 1";
        assert_eq!(look(url, counts), Some(11_i64));
        let library = LibraryId::from_uuid(Uuid::from_u128(2));
        let found = |tx: &mut Tx<'_>| {
            let (phrase, filter) = (Phrase::new("img 7"), AssetFilter::default());
            search::by_words(tx, library, &phrase, &filter, 9)
        };
        assert!(alone(url, found).is_empty());
        assert_eq!(alone(url, |tx| search::catch_up(tx, 10)), 1);
        assert_eq!(alone(url, |tx| search::catch_up(tx, 10)), 0);
        assert_eq!(alone(url, found).len(), 1);
        assert_eq!(look(url, "select count(*) from untiled_assets"), Some(2_i64));
        assert_eq!(alone(url, |tx| assets::catch_up(tx, 10)), 2);
        assert_eq!(alone(url, |tx| assets::catch_up(tx, 10)), 0);
        assert_eq!(
            look(url, "select latitudes from asset_tiles where is_live"),
            Some(605_000_000_i64)
        );
        assert_eq!(look(url, "select count(*) from asset_tiles where not is_live"), Some(1_i64));
    });
}
