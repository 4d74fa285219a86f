//! Where pictures are made: how many at once, and who of those that want the same.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use media::picture::{self, Buffers, Decoder};
use model::VersionId;
use tokio::sync::{Mutex as Turn, OwnedSemaphorePermit, Semaphore};

use crate::{Error, Limits, Result, vitals};

/// Where pictures are made: bounded in memory, each once however many ask.
pub(crate) struct Studio {
    pub(super) limits: Limits,
    budget: Arc<Semaphore>,
    easels: Arc<Semaphore>,
    turns: Mutex<HashMap<VersionId, Weak<Turn<()>>>>,
    /// Memory of earlier pictures for the next ones, while there is work.
    spare: Mutex<Vec<Buffers>>,
    /// The version of ffmpeg, once it has been found.
    ffmpeg: OnceLock<String>,
}

/// Why somebody is sent away.
pub(super) const BUSY: &str = "there are many pictures to be made, try again";

/// The budget is handed out in pieces of this size.
pub(super) const PIECE: u64 = 1 << 20;

impl Studio {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            budget: Arc::new(Semaphore::new(pieces(limits))),
            easels: Arc::new(Semaphore::new(easels())),
            turns: Mutex::default(),
            spare: Mutex::default(),
            ffmpeg: OnceLock::new(),
        }
    }

    /// The version of a decoder; asks the program again until it is installed.
    pub(crate) fn version(&self, decoder: Decoder) -> Option<String> {
        match (decoder, self.ffmpeg.get()) {
            (Decoder::Ffmpeg, Some(version)) => Some(version.clone()),
            (Decoder::Ffmpeg, None) => {
                let version = decoder.version(self.limits.ffmpeg)?;
                Some(self.ffmpeg.get_or_init(|| version).clone())
            }
            _ => decoder.version(self.limits.ffmpeg),
        }
    }

    pub(crate) fn memory(&self) -> vitals::PictureMemory {
        let (all, free) = (pieces(self.limits), self.budget.available_permits());
        let bytes = |pieces: usize| pieces as u64 * PIECE;
        vitals::PictureMemory { used: bytes(all.saturating_sub(free)), all: bytes(all) }
    }

    /// Gives memory back that is kept for more pictures.
    pub(crate) fn rest(&self) {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(super) fn with_buffers<T>(&self, work: impl FnOnce(&mut Buffers) -> T) -> T {
        let kept = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut buffers = kept.unwrap_or_default();
        let done = work(&mut buffers);
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(buffers);
        done
    }

    /// The turn at making the pictures of one version; whoever waits for it finds them made.
    pub(super) fn turn(&self, version: VersionId) -> Arc<Turn<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(&version).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Turn::new(()));
        turns.insert(version, Arc::downgrade(&turn));
        turn
    }
}

/// Enough to keep all cores busy while some wait for the disk.
fn easels() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).saturating_mul(2).max(4)
}

fn pieces(limits: Limits) -> usize {
    usize::try_from(limits.decoded_bytes.div_ceil(PIECE)).unwrap_or(Semaphore::MAX_PERMITS).max(1)
}

impl Studio {
    pub(super) fn picture_limits(&self) -> picture::Limits {
        picture::Limits {
            max_pixels: self.limits.picture_pixels,
            max_decoded_bytes: self.limits.decoded_bytes,
            ffmpeg: self.limits.ffmpeg,
            developer: self.limits.developer,
        }
    }

    /// Waits until there is room to work on one more picture. A file is held in memory before it is
    /// known what its picture takes, so that no more than a few may be at this point.
    pub(crate) async fn easel(&self) -> Result<OwnedSemaphorePermit> {
        self.easels.clone().acquire_owned().await.map_err(|err| Error::Unexpected(err.into()))
    }

    /// As [`Self::easel`], for somebody who does not wait for ever.
    pub(crate) async fn easel_soon(&self) -> Result<OwnedSemaphorePermit> {
        self.limits.patiently(self.easel(), BUSY).await?
    }

    /// Waits until this many bytes of the budget are free; one picture may take all of it.
    pub(crate) async fn acquire(&self, bytes: u64) -> Result<OwnedSemaphorePermit> {
        let wanted = usize::try_from(bytes.div_ceil(PIECE)).unwrap_or(usize::MAX);
        let wanted = u32::try_from(wanted.min(pieces(self.limits))).unwrap_or(u32::MAX);
        self.budget
            .clone()
            .acquire_many_owned(wanted)
            .await
            .map_err(|err| Error::Unexpected(err.into()))
    }
}
