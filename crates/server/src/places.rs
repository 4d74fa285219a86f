//! How many connections there are, and how many of them come from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places there are for connections. No address gets more than half of them, so that one client
/// alone does not lock out the others.
pub(crate) struct Places {
    free: Arc<Semaphore>,
    share: usize,
    held: Mutex<HashMap<IpAddr, usize>>,
}

/// A place in use; free again when this is dropped.
pub(crate) struct Place {
    peer: IpAddr,
    places: Arc<Places>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Places {
    pub(crate) fn new(count: usize) -> Arc<Self> {
        let (free, share) = (Arc::new(Semaphore::new(count)), count.div_ceil(2));
        Arc::new(Self { free, share, held: Mutex::default() })
    }

    /// Waits until there is a place.
    pub(crate) async fn free(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed.
        self.free.clone().acquire_owned().await.ok()
    }

    /// Gives the place to `peer`, unless it has its share.
    pub(crate) fn give(
        self: &Arc<Self>,
        permit: Option<OwnedSemaphorePermit>,
        peer: IpAddr,
    ) -> Option<Place> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(peer).or_default();
        if *count >= self.share {
            return None;
        }
        *count += 1;
        Some(Place { peer, places: Arc::clone(self), _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.places.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_gets_more_than_half() {
        let places = Places::new(4);
        let [one, other] = [[10, 0, 0, 1], [10, 0, 0, 2]].map(IpAddr::from);
        let take = async |peer| places.give(places.free().await, peer);
        let (first, second) = (take(one).await, take(one).await);
        assert!(first.is_some() && second.is_some());
        assert!(take(one).await.is_none());
        assert!(take(other).await.is_some());
        drop(first);
        assert!(take(one).await.is_some());
        drop(second);
        assert!(places.held.lock().unwrap().is_empty(), "nobody is remembered who has gone");
    }
}
