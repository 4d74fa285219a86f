//! How many files may be on their way in at the same time: each holds memory, and a place on a disk.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Limits, Result};

/// Why somebody is sent away.
const BUSY: &str = "too many files are on their way in, try again";

/// The places there are.
pub(crate) struct Arrivals {
    free: Arc<Semaphore>,
    limits: Limits,
}

/// One file, and its place; free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Arrival {
    _permit: OwnedSemaphorePermit,
}

impl Arrivals {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { free: Arc::new(Semaphore::new(limits.arrivals)), limits }
    }

    /// Waits for a place, in the order of coming. Meanwhile the sender is held up by nobody reading
    /// what they send.
    pub(crate) async fn place(&self) -> Result<Arrival> {
        let permit = self.limits.patiently(self.free.clone().acquire_owned(), BUSY).await?;
        // The semaphore is never closed.
        permit
            .map(|permit| Arrival { _permit: permit })
            .map_err(|err| Error::Unexpected(err.into()))
    }
}
