//! Who makes the pictures of a version: one at a time, however many ask for them.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use model::VersionId;
use tokio::sync::{Mutex as Lock, OwnedMutexGuard};

use super::room::Patience;
use crate::Result;

/// The turns at versions for whose pictures somebody waits.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<VersionId, Weak<Shared>>>);

/// What those who wait for the pictures of one version share.
#[derive(Default)]
struct Shared {
    turn: Arc<Lock<()>>,
    /// Whoever has the turn has room, too, and is at work.
    is_begun: AtomicBool,
    /// Names of pictures that cannot be made.
    impossible: Mutex<Vec<String>>,
}

/// The turn at making the pictures of a version, until it is dropped.
pub(super) struct Turn {
    shared: Arc<Shared>,
    _held: OwnedMutexGuard<()>,
}

impl Turns {
    /// Waits for the turn; whoever had it before may have made what is wanted. Who is at work is
    /// waited for until they are done, since nobody else would be faster.
    pub(super) async fn take(&self, version: VersionId, patience: Patience) -> Result<Turn> {
        let shared = self.shared(version);
        let mut turn = pin!(shared.turn.clone().lock_owned());
        let held = match patience.wait(&mut turn).await {
            Err(_) if shared.is_begun.load(Ordering::SeqCst) => turn.await,
            held => held?,
        };
        Ok(Turn { shared, _held: held })
    }

    fn shared(&self, version: VersionId) -> Arc<Shared> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shared) = all.get(&version).and_then(Weak::upgrade) {
            return shared;
        }
        all.retain(|_, shared| shared.strong_count() > 0);
        let shared = Arc::default();
        all.insert(version, Arc::downgrade(&shared));
        shared
    }
}

impl Turn {
    /// There is room, and the work begins.
    pub(super) fn begin(&self) {
        self.shared.is_begun.store(true, Ordering::SeqCst);
    }

    /// Tells those who wait that this cannot be made.
    pub(super) fn tell_impossible(&self, name: &str) {
        self.impossible().push(name.to_owned());
    }

    /// Whether somebody has just found that this cannot be made.
    pub(super) fn is_impossible(&self, name: &str) -> bool {
        self.impossible().iter().any(|known| known == name)
    }

    fn impossible(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.shared.impossible.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.shared.is_begun.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests;
