//! Values that take more than one column, and closed sets as columns.

use model::{
    Action, CaptureSource, CaptureTime, Coordinates, Entity, EventKind, FaceSource,
    FavoriteDisplay, FeedbackKind, MediaType, MemberRole, MembershipState, Named, Origin,
    PlaceNames, Status, TaskKind, VersionKind,
};

use crate::db::{Cell, Error, FromCell, Result, Row, ToCell};

macro_rules! names {
    ($($type:ty)*) => { $(
        impl ToCell for $type {
            fn to_cell(&self) -> Cell<'_> {
                Cell::Text(self.name())
            }
        }
        impl FromCell for $type {
            fn from_cell(cell: Cell<'_>) -> Option<Self> {
                match cell {
                    Cell::Text(name) => Self::from_name(name),
                    _ => None,
                }
            }
        }
    )* };
}

names! {
    Action CaptureSource Entity EventKind FaceSource FavoriteDisplay FeedbackKind MediaType MemberRole MembershipState Origin Status TaskKind
}

impl ToCell for VersionKind {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Text(self.as_str())
    }
}

impl FromCell for VersionKind {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Text(text) => Some(Self::stored(text)),
            _ => None,
        }
    }
}

/// Wall clock and offset, both nullable.
pub(crate) fn time(row: &mut Row<'_>) -> Result<Option<CaptureTime>> {
    let (wall, offset) = (row.take::<Option<_>>()?, row.take()?);
    Ok(wall.map(|wall| CaptureTime { wall, offset }))
}

/// Latitude and longitude: a pair, or nothing when either is null or out of range.
pub(crate) fn coordinates(row: &mut Row<'_>) -> Result<Option<Coordinates>> {
    let (latitude, longitude): (Option<f64>, Option<f64>) = (row.take()?, row.take()?);
    Ok(latitude.zip(longitude).and_then(|(lat, lon)| Coordinates::new(lat, lon).ok()))
}

/// As [`coordinates`], of an asset that has a place.
pub(crate) fn place(row: &mut Row<'_>) -> Result<Coordinates> {
    coordinates(row)?.ok_or_else(|| Error::driver("there is no place where one is expected"))
}

/// Width and height: a pair, or nothing when either is null.
pub(crate) fn size(row: &mut Row<'_>) -> Result<Option<(i64, i64)>> {
    let (width, height): (Option<i64>, Option<i64>) = (row.take()?, row.take()?);
    Ok(width.zip(height))
}

/// The six names, from the smallest to the widest.
pub(crate) fn names(row: &mut Row<'_>) -> Result<PlaceNames> {
    Ok(PlaceNames {
        place_name: row.take()?,
        sublocation: row.take()?,
        city: row.take()?,
        state: row.take()?,
        country: row.take()?,
        country_code: row.take()?,
    })
}

/// The columns [`time`] reads, of a value that may be missing.
pub(crate) fn split(
    time: Option<CaptureTime>,
) -> (Option<model::WallClock>, Option<model::Offset>) {
    (time.map(|time| time.wall), time.and_then(|time| time.offset))
}
