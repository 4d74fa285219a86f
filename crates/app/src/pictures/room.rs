//! Memory for pictures, and how long somebody waits for it.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::{Error, Result};

/// Why somebody is sent away.
const BUSY: &str = "there are many pictures to be made, try again";

/// Memory is handed out in pieces of this size.
const PIECE: u64 = 1 << 20;

/// How long somebody waits for their turn, a place and memory, all together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    until: Option<Instant>,
}

impl Patience {
    /// As long as it takes.
    pub(super) const ENDLESS: Self = Self { until: None };

    pub(super) fn until(until: Instant) -> Self {
        Self { until: Some(until) }
    }

    /// Waits; [`Error::Unavailable`] when it takes too long.
    pub(super) async fn wait<T>(self, room: impl Future<Output = T>) -> Result<T> {
        match self.until {
            Some(until) => timeout_at(until, room).await.map_err(|_| Error::Unavailable(BUSY)),
            None => Ok(room.await),
        }
    }
}

/// Some memory.
pub(super) struct Room {
    free: Arc<Semaphore>,
    pieces: u32,
}

impl Room {
    pub(super) fn of(bytes: u64) -> Self {
        let pieces = in_pieces(bytes).clamp(1, u32::MAX >> 4);
        Self { free: Arc::new(Semaphore::new(pieces as usize)), pieces }
    }

    /// Waits until this many bytes are free; all of them when there are never as many.
    pub(super) async fn take(
        &self,
        bytes: u64,
        patience: Patience,
    ) -> Result<OwnedSemaphorePermit> {
        let wanted = in_pieces(bytes).min(self.pieces);
        let taken = patience.wait(self.free.clone().acquire_many_owned(wanted)).await?;
        taken.map_err(|err| Error::Unexpected(err.into()))
    }

    pub(super) fn bytes(&self) -> u64 {
        u64::from(self.pieces) * PIECE
    }

    pub(super) fn used(&self) -> u64 {
        self.bytes().saturating_sub(self.free.available_permits() as u64 * PIECE)
    }
}

fn in_pieces(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(PIECE)).unwrap_or(u32::MAX)
}
