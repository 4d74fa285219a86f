//! Albums: named choices of assets (contract 4).

use crate::{AlbumAssetId, AlbumId, AssetId, Instant, LibraryId, Name};

/// An album, without its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Album {
    /// Its name for ever.
    pub id: AlbumId,
    /// Where it and its members live.
    pub library_id: LibraryId,
    /// What people call it; unique in its library, ignoring case.
    pub name: Name,
    /// More about it.
    pub description: Option<String>,
    /// The member that people chose to stand for it; it may be in the trash.
    pub cover: Option<AssetId>,
    /// Live members (OP-46).
    pub asset_count: i64,
    /// When it was made.
    pub created_at: Instant,
    /// Moves with every change of its own fields; coming and going of members is none.
    pub updated_at: Instant,
}

impl Album {
    /// What an album is called that nobody named: the first of `New Album`, `New Album 2`,
    /// `New Album 3` … that is free (OP-19). `number` is 1 or more.
    pub fn unnamed(number: i64) -> Name {
        const STEM: &str = "New Album";
        Name(if number > 1 { format!("{STEM} {number}") } else { STEM.to_owned() })
    }
}

/// The membership of an asset in an album.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlbumAsset {
    /// Its name as long as it lasts.
    pub id: AlbumAssetId,
    /// Where both live.
    pub library_id: LibraryId,
    /// The album.
    pub album_id: AlbumId,
    /// The member.
    pub asset_id: AssetId,
    /// When the asset came in.
    pub created_at: Instant,
    /// The same: a membership does not change.
    pub updated_at: Instant,
}
