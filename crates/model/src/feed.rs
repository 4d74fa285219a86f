//! The feed of changes (contract 9).

use std::fmt;

use uuid::Uuid;

use crate::id::{
    AlbumAssetKind, AlbumKind, AssetKind, FaceKind, Kind, LibraryKind, PersonKind, StackKind,
    encode,
};
use crate::named::named;
use crate::{AlbumId, AssetId, Instant, PersonId, StackId};

named! {
/// What an event is about.
pub enum Entity {
    /// An asset.
    Asset = "asset",
    /// An album.
    Album = "album",
    /// A person.
    Person = "person",
    /// A face.
    Face = "face",
    /// An asset's membership in an album.
    AlbumAsset = "album_asset",
    /// The metadata of an asset, named by the asset's id.
    Metadata = "metadata",
    /// A stack.
    Stack = "stack",
    /// The library itself.
    Library = "library",
}
}

impl Entity {
    /// What ids of this kind begin with.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Asset | Self::Metadata => AssetKind::PREFIX,
            Self::Album => AlbumKind::PREFIX,
            Self::Person => PersonKind::PREFIX,
            Self::Face => FaceKind::PREFIX,
            Self::AlbumAsset => AlbumAssetKind::PREFIX,
            Self::Stack => StackKind::PREFIX,
            Self::Library => LibraryKind::PREFIX,
        }
    }
}

named! {
/// What happened.
pub enum EventKind {
    /// A new asset.
    AssetCreated = "asset_created",
    /// Something about the asset changed.
    AssetUpdated = "asset_updated",
    /// Gone for good.
    AssetDeleted = "asset_deleted",
    /// Moved to the trash.
    AssetTrashed = "asset_trashed",
    /// Brought back from the trash.
    AssetRestored = "asset_restored",
    /// Left this library for another.
    AssetMovedOut = "asset_moved_out",
    /// Came to this library from another.
    AssetMovedIn = "asset_moved_in",
    /// Effective metadata changed.
    MetadataUpdated = "metadata_updated",
    /// A new album.
    AlbumCreated = "album_created",
    /// Something about the album itself changed.
    AlbumUpdated = "album_updated",
    /// The album is gone, and its links with it.
    AlbumDeleted = "album_deleted",
    /// An asset came into an album.
    AlbumAssetAdded = "album_asset_added",
    /// An asset left an album.
    AlbumAssetRemoved = "album_asset_removed",
    /// A new person.
    PersonCreated = "person_created",
    /// The person's own fields changed.
    PersonUpdated = "person_updated",
    /// Deleted, or merged into another.
    PersonDeleted = "person_deleted",
    /// A new face.
    FaceCreated = "face_created",
    /// The face shows somebody else.
    FaceUpdated = "face_updated",
    /// The face is gone.
    FaceDeleted = "face_deleted",
    /// A new stack.
    StackCreated = "stack_created",
    /// Members, cover or origin of the stack changed.
    StackUpdated = "stack_updated",
    /// The stack is dissolved.
    StackDeleted = "stack_deleted",
    /// The library went into the trash.
    LibraryTrashed = "library_trashed",
    /// The library came back.
    LibraryRestored = "library_restored",
}
}

impl EventKind {
    /// What it is about.
    pub const fn entity(self) -> Entity {
        match self {
            Self::AssetCreated
            | Self::AssetUpdated
            | Self::AssetDeleted
            | Self::AssetTrashed
            | Self::AssetRestored
            | Self::AssetMovedOut
            | Self::AssetMovedIn => Entity::Asset,
            Self::MetadataUpdated => Entity::Metadata,
            Self::AlbumCreated | Self::AlbumUpdated | Self::AlbumDeleted => Entity::Album,
            Self::AlbumAssetAdded | Self::AlbumAssetRemoved => Entity::AlbumAsset,
            Self::PersonCreated | Self::PersonUpdated | Self::PersonDeleted => Entity::Person,
            Self::FaceCreated | Self::FaceUpdated | Self::FaceDeleted => Entity::Face,
            Self::StackCreated | Self::StackUpdated | Self::StackDeleted => Entity::Stack,
            Self::LibraryTrashed | Self::LibraryRestored => Entity::Library,
        }
    }
}

/// A change to be told of: what, to whom, and more about it for some kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: EventKind,
    /// To what.
    pub entity: Uuid,
    /// More about it.
    pub payload: Option<Payload>,
}

impl Change {
    /// A change with nothing more to say.
    pub const fn new(kind: EventKind, entity: Uuid) -> Self {
        Self { kind, entity, payload: None }
    }

    /// A change and more about it.
    pub const fn with(kind: EventKind, entity: Uuid, payload: Payload) -> Self {
        Self { kind, entity, payload: Some(payload) }
    }
}

/// More about a change (contract 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// Of `album_asset_removed`: what the link joined.
    Link {
        /// The album.
        album: AlbumId,
        /// The asset.
        asset: AssetId,
    },
    /// Of `face_updated`: whom the face shows now, and showed before.
    Reassigned {
        /// Now.
        person: Option<PersonId>,
        /// Before; may be deleted by the same change.
        previous: Option<PersonId>,
    },
    /// Of `face_deleted`: whom the face showed.
    Unassigned {
        /// Before.
        previous: Option<PersonId>,
    },
    /// Of `album_updated` when the explicit cover changed.
    Cover {
        /// The new one.
        asset: Option<AssetId>,
    },
    /// Of `asset_updated` when the membership in a stack changed.
    Stacked {
        /// The stack it is in now.
        stack: Option<StackId>,
    },
}

/// One change in the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Where it stands in the feed.
    pub cursor: Cursor,
    /// What happened.
    pub change: Change,
    /// When.
    pub created_at: Instant,
}

impl Event {
    /// The id of the entity as the wire writes it.
    pub fn entity_id(&self) -> String {
        format!("{}{}", self.change.kind.entity().prefix(), encode(self.change.entity))
    }
}

/// A position in the feed of a library. Positions are ordered, and the order is the feed's.
///
/// As text: `<number>.<microseconds since 1970>`, two decimal numbers, free of `|` and safe in a
/// URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    /// The number of the event in its feed, from 1; 0 is before everything.
    pub number: i64,
    /// When it was written. After a restore of the library numbers are given anew: this tells an
    /// event that was lost from the one that has its number now.
    pub written_at: Instant,
}

/// A text is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this feed")]
pub struct CursorError;

impl Cursor {
    /// Before everything.
    pub const START: Self = Self { number: 0, written_at: Instant::from_micros(0) };

    /// Reads what [`fmt::Display`] prints.
    pub fn parse(text: &str) -> Result<Self, CursorError> {
        let (number, micros) = text.split_once('.').ok_or(CursorError)?;
        let written_at = Instant::from_micros(decimal(micros)?);
        Ok(Self { number: decimal(number)?, written_at })
    }
}

fn decimal(text: &str) -> Result<i64, CursorError> {
    let digits = (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().map_err(|_| CursorError) } else { Err(CursorError) }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.number, self.written_at.micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_survives_its_text(number in 0i64.., micros in 0i64..) {
            let cursor = Cursor { number, written_at: Instant::from_micros(micros) };
            prop_assert_eq!(Cursor::parse(&cursor.to_string()), Ok(cursor));
        }

        #[test]
        fn other_texts_are_refused(text in "[-0-9.| a+]{0,24}") {
            if let Ok(cursor) = Cursor::parse(&text) {
                prop_assert_eq!(Cursor::parse(&cursor.to_string()), Ok(cursor));
                prop_assert!(!text.contains(['|', '-', ' ', '+']));
            }
        }
    }
}
