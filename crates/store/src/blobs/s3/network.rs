//! Waiting for the network, for callers that block.

use std::future::Future;
use std::io;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;

use crate::blobs::{Error, Result};

/// No single piece of work takes longer, retries included: a part of 8 MiB at half a megabit per
/// second, and then some.
const LONGEST: Duration = Duration::from_mins(4);

/// A runtime of its own, so that its callers may sit on any thread.
#[derive(Debug)]
pub(super) struct Network {
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
}

/// Work that goes on; dropped, it ends.
#[derive(Debug)]
pub(super) struct Pending<T> {
    outcome: Receiver<Result<T>>,
    task: AbortHandle,
}

impl Network {
    pub(super) fn open() -> Result<Self> {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).thread_name("objects").enable_all().build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// Does `work` and waits for it.
    pub(super) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        self.start(work).wait()
    }

    /// Does `work` while the caller does something else.
    pub(super) fn start<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Pending<T> {
        let (give, outcome) = sync_channel(1);
        let task =
            self.runtime().spawn(async move {
                let done = tokio::time::timeout(LONGEST, work).await;
                // Nobody may wait any more.
                drop(give.send(
                    done.unwrap_or_else(|_| Err(Error::Away(io::ErrorKind::TimedOut.into()))),
                ));
            });
        Pending { outcome, task: task.abort_handle() }
    }

    /// Does `work` whoever waits.
    pub(super) fn leave(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.runtime().spawn(async move { tokio::time::timeout(LONGEST, work).await });
    }

    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("it is there until it is dropped")
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // Waiting for its threads is forbidden where it may be dropped.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl<T> Pending<T> {
    /// Waits for its end.
    pub(super) fn wait(self) -> Result<T> {
        let ended = || Error::Io(io::Error::other("the work for an object was given up"));
        self.outcome.recv().unwrap_or_else(|_| Err(ended()))
    }
}

impl<T> Drop for Pending<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}
