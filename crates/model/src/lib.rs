//! What things are: the nouns and rules of a photo library, as values.
//!
//! Nothing here does I/O, waits, knows what time it is, or promises a wire form.

mod coordinates;
mod facts;
pub mod id;
mod time;

pub use coordinates::{Coordinates, CoordinatesError, check_latitude, check_longitude};
pub use facts::{EmbeddedPlace, FileFacts, Sourced};
pub use id::{
    AlbumId, ApiKeyId, AssetId, IdError, LibraryId, PersonId, StackId, TaskId, UserId, VersionId,
};
pub use time::{CaptureTime, Instant, Offset, TimeError, WallClock};
