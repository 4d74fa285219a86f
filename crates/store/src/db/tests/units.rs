use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{add, ids, with_notes};
use crate::db::{Db, Error, Result, WriteError};
use crate::on_both_engines;

/// Runs `write` for 0 … `count`, all at the same time.
async fn at_once<T, F>(count: i64, write: impl Fn(i64) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let running: Vec<_> = (0..count).map(|n| tokio::spawn(write(n))).collect();
    let mut done = Vec::new();
    for one in running {
        done.push(one.await.unwrap());
    }
    done
}

/// An error of the layer above.
#[derive(Debug)]
enum Refusal {
    Taken,
    Store(Error),
}

impl From<Error> for Refusal {
    fn from(err: Error) -> Self {
        Self::Store(err)
    }
}

impl WriteError for Refusal {
    fn is_busy(&self) -> bool {
        matches!(self, Self::Store(err) if err.is_busy())
    }
}

on_both_engines! {
    async fn a_write_is_read_once_it_is_answered(db: Db) {
        with_notes(&db).await;
        for id in 0..50 {
            db.write(move |tx| add(tx, id)).await.unwrap();
            assert_eq!(ids(&db).await.last(), Some(&id));
        }
    }

    async fn a_failed_write_leaves_nothing(db: Db) {
        with_notes(&db).await;
        let failed = db.write(|tx| { add(tx, 1)?; add(tx, 1) }).await;
        assert!(matches!(failed, Err(Error::Conflict(_))), "{failed:?}");
        assert_eq!(ids(&db).await, [0; 0]);
    }

    async fn an_error_from_above_rolls_back_as_well(db: Db) {
        with_notes(&db).await;
        let failed = db.write(|tx| { add(tx, 1)?; Err::<(), _>(Refusal::Taken) }).await;
        assert!(matches!(failed, Err(Refusal::Taken)));
        assert_eq!(ids(&db).await, [0; 0]);
    }

    async fn a_swallowed_refusal_still_dooms_the_unit(db: Db) {
        with_notes(&db).await;
        let swallowed = db.write(|tx| { add(tx, 1)?; drop(add(tx, 1)); Ok::<_, Error>(()) }).await;
        assert!(matches!(swallowed, Err(Error::Conflict(_))), "{swallowed:?}");
        assert_eq!(ids(&db).await, [0; 0]);
    }

    async fn an_attempt_may_fail_and_the_rest_stays(db: Db) {
        with_notes(&db).await;
        let done = db.write(|tx| {
            add(tx, 1)?;
            let refused = tx.attempt(|tx| { add(tx, 2)?; add(tx, 1) });
            let named = tx.attempt(|tx| add(tx, 1).map_err(|_| Refusal::Taken));
            let inner = tx.attempt(|tx| {
                add(tx, 3)?;
                drop(tx.attempt(|tx| { add(tx, 4)?; add(tx, 1) }));
                add(tx, 5)
            });
            add(tx, 6)?;
            Ok::<_, Error>((
                matches!(refused, Err(Error::Conflict(_))),
                matches!(named, Err(Refusal::Taken)),
                inner.is_ok(),
            ))
        });
        assert_eq!(done.await.unwrap(), (true, true, true));
        assert_eq!(ids(&db).await, [1, 3, 5, 6]);
    }

    async fn readers_cannot_write(db: Db) {
        with_notes(&db).await;
        let sql = "insert into notes (id, count) values (1, 1) returning id";
        let refused: Result<Option<(i64,)>> = db.read(move |conn| conn.one(sql, &[])).await;
        assert!(refused.is_err());
        assert_eq!(ids(&db).await, [0; 0]);
    }

    async fn a_panic_loses_one_unit_and_no_thread(db: Db) {
        with_notes(&db).await;
        for _ in 0..4 {
            let lost: Result<()> = db.write(|tx| { add(tx, 1)?; panic!("on purpose") }).await;
            assert!(matches!(lost, Err(Error::Driver(_))), "{lost:?}");
            let lost: Result<()> = db.read(|_| panic!("on purpose")).await;
            assert!(matches!(lost, Err(Error::Driver(_))), "{lost:?}");
        }
        db.write(|tx| add(tx, 2)).await.unwrap();
        assert_eq!(ids(&db).await, [2]);
    }

    async fn nobody_loses_an_update(db: Db) {
        with_notes(&db).await;
        db.write(|tx| add(tx, 1)).await.unwrap();
        at_once(20, |_| {
            let db = db.clone();
            async move {
                let increment = db.write(|tx| {
                    let sql = format!("select count from notes where id = 1 {}", tx.for_update());
                    let (count,) = tx.one::<(i64,)>(&sql, &[])?.unwrap();
                    std::thread::sleep(Duration::from_millis(1));
                    tx.execute("update notes set count = $1 where id = 1", &[&(count + 1)])
                });
                increment.await.unwrap();
            }
        }).await;
        let count = db.read(|conn| conn.one::<(i64,)>("select count from notes", &[])).await;
        assert_eq!(count.unwrap(), Some((20,)));
    }

    async fn two_never_claim_the_same(db: Db) {
        with_notes(&db).await;
        db.write(|tx| (0..20).try_for_each(|id| add(tx, id))).await.unwrap();
        let claims = at_once(30, |_| {
            let db = db.clone();
            async move {
                let claim = db.write(|tx| {
                    let sql = format!(
                        "update notes set taken = true where id =
                             (select id from notes where not taken order by id limit 1 {})
                         returning id",
                        tx.skip_locked(),
                    );
                    tx.one::<(i64,)>(&sql, &[])
                });
                claim.await.unwrap()
            }
        }).await;
        let mut claimed: Vec<i64> = claims.into_iter().flatten().map(|(id,)| id).collect();
        claimed.sort_unstable();
        assert_eq!(claimed, (0..20).collect::<Vec<_>>());
    }

    async fn a_busy_unit_runs_again_where_that_can_help(db: Db) {
        with_notes(&db).await;
        let was_busy = Arc::new(AtomicBool::new(false));
        let once = was_busy.clone();
        let done = db.write(move |tx| {
            add(tx, 1)?;
            if tx.skip_locked() == "" || once.swap(true, Ordering::SeqCst) {
                return Ok(());
            }
            Err(Error::Busy(Arc::new(std::io::Error::other("on purpose"))))
        });
        done.await.unwrap();
        assert_eq!(ids(&db).await, [1]);
    }

    async fn a_write_is_done_even_if_nobody_waits(db: Db) {
        with_notes(&db).await;
        let write = db.write(|tx| { std::thread::sleep(Duration::from_millis(50)); add(tx, 1) });
        let gave_up = tokio::time::timeout(Duration::from_millis(5), write).await;
        assert!(gave_up.is_err());
        db.close().await;
        let db = crate::db::Db::clone(&db);
        assert!(matches!(db.write(|tx| add(tx, 2)).await, Err(Error::Driver(_))));
    }

    async fn what_waits_is_counted(db: Db) {
        assert_eq!(db.backlog(), 0);
        let pause = || db.write(|_| { std::thread::sleep(Duration::from_millis(100)); Ok::<_, Error>(()) });
        let count = async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            db.backlog()
        };
        let (.., waiting) = tokio::join!(pause(), pause(), pause(), pause(), count);
        // Two writers at most, and the group takes them one by one.
        assert!((1..=3).contains(&waiting), "{waiting}");
    }
}

#[tokio::test]
async fn a_closed_sqlite_database_is_one_file() {
    let test = crate::testing::TestDb::sqlite();
    with_notes(&test.db).await;
    test.db.write(|tx| add(tx, 1)).await.unwrap();
    test.db.close().await;
    let crate::db::DatabaseUrl::Sqlite(path) = &test.url else { unreachable!() };
    let log = path.with_extension("db-wal");
    assert!(!log.exists() || log.metadata().unwrap().len() == 0);
    let reopened = Db::open(&test.url).unwrap();
    assert_eq!(ids(&reopened).await, [1]);
}
