//! Pages of assets in a small part of the globe. Where few of very many lie, they are found by their
//! tiles and put in order; where many do, the walk by time soon meets enough of them.

use std::ops::RangeInclusive;

use model::{Area, AssetFilter, Direction, LibraryId, Position, Tile, TrashState, View};

use super::{Members, Walk, demand, enclosing_box, turn};
use crate::assets::clusters::{are_behind, joined};
use crate::db::{Conn, Query, Result};
use crate::kept::tiles::{self, Counted, Layer};

/// Tiles an area is covered by.
const TILES: usize = 64;
/// Assets that are put in order for one page, at most.
const MOST: i64 = 20_000;

/// The finest tiles that hold the area of the filter, if no more assets lie there than are put in
/// order.
pub(in crate::assets) fn few(
    conn: &mut Conn,
    library: LibraryId,
    filter: &AssetFilter,
) -> Result<Option<Vec<RangeInclusive<i64>>>> {
    let is_alone = filter.state == TrashState::Live
        && filter.ids.is_none()
        && filter.stack.is_none()
        && Members::all_of(filter).next().is_none();
    let Some(cover) = filter.area.filter(|_| is_alone).and_then(cover) else { return Ok(None) };
    let layer = Layer { library, is_live: true };
    let codes = |tile: &Tile| tile.code()..=tile.code();
    let counted = tiles::counted(layer, &joined(cover.iter().map(codes).collect()));
    let counted: Vec<Counted> = counted.all(conn)?;
    if counted.iter().map(|tile| tile.members.count).sum::<i64>() > MOST || are_behind(conn)? {
        return Ok(None);
    }
    Ok(Some(joined(cover.into_iter().map(Tile::finest).collect())))
}

fn cover(area: Area) -> Option<Vec<Tile>> {
    match enclosing_box(area) {
        Area::Box { south_west, north_east } => View::new(south_west, north_east).cover(TILES),
        Area::Circle { .. } => None,
    }
}

/// Goes on after `from`: the whole page, of assets in these tiles.
pub(in crate::assets) fn drive(
    query: &mut Query,
    codes: &[RangeInclusive<i64>],
    library: LibraryId,
    filter: &AssetFilter,
    direction: Direction,
    after: Option<Position>,
    limit: i64,
) {
    query.push("(");
    tiles::wanted(query, codes);
    query.push(
        " select id as asset_id, wall as asset_wall
          from wanted cross join assets where tile >= low and tile <= high",
    );
    demand(query, library, filter);
    turn(query, &Walk { wall: "wall", id: "id" }, direction, after, limit);
    // On SQLite this join has a fixed order.
    query.push(") nearby cross join assets where id = asset_id");
    turn(query, &Walk { wall: "asset_wall", id: "asset_id" }, direction, None, limit);
}
