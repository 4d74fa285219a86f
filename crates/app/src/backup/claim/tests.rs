use tempfile::TempDir;

use super::*;

/// Never stale.
const SURE: Pace = Pace {
    beat: Duration::from_millis(20),
    prudence: Duration::from_mins(10),
    look: Duration::from_millis(5),
    stale: Duration::from_mins(10),
    settling: Duration::from_secs(2),
};
const HASTY: Pace = Pace { stale: Duration::from_millis(50), ..SURE };

fn somewhere() -> (TempDir, Blobs) {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(&folder.path().display().to_string().parse().unwrap()).unwrap();
    (folder, blobs)
}

#[tokio::test]
async fn a_place_is_held_by_one_until_it_is_given_up() {
    let (folder, place) = somewhere();
    let held = Claim::take_at(&place, SURE).await.unwrap();
    let other = tokio::select! {
        () = held.lose() => panic!("nobody else took it"),
        other = Claim::take_at(&place, SURE) => other,
    };
    assert!(matches!(other.err(), Some(Error::Conflict(_))));
    held.standing().confirm().unwrap();
    held.give_up().await;
    assert!(!folder.path().join(FILE).exists());
    Claim::take_at(&place, SURE).await.unwrap();
}

#[tokio::test]
async fn what_somebody_left_behind_is_taken_over() {
    let (_folder, place) = somewhere();
    let slow = Claim::take_at(&place, SURE).await.unwrap();
    let next = Claim::take_at(&place, HASTY).await.unwrap();
    // It was not killed after all, and notices.
    slow.lose().await;
    let standing = slow.standing();
    assert!(standing.confirm().is_err());
    slow.give_up().await;
    next.standing().confirm().unwrap();
    assert!(standing.check().is_err(), "its threads notice, too");
}

#[tokio::test]
async fn of_two_who_see_the_same_left_behind_one_has_it() {
    let (_folder, place) = somewhere();
    drop(Claim::take_at(&place, SURE).await.unwrap());
    let (one, other) = tokio::join!(Claim::take_at(&place, HASTY), Claim::take_at(&place, HASTY));
    assert!(one.is_ok() != other.is_ok());
}

#[tokio::test]
async fn a_place_that_cannot_be_held_is_lost() {
    let (folder, place) = somewhere();
    let prudent = Pace { prudence: Duration::from_millis(100), ..SURE };
    let held = Claim::take_at(&place, prudent).await.unwrap();
    // A folder of this name cannot be read.
    std::fs::remove_file(folder.path().join(FILE)).unwrap();
    std::fs::create_dir(folder.path().join(FILE)).unwrap();
    held.lose().await;
}

#[tokio::test]
async fn who_stood_still_for_too_long_does_nothing_more() {
    let (_folder, place) = somewhere();
    let still = Pace { prudence: Duration::ZERO, ..SURE };
    let held = Claim::take_at(&place, still).await;
    assert!(matches!(held.err(), Some(Error::Conflict(_))));
    let held = Claim::take_at(&place, HASTY).await.unwrap();
    let standing = held.standing();
    standing.check().unwrap();
    // As if the process had been stopped, which nobody told it.
    standing.renew(Moment::asleep_for(SURE.prudence));
    assert!(standing.check().is_err());
}
