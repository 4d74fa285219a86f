use tokio::time::Instant;

use super::*;
use crate::Error;

fn at_once() -> Patience {
    Patience::until(Instant::now())
}

async fn refused(turns: &Turns, version: VersionId) -> bool {
    let waited = turns.wait(version, at_once()).await;
    matches!(waited.turn().err(), Some(Error::Unavailable(_)))
}

#[tokio::test]
async fn who_is_at_work_is_waited_for() {
    let (turns, version) = (Turns::default(), VersionId::generate());
    let first = turns.wait(version, at_once()).await.turn().unwrap();
    assert!(refused(&turns, version).await, "nobody is at work yet");
    first.begin();
    let second = async {
        let waited = turns.wait(version, at_once()).await;
        assert!(waited.is_impossible("thumbnail") && !waited.is_impossible("fullsize"));
    };
    let end = async {
        tokio::task::yield_now().await;
        first.tell_impossible("thumbnail");
        drop(first);
    };
    tokio::join!(second, end);
    let later = turns.wait(version, at_once()).await;
    assert!(!later.is_impossible("thumbnail"), "who comes later tries again");
}

#[tokio::test]
async fn who_comes_after_the_one_at_work_is_not_waited_for() {
    let (turns, version) = (Turns::default(), VersionId::generate());
    let first = turns.wait(version, Patience::ENDLESS).await.turn().unwrap();
    first.begin();
    // In the order of coming: the second has the turn after the first, and waits for room then.
    let (gone_on, goes_on) = tokio::sync::oneshot::channel::<()>();
    let second = async {
        let turn = turns.wait(version, Patience::ENDLESS).await.turn().unwrap();
        goes_on.await.unwrap();
        drop(turn);
    };
    let third = async {
        assert!(refused(&turns, version).await);
        gone_on.send(()).unwrap();
    };
    let end = async {
        tokio::task::yield_now().await;
        drop(first);
    };
    tokio::join!(second, third, end);
}

#[tokio::test]
async fn versions_have_turns_of_their_own() {
    let turns = Turns::default();
    let held = [VersionId::generate(), VersionId::generate()];
    let first = turns.wait(held[0], at_once()).await;
    let _second = turns.wait(held[1], at_once()).await;
    drop(first);
    let _third = turns.wait(VersionId::generate(), at_once()).await;
    assert_eq!(turns.0.lock().unwrap().len(), 2, "who is not waited for is forgotten");
}
