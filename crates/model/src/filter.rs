//! Which assets are meant (contract 3.4). A filter is a value: the wire parses into it, SQL is
//! made from it.

use crate::named::named;
use crate::{AlbumId, AssetId, CaptureTime, Coordinates, MediaType, PersonId, Rating, StackId};

/// Every field narrows; the default lets all live assets through.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AssetFilter {
    /// Only these; `None` does not narrow.
    pub ids: Option<Vec<AssetId>>,
    /// In or out of the trash.
    pub state: TrashState,
    /// Class of the file first uploaded.
    pub media_type: Option<MediaType>,
    /// Effective rating is one of these; 0 also means none. Empty does not narrow.
    pub ratings: Vec<Rating>,
    /// Capture time.
    pub captured: CaptureBounds,
    /// Effective place.
    pub area: Option<Area>,
    /// Members of this album.
    pub album: Option<AlbumId>,
    /// Membership in any album.
    pub album_filter: AlbumFilter,
    /// Shows all of these people. Empty does not narrow.
    pub people: Vec<PersonId>,
    /// Members of this stack.
    pub stack: Option<StackId>,
}

impl AssetFilter {
    /// Whether it says enough by itself to search by (contract 7). Places only narrow.
    pub fn is_criterion(&self) -> bool {
        self.media_type.is_some()
            || !self.ratings.is_empty()
            || self.captured != CaptureBounds::default()
            || self.album.is_some()
            || !self.people.is_empty()
    }
}

named! {
/// Membership in albums.
#[derive(Default)]
pub enum AlbumFilter {
    /// Does not narrow.
    #[default]
    All = "all",
    /// In at least one.
    InAlbum = "in_album",
    /// In none.
    NotInAlbum = "not_in_album",
}
}

named! {
/// In or out of the trash.
#[derive(Default)]
pub enum TrashState {
    /// Not in the trash.
    #[default]
    Live = "live",
    /// In the trash; sorted by when it got there.
    Trashed = "trashed",
    /// Both.
    All = "all",
}
}

named! {
/// Newest or oldest first.
#[derive(Default)]
pub enum Direction {
    /// Newest first.
    #[default]
    Descending = "desc",
    /// Oldest first.
    Ascending = "asc",
}
}

/// Exclusive bounds of the capture time: both with an offset, or both without (contract 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CaptureBounds {
    after: Option<CaptureTime>,
    before: Option<CaptureTime>,
}

/// One bound knows its offset and the other does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("give both bounds with a UTC offset, or both without")]
pub struct BoundError;

impl CaptureBounds {
    /// `after ≥ before` is legal and lets nothing through.
    pub fn new(
        after: Option<CaptureTime>,
        before: Option<CaptureTime>,
    ) -> Result<Self, BoundError> {
        match (after, before) {
            (Some(after), Some(before)) if after.offset.is_some() != before.offset.is_some() => {
                Err(BoundError)
            }
            _ => Ok(Self { after, before }),
        }
    }

    /// Lower end, itself excluded.
    pub const fn after(&self) -> Option<CaptureTime> {
        self.after
    }

    /// Upper end, itself excluded.
    pub const fn before(&self) -> Option<CaptureTime> {
        self.before
    }

    /// The rule of contract 2.2: instants are compared when both sides know their offset, wall
    /// clocks otherwise.
    pub fn contain(&self, time: CaptureTime) -> bool {
        self.after.is_none_or(|after| is_later(time, after))
            && self.before.is_none_or(|before| is_later(before, time))
    }
}

fn is_later(time: CaptureTime, than: CaptureTime) -> bool {
    match (time.instant(), than.instant()) {
        (Some(time), Some(than)) => time > than,
        _ => time.wall > than.wall,
    }
}

/// A part of the globe. Edges belong to it; assets without a place do not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Area {
    /// From south-west to north-east; when west lies east of east, across the 180th meridian.
    Box {
        /// Southern and western edge.
        south_west: Coordinates,
        /// Northern and eastern edge.
        north_east: Coordinates,
    },
    /// Around a point, by great-circle distance.
    Circle {
        /// The middle.
        center: Coordinates,
        /// Metres, above 0, up to 50,000.
        radius: f64,
    },
}

impl Area {
    /// Largest radius of a circle, in metres.
    pub const MAX_RADIUS: f64 = 50_000.0;

    /// Whether `place` lies within.
    pub fn contains(&self, place: Coordinates) -> bool {
        match *self {
            Self::Box { south_west, north_east } => {
                let (west, east) = (south_west.longitude(), north_east.longitude());
                let longitude = place.longitude();
                let between = if west <= east {
                    (west..=east).contains(&longitude)
                } else {
                    longitude >= west || longitude <= east
                };
                between
                    && (south_west.latitude()..=north_east.latitude()).contains(&place.latitude())
            }
            Self::Circle { center, radius } => distance(center, place) <= radius,
        }
    }
}

/// Mean radius of the Earth in metres.
pub const EARTH_RADIUS: f64 = 6_371_008.8;

/// Metres along the great circle, on a sphere of the Earth's mean radius (haversine).
pub fn distance(from: Coordinates, to: Coordinates) -> f64 {
    let (phi_1, phi_2) = (from.latitude().to_radians(), to.latitude().to_radians());
    let half_phi = (phi_2 - phi_1) / 2.0;
    let half_lambda = (to.longitude() - from.longitude()).to_radians() / 2.0;
    let chord = half_phi.sin().powi(2) + phi_1.cos() * phi_2.cos() * half_lambda.sin().powi(2);
    2.0 * EARTH_RADIUS * chord.sqrt().min(1.0).asin()
}

/// Where a page begins: after this asset, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// What the list is sorted by: wall clock or trash time, in microseconds.
    pub key: i64,
    /// The tie-break.
    pub id: AssetId,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> CaptureTime {
        CaptureTime::parse(text).unwrap()
    }

    /// The worked example of contract 2.2.
    #[test]
    fn bounds_compare_instants_only_when_both_sides_have_one() {
        let aware = time("2024-05-06T23:30:00-07:00");
        let naive = time("2024-05-06T23:30:00");
        let after = |text| CaptureBounds::new(Some(time(text)), None).unwrap();
        assert!(after("2024-05-06T23:00:00").contain(aware));
        assert!(after("2024-05-07T06:00:00Z").contain(aware));
        assert!(!after("2024-05-07T06:31:00Z").contain(aware));
        assert!(!after("2024-05-07T06:00:00Z").contain(naive));
        assert!(!after("2024-05-06T23:30:00").contain(naive), "bounds are exclusive");
    }

    #[test]
    fn bounds_are_of_one_kind() {
        assert!(
            CaptureBounds::new(
                Some(time("2024-01-01Z".replace('Z', "").as_str())),
                Some(time("2024-01-02T00:00:00Z"))
            )
            .is_err()
        );
        assert!(CaptureBounds::new(Some(time("2024-01-02")), Some(time("2024-01-01"))).is_ok());
    }

    #[test]
    fn a_box_may_cross_the_antimeridian() {
        let place = |lat, lon| Coordinates::new(lat, lon).unwrap();
        let fiji = Area::Box { south_west: place(-20.0, 175.0), north_east: place(-15.0, -175.0) };
        assert!(fiji.contains(place(-17.0, 179.0)) && fiji.contains(place(-17.0, -179.0)));
        assert!(fiji.contains(place(-20.0, 175.0)), "edges belong to it");
        assert!(!fiji.contains(place(-17.0, 0.0)));
    }

    #[test]
    fn a_degree_of_latitude_is_111_kilometres() {
        let place = |lat, lon| Coordinates::new(lat, lon).unwrap();
        let metres = distance(place(0.0, 0.0), place(1.0, 0.0));
        assert!((metres - 111_195.0).abs() < 5.0, "{metres}");
        assert!(distance(place(0.0, 179.9), place(0.0, -179.9)) < 23_000.0);
    }
}
