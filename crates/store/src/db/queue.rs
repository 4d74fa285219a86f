//! A queue that knows how long those in it wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TryRecvError, unbounded};

use super::{Error, Result};

/// Where jobs are put in.
pub(super) struct Outbox<J> {
    jobs: Sender<(Instant, J)>,
    delay: Arc<Delay>,
}

/// Where jobs come out, in the same order.
pub(super) struct Inbox<J> {
    jobs: Receiver<(Instant, J)>,
    delay: Arc<Delay>,
}

pub(super) fn queue<J>() -> (Outbox<J>, Inbox<J>) {
    let (give, take) = unbounded();
    let delay = Arc::new(Delay::new(Instant::now()));
    (Outbox { jobs: give, delay: delay.clone() }, Inbox { jobs: take, delay })
}

impl<J> Clone for Inbox<J> {
    fn clone(&self) -> Self {
        Self { jobs: self.jobs.clone(), delay: self.delay.clone() }
    }
}

impl<J> Outbox<J> {
    pub(super) fn send(&self, job: J) -> Result<()> {
        let now = Instant::now();
        if self.jobs.is_empty() {
            self.delay.went_on(now, Duration::ZERO);
        }
        self.jobs.send((now, job)).map_err(|_| Error::closed())
    }

    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Nothing when nobody waits; otherwise as long as the last who came out had waited, or as long
    /// as nobody has come out, whichever is more.
    pub(super) fn delay(&self) -> Duration {
        if self.jobs.is_empty() { Duration::ZERO } else { self.delay.at(Instant::now()) }
    }
}

/// Each step waits for a job; the end is when there will be none.
impl<J> Iterator for Inbox<J> {
    type Item = J;

    fn next(&mut self) -> Option<J> {
        self.jobs.recv().ok().map(|job| self.taken(job))
    }
}

impl<J> Inbox<J> {
    /// The next job, if it is there.
    pub(super) fn next_waiting(&self) -> Option<J> {
        match self.jobs.try_recv() {
            Ok(job) => Some(self.taken(job)),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => None,
        }
    }

    fn taken(&self, (since, job): (Instant, J)) -> J {
        let now = Instant::now();
        self.delay.went_on(now, now.saturating_duration_since(since));
        job
    }
}

/// How a queue goes on. Two threads may overtake each other here; what that gets wrong is right again
/// with the next job.
struct Delay {
    beginning: Instant,
    /// Microseconds after the beginning when it last went on, or was empty.
    moved: AtomicU64,
    /// Microseconds that whoever came out then had waited.
    waited: AtomicU64,
}

impl Delay {
    fn new(beginning: Instant) -> Self {
        Self { beginning, moved: AtomicU64::new(0), waited: AtomicU64::new(0) }
    }

    fn went_on(&self, now: Instant, waited: Duration) {
        self.moved.store(micros(now.saturating_duration_since(self.beginning)), Ordering::Relaxed);
        self.waited.store(micros(waited), Ordering::Relaxed);
    }

    fn at(&self, now: Instant) -> Duration {
        let moved = Duration::from_micros(self.moved.load(Ordering::Relaxed));
        let stood = now.saturating_duration_since(self.beginning).saturating_sub(moved);
        stood.max(Duration::from_micros(self.waited.load(Ordering::Relaxed)))
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_come_out_in_order() {
        let (give, mut take) = queue();
        (0..3).for_each(|number| give.send(number).unwrap());
        assert_eq!(give.len(), 3);
        assert_eq!((take.next(), take.next_waiting(), take.next()), (Some(0), Some(1), Some(2)));
        assert_eq!(take.next_waiting(), None);
        drop(give);
        assert_eq!(take.next(), None);
    }

    #[test]
    fn an_empty_queue_has_no_delay_however_long_nothing_came() {
        let (give, mut take) = queue();
        give.send(()).unwrap();
        take.next();
        assert_eq!(give.delay(), Duration::ZERO);
    }

    #[test]
    fn the_delay_is_how_long_the_last_waited_or_how_long_all_stand() {
        let beginning = Instant::now();
        let after = |seconds| beginning + Duration::from_secs(seconds);
        let delay = Delay::new(beginning);
        assert_eq!(delay.at(after(7)), Duration::from_secs(7));
        delay.went_on(after(8), Duration::from_secs(3));
        assert_eq!(delay.at(after(9)), Duration::from_secs(3));
        assert_eq!(delay.at(after(12)), Duration::from_secs(4));
        delay.went_on(after(12), Duration::ZERO);
        assert_eq!(delay.at(after(12)), Duration::ZERO);
    }
}
