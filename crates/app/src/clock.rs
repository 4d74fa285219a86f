//! The one source of time, so that tests can move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use model::Instant;

/// A clock that never goes back while the program runs: the feed relies on it (contract 9).
#[derive(Debug, Clone)]
pub struct Clock {
    latest: Arc<AtomicI64>,
    source: Source,
}

#[derive(Debug, Clone, Copy)]
enum Source {
    System,
    Hand,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self { latest: Arc::new(AtomicI64::new(0)), source: Source::System }
    }

    /// A clock that only [`Self::advance`] moves.
    pub fn by_hand(start: Instant) -> Self {
        Self { latest: Arc::new(AtomicI64::new(start.micros())), source: Source::Hand }
    }

    /// Now, or a little later where the machine's clock was set back.
    pub fn now(&self) -> Instant {
        let reading = match self.source {
            Source::System => system_micros(),
            Source::Hand => 0,
        };
        let latest = self.latest.fetch_max(reading, Ordering::AcqRel);
        Instant::from_micros(latest.max(reading))
    }

    /// Moves a clock that is moved by hand.
    pub fn advance(&self, seconds: i64) {
        self.latest.fetch_add(seconds * 1_000_000, Ordering::AcqRel);
    }
}

fn system_micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
