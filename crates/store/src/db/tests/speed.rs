//! A measurement, not a check: `cargo test --release -p heliograph-store -- --ignored speed`.

use std::time::Instant;

use super::{add, with_notes};
use crate::db::{Db, Error};
use crate::testing::TestDb;

const WRITES: i64 = 4_000;

async fn durable_writes(db: &Db, clients: i64) -> f64 {
    db.write(|tx| tx.execute("delete from notes", &[])).await.map_err(|err: Error| err).unwrap();
    let began = Instant::now();
    let each = WRITES / clients;
    let running: Vec<_> = (0..clients)
        .map(|client| {
            let db = db.clone();
            tokio::spawn(async move {
                for n in 0..each {
                    db.write(move |tx| add(tx, client * WRITES + n)).await.unwrap();
                }
            })
        })
        .collect();
    for one in running {
        one.await.unwrap();
    }
    (each * clients) as f64 / began.elapsed().as_secs_f64()
}

async fn measure(engine: &str, db: &Db) {
    with_notes(db).await;
    for clients in [1, 32, 128] {
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
