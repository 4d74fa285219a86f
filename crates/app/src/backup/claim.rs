//! One program at a time in a place for backups, even of copies of a library that know nothing of
//! each other: what one of them prunes, another may just have found there.
//!
//! A file in that place changes with every beat of the one who holds it. Whoever finds it watches
//! whether it still does, so that nobody's clock is compared with another's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use store::blobs::Blobs;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use uuid::Uuid;

use crate::moment::Moment;
use crate::pictures::off_thread;
use crate::{Error, Result};

const FILE: &str = "backup-in-progress";

/// How fast things go.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// How often the file changes.
    beat: Duration,
    /// How long it may stay the same before the one who holds the place gives it up.
    prudence: Duration,
    /// How often one who waits looks at it.
    look: Duration,
    /// How long it may stay the same before another one takes it for left behind.
    stale: Duration,
    /// How long those take to write who have seen at the same moment that it was left behind.
    settling: Duration,
}

impl Pace {
    const USUAL: Self = Self {
        beat: Duration::from_secs(5),
        prudence: Duration::from_secs(30),
        look: Duration::from_secs(1),
        stale: Duration::from_secs(45),
        settling: Duration::from_secs(2),
    };
}

/// The right to work in a place for backups. It ends when this is dropped.
pub(super) struct Claim {
    standing: Standing,
    hand: Arc<Hand>,
    pace: Pace,
}

/// What writes the file, once at a time: nothing may be on its way any more when it is removed.
struct Hand {
    standing: Standing,
    /// How often it did; `None` when the place is given up.
    beats: Mutex<Option<u64>>,
}

/// Tells threads, for which nobody may wait any more, whether a claim still stands.
#[derive(Clone)]
pub(super) struct Standing {
    place: Blobs,
    me: Uuid,
    /// Since when the place is surely held; `None` when it is not any more.
    held: Arc<Mutex<Option<Moment>>>,
    prudence: Duration,
}

impl Claim {
    /// Claims a place; [`Error::Conflict`] when somebody else works there. Takes three quarters of a
    /// minute when somebody was killed there.
    pub(super) async fn take(to: &Blobs) -> Result<Self> {
        Self::take_at(to, Pace::USUAL).await
    }

    async fn take_at(to: &Blobs, pace: Pace) -> Result<Self> {
        let held = Arc::new(Mutex::new(Some(Moment::now())));
        let prudence = pace.prudence;
        let standing = Standing { place: to.clone(), me: Uuid::new_v4(), held, prudence };
        let hand = Hand { standing: standing.clone(), beats: Mutex::new(Some(0)) };
        let claim = Self { standing, hand: Arc::new(hand), pace };
        while !claim.create().await? {
            let Some(seen) = claim.outwait().await? else { continue };
            claim.standing.renew(seen);
            claim.by_hand(Hand::write).await?;
            // Who is slower than this may have written over somebody who has begun by now.
            if seen.elapsed() > pace.settling {
                return Err(lost());
            }
            sleep(pace.settling).await;
            break;
        }
        match claim.by_hand(|hand| hand.standing.confirm()).await {
            Ok(()) => Ok(claim),
            Err(err) => {
                claim.give_up().await;
                Err(err)
            }
        }
    }

    /// Makes the file, unless there is one.
    async fn create(&self) -> Result<bool> {
        let begun = Moment::now();
        let is_made = self.by_hand(Hand::create).await?;
        if is_made && !self.standing.place.is_near() {
            // Where a bucket knows no conditions, another one may have made it at the same time.
            sleep(self.pace.settling).await;
        }
        self.standing.renew(begun);
        Ok(is_made)
    }

    /// Beats, and resolves when the place is lost.
    pub(super) async fn lose(&self) {
        loop {
            sleep(self.pace.beat).await;
            let begun = Moment::now();
            let Some(since) = *self.standing.held() else { return };
            let given_up = since.instant() + self.pace.prudence;
            match timeout_at(given_up, self.by_hand(Hand::beat)).await {
                Ok(Ok(())) => self.standing.renew(begun),
                Ok(Err(Error::Conflict(_))) | Err(_) => return,
                Ok(Err(err)) => tracing::warn!("could not hold the place of the backup: {err:#}"),
            }
        }
    }

    pub(super) fn standing(&self) -> Standing {
        self.standing.clone()
    }

    /// Tells its threads that they are to stop.
    pub(super) fn end(&self) {
        *self.standing.held() = None;
    }

    /// Leaves the place to others.
    pub(super) async fn give_up(self) {
        match timeout(self.pace.prudence, self.by_hand(Hand::put_down)).await {
            // What is lost is another one's.
            Ok(Ok(()) | Err(Error::Conflict(_))) => {}
            Ok(Err(err)) => tracing::warn!("could not give up the place of the backup: {err:#}"),
            Err(_) => tracing::warn!("the place of the backup does not answer"),
        }
    }

    /// Waits until it can be said whether somebody is at work; an error when somebody is. Gives the
    /// moment of the last look, unless the place is free.
    async fn outwait(&self) -> Result<Option<Moment>> {
        let Pace { look, stale, .. } = self.pace;
        let read = || {
            let place = self.standing.place.clone();
            off_thread(move || Ok::<_, Error>(place.read_file(FILE)?))
        };
        let mut seen = Moment::now();
        let (found, since) = (read().await?, Instant::now());
        if found.is_some() {
            tracing::warn!(
                "another backup is being made there, or was cut off: watching for {} s",
                stale.as_secs()
            );
        }
        while since.elapsed() < stale {
            sleep(look).await;
            seen = Moment::now();
            match read().await? {
                None => return Ok(None),
                now if now == found => {}
                _ => return Err(taken()),
            }
        }
        Ok(Some(seen))
    }

    /// What it does goes on when nobody waits for it any more.
    async fn by_hand<T: Send + 'static>(
        &self,
        deed: impl FnOnce(&Hand) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let hand = self.hand.clone();
        off_thread(move || deed(&hand)).await
    }
}

/// All of it blocks.
impl Hand {
    /// Another text each time.
    fn next(&self, beats: &mut Option<u64>) -> Result<String> {
        let beat = beats.as_mut().ok_or_else(lost)?;
        *beat += 1;
        Ok(format!("{} {beat}\n", self.standing.me))
    }

    fn create(&self) -> Result<bool> {
        let mut beats = self.beats();
        // A bucket that knows no conditions would write over it.
        if self.standing.place.read_file(FILE)?.is_some() {
            return Ok(false);
        }
        let text = self.next(&mut beats)?;
        Ok(self.standing.place.create_file(FILE, text.as_bytes())?)
    }

    fn write(&self) -> Result<()> {
        let mut beats = self.beats();
        let text = self.next(&mut beats)?;
        Ok(self.standing.place.replace_file(FILE, text.as_bytes())?)
    }

    fn beat(&self) -> Result<()> {
        self.standing.confirm()?;
        self.write()
    }

    fn put_down(&self) -> Result<()> {
        *self.beats() = None;
        self.standing.look()?;
        Ok(self.standing.place.remove_file(FILE)?)
    }

    fn beats(&self) -> MutexGuard<'_, Option<u64>> {
        self.beats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.end();
    }
}

impl Standing {
    /// An error when the claim has ended, or nothing was heard of the place for too long: this
    /// process may have stood still meanwhile.
    pub(super) fn check(&self) -> Result<()> {
        let holds = self.held().is_some_and(|since| since.elapsed() < self.prudence);
        if holds { Ok(()) } else { Err(lost()) }
    }

    fn renew(&self, since: Moment) {
        *self.held() = Some(since);
    }

    fn held(&self) -> MutexGuard<'_, Option<Moment>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As [`Self::check`]; looks at the place, too. Blocks.
    pub(super) fn confirm(&self) -> Result<()> {
        self.check()?;
        self.look()
    }

    /// Whether the place says that it is held by this claim.
    fn look(&self) -> Result<()> {
        let found = self.place.read_file(FILE)?.unwrap_or_default();
        if found.starts_with(self.me.to_string().as_bytes()) { Ok(()) } else { Err(lost()) }
    }
}

pub(super) fn lost() -> Error {
    let text = "the place of the backup is gone, did not answer for too long, or is another one's: \
                start it again; it goes on where it was";
    Error::Conflict(text.to_owned())
}

fn taken() -> Error {
    let text = "another backup is being made in the same place: try again when it is done";
    Error::Conflict(text.to_owned())
}

#[cfg(test)]
mod tests;
