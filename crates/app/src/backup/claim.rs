//! One program at a time in a place for backups, even of copies of a library that know nothing of
//! each other: what one of them prunes, another may just have found there.
//!
//! A file in that place changes with every beat of the one who holds it. Whoever finds it watches
//! whether it still does, so that nobody's clock is compared with another's.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use store::blobs::Blobs;
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

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
        prudence: Duration::from_secs(15),
        look: Duration::from_secs(1),
        stale: Duration::from_secs(30),
        settling: Duration::from_secs(2),
    };
}

/// The right to work in a place for backups. It ends when this is dropped.
pub(super) struct Claim {
    standing: Standing,
    beats: AtomicU64,
    pace: Pace,
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

/// A moment by both clocks: one does not go on while the machine sleeps, and the other one may be
/// set.
#[derive(Clone, Copy)]
struct Moment(Instant, SystemTime);

impl Moment {
    fn now() -> Self {
        Self(Instant::now(), SystemTime::now())
    }

    fn elapsed(self) -> Duration {
        self.0.elapsed().max(self.1.elapsed().unwrap_or_default())
    }
}

impl Claim {
    /// Claims a place; [`Error::Conflict`] when somebody else works there. Takes half a minute when
    /// somebody was killed there.
    pub(super) async fn take(to: &Blobs) -> Result<Self> {
        Self::take_at(to, Pace::USUAL).await
    }

    async fn take_at(to: &Blobs, pace: Pace) -> Result<Self> {
        let held = Arc::new(Mutex::new(Some(Moment::now())));
        let prudence = pace.prudence;
        let standing = Standing { place: to.clone(), me: Uuid::new_v4(), held, prudence };
        let claim = Self { standing, beats: AtomicU64::new(0), pace };
        let (to, text) = (to.clone(), claim.text());
        let created = off_thread(move || Ok::<_, Error>(to.create_file(FILE, text.as_bytes())?));
        if !created.await? {
            let seen = claim.outwait().await?;
            claim.standing.renew(seen);
            claim.beat().await?;
            // Who is slower than this may have written over somebody who has begun by now.
            if seen.elapsed() > pace.settling {
                return Err(lost());
            }
            sleep(pace.settling).await;
        }
        // Where a bucket knows no conditions, another one may have created it, too.
        let standing = claim.standing.clone();
        off_thread(move || standing.confirm()).await?;
        Ok(claim)
    }

    /// Beats, and resolves when the place is lost.
    pub(super) async fn lose(&self) {
        let mut last = Instant::now();
        loop {
            sleep(self.pace.beat).await;
            let begun = Moment::now();
            let beat = async {
                let standing = self.standing.clone();
                off_thread(move || standing.confirm()).await?;
                self.beat().await
            };
            match timeout_at(last + self.pace.prudence, beat).await {
                Ok(Ok(())) => {
                    last = begun.0;
                    self.standing.renew(begun);
                }
                Ok(Err(Error::Conflict(_))) | Err(_) => return,
                Ok(Err(err)) => tracing::warn!("could not hold the place of the backup: {err:#}"),
            }
        }
    }

    pub(super) fn standing(&self) -> Standing {
        self.standing.clone()
    }

    /// Leaves the place to others.
    pub(super) async fn give_up(self) {
        let standing = self.standing.clone();
        let left = off_thread(move || {
            standing.confirm()?;
            Ok::<_, Error>(standing.place.remove_file(FILE)?)
        });
        if let Err(err) = left.await {
            tracing::warn!("could not give up the place of the backup: {err:#}");
        }
    }

    /// Waits until it can be said whether somebody is at work; an error when somebody is. Gives the
    /// moment of the last look.
    async fn outwait(&self) -> Result<Moment> {
        let Pace { look, stale, .. } = self.pace;
        let read = || {
            let place = self.standing.place.clone();
            off_thread(move || Ok::<_, Error>(place.read_file(FILE)?))
        };
        let mut seen = Moment::now();
        let (found, since) = (read().await?, Instant::now());
        tracing::warn!(
            "another backup is being made there, or was cut off: watching for {} s",
            stale.as_secs()
        );
        while since.elapsed() < stale {
            sleep(look).await;
            seen = Moment::now();
            match read().await? {
                None => break,
                now if now == found => {}
                _ => return Err(taken()),
            }
        }
        Ok(seen)
    }

    async fn beat(&self) -> Result<()> {
        let (place, text) = (self.standing.place.clone(), self.text());
        off_thread(move || Ok(place.put_file(FILE, &mut text.as_bytes())?)).await
    }

    /// Another one each time.
    fn text(&self) -> String {
        let beat = self.beats.fetch_add(1, Ordering::Relaxed);
        format!("{} {beat}\n", self.standing.me)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        *self.standing.held() = None;
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
        let found = self.place.read_file(FILE)?.unwrap_or_default();
        if found.starts_with(self.me.to_string().as_bytes()) { Ok(()) } else { Err(lost()) }
    }
}

pub(super) fn lost() -> Error {
    let text = "the place of the backup is gone, did not answer for too long, or is another one's";
    Error::Conflict(text.to_owned())
}

fn taken() -> Error {
    let text = "another backup is being made in the same place: try again when it is done";
    Error::Conflict(text.to_owned())
}

#[cfg(test)]
mod tests;
