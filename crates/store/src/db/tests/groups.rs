//! Group commit, which only SQLite needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use super::{add, ids, with_notes};
use crate::db::{DatabaseUrl, Db, Error, Result};
use crate::testing::TestDb;

/// Keeps the writer busy, so that what is asked for next waits and becomes one group.
async fn hold(db: &Db) {
    let hold = db.write(|_| {
        std::thread::sleep(Duration::from_millis(40));
        Ok::<_, Error>(())
    });
    hold.await.unwrap();
}

#[tokio::test]
async fn one_that_fails_neither_loses_nor_keeps_others() {
    let test = TestDb::sqlite();
    let db = &test.db;
    with_notes(db).await;
    let good = |id| db.write(move |tx| add(tx, id));
    let twice = db.write(|tx| {
        add(tx, 10)?;
        add(tx, 1)
    });
    let panics = db.write(|tx| {
        add(tx, 11)?;
        assert!(!tx.skip_locked().is_empty(), "on purpose");
        Ok::<_, Error>(())
    });
    let ((), first, twice, second, panics, third) =
        tokio::join!(hold(db), good(1), twice, good(2), panics, good(3));
    assert!(first.is_ok() && second.is_ok() && third.is_ok());
    assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    assert!(matches!(panics, Err(Error::Driver(_))), "{panics:?}");
    assert_eq!(ids(db).await, [1, 2, 3]);
}

#[tokio::test]
async fn nothing_is_answered_before_the_commit() {
    let test = TestDb::sqlite();
    let db = &test.db;
    with_notes(db).await;
    let last_ran = Arc::new(AtomicBool::new(false));
    let (ran, seen) = (last_ran.clone(), last_ran.clone());
    let first = async {
        db.write(|tx| add(tx, 1)).await.unwrap();
        assert!(seen.load(Ordering::SeqCst), "answered while the group was open");
    };
    let last = db.write(move |tx| {
        std::thread::sleep(Duration::from_millis(30));
        add(tx, 2)?;
        ran.store(true, Ordering::SeqCst);
        Ok::<_, Error>(())
    });
    let ((), (), last) = tokio::join!(hold(db), first, last);
    last.unwrap();
    let DatabaseUrl::Sqlite(path) = &test.url else { unreachable!() };
    let other = rusqlite::Connection::open(path).unwrap();
    let count: i64 = other.query_row("select count(*) from notes", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 2);
}

#[tokio::test]
async fn when_the_commit_fails_so_does_everyone() {
    let test = TestDb::sqlite();
    let db = &test.db;
    with_notes(db).await;
    // Our schema defers no constraint: it is the one way to make a commit fail on demand.
    let deferred = "create table later (note bigint references notes (id)
                    deferrable initially deferred)";
    db.write(move |tx| tx.batch(deferred)).await.unwrap();
    let good = db.write(|tx| add(tx, 1));
    let fatal = db.write(|tx| tx.execute("insert into later values (99)", &[]));
    let ((), good, fatal) = tokio::join!(hold(db), good, fatal);
    assert!(matches!(fatal, Err(Error::Conflict(_))), "{fatal:?}");
    assert!(matches!(good, Err(Error::Conflict(_))), "{good:?}");
    assert_eq!(ids(db).await, [0; 0]);
    db.write(|tx| add(tx, 2)).await.unwrap();
    assert_eq!(ids(db).await, [2]);
}

#[tokio::test]
async fn a_unit_that_ends_the_transaction_fails_its_group() {
    let test = TestDb::sqlite();
    let db = &test.db;
    with_notes(db).await;
    let good = db.write(|tx| add(tx, 1));
    let rogue = db.write(|tx| tx.batch("rollback"));
    let ((), good, rogue) = tokio::join!(hold(db), good, rogue);
    assert!(good.is_err() && rogue.is_err());
    assert_eq!(ids(db).await, [0; 0]);
    db.write(|tx| add(tx, 2)).await.unwrap();
}

#[tokio::test]
async fn a_locked_database_is_busy_and_then_serves_on() {
    let test = TestDb::sqlite();
    let db = &test.db;
    with_notes(db).await;
    db.write(|tx| tx.batch("pragma busy_timeout = 50")).await.unwrap();
    let DatabaseUrl::Sqlite(path) = &test.url else { unreachable!() };
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let refused: Result<()> = db.write(|tx| add(tx, 1)).await;
    assert!(matches!(refused, Err(Error::Busy(_))), "{refused:?}");
    other.execute_batch("rollback").unwrap();
    db.write(|tx| add(tx, 2)).await.unwrap();
    assert_eq!(ids(db).await, [2]);
}

#[tokio::test]
async fn many_writers_share_commits() {
    let test = TestDb::sqlite();
    with_notes(&test.db).await;
    let next = Arc::new(AtomicI64::new(0));
    let writers: Vec<_> = (0..16)
        .map(|_| {
            let (db, next) = (test.db.clone(), next.clone());
            tokio::spawn(async move {
                for _ in 0..20 {
                    let id = next.fetch_add(1, Ordering::SeqCst);
                    db.write(move |tx| add(tx, id)).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(ids(&test.db).await.len(), 320);
}

#[tokio::test]
async fn a_full_disk_is_said_and_passes() {
    let test = TestDb::sqlite();
    let db = &test.db;
    with_notes(db).await;
    let limit = |tx: &mut crate::db::Tx<'_>, spare: i64| {
        let (pages,) = tx.one::<(i64,)>("select page_count from pragma_page_count", &[])?.unwrap();
        tx.batch(&format!("pragma max_page_count = {}", pages + spare))
    };
    db.write(move |tx| limit(tx, 2)).await.unwrap();
    let label = "x".repeat(100_000);
    let large = db.write(move |tx| {
        add(tx, 1)?;
        tx.execute("update notes set label = $1", &[&label])
    });
    let ((), large) = tokio::join!(hold(db), large);
    let reason = std::error::Error::source(&large.unwrap_err()).map(ToString::to_string);
    assert!(reason.is_some_and(|reason| reason.contains("full")));
    db.write(move |tx| limit(tx, 1000)).await.unwrap();
    db.write(|tx| add(tx, 2)).await.unwrap();
    assert_eq!(ids(db).await, [2]);
}

/// The log is emptied while writing goes on, by another thread and, beyond a bound, by the writer.
#[tokio::test]
async fn the_log_does_not_grow_with_what_is_written() {
    let test = TestDb::sqlite();
    let DatabaseUrl::Sqlite(path) = &test.url else { panic!() };
    let mut log = path.clone().into_os_string();
    log.push("-wal");
    let db = &test.db;
    with_notes(db).await;
    // 200 units of 1 MiB (the label stands in its index too), which is three times the bound.
    for id in 0_i64..200 {
        let label = format!("{id}{}", "x".repeat(512 << 10));
        let write = db.write(move |tx| {
            let sql = "insert into notes (id, count, label) values ($1, 0, $2)";
            tx.execute(sql, &[&id, &label]).map(drop)
        });
        write.await.unwrap();
    }
    let bytes = std::fs::metadata(log).unwrap().len();
    assert!(bytes < 100 << 20, "the log has {bytes} bytes");
    db.close().await;
    let db = Db::open(&test.url).unwrap();
    assert_eq!(ids(&db).await.len(), 200);
}
