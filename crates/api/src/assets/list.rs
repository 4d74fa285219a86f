//! `GET /api/assets`: which assets, in which order (contract 3.4).

use app::assets::ListAssets;
use model::id::{AlbumKind, AssetKind, LibraryKind, PersonKind, StackKind};
use model::{
    Area, AssetFilter, CaptureBounds, Coordinates, Direction, MediaType, Rating, TrashState, named,
};

use super::{INCLUDE, include};
use crate::models::{Include, Shape};
use crate::wire::{Input, Reader};

pub(super) const ABOUT: &str = "\
Assets of one library, newest capture first. Filters narrow by AND. Page with `starting_after_id` \
set to the id of the last asset and everything else unchanged; pages stay correct while assets are \
added, edited and trashed.

Date bounds are exclusive. Without a UTC offset they are compared with the wall clock of each \
asset; with one, with the moment, as far as the asset knows its offset.";

named! {
/// Membership in albums.
pub enum AlbumFilter {
    /// Does not narrow.
    All = "all",
    /// In at least one.
    InAlbum = "in_album",
    /// In none.
    NotInAlbum = "not_in_album",
}
}

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
        let ids = r
            .query("ids", "Only these. Unknown ones are silently missing.")
            .id::<AssetKind>()
            .list(0..=200)
            .optional();
        let include = include(r, INCLUDE);
        let state = r
            .query("state", "In or out of the trash; `trashed` sorts by when it got there.")
            .choice::<TrashState>()
            .default(TrashState::Live);
        let direction = r
            .query("order", "Newest or oldest first.")
            .choice::<Direction>()
            .default(Direction::Descending);
        let media_type = r
            .query("media_type", "Class of the file first uploaded.")
            .choice::<MediaType>()
            .optional();
        let ratings = r
            .query("ratings", "Effective rating is one of these; 0 also matches unrated.")
            .integer(0_i64..=5)
            .list(0..=200)
            .optional();
        let captured = captured(r);
        let area = area(r);
        let members = members(r);
        let ratings = ratings?.unwrap_or_default();
        let filter = AssetFilter {
            ids: ids?,
            state: state?,
            media_type: media_type?,
            ratings: ratings.into_iter().map(Rating::shown_for).collect(),
            captured: captured?,
            area: area?,
        };
        let shape = Shape::lean(include?);
        Some(Self {
            wanted: ListAssets {
                library: library?,
                filter,
                direction: direction?,
                after: after?,
                limit: limit?,
                with_file: shape.has(Include::FileData),
                nothing: members?,
            },
            shape,
        })
    }
}

pub(crate) const LIBRARY_ID: &str =
    "The library. Needed when several are live, else the only one is used.";

fn captured(r: &mut Reader<'_>) -> Option<CaptureBounds> {
    let after = r
        .query("local_datetime_after", "Captured after this, itself excluded.")
        .datetime()
        .example("2024-05-01T00:00:00")
        .optional();
    let before = r
        .query("local_datetime_before", "Captured before this, itself excluded.")
        .datetime()
        .example("2024-06-01T00:00:00")
        .optional();
    match CaptureBounds::new(after?, before?) {
        Ok(bounds) => Some(bounds),
        Err(err) => r.refuse_query("local_datetime_before", err),
    }
}

#[expect(clippy::option_option, reason = "outside: was it refused; inside: was it there")]
fn area(r: &mut Reader<'_>) -> Option<Option<Area>> {
    let bbox = r
        .query(
            "bbox",
            "Effective place inside this box, edges included; west greater than east crosses the \
             180th meridian. `-180,-90,180,90` means: has a place.",
        )
        .numbers(["min_lon", "min_lat", "max_lon", "max_lat"])
        .example("5.0,60.0,6.0,61.0")
        .optional();
    let center = r
        .query("center", "Middle of a circle; needs `radius`.")
        .numbers(["lon", "lat"])
        .example("5.3221,60.3913")
        .optional();
    let radius = r
        .query("radius", "Metres around `center`, more than 0, at most 50,000.")
        .number((std::ops::Bound::Excluded(0.0), std::ops::Bound::Included(Area::MAX_RADIUS)))
        .optional();
    match (bbox?, center?, radius?) {
        (None, None, None) => Some(None),
        (Some(bbox), None, None) => box_of(r, bbox).map(Some),
        (None, Some([lon, lat]), Some(radius)) => match Coordinates::new(lat, lon) {
            Ok(center) => Some(Some(Area::Circle { center, radius })),
            Err(err) => r.refuse_query("center", err),
        },
        (None, Some(_), None) => r.refuse_query("radius", "center needs a radius"),
        (None, None, Some(_)) => r.refuse_query("center", "radius needs a center"),
        (Some(_), ..) => r.refuse_query("bbox", "give either bbox or center and radius"),
    }
}

fn box_of(r: &mut Reader<'_>, [west, south, east, north]: [f64; 4]) -> Option<Area> {
    let corners = (Coordinates::new(south, west), Coordinates::new(north, east));
    match corners {
        (Ok(_), Ok(_)) if south > north => {
            r.refuse_query("bbox", "min_lat must not be greater than max_lat")
        }
        (Ok(south_west), Ok(north_east)) => Some(Area::Box { south_west, north_east }),
        (Err(err), _) | (_, Err(err)) => r.refuse_query("bbox", err),
    }
}

/// Whether the request asks for members of something of which there is none. There are no albums,
/// people and stacks as yet, so whatever is named is unknown, and an unknown one has no members
/// (contract OP-10).
fn members(r: &mut Reader<'_>) -> Option<bool> {
    let album = r.query("album_id", "Members of this album.").id::<AlbumKind>().optional();
    let album_filter = r
        .query("album_filter", "By membership in any album.")
        .choice::<AlbumFilter>()
        .default(AlbumFilter::All);
    let person =
        r.query("person_id", "Shows this person.").id::<PersonKind>().deprecated().optional();
    let people = r
        .query("person_ids", "Shows all of these people.")
        .id::<PersonKind>()
        .list(0..=200)
        .optional();
    let stack = r.query("stack_id", "Members of this stack.").id::<StackKind>().optional();
    let (album, album_filter, person) = (album?, album_filter?, person?);
    let people = people?.unwrap_or_default();
    if album.is_some() && album_filter == AlbumFilter::NotInAlbum {
        return r.refuse_query("album_filter", "not_in_album contradicts album_id");
    }
    if let Some(person) = person
        && !people.is_empty()
        && people != [person]
    {
        return r.refuse_query("person_id", "person_id and person_ids name different people");
    }
    Some(
        album.is_some()
            || album_filter == AlbumFilter::InAlbum
            || person.is_some()
            || !people.is_empty()
            || stack?.is_some(),
    )
}
