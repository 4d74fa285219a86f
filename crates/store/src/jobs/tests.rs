use model::Instant;
use uuid::Uuid;

use super::*;
use crate::db::Db;
use crate::on_both_engines;

const fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * 1_000_000)
}

async fn take_at(db: &Db, holder: Uuid, seconds: i64) -> Option<Taken> {
    db.write(move |tx| {
        announce(tx, &["sweep"], at(0))?;
        take(tx, "sweep", holder, at(seconds), at(seconds + 60))
    })
    .await
    .unwrap()
}

on_both_engines! {
    async fn one_of_many_has_a_job(db: Db) {
        let many = (0..8).map(|_| {
            let db = db.clone();
            tokio::spawn(async move { take_at(&db, Uuid::new_v4(), 1).await.is_some() })
        });
        let mut had = 0;
        for one in many.collect::<Vec<_>>() {
            had += usize::from(one.await.unwrap());
        }
        assert_eq!(had, 1);
    }

    async fn a_job_of_who_vanished_is_taken_up_where_it_was(db: Db) {
        let (gone, next) = (Uuid::new_v4(), Uuid::new_v4());
        assert_eq!(take_at(&db, gone, 0).await, Some(Taken { reached: None }));
        let far = Uuid::new_v4();
        db.write(move |tx| reach(tx, "sweep", gone, Some(far))).await.unwrap();
        assert_eq!(take_at(&db, next, 59).await, None);
        assert_eq!(take_at(&db, next, 60).await, Some(Taken { reached: Some(far) }));
        // The one that was slow, and not gone, has lost it.
        assert!(!db.write(move |tx| renew(tx, "sweep", gone, at(61), at(500))).await.unwrap());
        db.write(move |tx| put_down(tx, "sweep", gone, at(900))).await.unwrap();
        assert!(db.read(|conn| is_held(conn, "sweep", at(100))).await.unwrap());
    }

    async fn what_has_run_out_is_not_renewed(db: Db) {
        let (slow, other) = (Uuid::new_v4(), Uuid::new_v4());
        take_at(&db, slow, 0).await.unwrap();
        // Nobody has taken it, and yet others were free to do what it keeps them from.
        assert!(!db.write(move |tx| renew(tx, "sweep", slow, at(60), at(120))).await.unwrap());
        take_at(&db, other, 60).await.unwrap();
        db.write(|tx| end_leases(tx, &["purge"])).await.unwrap();
        assert!(db.read(|conn| is_held(conn, "sweep", at(61))).await.unwrap());
        db.write(|tx| end_leases(tx, &["sweep"])).await.unwrap();
        assert!(!db.read(|conn| is_held(conn, "sweep", at(61))).await.unwrap());
    }

    async fn what_was_put_down_is_due_again_later(db: Db) {
        let holder = Uuid::new_v4();
        take_at(&db, holder, 0).await.unwrap();
        assert!(db.write(move |tx| renew(tx, "sweep", holder, at(30), at(90))).await.unwrap());
        assert!(db.read(|conn| due(conn, at(89))).await.unwrap().is_empty());
        db.write(move |tx| put_down(tx, "sweep", holder, at(3600))).await.unwrap();
        assert!(!db.read(|conn| is_held(conn, "sweep", at(10))).await.unwrap());
        assert!(db.read(|conn| due(conn, at(3599))).await.unwrap().is_empty());
        assert_eq!(db.read(|conn| due(conn, at(3600))).await.unwrap(), ["sweep"]);
    }
}
