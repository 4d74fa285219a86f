//! What things are: the nouns and rules of a photo library, as values.
//!
//! Nothing here does I/O, waits, knows what time it is, or promises a wire form.
//!
//! To read it: [`id`] names things, `time` and `coordinates` say when and where, `facts` is what a
//! file says of itself, `patch` is what a person asks to change, and `layers` turns all that into
//! what is shown.

mod account;
mod album;
mod asset;
mod burst;
mod clock;
mod cluster;
mod collation;
mod coordinates;
mod date;
mod face;
mod facts;
mod failures;
mod feed;
mod feedback;
mod filter;
pub mod id;
mod invitation;
mod layers;
mod membership;
mod moving;
mod named;
mod patch;
mod period;
mod permission;
mod person;
mod preferences;
mod rate;
mod search;
mod stack;
mod task;
mod tile;
mod time;
mod version;

pub use account::{ApiKey, Library, Name, NameError, Scope, UNLIMITED_BYTES, User};
pub use album::{Album, AlbumAsset};
pub use asset::{Asset, Camera, FileData, MediaType, Metadata, display_size};
pub use burst::{Burst, Frame, Hold, burst_of};
pub use clock::{ClockClues, Moment, ZONE_OF_PLACE};
pub use cluster::{Cluster, Clusters, Fit, Grid, Members, View};
pub use coordinates::{Coordinates, CoordinatesError, check_latitude, check_longitude};
pub use date::{Date, DateError};
pub use face::{BoundingBox, BoxError, Face, FaceSource};
pub use facts::{EmbeddedPlace, FileFacts, MotionVideo, Sourced};
pub use failures::Failures;
pub use feed::{Change, Cursor, CursorError, Entity, Event, EventKind, Payload};
pub use feedback::{Feedback, FeedbackKind};
pub use filter::{
    AlbumFilter, Area, AssetFilter, BoundError, CaptureBounds, Direction, EARTH_RADIUS, Position,
    TrashState, distance,
};
pub use id::{
    AlbumAssetId, AlbumId, ApiKeyId, AssetId, FaceId, IdError, InvitationId, LibraryId,
    MembershipId, PersonId, StackId, TaskId, UserId, VersionId,
};
pub use invitation::{Eligibility, Invitation, InvitationState, Standing};
pub use layers::{
    CaptureSource, DerivedPlace, Effective, Fallback, FileLayer, PlaceNames, UserLayer, effective,
};
pub use membership::{MemberRole, Membership, MembershipState};
pub use moving::{MoveFailure, MoveOutcome, Room, Whereabouts, move_outcome};
pub use named::Named;
pub use patch::{
    Caption, CaptionError, MetadataPatch, PairError, Patch, Rating, RatingError, pair,
};
pub use period::{Period, PeriodCount, PeriodCounts};
pub use permission::{Action, Actions, Role};
pub use person::{NameFilter, PeopleFilter, PeopleSort, Person, PersonPatch};
pub use preferences::{FavoriteDisplay, Preferences, PreferencesPatch};
pub use rate::{Allowance, Bucket, RateLimit};
pub use search::{Phrase, fused, words};
pub use stack::{Origin, Pile, Remains, Stack, gather, remains};
pub use task::{Status, Task, TaskKind};
pub use tile::Tile;
pub use time::{CaptureTime, Instant, Offset, TimeError, WallClock};
pub use version::{MOST_VERSION_BYTES, Rank, VersionKind, VersionKindError};
