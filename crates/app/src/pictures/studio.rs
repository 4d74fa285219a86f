//! Where pictures are made: how many at once, and with how much memory.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use media::picture::{self, Buffers, Decoder};
use model::VersionId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::room::{Patience, Room};
use super::turn::{Turns, Waited};
use crate::{Error, Limits, Result, vitals};

/// Where pictures are made: bounded in memory, each once however many ask.
///
/// Who makes one takes a turn, an easel, room for the file and room for what is decoded, in this
/// order, so that nobody waits for somebody who waits for them.
pub(crate) struct Studio {
    pub(super) limits: Limits,
    turns: Turns,
    easels: Arc<Semaphore>,
    files: Room,
    decoded: Room,
    /// Memory of earlier pictures for the next ones, while there is work.
    spare: Mutex<Vec<Buffers>>,
    /// The version of ffmpeg, once it has been found.
    ffmpeg: OnceLock<String>,
}

impl Studio {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            turns: Turns::default(),
            easels: Arc::new(Semaphore::new(easels())),
            // What is decoded is larger, as a rule.
            files: Room::of(limits.decoded_bytes / 2),
            decoded: Room::of(limits.decoded_bytes),
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

    pub(crate) fn memory(&self) -> [vitals::PictureMemory; 2] {
        let of = |room, of: &Room| vitals::PictureMemory { room, used: of.used(), all: of.bytes() };
        [of("files", &self.files), of("decoded", &self.decoded)]
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
}

/// Enough to keep all cores busy while some wait for the disk.
fn easels() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).saturating_mul(2).max(4)
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

    /// That of somebody who asks now.
    pub(crate) fn patience(&self) -> Patience {
        Patience::until(Instant::now() + self.limits.patience)
    }

    /// Waits for the turn at the pictures of a version.
    pub(super) async fn turn(&self, version: VersionId, patience: Patience) -> Waited {
        self.turns.wait(version, patience).await
    }

    /// Waits for a place to work at. There are a few, since those who work read files before it is
    /// known what their pictures take.
    pub(super) async fn easel(&self, patience: Patience) -> Result<OwnedSemaphorePermit> {
        let easel = patience.wait(self.easels.clone().acquire_owned()).await?;
        easel.map_err(|err| Error::Unexpected(err.into()))
    }

    /// Waits for room for the bytes of a file.
    pub(crate) async fn file(
        &self,
        bytes: u64,
        patience: Patience,
    ) -> Result<OwnedSemaphorePermit> {
        self.files.take(bytes, patience).await
    }

    /// Waits for room for what is decoded.
    pub(super) async fn decoded(
        &self,
        bytes: u64,
        patience: Patience,
    ) -> Result<OwnedSemaphorePermit> {
        self.decoded.take(bytes, patience).await
    }
}
