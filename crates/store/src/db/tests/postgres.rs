//! What only PostgreSQL does: deadlocks, lost connections, prepared statements on the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::{add, ids, with_notes};
use crate::db::{Conn, Error, Tx};
use crate::testing::TestDb;

#[tokio::test]
async fn a_deadlock_is_tried_again() {
    let Some(test) = TestDb::postgres() else { return };
    let db = &test.db;
    with_notes(db).await;
    db.write(|tx| (1..=2).try_for_each(|id| add(tx, id))).await.unwrap();
    let runs = Arc::new(AtomicI64::new(0));
    let cross = |first: i64, second: i64| {
        let runs = runs.clone();
        db.write(move |tx| {
            runs.fetch_add(1, Ordering::SeqCst);
            let sql = "update notes set count = count + 1 where id = $1";
            tx.execute(sql, &[&first])?;
            std::thread::sleep(Duration::from_millis(100));
            tx.execute(sql, &[&second])
        })
    };
    let (one, two) = tokio::join!(cross(1, 2), cross(2, 1));
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    assert!(runs.load(Ordering::SeqCst) > 2, "there was no deadlock");
    let counts = db.read(|conn| conn.all::<(i64,)>("select count from notes", &[])).await;
    assert_eq!(counts.unwrap(), [(2,), (2,)]);
}

#[tokio::test]
async fn what_is_locked_can_be_referred_to() {
    let Some(test) = TestDb::postgres() else { return };
    let db = &test.db;
    with_notes(db).await;
    let marks = "create table marks (note_id bigint references notes (id))";
    db.write(move |tx| tx.batch(marks).and_then(|()| add(tx, 1))).await.unwrap();
    let url = test.url.clone();
    let referred = db.write(move |tx| {
        let for_update = tx.for_update();
        tx.one::<(i64,)>(&format!("select id from notes where id = 1 {for_update}"), &[])?;
        let mut other = Conn::writer(&url)?;
        Tx::of(&mut other).batch("set lock_timeout = '5s'; insert into marks values (1)")
    });
    referred.await.unwrap();
}

#[tokio::test]
async fn a_lost_connection_is_replaced() {
    let Some(test) = TestDb::postgres() else { return };
    let db = &test.db;
    with_notes(db).await;
    let pid = "select cast(pg_backend_pid() as bigint)";
    for id in 0..3 {
        let (pid,) = db.write(move |tx| tx.one::<(i64,)>(pid, &[])).await.unwrap().unwrap();
        let end = "select pg_terminate_backend(cast($1 as integer))";
        let killed = db.read(move |conn| conn.one::<(bool,)>(end, &[&pid])).await.unwrap();
        assert_eq!(killed, Some((true,)));
        // Either writer gets one of these, and one of the two has just lost its server.
        db.write(move |tx| add(tx, 2 * id)).await.unwrap();
        db.write(move |tx| add(tx, 2 * id + 1)).await.unwrap();
    }
    assert_eq!(ids(db).await, (0..6).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_connection_lost_in_the_middle_runs_the_unit_again() {
    let Some(test) = TestDb::postgres() else { return };
    let db = &test.db;
    with_notes(db).await;
    let runs = Arc::new(AtomicI64::new(0));
    let counted = runs.clone();
    let done = db.write(move |tx| {
        add(tx, 1)?;
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            drop(tx.all::<(bool,)>("select pg_terminate_backend(pg_backend_pid())", &[]));
        }
        add(tx, 2)
    });
    done.await.unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(ids(db).await, [1, 2]);
}

#[tokio::test]
async fn the_statement_cache_has_a_bound() {
    let Some(test) = TestDb::postgres() else { return };
    let held = test.db.write(|tx| {
        for n in 0..600 {
            tx.one::<(i64,)>(&format!("select cast({n} as bigint)"), &[])?;
        }
        tx.one::<(i64,)>("select count(*) from pg_prepared_statements", &[])
    });
    let (held,) = held.await.unwrap().unwrap();
    assert!((100..=257).contains(&held), "{held}");
}

#[tokio::test]
async fn what_does_not_fit_a_placeholder_is_refused() {
    let Some(test) = TestDb::postgres() else { return };
    let sql = "select cast($1 as double precision)";
    let read = test.db.read(move |conn| conn.one::<(f64,)>(sql, &[&1i64])).await;
    assert!(matches!(read, Err(Error::Driver(_))), "{read:?}");
}

#[tokio::test]
async fn a_transaction_that_nobody_ends_is_ended() {
    let Some(test) = TestDb::postgres() else { return };
    let db = &test.db;
    with_notes(db).await;
    db.write(|tx| add(tx, 1)).await.unwrap();
    // As a process whose machine has lost its power: it holds a lock and says nothing any more. On a
    // thread, because the client must not be touched inside a runtime.
    let url = test.url.clone();
    let (says, heard) = tokio::sync::oneshot::channel();
    let (may_go_on, goes_on) = std::sync::mpsc::channel::<()>();
    let silent = std::thread::spawn(move || {
        let mut silent = Conn::writer(&url).unwrap();
        silent.script("begin; update notes set count = 5 where id = 1").unwrap();
        let limit = "select current_setting('idle_in_transaction_session_timeout')";
        let (limit,) = silent.one::<(String,)>(limit, &[]).unwrap().unwrap();
        silent.script("set idle_in_transaction_session_timeout = '50ms'").unwrap();
        says.send(limit).unwrap();
        goes_on.recv().unwrap();
        silent.script("commit")
    });
    assert_eq!(heard.await.unwrap(), "1min");
    let changed = db.write(|tx| tx.execute("update notes set count = 1 where id = 1", &[])).await;
    assert_eq!(changed.unwrap(), 1);
    may_go_on.send(()).unwrap();
    let ended = silent.join().unwrap();
    assert!(matches!(ended, Err(Error::Busy(_))), "it may be tried again: {ended:?}");
}
