use std::fs;

use model::Instant;

use super::*;
use crate::testing::{empty_postgres, empty_sqlite};

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
