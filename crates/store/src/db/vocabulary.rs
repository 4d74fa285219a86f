//! The words of `model` as columns.

use model::id::{Id, Kind};
use model::{Date, Instant, Name, Offset, Tile, WallClock};
use uuid::Uuid;

use super::{Cell, FromCell, ToCell};

/// `uuid`.
impl<K: Kind> FromCell for Id<K> {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        Uuid::from_cell(cell).map(Self::from_uuid)
    }
}

/// `uuid`.
impl<K: Kind> ToCell for Id<K> {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Uuid(self.uuid())
    }
}

/// `text`.
impl FromCell for Name {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Text(text) => Self::new(text).ok(),
            _ => None,
        }
    }
}

/// `text`.
impl ToCell for Name {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Text(self.as_str())
    }
}

macro_rules! numbers {
    ($($type:ty: |$value:ident| $to:expr, |$number:ident| $from:expr;)*) => { $(
        impl ToCell for $type {
            fn to_cell(&self) -> Cell<'_> {
                let $value = self;
                Cell::Int($to)
            }
        }
        impl FromCell for $type {
            fn from_cell(cell: Cell<'_>) -> Option<Self> {
                let $number = i64::from_cell(cell)?;
                $from
            }
        }
    )* };
}

numbers! {
    // Microseconds since 1970 UTC.
    Instant: |v| v.micros(), |micros| Some(Self::from_micros(micros));
    // Microseconds since 1970 on that clock. Outside year 1–9999 it is not ours.
    WallClock: |v| v.micros(), |micros| {
        Some(Self::from_micros(micros)).filter(|wall| wall.micros() == micros)
    };
    // Days since 1970-01-01.
    Date: |v| v.days(), |days| Self::from_days(days);
    Tile: |v| v.code(), |code| Self::from_code(code);
    // Seconds east of UTC.
    Offset: |v| v.seconds().into(), |seconds| {
        i32::try_from(seconds).ok().and_then(Self::from_seconds)
    };
}
