//! Threads that own a connection each and share one queue.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use crossbeam_channel::bounded;
use tokio::sync::oneshot;

use super::line::{Line, Open};
use super::queue::{Inbox, Outbox, queue};
use super::{Conn, Error, Result};

/// Threads that own a connection each and share one queue of jobs.
pub(super) struct Workers<J> {
    /// `None` once closed. The queue has no bound: whoever accepts requests sends them away when it
    /// stands ([`Self::delay`]), and a write that was begun elsewhere must not be refused for want of
    /// a place.
    queue: RwLock<Option<Outbox<J>>>,
    /// Closed one by one as the threads end.
    ends: Mutex<Vec<oneshot::Receiver<()>>>,
}

impl<J: Send + 'static> Workers<J> {
    /// Starts `count` threads that `open` a connection and `serve` the queue until it is closed
    /// and empty. Fails when one of the connections does.
    ///
    /// The connections are opened and dropped in their threads, because the PostgreSQL client
    /// must not be touched inside an asynchronous runtime.
    pub(super) fn start(
        name: &str,
        count: usize,
        open: impl Fn() -> Result<Conn> + Send + Sync + 'static,
        serve: fn(Line, Inbox<J>),
    ) -> Result<Self> {
        let (jobs, queue) = queue();
        let (report, reports) = bounded(count);
        let open: Open = Arc::new(open);
        let mut ends = Vec::with_capacity(count);
        for number in 0..count {
            let (open, queue, report) = (open.clone(), queue.clone(), report.clone());
            let (ended, end) = oneshot::channel::<()>();
            ends.push(end);
            let work = move || {
                let _ended = ended;
                match Line::open(open) {
                    Ok(line) => {
                        drop(report.send(Ok(())));
                        serve(line, queue);
                    }
                    Err(err) => drop(report.send(Err(err))),
                }
            };
            let thread = std::thread::Builder::new().name(format!("{name}-{number}"));
            thread.spawn(work).map_err(Error::driver)?;
        }
        for _ in 0..count {
            reports.recv().map_err(Error::driver)??;
        }
        Ok(Self { queue: RwLock::new(Some(jobs)), ends: Mutex::new(ends) })
    }

    /// Queues a job.
    pub(super) fn send(&self, job: J) -> Result<()> {
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner);
        let queue = queue.as_ref().ok_or_else(Error::closed)?;
        queue.send(job)
    }

    /// How many jobs no thread has taken up yet.
    pub(super) fn waiting(&self) -> usize {
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner);
        queue.as_ref().map_or(0, Outbox::len)
    }

    /// How long whoever comes now has to wait at the least, as far as those before them tell.
    pub(super) fn delay(&self) -> Duration {
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner);
        queue.as_ref().map_or(Duration::ZERO, Outbox::delay)
    }

    /// Takes no further jobs, and waits until the threads have finished those they have.
    pub(super) async fn close(&self) {
        drop(self.queue.write().unwrap_or_else(PoisonError::into_inner).take());
        let ends = std::mem::take(&mut *self.ends.lock().unwrap_or_else(PoisonError::into_inner));
        for end in ends {
            // Nothing is ever sent: a thread that ends closes its channel.
            drop(end.await);
        }
    }
}
