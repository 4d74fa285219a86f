//! The feed of changes (contract 9).

use std::fmt;

use uuid::Uuid;

use crate::Instant;
use crate::id::{AssetKind, Kind, encode};
use crate::named::named;

named! {
/// What an event is about.
pub enum Entity {
    /// An asset.
    Asset = "asset",
    /// The metadata of an asset, named by the asset's id.
    Metadata = "metadata",
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
    /// Effective metadata changed.
    MetadataUpdated = "metadata_updated",
}
}

impl EventKind {
    /// What it is about.
    pub const fn entity(self) -> Entity {
        match self {
            Self::MetadataUpdated => Entity::Metadata,
            _ => Entity::Asset,
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Where it stands in the feed.
    pub cursor: Cursor,
    /// What happened.
    pub kind: EventKind,
    /// To what.
    pub entity: Uuid,
    /// When.
    pub created_at: Instant,
}

impl Event {
    /// The id of the entity as the wire writes it.
    pub fn entity_id(&self) -> String {
        match self.kind.entity() {
            Entity::Asset | Entity::Metadata => {
                format!("{}{}", AssetKind::PREFIX, encode(self.entity))
            }
        }
    }
}

/// A position in the feed. Positions are ordered, and the order is the feed's.
///
/// As text: `<epoch>.<sequence>`, two decimal numbers, free of `|` and safe in a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    /// The transaction, where several may run at once; else 0.
    pub epoch: i64,
    /// The number of the event within its epoch.
    pub sequence: i64,
}

/// A text is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this feed")]
pub struct CursorError;

impl Cursor {
    /// Before everything.
    pub const START: Self = Self { epoch: 0, sequence: 0 };

    /// Reads what [`fmt::Display`] prints.
    pub fn parse(text: &str) -> Result<Self, CursorError> {
        let (epoch, sequence) = text.split_once('.').ok_or(CursorError)?;
        Ok(Self { epoch: decimal(epoch)?, sequence: decimal(sequence)? })
    }
}

fn decimal(text: &str) -> Result<i64, CursorError> {
    let digits = (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().map_err(|_| CursorError) } else { Err(CursorError) }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_survives_its_text(epoch in 0i64.., sequence in 0i64..) {
            let cursor = Cursor { epoch, sequence };
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
