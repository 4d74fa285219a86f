//! How many files may be on their way in at the same time: each holds memory, and a place on a disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use model::UserId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Error, Limits, Result};

/// Why somebody is sent away.
const BUSY: &str = "too many files are on their way in, try again";

/// The places there are. Nobody gets more than half of them, so that somebody with many slow lines
/// does not lock out the others.
pub(crate) struct Arrivals {
    free: Arc<Semaphore>,
    shares: Mutex<HashMap<UserId, Weak<Semaphore>>>,
    limits: Limits,
}

/// One file, and its place; free again when the last clone is dropped: a thread that works on the
/// file has one, since nobody may wait for it any more.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    _permits: Arc<[OwnedSemaphorePermit; 2]>,
}

impl Arrivals {
    pub(crate) fn new(limits: Limits) -> Self {
        let free = Arc::new(Semaphore::new(limits.arrivals));
        Self { free, shares: Mutex::default(), limits }
    }

    /// Waits for a place, in the order of coming. Meanwhile the sender is held up by nobody reading
    /// what they send.
    pub(crate) async fn place(&self, sender: UserId) -> Result<Arrival> {
        let arrival = async {
            let share = self.share(sender).acquire_owned().await?;
            let place = self.free.clone().acquire_owned().await?;
            Ok(Arrival { _permits: Arc::new([share, place]) })
        };
        let arrival: Result<_, tokio::sync::AcquireError> =
            self.limits.patiently(arrival, BUSY).await?;
        // The semaphores are never closed.
        arrival.map_err(|err| Error::Unexpected(err.into()))
    }

    /// What one sender may have; forgotten when they have nothing.
    fn share(&self, sender: UserId) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = shares.get(&sender).and_then(Weak::upgrade) {
            return share;
        }
        shares.retain(|_, share| share.strong_count() > 0);
        let share = Arc::new(Semaphore::new(self.limits.arrivals.div_ceil(2)));
        shares.insert(sender, Arc::downgrade(&share));
        share
    }
}
