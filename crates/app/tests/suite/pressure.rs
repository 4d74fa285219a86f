//! More is asked for than can be done: some are sent away, and nothing grows.

use std::sync::mpsc;
use std::time::Duration;

use app::pictures::{Variant, Wanted};
use app::{Error, Limits};
use store::db::{self, Db};
use store::on_both_engines;
use store::testing::{Faults, TestStore};

use crate::harness::{Library, bergen, viewer};

/// Nobody waits for their turn.
const IMPATIENT: Limits = Limits { arrivals: 1, patience: Duration::ZERO, ..Limits::DEFAULT };

/// Holds one connection until the sender is dropped.
fn hold(db: &Db, writes: bool) -> mpsc::Sender<()> {
    let (held, until) = mpsc::channel::<()>();
    let db = db.clone();
    tokio::spawn(async move {
        let until = std::sync::Mutex::new(until);
        let wait = move || {
            let _ = until.lock().unwrap().recv();
            Ok::<_, db::Error>(())
        };
        if writes { db.write(move |_| wait()).await } else { db.read(move |_| wait()).await }
    });
    held
}

/// Holds connections until somebody waits for one.
async fn hold_all(db: &Db, writes: bool) -> Vec<mpsc::Sender<()>> {
    let mut held = Vec::new();
    while db.read_delay().max(db.write_delay()).is_zero() {
        held.push(hold(db, writes));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    held
}

async fn all_is_done(db: &Db) {
    while db.backlog() > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

on_both_engines! {
    async fn a_file_too_many_is_sent_away_until_another_has_arrived(db: Db) {
        let library = Library::with_limits(db, IMPATIENT).await;
        let mut first = library.app.receive(&library.me).await.unwrap();
        first.push(vec![1; 100].into()).await.unwrap();
        let refused = library.app.receive(&library.me).await.unwrap_err();
        assert!(matches!(refused, Error::Unavailable(_)), "{refused:?}");
        let received = first.finish().await.unwrap();
        assert!(library.app.receive(&library.me).await.is_err(), "it has not been looked into yet");
        library.app.discard(received).await;
        library.photo(bergen(), 1).await;
        library.photo(bergen(), 2).await;
    }

    async fn nobody_gets_more_than_half_of_the_places(db: Db) {
        let library = Library::with_limits(db, Limits { arrivals: 2, ..IMPATIENT }).await;
        let lee = library.app.create_user("lee@example.org".to_owned()).await.unwrap();
        let mine = library.app.receive(&library.me).await.unwrap();
        library.app.receive(&library.me).await.unwrap_err();
        let theirs = library.app.receive(&viewer(lee.user)).await.unwrap();
        drop(mine);
        library.app.receive(&library.me).await.unwrap();
        drop(theirs);
    }

    async fn who_reads_is_sent_away_when_no_read_gets_its_turn(db: Db) {
        let library = Library::with_limits(db.clone(), IMPATIENT).await;
        library.app.check_delay(true).unwrap();
        let held = hold_all(&db, false).await;
        for reads in [true, false] {
            let refused = library.app.check_delay(reads).unwrap_err();
            assert!(matches!(refused, Error::Unavailable(_)), "{refused:?}");
        }
        drop(held);
        all_is_done(&db).await;
        library.app.check_delay(true).unwrap();
    }

    async fn who_writes_is_sent_away_and_who_reads_is_not(db: Db) {
        let library = Library::with_limits(db.clone(), IMPATIENT).await;
        let found = library.photo(bergen(), 1).await;
        let held = hold_all(&db, true).await;
        library.app.check_delay(true).unwrap();
        library.asset(found.asset.id).await;
        library.app.check_delay(false).unwrap_err();
        drop(held);
        all_is_done(&db).await;
        library.app.check_delay(false).unwrap();
    }

    async fn a_picture_in_the_making_is_waited_for_and_another_is_not(db: Db) {
        // Room for one of them.
        let limits = Limits { decoded_bytes: 1 << 20, ..IMPATIENT };
        let (objects, faults) = (TestStore::folder(), Faults::new(1));
        let library = Library::with(db, faults.over(&objects.blobs), limits).await;
        let version = library.photo(bergen(), 1).await.asset.version_id;
        let other = library.photo(bergen(), 2).await.asset.version_id;
        let ask = |version, variant| {
            let app = library.app.clone();
            tokio::spawn(async move { app.deliver(version, Wanted::Picture(variant)).await })
        };
        faults.stall(true);
        let first = ask(version, Variant::Preview);
        while faults.stalled() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let second = ask(version, Variant::Small);
        let refused = ask(other, Variant::Small).await.unwrap().unwrap_err();
        assert!(matches!(refused, Error::Unavailable(_)), "{refused:?}");
        assert!(!second.is_finished());
        faults.stall(false);
        first.await.unwrap().unwrap();
        second.await.unwrap().unwrap();
        ask(other, Variant::Small).await.unwrap().unwrap();
    }

    async fn a_picture_that_many_ask_for_is_made_once(db: Db) {
        let library = Library::new(db).await;
        let version = library.photo(bergen(), 1).await.asset.version_id;
        let wanted = [Variant::Thumbnail, Variant::Small, Variant::Preview, Variant::Small];
        let all: Vec<_> = wanted.into_iter().cycle().take(24).map(|variant| {
            let app = library.app.clone();
            tokio::spawn(async move { app.deliver(version, Wanted::Picture(variant)).await })
        }).collect();
        for asked in all {
            asked.await.unwrap().unwrap();
        }
        let puts = library.app.object_seconds().with_label_values(&["put"]).get_sample_count();
        assert_eq!(puts, 1, "one decode makes them all");
    }
}
