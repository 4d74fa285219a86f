use tokio::time::Instant;

use super::*;
use crate::Error;

fn at_once() -> Patience {
    Patience::until(Instant::now())
}

#[tokio::test]
async fn who_is_at_work_is_waited_for() {
    let (turns, version) = (Turns::default(), VersionId::generate());
    let first = turns.take(version, at_once()).await.unwrap();
    let refused = turns.take(version, at_once()).await.err();
    assert!(matches!(refused, Some(Error::Unavailable(_))), "nobody is at work yet");
    first.begin();
    let second = async {
        let turn = turns.take(version, at_once()).await.unwrap();
        assert!(turn.is_impossible("thumbnail") && !turn.is_impossible("fullsize"));
        let refused = turns.take(version, at_once()).await.err();
        assert!(matches!(refused, Some(Error::Unavailable(_))), "it has not begun");
    };
    let end = async {
        tokio::task::yield_now().await;
        first.tell_impossible("thumbnail");
        drop(first);
    };
    tokio::join!(second, end);
    let later = turns.take(version, at_once()).await.unwrap();
    assert!(!later.is_impossible("thumbnail"), "who comes later tries again");
}

#[tokio::test]
async fn versions_have_turns_of_their_own() {
    let turns = Turns::default();
    let held = [VersionId::generate(), VersionId::generate()];
    let first = turns.take(held[0], at_once()).await.unwrap();
    let _second = turns.take(held[1], at_once()).await.unwrap();
    drop(first);
    let _third = turns.take(VersionId::generate(), at_once()).await.unwrap();
    assert_eq!(turns.0.lock().unwrap().len(), 2, "who is not waited for is forgotten");
}
