//! Many measurements of one thing.

use std::time::Duration;

/// How long each of many runs took.
#[derive(Default)]
pub(crate) struct Timings(Vec<Duration>);

impl Timings {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Half of the runs were faster.
    pub(crate) fn median(&mut self) -> Duration {
        self.quantile(50)
    }

    /// One run of a hundred was slower.
    pub(crate) fn p99(&mut self) -> Duration {
        self.quantile(99)
    }

    fn quantile(&mut self, percent: usize) -> Duration {
        self.0.sort_unstable();
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * percent / 100).copied().unwrap_or_default()
    }
}

impl Extend<Duration> for Timings {
    fn extend<T: IntoIterator<Item = Duration>>(&mut self, times: T) {
        self.0.extend(times);
    }
}

impl IntoIterator for Timings {
    type Item = Duration;
    type IntoIter = std::vec::IntoIter<Duration>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
