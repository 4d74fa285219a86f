//! Work for later (contract 10).

use crate::named::named;
use crate::{AssetId, Instant, LibraryId, TaskId};

named! {
/// What is to be done. Closed, and matched in one place.
pub enum TaskKind {
    /// Coordinates to place names.
    ReverseGeocoding = "reverse_geocoding",
    /// The still of a video, in all variants.
    VideoThumbnailExtract = "video_thumbnail_extract",
    /// Picture variants and the blurred placeholder, from one decode.
    Thumbhash = "thumbhash",
    /// Stacks what the camera shot in one burst.
    BurstDetection = "burst_detection",
    /// Removes the stored files of a deleted asset.
    AssetStorageCleanup = "asset_storage_cleanup",
    /// Removes the stored files of renderings that were replaced or taken back.
    AssetVersionStorageCleanup = "asset_version_storage_cleanup",
}
}

impl TaskKind {
    /// Smaller goes first: what a person waits for before what nobody sees.
    pub const fn urgency(self) -> i64 {
        match self {
            Self::ReverseGeocoding => 0,
            Self::VideoThumbnailExtract => 1,
            Self::Thumbhash => 2,
            Self::BurstDetection => 3,
            Self::AssetStorageCleanup | Self::AssetVersionStorageCleanup => 9,
        }
    }

    /// Whether it decodes what people send. Only then may the program have ended because of it.
    pub const fn decodes(self) -> bool {
        match self {
            Self::VideoThumbnailExtract | Self::Thumbhash => true,
            Self::ReverseGeocoding
            | Self::BurstDetection
            | Self::AssetStorageCleanup
            | Self::AssetVersionStorageCleanup => false,
        }
    }

    /// Whether it removes objects that nothing refers to any more.
    pub const fn cleans_up(self) -> bool {
        matches!(self, Self::AssetStorageCleanup | Self::AssetVersionStorageCleanup)
    }

    /// How often it is tried before it ends in failure.
    pub const MAX_ATTEMPTS: i64 = 5;
}

named! {
/// How far it is.
pub enum Status {
    /// Waiting.
    Pending = "pending",
    /// Being worked on.
    Started = "started",
    /// Done.
    Success = "success",
    /// Given up.
    Failure = "failure",
}
}

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its name for ever.
    pub id: TaskId,
    /// Whose feed and rights it belongs to.
    pub library_id: LibraryId,
    /// What it is about.
    pub asset_id: AssetId,
    /// What is to be done.
    pub kind: TaskKind,
    /// How far it is.
    pub status: Status,
    /// When it became necessary.
    pub created_at: Instant,
    /// When it was last taken up.
    pub started_at: Option<Instant>,
    /// When it ended.
    pub completed_at: Option<Instant>,
    /// Tries after the first.
    pub retry_count: i64,
    /// Why the last failed try failed; kept after a later success.
    pub error_message: Option<String>,
}
