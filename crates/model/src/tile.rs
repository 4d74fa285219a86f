//! Squares of the globe, each of 16 smaller ones, down to a few metres: what assets are counted by,
//! so that no map has to look at every one.
//!
//! The widest measure 8 degrees; a side of a smaller one is a quarter of the next. They are laid out
//! from 180° west and 90° south.

use std::ops::RangeInclusive;

use crate::Coordinates;

/// The level of the finest tiles; the widest have level 0.
const FINEST: u32 = 9;
/// How many of the finest lie in a row over one degree: 4⁹ over the 8 degrees of a widest.
const PER_DEGREE: u32 = 1 << 15;
/// A side of a tile is 2² sides of one of the next level.
const SHIFT: u32 = 2;
/// In the code of a tile its level stands above its place, which takes 48 bits on the finest level.
const PLACE_BITS: u32 = 48;

/// A square of the globe: its level, and its column from the west and row from the south.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tile {
    level: u32,
    column: u32,
    row: u32,
}

impl Tile {
    /// How many tiles hold a place: one of each level.
    pub const LEVELS: usize = FINEST as usize + 1;

    /// The finest one that holds this place. The ends of the globe, 180° east and 90° north, lie in
    /// the last.
    pub fn of(place: Coordinates) -> Self {
        Self { level: FINEST, column: column(place.longitude()), row: row(place.latitude()) }
    }

    /// A number for each tile. Codes of one level are in the order of a Z curve, so what lies in a
    /// wider tile is one range of them.
    pub fn code(self) -> i64 {
        let place = spread(self.column) | spread(self.row) << 1;
        (u64::from(self.level) << PLACE_BITS | place).cast_signed()
    }

    /// The tile of this code.
    pub fn from_code(code: i64) -> Option<Self> {
        let code = u64::try_from(code).ok()?;
        let level = u32::try_from(code >> PLACE_BITS).ok().filter(|level| *level <= FINEST)?;
        let place = code & ((1 << PLACE_BITS) - 1);
        let tile = Self { level, column: gather(place), row: gather(place >> 1) };
        (tile.code() == code.cast_signed() && tile.is_on_globe()).then_some(tile)
    }

    fn is_on_globe(self) -> bool {
        let last = Self::last_of_all().within(self.level);
        self.column <= last.column && self.row <= last.row
    }

    /// The finest one in the north-eastern corner of the globe.
    fn last_of_all() -> Self {
        Self { level: FINEST, column: column(180.0), row: row(90.0) }
    }

    /// The codes of all of the widest tiles.
    pub fn widest() -> RangeInclusive<i64> {
        0..=Self::last_of_all().within(0).code()
    }

    /// This tile and all it lies in, the widest first.
    pub fn line(self) -> impl Iterator<Item = Self> {
        (0..=self.level).map(move |level| self.within(level))
    }

    /// The tile of a wider level that it lies in.
    fn within(self, level: u32) -> Self {
        let steps = SHIFT * (self.level - level);
        Self { level, column: self.column >> steps, row: self.row >> steps }
    }

    /// Whether it is of the finest, which consist of nothing smaller.
    pub const fn is_finest(self) -> bool {
        self.level == FINEST
    }

    /// The codes of the 16 tiles it consists of; none for one of the finest.
    pub fn parts(self) -> RangeInclusive<i64> {
        self.on_level(self.level + 1)
    }

    /// The one of the parts of `wider` that it lies in; `wider` is one of [`Self::line`].
    #[must_use]
    pub fn part_of(self, wider: Self) -> Self {
        self.within((wider.level + 1).min(self.level))
    }

    /// The codes of the finest tiles in it.
    pub fn finest(self) -> RangeInclusive<i64> {
        self.on_level(FINEST)
    }

    fn on_level(self, level: u32) -> RangeInclusive<i64> {
        if level > FINEST {
            return RangeInclusive::new(1, 0);
        }
        let steps = SHIFT * (level - self.level);
        let first = Self { level, column: self.column << steps, row: self.row << steps }.code();
        first..=first + ((1 << (2 * steps)) - 1)
    }

    /// The finest tile in its south-western corner.
    pub(crate) fn first(self) -> Spot {
        let steps = SHIFT * (FINEST - self.level);
        Spot { column: self.column << steps, row: self.row << steps }
    }

    /// The finest tile in its north-eastern corner.
    pub(crate) fn last(self) -> Spot {
        let (first, more) = (self.first(), self.width() - 1);
        Spot { column: first.column + more, row: first.row + more }
    }

    /// The finest tile north-east of its middle.
    pub(crate) fn middle(self) -> Spot {
        let (first, half) = (self.first(), self.width() / 2);
        // The northernmost of the widest reach over the end of the globe.
        Spot { column: first.column + half, row: (first.row + half).min(row(90.0)) }
    }

    /// How many of the finest lie along a side.
    pub(crate) fn width(self) -> u32 {
        1 << (SHIFT * (FINEST - self.level))
    }
}

/// Where a finest tile lies: its column from the west and row from the south.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) column: u32,
    pub(crate) row: u32,
}

impl Spot {
    /// How many of these lie over so many degrees.
    pub(crate) fn over(degrees: f64) -> f64 {
        degrees * f64::from(PER_DEGREE)
    }

    pub(crate) fn of(place: Coordinates) -> Self {
        Self { column: column(place.longitude()), row: row(place.latitude()) }
    }
}

/// Never falls where the longitude rises.
fn column(longitude: f64) -> u32 {
    count(longitude + 180.0, 360)
}

/// Never falls where the latitude rises.
fn row(latitude: f64) -> u32 {
    count(latitude + 90.0, 180)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast to an integer rounds down, and stops at the ends of its range"
)]
fn count(degrees: f64, most: u32) -> u32 {
    (Spot::over(degrees) as u32).min(most * PER_DEGREE - 1)
}

/// Puts a zero before each bit.
fn spread(number: u32) -> u64 {
    let mut bits = u64::from(number);
    bits = (bits | bits << 16) & 0x0000_ffff_0000_ffff;
    bits = (bits | bits << 8) & 0x00ff_00ff_00ff_00ff;
    bits = (bits | bits << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    bits = (bits | bits << 2) & 0x3333_3333_3333_3333;
    (bits | bits << 1) & 0x5555_5555_5555_5555
}

/// Takes every other bit.
#[expect(clippy::cast_possible_truncation, reason = "32 of 64 bits are left")]
fn gather(bits: u64) -> u32 {
    let mut bits = bits & 0x5555_5555_5555_5555;
    bits = (bits | bits >> 1) & 0x3333_3333_3333_3333;
    bits = (bits | bits >> 2) & 0x0f0f_0f0f_0f0f_0f0f;
    bits = (bits | bits >> 4) & 0x00ff_00ff_00ff_00ff;
    bits = (bits | bits >> 8) & 0x0000_ffff_0000_ffff;
    (bits | bits >> 16) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(latitude: f64, longitude: f64) -> Coordinates {
        Coordinates::new(latitude, longitude).unwrap()
    }

    #[test]
    fn the_ends_of_the_globe_lie_in_the_last_tile() {
        assert_eq!(Tile::of(at(90.0, 180.0)), Tile::of(at(89.999_99, 179.999_99)));
        assert_eq!(Tile::of(at(-90.0, -180.0)).code(), i64::from(FINEST) << PLACE_BITS);
        assert_eq!(Tile::of(at(90.0, 180.0)).line().next().unwrap().column, 44);
    }

    #[test]
    fn codes_of_no_tile_are_refused() {
        let last = Tile::of(at(90.0, 180.0)).code();
        for code in [-1, i64::MAX, last + 1, 10 << PLACE_BITS, 1 << (PLACE_BITS - 1)] {
            assert_eq!(Tile::from_code(code), None, "{code}");
        }
    }

    #[test]
    fn a_widest_tile_has_eight_degrees() {
        let degrees = f64::from(Tile { level: 0, column: 0, row: 0 }.width());
        assert!((degrees - Spot::over(8.0)).abs() < 0.5);
    }

    proptest! {
        #[test]
        fn a_place_lies_in_one_tile_of_each_level(lat in -90.0..=90.0, lon in -180.0..=180.0) {
            let finest = Tile::of(at(lat, lon));
            prop_assert_eq!(Tile::from_code(finest.code()), Some(finest));
            let line: Vec<Tile> = finest.line().collect();
            prop_assert_eq!(line.len(), Tile::LEVELS);
            prop_assert!(Tile::widest().contains(&line[0].code()));
            for pair in line.windows(2) {
                prop_assert_eq!(Tile::from_code(pair[0].code()), Some(pair[0]));
                prop_assert!(pair[0].parts().contains(&pair[1].code()));
            }
            for tile in line {
                prop_assert!(tile.finest().contains(&finest.code()));
                let (first, spot, last) = (tile.first(), finest.first(), tile.last());
                prop_assert!(first.column <= spot.column && spot.column <= last.column);
                prop_assert!(first.row <= spot.row && spot.row <= last.row);
            }
            prop_assert!(finest.parts().is_empty());
        }

        #[test]
        fn parts_fill_a_tile(lat in -90.0..=90.0, lon in -180.0..=180.0, level in 0..Tile::LEVELS - 1) {
            let tile = Tile::of(at(lat, lon)).line().nth(level).unwrap();
            let finest: Vec<_> = tile.parts()
                // Over the northern end of the globe there is nothing.
                .filter_map(Tile::from_code)
                .map(Tile::finest)
                .collect();
            for pair in finest.windows(2) {
                prop_assert!(pair[0].end() < pair[1].start());
            }
            for part in finest {
                prop_assert!(tile.finest().contains(part.start()) && tile.finest().contains(part.end()));
            }
        }
    }
}
