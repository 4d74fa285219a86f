//! Who makes the pictures of a version: one at a time, however many ask for them.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use model::VersionId;
use tokio::sync::{Mutex as Lock, OwnedMutexGuard, watch};

use super::room::Patience;
use crate::Result;

/// The turns at versions for whose pictures somebody waits.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<VersionId, Weak<Shared>>>);

/// What those who wait for the pictures of one version share.
#[derive(Default)]
struct Shared {
    turn: Arc<Lock<()>>,
    /// Whoever has the turn is at work.
    is_begun: watch::Sender<bool>,
    /// Names of pictures that cannot be made.
    impossible: Mutex<Vec<String>>,
}

/// What came of waiting for the turn: what is wanted may be there by now, or impossible.
pub(super) struct Waited {
    shared: Arc<Shared>,
    held: Result<OwnedMutexGuard<()>>,
}

/// The turn at making the pictures of a version, until it is dropped.
pub(super) struct Turn {
    shared: Arc<Shared>,
    /// Until it is dropped.
    held: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits for the turn. Who is at work when patience ends is waited for until they are done, since
    /// nobody else would be faster; who comes after them is not.
    pub(super) async fn wait(&self, version: VersionId, patience: Patience) -> Waited {
        let shared = self.shared(version);
        let mut turn = pin!(shared.turn.clone().lock_owned());
        let held = match patience.wait(&mut turn).await {
            Err(late) => {
                let mut begun = shared.is_begun.subscribe();
                tokio::select! {
                    biased;
                    held = &mut turn => Ok(held),
                    // The sender is here.
                    _ = begun.wait_for(|is_begun| !is_begun) => Err(late),
                }
            }
            held => held,
        };
        Waited { shared, held }
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

impl Waited {
    /// Whether somebody has just found that this cannot be made.
    pub(super) fn is_impossible(&self, name: &str) -> bool {
        self.shared.impossible().iter().any(|known| known == name)
    }

    /// The turn; [`Error::Unavailable`](crate::Error::Unavailable) when it did not come in time.
    pub(super) fn turn(self) -> Result<Turn> {
        Ok(Turn { held: Some(self.held?), shared: self.shared })
    }
}

impl Turn {
    /// The work begins: nobody else would be done earlier.
    pub(super) fn begin(&self) {
        self.shared.is_begun.send_replace(true);
    }

    /// There is nothing to do but wait.
    pub(super) fn pause(&self) {
        self.shared.is_begun.send_replace(false);
    }

    /// Tells those who wait that this cannot be made.
    pub(super) fn tell_impossible(&self, name: &str) {
        self.shared.impossible().push(name.to_owned());
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // First: who is next has it before they hear that nobody is at work.
        self.held = None;
        self.shared.is_begun.send_replace(false);
    }
}

impl Shared {
    fn impossible(&self) -> MutexGuard<'_, Vec<String>> {
        self.impossible.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
