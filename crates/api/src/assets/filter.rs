//! Which assets are meant: the filters of lists, counts, clusters and search (contract 3.4).

use model::id::{AlbumKind, AssetKind, PersonKind, StackKind};
use model::{
    AlbumFilter, Area, AssetFilter, CaptureBounds, Coordinates, MediaType, Rating, StackId,
    TrashState, View,
};

use crate::wire::{Place, Reader};

/// All filters of a list.
pub(crate) fn listed(r: &mut Reader<'_>) -> Option<AssetFilter> {
    let ids = r
        .query("ids", "Only these. Unknown ones are silently missing.")
        .id::<AssetKind>()
        .list(0..=200)
        .optional();
    let stack = r.query("stack_id", "Members of this stack.").id::<StackKind>().optional();
    let state = state(r);
    let area = area(r, Place::Query);
    let filter = shared(r, Place::Query);
    let stack: Option<StackId> = stack?;
    Some(AssetFilter { ids: ids?, stack, state: state?, area: area?, ..filter? })
}

/// In or out of the trash.
pub(crate) fn state(r: &mut Reader<'_>) -> Option<TrashState> {
    r.query("state", "In or out of the trash; `trashed` sorts by when it got there.")
        .choice::<TrashState>()
        .default(TrashState::Live)
}

/// The filters that lists, counts and clusters share: kind of file, rating, capture time, albums and
/// people.
pub(crate) fn shared(r: &mut Reader<'_>, place: Place) -> Option<AssetFilter> {
    let captured = captured(r, place);
    let filter = attributes(r, place);
    Some(AssetFilter { captured: captured?, ..filter? })
}

/// The filters that all reads of many assets know: kind of file, rating, albums and people.
pub(crate) fn attributes(r: &mut Reader<'_>, place: Place) -> Option<AssetFilter> {
    let media_type = r
        .at(place, "media_type", "Class of the file first uploaded.")
        .choice::<MediaType>()
        .optional();
    let ratings = r
        .at(place, "ratings", "Effective rating is one of these; 0 also matches unrated.")
        .integer(0_i64..=5)
        .list(0..=200)
        .optional();
    let filter = members(r, place);
    let ratings = ratings?.unwrap_or_default();
    Some(AssetFilter {
        media_type: media_type?,
        ratings: ratings.into_iter().map(Rating::shown_for).collect(),
        ..filter?
    })
}

pub(crate) fn captured(r: &mut Reader<'_>, place: Place) -> Option<CaptureBounds> {
    let after = r
        .at(place, "local_datetime_after", "Captured after this, itself excluded.")
        .datetime()
        .example("2024-05-01T00:00:00")
        .optional();
    let before = r
        .at(place, "local_datetime_before", "Captured before this, itself excluded.")
        .datetime()
        .example("2024-06-01T00:00:00")
        .optional();
    match CaptureBounds::new(after?, before?) {
        Ok(bounds) => Some(bounds),
        Err(err) => r.refuse_at(place, "local_datetime_before", err),
    }
}

#[expect(clippy::option_option, reason = "outside: was it refused; inside: was it there")]
pub(crate) fn area(r: &mut Reader<'_>, place: Place) -> Option<Option<Area>> {
    let bbox = r
        .at(
            place,
            "bbox",
            "Effective place inside this box, edges included; west greater than east crosses the \
             180th meridian. `-180,-90,180,90` means: has a place.",
        )
        .numbers(["min_lon", "min_lat", "max_lon", "max_lat"])
        .example("5.0,60.0,6.0,61.0")
        .optional();
    let center = r
        .at(place, "center", "Middle of a circle; needs `radius`.")
        .numbers(["lon", "lat"])
        .example("5.3221,60.3913")
        .optional();
    let radius = r
        .at(place, "radius", "Metres around `center`, more than 0, at most 50,000.")
        .number((std::ops::Bound::Excluded(0.0), std::ops::Bound::Included(Area::MAX_RADIUS)))
        .optional();
    match (bbox?, center?, radius?) {
        (None, None, None) => Some(None),
        (Some(bbox), None, None) => box_of(r, place, bbox).map(|view| Some(view.area())),
        (None, Some([lon, lat]), Some(radius)) => match Coordinates::new(lat, lon) {
            Ok(center) => Some(Some(Area::Circle { center, radius })),
            Err(err) => r.refuse_at(place, "center", err),
        },
        (None, Some(_), None) => r.refuse_at(place, "radius", "center needs a radius"),
        (None, None, Some(_)) => r.refuse_at(place, "center", "radius needs a center"),
        (Some(_), ..) => r.refuse_at(place, "bbox", "give either bbox or center and radius"),
    }
}

/// The box of a map, which has to be given.
pub(crate) fn view(r: &mut Reader<'_>) -> Option<View> {
    let bbox = r
        .query(
            "bbox",
            "The part of the globe to look at, edges included; west greater than east crosses the \
             180th meridian.",
        )
        .numbers(["min_lon", "min_lat", "max_lon", "max_lat"])
        .example("-180,-90,180,90")
        .required();
    box_of(r, Place::Query, bbox?)
}

fn box_of(r: &mut Reader<'_>, place: Place, [west, south, east, north]: [f64; 4]) -> Option<View> {
    let corners = (Coordinates::new(south, west), Coordinates::new(north, east));
    match corners {
        (Ok(_), Ok(_)) if south > north => {
            r.refuse_at(place, "bbox", "min_lat must not be greater than max_lat")
        }
        (Ok(south_west), Ok(north_east)) => Some(View::new(south_west, north_east)),
        (Err(err), _) | (_, Err(err)) => r.refuse_at(place, "bbox", err),
    }
}

/// Members of albums, pictures of people.
fn members(r: &mut Reader<'_>, place: Place) -> Option<AssetFilter> {
    let album = r.at(place, "album_id", "Members of this album.").id::<AlbumKind>().optional();
    let album_filter = r
        .at(place, "album_filter", "By membership in any album.")
        .choice::<AlbumFilter>()
        .default(AlbumFilter::All);
    let person =
        r.at(place, "person_id", "Shows this person.").id::<PersonKind>().deprecated().optional();
    let people = r
        .at(place, "person_ids", "Shows all of these people.")
        .id::<PersonKind>()
        .list(0..=200)
        .optional();
    let (album, album_filter, person) = (album?, album_filter?, person?);
    let mut people = people?.unwrap_or_default();
    if album.is_some() && album_filter == AlbumFilter::NotInAlbum {
        return r.refuse_at(place, "album_filter", "not_in_album contradicts album_id");
    }
    if let Some(person) = person {
        if !people.is_empty() && people != [person] {
            return r.refuse_at(
                place,
                "person_id",
                "person_id and person_ids name different people",
            );
        }
        people = vec![person];
    }
    Some(AssetFilter { album, album_filter, people, ..AssetFilter::default() })
}
