//! How far the photographer's clock was from UTC.
//!
//! A capture time is what a clock on a wall showed. The offset that goes with it is the first of
//! these that is known:
//!
//! 1. what the date says itself, or its own tag (`OffsetTimeOriginal`);
//! 2. `OffsetTimeDigitized`: of a camera, the same moment;
//! 3. the zone in the maker note, which the camera's clock was set to;
//! 4. the satellites' clock, when it and the camera's are a plausible offset apart: that is what the
//!    camera's clock really was from UTC;
//! 5. the zone of the place in the file, at that moment, which is **derived** and not said;
//! 6. `OffsetTime`, which is of the last change: editors fill it with the zone of the desk.
//!
//! Films count in UTC. Their moment is known and the clock on the wall is not: it is shown in the
//! zone of the place, or else in UTC. All of this looks at the file alone. Where people say a picture
//! was taken never moves its time.

use crate::{CaptureTime, Coordinates, FileFacts, Instant, Offset, Sourced, WallClock};

/// The tag of an offset that was not said but follows from the place in the file.
pub const ZONE_OF_PLACE: &str = "derived:GPSPosition";
const SATELLITES: &str = "Exif:GPSTimeStamp";

/// Satellites and camera are compared to the quarter of an hour; a fix may be so much older or newer
/// than the picture, in microseconds.
const FIX_AGE: i64 = 3 * 60 * 1_000_000;
const QUARTER: i64 = 15 * 60 * 1_000_000;
/// Offsets in use that are no multiple of half an hour, in quarters: +05:45, +08:45, +12:45, +13:45.
const ODD_QUARTERS: [i64; 4] = [23, 35, 51, 55];
/// The offsets in use: −12:00 to +14:00, in quarters.
const QUARTERS: std::ops::RangeInclusive<i64> = -48..=56;

/// What a file says of the clock its capture time was read from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClockClues {
    /// The offset of the date itself.
    pub own: Option<Sourced<Offset>>,
    /// That of the moment it became a file.
    pub digitized: Option<Sourced<Offset>>,
    /// The zone the camera's clock was set to.
    pub maker_note: Option<Sourced<Offset>>,
    /// What the satellites' clock showed.
    pub satellites: Option<Instant>,
    /// The offset of the last change.
    pub modified: Option<Sourced<Offset>>,
    /// The moment, when only that is known and no clock on a wall.
    pub universal: Option<Instant>,
}

/// A moment as it is known: by a clock on the wall there, or for the whole world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// What a clock there showed.
    Wall(WallClock),
    /// Everywhere.
    Instant(Instant),
}

impl FileFacts {
    /// These facts with the offset of the capture time decided anew. `zone` says which offset is in
    /// use at a place at some moment, and is asked only where it is needed.
    #[must_use]
    pub fn settled(mut self, zone: impl FnOnce(Coordinates, Moment) -> Option<Offset>) -> Self {
        let Some(original) = &mut self.original else { return self };
        let place = self.coordinates.as_ref().map(|place| place.value);
        let at_place = |moment| {
            let value = zone(place?, moment)?;
            Some(Sourced { value, tag: ZONE_OF_PLACE })
        };
        if let Some(instant) = self.clock.universal {
            let there = at_place(Moment::Instant(instant));
            let offset = there.unwrap_or(Sourced { value: Offset::UTC, tag: original.tag });
            original.value = instant.at_offset(offset.value);
            self.offset_tag = Some(offset.tag);
            return self;
        }
        let wall = original.value.wall;
        let offset = self.clock.said(wall).or_else(|| at_place(Moment::Wall(wall)));
        let offset = offset.or_else(|| self.clock.modified.clone());
        original.value = CaptureTime { wall, offset: offset.as_ref().map(|offset| offset.value) };
        self.offset_tag = offset.map(|offset| offset.tag);
        self
    }
}

impl ClockClues {
    /// The first four.
    fn said(&self, wall: WallClock) -> Option<Sourced<Offset>> {
        let said = [&self.own, &self.digitized, &self.maker_note].into_iter().flatten().next();
        said.cloned().or_else(|| {
            let value = distance(wall, self.satellites?)?;
            Some(Sourced { value, tag: SATELLITES })
        })
    }
}

/// The offset between a clock on the wall and the satellites', if they are about one apart.
fn distance(wall: WallClock, satellites: Instant) -> Option<Offset> {
    let apart = wall.micros() - satellites.micros();
    let quarters = (apart + QUARTER / 2).div_euclid(QUARTER);
    let is_close = (apart - quarters * QUARTER).abs() <= FIX_AGE;
    let is_in_use = quarters % 2 == 0 || ODD_QUARTERS.contains(&quarters);
    let seconds = i32::try_from(quarters * QUARTER / 1_000_000).ok()?;
    Offset::from_seconds(seconds).filter(|_| is_close && is_in_use && QUARTERS.contains(&quarters))
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
