//! Assets in the cells of a grid over a part of the globe (contract 3.9).
//!
//! [`Clusters`] are put together from tiles that lie in one cell as a whole, and from single assets
//! where they do not.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::tile::Spot;
use crate::{Area, AssetId, Coordinates, Tile, WallClock};

/// Square cells, laid out from 180° west and 90° south. A line is where a row of the finest tiles
/// begins, at most 3.4 m west or south of its true place; what lies on it, to the digit, belongs to
/// the cell east or north of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// How many of the finest tiles lie along a cell, on average.
    width: f64,
}

/// A cell of a grid: its column from the west and row from the south.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Cell {
    column: u64,
    row: u64,
}

impl Grid {
    /// A side of the smallest cells, in degrees.
    pub const SMALLEST: f64 = 0.0001;

    /// Cells with sides of `size` degrees, at least [`Self::SMALLEST`].
    pub fn of(size: f64) -> Self {
        Self { width: Spot::over(size.max(Self::SMALLEST)) }
    }

    fn cell(self, spot: Spot) -> Cell {
        Cell { column: self.count(spot.column), row: self.count(spot.row) }
    }

    /// How many lines but the first lie at `spot` or before it.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast to an integer rounds down, and stops at the ends of its range"
    )]
    fn count(self, spot: u32) -> u64 {
        let lines = (f64::from(spot) / self.width).floor();
        let next = ((lines + 1.0) * self.width).floor();
        lines as u64 + u64::from(next <= f64::from(spot))
    }

    /// The cell that the whole tile lies in.
    fn cell_around(self, tile: Tile) -> Option<Cell> {
        let cell = self.cell(tile.first());
        (cell == self.cell(tile.last())).then_some(cell)
    }

    /// Whether a tile is so small beside a cell that no more than a quarter of the cell's side goes
    /// astray with a tile that is counted by its middle.
    pub fn dwarfs(self, tile: Tile) -> bool {
        2.0 * f64::from(tile.width()) <= self.width
    }

    /// How many tiles of this size one cell can lie in, at most.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast to an integer rounds down, and stops at the ends of its range"
    )]
    pub fn most_tiles(self, tile: Tile) -> usize {
        let along = (self.width / f64::from(tile.width())).ceil() as usize;
        along.saturating_add(1).saturating_pow(2)
    }
}

/// The part of the globe that a map shows: a box, its edges included, across the 180th meridian when
/// west lies east of east.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    south_west: Coordinates,
    north_east: Coordinates,
}

/// How much of something lies in something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Share {
    Nothing,
    Some,
    Everything,
}

impl View {
    /// From corner to corner.
    pub const fn new(south_west: Coordinates, north_east: Coordinates) -> Self {
        Self { south_west, north_east }
    }

    /// The same as a filter.
    pub const fn area(self) -> Area {
        Area::Box { south_west: self.south_west, north_east: self.north_east }
    }

    fn is_split(self) -> bool {
        self.south_west.longitude() > self.north_east.longitude()
    }

    /// A tile of the column or row where an edge lies counts as cut by it, unless that is an end of
    /// the globe.
    fn share_of(self, tile: Tile) -> Share {
        let (first, last) = (tile.first(), tile.last());
        let (low, high) = (Spot::of(self.south_west), Spot::of(self.north_east));
        let west = (self.south_west.longitude() > -180.0).then_some(low.column);
        let east = (self.north_east.longitude() < 180.0).then_some(high.column);
        let south = (self.south_west.latitude() > -90.0).then_some(low.row);
        let north = (self.north_east.latitude() < 90.0).then_some(high.row);
        let columns = (first.column, last.column);
        let across = if self.is_split() {
            share(columns, west, None).max(share(columns, None, east))
        } else {
            share(columns, west, east)
        };
        across.min(share((first.row, last.row), south, north))
    }

    /// At most `most` tiles that hold all of the view between them, as closely as so many can; `None`
    /// when even the widest ones are more.
    pub fn cover(self, most: usize) -> Option<Vec<Tile>> {
        let touched = |codes: std::ops::RangeInclusive<i64>| {
            let tiles = codes.filter_map(Tile::from_code);
            tiles
                .map(|tile| (tile, self.share_of(tile)))
                .filter(|(_, share)| *share != Share::Nothing)
        };
        let mut cover: Vec<(Tile, Share)> = touched(Tile::widest()).take(most + 1).collect();
        if cover.len() > most {
            return None;
        }
        loop {
            let closer: Vec<(Tile, Share)> = cover
                .iter()
                .flat_map(|&(tile, share)| match share {
                    Share::Some if !tile.is_finest() => touched(tile.parts()).collect(),
                    _ => vec![(tile, share)],
                })
                .collect();
            if closer.len() > most || closer == cover {
                return Some(cover.into_iter().map(|(tile, _)| tile).collect());
            }
            cover = closer;
        }
    }

    /// Whether a tile in the view lies east of the 180th meridian, with the view across it.
    fn is_beyond(self, tile: Tile) -> bool {
        self.is_split() && tile.last().column < Spot::of(self.south_west).column
    }
}

/// How much of a span lies between two edges; none is endless.
fn share((first, last): (u32, u32), low: Option<u32>, high: Option<u32>) -> Share {
    if low.is_some_and(|low| last < low) || high.is_some_and(|high| first > high) {
        Share::Nothing
    } else if low.is_none_or(|low| first > low) && high.is_none_or(|high| last < high) {
        Share::Everything
    } else {
        Share::Some
    }
}

/// Assets summed up: how many, where, and the latest of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Members {
    /// How many; never 0.
    pub count: i64,
    /// Sum of their latitudes, each in whole ten-millionths of a degree.
    pub latitudes: i64,
    /// Sum of their longitudes, likewise.
    pub longitudes: i64,
    /// When the one captured last was taken; of several the one with the largest id.
    pub latest: (WallClock, AssetId),
}

impl Members {
    /// Sums are of whole numbers, so that what is added and taken away leaves nothing behind.
    const PER_DEGREE: f64 = 10_000_000.0;
    const TURN: i64 = 3_600_000_000;

    /// A single asset.
    pub fn one(place: Coordinates, wall: WallClock, id: AssetId) -> Self {
        Self {
            count: 1,
            latitudes: whole(place.latitude()),
            longitudes: whole(place.longitude()),
            latest: (wall, id),
        }
    }

    /// Adds those of `other`.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.latitudes += other.latitudes;
        self.longitudes += other.longitudes;
        self.latest = self.latest.max(other.latest);
    }

    /// The same one turn further east.
    const fn turned(self) -> Self {
        Self { longitudes: self.longitudes + self.count * Self::TURN, ..self }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "degrees are few")]
fn whole(degrees: f64) -> i64 {
    (degrees * Members::PER_DEGREE).round() as i64
}

/// The assets of one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cluster {
    /// How many; never 0.
    pub count: i64,
    /// Mean latitude of the members.
    pub latitude: f64,
    /// Mean longitude of the members, −180…180.
    pub longitude: f64,
    /// The one captured last; of several the one with the largest id.
    pub representative: AssetId,
}

impl From<Members> for Cluster {
    fn from(members: Members) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a mean needs no more than 15 digits")]
        let mean = |sum: i64| sum as f64 / (members.count as f64 * Members::PER_DEGREE);
        let longitude = mean(members.longitudes);
        Self {
            count: members.count,
            latitude: mean(members.latitudes),
            longitude: if longitude > 180.0 { longitude - 360.0 } else { longitude },
            representative: members.latest.1,
        }
    }
}

/// What became of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It lies out of view.
    Nowhere,
    /// It lies in one cell, which has its members now.
    Whole,
    /// It lies in view, and lines of the grid cut it.
    AcrossLines,
    /// An edge of the view cuts it.
    AcrossEdge,
}

/// Clusters in the making.
#[derive(Debug)]
pub struct Clusters {
    grid: Grid,
    view: View,
    cells: HashMap<Cell, Members>,
}

impl Clusters {
    /// Most clusters of one answer.
    pub const MOST: usize = 1000;

    /// None yet.
    pub fn of(view: View, grid: Grid) -> Self {
        Self { grid, view, cells: HashMap::new() }
    }

    /// Whether there are more than an answer may have.
    pub fn are_too_many(&self) -> bool {
        self.cells.len() > Self::MOST
    }

    /// Adds the members of a tile to the cell it lies in, if it lies in one as a whole.
    pub fn add(&mut self, tile: Tile, members: Members) -> Fit {
        match (self.view.share_of(tile), self.grid.cell_around(tile)) {
            (Share::Nothing, _) => Fit::Nowhere,
            (Share::Some, _) => Fit::AcrossEdge,
            (Share::Everything, None) => Fit::AcrossLines,
            (Share::Everything, Some(cell)) => {
                self.put(cell, self.seen(tile, members));
                Fit::Whole
            }
        }
    }

    /// Adds the members of a tile that lies in view to the cell of its middle.
    pub fn add_by_middle(&mut self, tile: Tile, members: Members) {
        self.put(self.grid.cell(tile.middle()), self.seen(tile, members));
    }

    /// Adds an asset if it lies in view.
    pub fn add_one(&mut self, place: Coordinates, wall: WallClock, id: AssetId) {
        if !self.view.area().contains(place) {
            return;
        }
        let member = Members::one(place, wall, id);
        let is_beyond =
            self.view.is_split() && place.longitude() < self.view.south_west.longitude();
        let cell = self.grid.cell(Spot::of(place));
        self.put(cell, if is_beyond { member.turned() } else { member });
    }

    /// Members with longitudes that rise through the whole view.
    fn seen(&self, tile: Tile, members: Members) -> Members {
        if self.view.is_beyond(tile) { members.turned() } else { members }
    }

    fn put(&mut self, cell: Cell, more: Members) {
        self.cells.entry(cell).and_modify(|members| members.add(&more)).or_insert(more);
    }

    /// The clusters, the largest first, then by representative.
    pub fn into_vec(self) -> Vec<Cluster> {
        let mut clusters: Vec<Cluster> = self.cells.into_values().map(Cluster::from).collect();
        clusters.sort_unstable_by_key(|cluster| (Reverse(cluster.count), cluster.representative));
        clusters
    }
}

#[cfg(test)]
#[path = "cluster_tests.rs"]
mod tests;
