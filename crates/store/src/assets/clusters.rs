//! Assets in the cells of a map (contract 3.9).
//!
//! Without filters the tiles that are kept ready are added up, from wide ones to fine ones: a tile
//! that lies in one cell is added as it is, one that does not is replaced by its parts. With filters
//! the assets are read one by one.

use std::ops::RangeInclusive;

use model::{AssetFilter, Cluster, Clusters, Fit, Grid, LibraryId, Tile, TrashState, View};

use super::counts::days_within;
use super::list::begin;
use crate::db::{Conn, Error, Query, Result, Tx};
use crate::kept::tiles::{self, Counted, FEW, Layer, Single};

#[cfg(test)]
mod tests;

/// Rows of tiles and assets that the lines of a grid are worth. Where there is so much that more
/// would have to be read, tiles that are small beside a cell are counted by their middle.
const MOST_READ: usize = 20_000;
/// Ranges of one statement.
const RANGES: usize = 256;

/// The clusters of the assets that pass the filter and lie in the view; `None` when there are more
/// than [`Clusters::MOST`]. The filter has no area of its own.
pub fn clusters(
    conn: &mut Conn,
    library: LibraryId,
    filter: &AssetFilter,
    view: View,
    grid: Grid,
) -> Result<Option<Vec<Cluster>>> {
    let mut clusters = Clusters::of(view, grid);
    // Tiles get and lose parts while they are read: what is seen has to be of one moment.
    let is_all = conn.at_one_moment(|conn| {
        let plain = AssetFilter { state: filter.state, ..AssetFilter::default() };
        if *filter != plain || are_behind(conn)? {
            return add_rows(conn, library, filter, view, &mut clusters);
        }
        for &is_live in layers(filter.state) {
            let layer = Layer { library, is_live };
            if !(Descent { conn, layer, grid, most: MOST_READ, read: 0 }).add_all(&mut clusters)? {
                return Ok(false);
            }
        }
        Ok(true)
    })?;
    Ok(is_all.then(|| clusters.into_vec()))
}

const fn layers(state: TrashState) -> &'static [bool] {
    match state {
        TrashState::Live => &[true],
        TrashState::Trashed => &[false],
        TrashState::All => &[true, false],
    }
}

/// Whether there are assets that are still to be put into their tiles.
pub(super) fn are_behind(conn: &mut Conn) -> Result<bool> {
    let found: Option<(i64,)> =
        conn.one("select cast(1 as bigint) from untiled_assets limit 1", &[])?;
    Ok(found.is_some())
}

/// Puts up to `limit` assets that were here before there were tiles into theirs. Returns how many;
/// 0 when there are no more.
pub fn catch_up(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    tiles::catch_up(tx, limit)
}

/// A way through the tiles of a layer, level by level.
struct Descent<'c> {
    conn: &'c mut Conn,
    layer: Layer,
    grid: Grid,
    /// See [`MOST_READ`].
    most: usize,
    /// Rows so far.
    read: usize,
}

impl Descent<'_> {
    /// Adds the whole layer; false as soon as there are too many clusters.
    fn add_all(&mut self, clusters: &mut Clusters) -> Result<bool> {
        let mut wanted = vec![Tile::widest()];
        while !wanted.is_empty() {
            let mut cut = self.add_level(wanted, clusters)?;
            if clusters.are_too_many() || self.has_too_many(&cut.by_lines) {
                return Ok(false);
            }
            if self.is_too_much(&cut.by_lines) {
                for Counted { tile, members } in cut.by_lines.drain(..) {
                    clusters.add_by_middle(tile, members);
                }
            }
            cut.by_edges.append(&mut cut.by_lines);
            let (few, many): (Vec<_>, Vec<_>) = cut.by_edges.into_iter().partition(has_few);
            self.add_singles(few.iter().map(|cut| cut.tile.finest()).collect(), clusters)?;
            wanted = many.iter().map(|cut| cut.tile.parts()).collect();
        }
        Ok(!clusters.are_too_many())
    }

    /// Adds the tiles that lie in one cell, and gives those that are cut.
    fn add_level(
        &mut self,
        wanted: Vec<RangeInclusive<i64>>,
        clusters: &mut Clusters,
    ) -> Result<Cut> {
        let mut cut = Cut::default();
        for wanted in joined(wanted).chunks(RANGES) {
            for found in tiles::counted(self.layer, wanted).all::<Counted>(self.conn)? {
                self.read += 1;
                match clusters.add(found.tile, found.members) {
                    Fit::Nowhere | Fit::Whole => {}
                    Fit::AcrossLines => cut.by_lines.push(found),
                    Fit::AcrossEdge => cut.by_edges.push(found),
                }
            }
        }
        Ok(cut)
    }

    fn add_singles(
        &mut self,
        wanted: Vec<RangeInclusive<i64>>,
        clusters: &mut Clusters,
    ) -> Result<()> {
        for wanted in joined(wanted).chunks(RANGES) {
            for Single { place, wall, id } in tiles::singles(self.layer, wanted).all(self.conn)? {
                self.read += 1;
                clusters.add_one(place, wall, id);
            }
        }
        Ok(())
    }

    /// Whether so many tiles of one level, which are all in view, must lie in too many cells. So a
    /// grid far too fine is seen through before much is read.
    fn has_too_many(&self, cut: &[Counted]) -> bool {
        cut.first().is_some_and(|one| {
            cut.len() > Clusters::MOST.saturating_mul(self.grid.most_tiles(one.tile))
        })
    }

    fn is_too_much(&self, cut: &[Counted]) -> bool {
        let rows = |cut: &Counted| usize::try_from(cut.members.count.min(FEW)).unwrap_or_default();
        let ahead: usize = cut.iter().map(rows).sum();
        self.read + ahead > self.most && cut.first().is_some_and(|one| self.grid.dwarfs(one.tile))
    }
}

/// Tiles that do not lie in one cell.
#[derive(Default)]
struct Cut {
    by_lines: Vec<Counted>,
    by_edges: Vec<Counted>,
}

/// Whether the assets themselves are read next: nothing smaller is counted.
fn has_few(cut: &Counted) -> bool {
    cut.members.count <= FEW || cut.tile.is_finest()
}

/// The same codes, in as few ranges as that takes.
pub(super) fn joined(mut codes: Vec<RangeInclusive<i64>>) -> Vec<RangeInclusive<i64>> {
    codes.sort_unstable_by_key(|codes| *codes.start());
    let mut ranges: Vec<RangeInclusive<i64>> = Vec::with_capacity(codes.len());
    for codes in codes {
        match ranges.last_mut() {
            Some(last) if *last.end() + 1 == *codes.start() => {
                *last = *last.start()..=*codes.end();
            }
            _ => ranges.push(codes),
        }
    }
    ranges
}

/// Adds the assets that pass the filter; false as soon as there are too many clusters.
fn add_rows(
    conn: &mut Conn,
    library: LibraryId,
    filter: &AssetFilter,
    view: View,
    clusters: &mut Clusters,
) -> Result<bool> {
    let query = rows(library, filter, view);
    let read = query.each(conn, |Single { place, wall, id }| {
        clusters.add_one(place, wall, id);
        // Nothing else ends a statement before its last row.
        if clusters.are_too_many() { Err(Error::driver("too many cells")) } else { Ok(()) }
    });
    if clusters.are_too_many() {
        return Ok(false);
    }
    read.map(|()| true)
}

/// The assets in view that pass the filter, as [`Single`].
pub(super) fn rows(library: LibraryId, filter: &AssetFilter, view: View) -> Query {
    let (first, last) = days_within(&filter.captured);
    let filter = AssetFilter { area: Some(view.area()), ..filter.clone() };
    let mut query = Query::new("select latitude, longitude, wall, id from ");
    begin(&mut query, library, &filter);
    query.bind(" and local_day >= ?", first).bind(" and local_day <= ?", last);
    if filter.album.is_none() && filter.people.is_empty() {
        // No map needs an order, but this one is that of the index with all the filters: others
        // narrow a little more, and would have each row read for the rest.
        query.push(" order by local_day");
    }
    query
}
