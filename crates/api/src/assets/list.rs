//! `GET /api/assets`: which assets, in which order (contract 3.4).

use app::assets::ListAssets;
use model::Direction;
use model::id::{AssetKind, LibraryKind};

use super::{INCLUDE, filter, include};
use crate::models::Shape;
use crate::wire::{Input, Reader};

pub(super) const ABOUT: &str = "\
Assets of one library, newest capture first. Filters narrow by AND. Page with `starting_after_id` \
set to the id of the last asset and everything else unchanged; pages stay correct while assets are \
added, edited and trashed.

Date bounds are exclusive. Without a UTC offset they are compared with the wall clock of each \
asset; with one, with the moment, as far as the asset knows its offset.";

/// The query of a list.
pub(super) struct List {
    pub(super) wanted: ListAssets,
    pub(super) shape: Shape,
}

impl Input for List {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let limit = r.query("limit", "Assets per page.").integer(1..=200).default(20);
        let after = r
            .query("starting_after_id", "The last asset of the page before.")
            .id::<AssetKind>()
            .optional();
        let include = include(r, INCLUDE);
        let direction = r
            .query("order", "Newest or oldest first.")
            .choice::<Direction>()
            .default(Direction::Descending);
        let filter = filter::listed(r);
        let shape = Shape::lean(include?);
        Some(Self {
            wanted: ListAssets {
                library: library?,
                filter: filter?,
                direction: direction?,
                after: after?,
                limit: limit?,
                parts: shape.parts(),
            },
            shape,
        })
    }
}

pub(crate) const LIBRARY_ID: &str =
    "The library. Needed when several are live, else the only one is used.";
