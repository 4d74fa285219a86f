//! A moment, to be measured from.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// A moment by both clocks of the machine: one does not go on while it sleeps, and the other one may
/// be set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(Instant, SystemTime);

impl Moment {
    pub(crate) fn now() -> Self {
        Self(Instant::now(), SystemTime::now())
    }

    /// By the clock that stands still while the machine sleeps.
    pub(crate) fn instant(self) -> Instant {
        self.0
    }

    /// How long ago it was, by the clock that says the most.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed().max(self.1.elapsed().unwrap_or_default())
    }

    /// One that is so long ago by the clock that goes on while the machine sleeps.
    #[cfg(test)]
    pub(crate) fn asleep_for(time: Duration) -> Self {
        Self(Instant::now(), SystemTime::now() - time)
    }
}
