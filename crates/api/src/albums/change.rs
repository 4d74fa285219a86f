//! What an album is made from, and what of it can change (contract 4).

use app::albums::{AlbumPatch, NewAlbum};
use model::id::{AssetKind, LibraryKind};
use model::{AlbumId, Name};

use super::ALBUM_ID;
use crate::assets::LIBRARY_ID;
use crate::libraries::MOST_DESCRIPTION;
use crate::wire::{Input, Reader};

pub(super) const ABOUT_CREATE: &str = "\
A name in use gives the existing album, unchanged, when nothing else that was given differs, and \
409 otherwise. Without a name the album is new in any case: `New Album`, or `New Album 2`, \
`New Album 3` … when that is taken.";

pub(super) const ABOUT_UPDATE: &str = "\
What is absent stays, and so does the name when it is null. A null `description` clears it; a null \
`album_cover_asset_id` lets the newest live member stand for the album again.";

const NAME: &str = "At most 255 characters; unique in the library, ignoring case.";
const DESCRIPTION: &str = "More about it.";

/// An album to be.
pub(super) struct Create(pub(super) NewAlbum);

impl Input for Create {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let name = r
            .field("name", NAME)
            .text(usize::MAX)
            // A client that has no name sends a blank one (OP-19).
            .then(|text: String| match text.trim() {
                "" => Ok(None),
                _ => Name::new(&text).map(Some),
            })
            .example("Été 2024")
            .optional();
        let description = r.field("description", DESCRIPTION).text(MOST_DESCRIPTION).optional();
        let library = r.field("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let name = name?.flatten();
        Some(Self(NewAlbum { library: library?, name, description: description? }))
    }
}

/// What to change of an album.
pub(super) struct Update {
    pub(super) id: AlbumId,
    pub(super) patch: AlbumPatch,
}

impl Input for Update {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.path("album_id", ALBUM_ID).id();
        let name =
            r.field("name", NAME).text(usize::MAX).then(|text: String| Name::new(&text)).patch();
        let description = r.field("description", DESCRIPTION).text(MOST_DESCRIPTION).patch();
        let cover = r
            .field("album_cover_asset_id", "A live member to stand for the album.")
            .id::<AssetKind>()
            .patch();
        let (name, description, cover) = (name?.set(), description?, cover?);
        Some(Self { id, patch: AlbumPatch { name, description, cover } })
    }
}
