//! How long somebody who guesses has to wait.

use crate::Instant;

/// The longest wait, in seconds.
const LONGEST: u64 = 15 * 60;
/// After so many seconds without another failure all are forgotten.
const MEMORY: i64 = 60 * 60;

/// Attempts that failed, in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    /// None yet.
    pub const fn none(now: Instant) -> Self {
        Self { count: 0, last: now }
    }

    /// One more.
    #[must_use]
    pub fn and_one(self, now: Instant) -> Self {
        let count = if self.are_forgotten(now) { 0 } else { self.count };
        Self { count: count.saturating_add(1), last: now }
    }

    /// One less: it turned out to be none.
    #[must_use]
    pub fn but_one(self) -> Self {
        Self { count: self.count.saturating_sub(1), ..self }
    }

    /// Whether they count no more.
    pub fn are_forgotten(&self, now: Instant) -> bool {
        self.count == 0 || self.last.plus_seconds(MEMORY) <= now
    }

    /// Seconds until the next attempt counts; none when it counts now. The first `free` failures
    /// cost nothing, the next one a second, and each one after it twice as long.
    pub fn wait(&self, free: u32, now: Instant) -> Option<u64> {
        if self.are_forgotten(now) {
            return None;
        }
        let beyond = self.count.checked_sub(free)?;
        let wait = 1_u64.checked_shl(beyond).map_or(LONGEST, |wait| wait.min(LONGEST));
        let passed = now.micros().saturating_sub(self.last.micros()) / 1_000_000;
        let left = wait.saturating_sub(u64::try_from(passed).unwrap_or(0));
        (left > 0).then_some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(1_700_000_000_000_000);

    fn failed(times: u32) -> Failures {
        (0..times).fold(Failures::none(NOW), |failures, _| failures.and_one(NOW))
    }

    #[test]
    fn the_first_are_free_and_then_the_wait_doubles() {
        for (times, wait) in [
            (0, None),
            (4, None),
            (5, Some(1)),
            (6, Some(2)),
            (9, Some(16)),
            (15, Some(900)),
            (200, Some(900)),
        ] {
            assert_eq!(failed(times).wait(5, NOW), wait, "{times}");
        }
    }

    #[test]
    fn the_wait_passes_and_all_is_forgotten_in_the_end() {
        let failures = failed(8);
        assert_eq!(failures.wait(5, NOW.plus_seconds(7)), Some(1));
        assert_eq!(failures.wait(5, NOW.plus_seconds(8)), None);
        assert_eq!(failures.and_one(NOW.plus_seconds(8)).wait(5, NOW.plus_seconds(8)), Some(16));
        let later = NOW.plus_seconds(MEMORY);
        assert_eq!(failures.and_one(later).wait(1, later), Some(1));
        assert_eq!(failed(5).but_one().wait(5, NOW), None);
    }
}
