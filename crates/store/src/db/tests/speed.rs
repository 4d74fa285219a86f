//! A measurement, not a check: `cargo test --release -p heliograph-store -- --ignored speed`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use super::{add, with_notes};
use crate::db::{Db, Error};
use crate::testing::TestDb;

/// Long enough for a disk whose syncs take now 0.2 and now 10 ms.
const PHASE: Duration = Duration::from_secs(6);

/// Durable writes per second, each client waiting for its answer before it writes again.
async fn durable_writes(db: &Db, clients: i64) -> f64 {
    db.write(|tx| tx.execute("delete from notes", &[])).await.map_err(|err: Error| err).unwrap();
    let next = Arc::new(AtomicI64::new(0));
    let began = Instant::now();
    let running: Vec<_> = (0..clients)
        .map(|_| {
            let (db, next) = (db.clone(), next.clone());
            tokio::spawn(async move {
                while began.elapsed() < PHASE {
                    let id = next.fetch_add(1, Ordering::Relaxed);
                    db.write(move |tx| add(tx, id)).await.unwrap();
                }
            })
        })
        .collect();
    for one in running {
        one.await.unwrap();
    }
    let rate = next.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
    let written = db.read(|conn| conn.one::<(i64,)>("select count(*) from notes", &[])).await;
    assert_eq!(written.unwrap(), Some((next.load(Ordering::Relaxed),)));
    rate
}

async fn measure(engine: &str, db: &Db) {
    with_notes(db).await;
    // One client again at the end: the disk may have changed its mind in between.
    for clients in [1, 32, 128, 1] {
        let rate = durable_writes(db, clients).await;
        println!("{engine}: {clients:>3} clients, {rate:>7.0} durable writes/s");
    }
    let began = Instant::now();
    let reads = 20_000;
    for _ in 0..reads {
        let sql = "select id, count, label from notes where id = $1";
        let read = db.read(move |conn| conn.one::<(i64, i64, Option<String>)>(sql, &[&7i64]));
        read.await.map_err(|err: Error| err).unwrap();
    }
    println!(
        "{engine}: a point read takes {:.1} µs",
        began.elapsed().as_secs_f64() * 1e6 / f64::from(reads)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn speed() {
    measure("SQLite", &TestDb::sqlite().db).await;
    if let Some(test) = TestDb::postgres() {
        measure("PostgreSQL", &test.db).await;
    }
}
