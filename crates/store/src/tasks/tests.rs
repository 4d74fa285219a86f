use std::sync::Mutex;
use std::sync::mpsc::channel;

use super::*;
use crate::db::Db;
use crate::on_both_engines;
use crate::testing::TestDb;

const KIND: TaskKind = TaskKind::ReverseGeocoding;

const fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * 1_000_000)
}

async fn claim_at(db: &Db, seconds: i64) -> Vec<Task> {
    db.write(move |tx| claim(tx, at(seconds), at(seconds + 60))).await.unwrap()
}

on_both_engines! {
    async fn what_waits_for_another_try_is_done_at_once_when_it_is_asked_for_anew(db: Db) {
        let (library, asset) = (LibraryId::generate(), AssetId::generate());
        db.write(move |tx| enqueue(tx, library, asset, KIND, at(0))).await.unwrap();
        let [task] = &claim_at(&db, 0).await[..] else { panic!("one task") };
        let task = task.clone();
        db.write(move |tx| retry(tx, &task, "no luck", at(500), at(1))).await.unwrap();
        assert!(claim_at(&db, 2).await.is_empty());
        for seconds in [3, 4] {
            db.write(move |tx| enqueue(tx, library, asset, KIND, at(seconds))).await.unwrap();
        }
        assert_eq!(db.read(backlog).await.unwrap()[0].since, at(3), "the earlier one counts");
        assert_eq!(claim_at(&db, 3).await.len(), 1);
    }

    async fn a_lease_that_was_renewed_has_not_run_out(db: Db) {
        let (library, asset) = (LibraryId::generate(), AssetId::generate());
        db.write(move |tx| enqueue(tx, library, asset, KIND, at(0))).await.unwrap();
        let [task] = &claim_at(&db, 0).await[..] else { panic!("one task") };
        let (task, slow) = (task.clone(), task.clone());
        assert!(db.write(move |tx| renew(tx, &task, at(100))).await.unwrap());
        assert!(db.write(|tx| expired(tx, at(99), 10)).await.unwrap().is_empty());
        let given_back = db.write(|tx| -> Result<usize> {
            let expired = expired(tx, at(100), 10)?;
            expired.iter().try_for_each(|task| give_back(tx, task, at(100), at(100)))?;
            Ok(expired.len())
        });
        assert_eq!(given_back.await.unwrap(), 1);
        assert_eq!(claim_at(&db, 101).await.len(), 1);
        assert!(!db.write(move |tx| renew(tx, &slow, at(500))).await.unwrap());
    }
}

#[tokio::test]
async fn nobody_takes_up_what_another_transaction_asks_for_anew() {
    let Some(TestDb { db, .. }) = &TestDb::postgres() else { return };
    let (library, asset) = (LibraryId::generate(), AssetId::generate());
    db.write(move |tx| enqueue(tx, library, asset, KIND, at(0))).await.unwrap();
    let ((says, heard), (may_end, ends)) = (channel(), channel::<()>());
    let ends = Mutex::new(ends);
    // An edit: what it asks for has to see what it wrote.
    let edit = tokio::spawn({
        let db = db.clone();
        async move {
            db.write(move |tx| -> Result<()> {
                enqueue(tx, library, asset, KIND, at(1))?;
                says.send(()).unwrap();
                ends.lock().unwrap().recv().unwrap();
                Ok(())
            })
            .await
        }
    });
    tokio::task::spawn_blocking(move || heard.recv()).await.unwrap().unwrap();
    assert!(claim_at(db, 2).await.is_empty());
    may_end.send(()).unwrap();
    edit.await.unwrap().unwrap();
    assert_eq!(claim_at(db, 3).await.len(), 1);
}
