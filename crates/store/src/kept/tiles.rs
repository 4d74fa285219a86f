//! `asset_tiles`: how many live and how many trashed assets lie in each tile, the sums of their
//! places, and the latest of them.
//!
//! The widest tiles have a row when there is any asset in them. The parts of a tile have rows only
//! while it has more than [`FEW`] assets: so a map reads few rows where there is little, and an edit
//! there changes few.

use std::ops::RangeInclusive;

use model::{AssetId, Coordinates, LibraryId, Members, Tile, WallClock};

use super::{Standing, lock};
use crate::db::{FromRow, Query, Result, Row, Tx};

/// Assets that are read one by one rather than counted by smaller tiles.
pub(crate) const FEW: i64 = 16;

/// The live or the trashed assets of a library.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Layer {
    pub(crate) library: LibraryId,
    pub(crate) is_live: bool,
}

impl Layer {
    /// Ends a condition of a statement over `assets` as the index by tiles has it.
    pub(crate) const fn condition(self) -> &'static str {
        if self.is_live { "trashed_at is null" } else { "trashed_at is not null" }
    }
}

/// An asset among the tiles.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pin {
    layer: Layer,
    tile: Tile,
    member: Members,
}

impl Pin {
    fn of(id: AssetId, at: &Standing) -> Option<Self> {
        let (tile, place) = at.spot?;
        let layer = Layer { library: at.library, is_live: at.is_live };
        Some(Self { layer, tile, member: Members::one(place, at.wall, id) })
    }

    /// The tiles it lies in, the widest first.
    fn line(&self) -> Vec<Tile> {
        self.tile.line().collect()
    }
}

pub(super) fn follow(
    tx: &mut Tx<'_>,
    id: AssetId,
    before: Option<&Standing>,
    after: Option<&Standing>,
) -> Result<()> {
    let pin = |at: Option<&Standing>| at.and_then(|at| Pin::of(id, at));
    let (left, reached) = (pin(before), pin(after));
    if left == reached {
        return Ok(());
    }
    if let Some(pin) = left {
        lock(tx, pin.layer.library)?;
        leave(tx, &pin)?;
    }
    if let Some(pin) = reached {
        lock(tx, pin.layer.library)?;
        enter(tx, &pin)?;
    }
    Ok(())
}

fn enter(tx: &mut Tx<'_>, pin: &Pin) -> Result<()> {
    let Pin { layer: Layer { library, is_live }, member, .. } = *pin;
    let (wall, id) = member.latest;
    let mut query = Query::new("update asset_tiles set assets = assets + 1");
    query
        .bind(", latitudes = latitudes + ?", member.latitudes)
        .bind(", longitudes = longitudes + ?", member.longitudes)
        .bind(", latest_wall = case when (latest_wall, latest_id) < (?", wall)
        .bind(", ?)", id)
        .bind(" then ? else latest_wall end", wall)
        .bind(", latest_id = case when (latest_wall, latest_id) < (?", wall)
        .bind(", ?)", id)
        .bind(" then ? else latest_id end", id)
        .bind(" where library_id = ?", library)
        .bind(" and is_live = ?", is_live)
        .bind_each(" and tile in (?) returning tile, assets", pin.line());
    let mut counted: Vec<(Tile, i64)> = query.all(tx)?;
    counted.sort_unstable_by_key(|(tile, _)| tile.code());
    match counted.last() {
        None => insert(tx, pin.layer, pin.line()[0], &member),
        Some((tile, count)) if *count <= FEW || tile.is_finest() => Ok(()),
        Some((tile, count)) if *count == FEW + 1 => split(tx, pin.layer, *tile),
        // It is the first in this part of a tile with many.
        Some((tile, _)) => insert(tx, pin.layer, pin.tile.part_of(*tile), &member),
    }
}

/// Gives rows to the parts of a tile that has come to have many assets.
fn split(tx: &mut Tx<'_>, layer: Layer, tile: Tile) -> Result<()> {
    let assets: Vec<Single> = singles(layer, &[tile.finest()]).all(tx)?;
    let mut whole = tile;
    loop {
        let mut parts: Vec<(Tile, Members)> = Vec::new();
        for Single { place, wall, id } in &assets {
            let (part, member) =
                (Tile::of(*place).part_of(whole), Members::one(*place, *wall, *id));
            match parts.iter_mut().find(|(tile, _)| *tile == part) {
                Some((_, members)) => members.add(&member),
                None => parts.push((part, member)),
            }
        }
        for (part, members) in &parts {
            insert(tx, layer, *part, members)?;
        }
        // All may lie in the same part, which is split as well then.
        match parts.as_slice() {
            [(part, members)] if members.count > FEW && !part.is_finest() => whole = *part,
            _ => return Ok(()),
        }
    }
}

fn insert(tx: &mut Tx<'_>, layer: Layer, tile: Tile, members: &Members) -> Result<()> {
    tx.execute(
        "insert into asset_tiles (library_id, is_live, tile, assets, latitudes, longitudes,
                                  latest_wall, latest_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            &layer.library,
            &layer.is_live,
            &tile,
            &members.count,
            &members.latitudes,
            &members.longitudes,
            &members.latest.0,
            &members.latest.1,
        ],
    )?;
    Ok(())
}

fn leave(tx: &mut Tx<'_>, pin: &Pin) -> Result<()> {
    let Pin { layer, member, .. } = *pin;
    let Layer { library, is_live } = layer;
    let mut query = Query::new("update asset_tiles set assets = assets - 1");
    query
        .bind(", latitudes = latitudes - ?", member.latitudes)
        .bind(", longitudes = longitudes - ?", member.longitudes)
        .bind(" where library_id = ?", library)
        .bind(" and is_live = ?", is_live)
        .bind_each(" and tile in (?) returning tile, assets, latest_id", pin.line());
    let mut counted: Vec<(Tile, i64, AssetId)> = query.all(tx)?;
    counted.sort_unstable_by_key(|(tile, ..)| tile.code());
    // Tiles without assets, and the parts of those that have few again, lose their rows.
    for (tile, count, _) in &counted {
        match *count {
            0 => remove(tx, layer, tile.code()..=tile.code())?,
            FEW if !tile.is_finest() => remove(tx, layer, tile.parts())?,
            _ => {}
        }
    }
    let end = counted.iter().position(|(_, count, _)| *count <= FEW);
    counted.truncate(end.map_or(counted.len(), |end| end + 1));
    for (tile, count, latest) in counted.into_iter().rev() {
        if count > 0 && latest == member.latest.1 {
            find_latest(tx, layer, tile, count)?;
        }
    }
    Ok(())
}

fn remove(tx: &mut Tx<'_>, layer: Layer, tiles: RangeInclusive<i64>) -> Result<()> {
    tx.execute(
        "delete from asset_tiles
         where library_id = $1 and is_live = $2 and tile >= $3 and tile <= $4",
        &[&layer.library, &layer.is_live, tiles.start(), tiles.end()],
    )?;
    Ok(())
}

/// Looks for the latest of a tile whose latest has left.
fn find_latest(tx: &mut Tx<'_>, layer: Layer, tile: Tile, count: i64) -> Result<()> {
    let found: Option<(WallClock, AssetId)> = if count > FEW || tile.is_finest() {
        latest(layer, tile).one(tx)?
    } else {
        // Sorted here: told to find one of so few, an engine may walk the library from its newest on.
        let assets: Vec<Single> = singles(layer, &[tile.finest()]).all(tx)?;
        assets.iter().map(|asset| (asset.wall, asset.id)).max()
    };
    if let Some((wall, id)) = found {
        tx.execute(
            "update asset_tiles set latest_wall = $4, latest_id = $5
             where library_id = $1 and is_live = $2 and tile = $3",
            &[&layer.library, &layer.is_live, &tile, &wall, &id],
        )?;
    }
    Ok(())
}

/// The latest of a tile with many assets: from its parts, whose rows say the truth already, or from
/// an index when it has none.
pub(crate) fn latest(layer: Layer, tile: Tile) -> Query {
    let mut query = Query::new("select ");
    if tile.is_finest() {
        query
            .push("wall, id from assets where ")
            .push(layer.condition())
            .bind(" and tile = ?", tile);
    } else {
        let codes = tile.parts();
        query
            .push("latest_wall, latest_id from asset_tiles where ")
            .bind("is_live = ?", layer.is_live)
            .bind(" and tile >= ?", *codes.start())
            .bind(" and tile <= ?", *codes.end());
    }
    query.bind(" and library_id = ? order by 1 desc, 2 desc limit 1", layer.library);
    query
}

/// An asset with a place.
pub(crate) struct Single {
    pub(crate) place: Coordinates,
    pub(crate) wall: WallClock,
    pub(crate) id: AssetId,
}

impl FromRow for Single {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let place = crate::columns::place(row)?;
        Ok(Self { place, wall: row.take()?, id: row.take()? })
    }
}

/// What a tile has.
pub(crate) struct Counted {
    pub(crate) tile: Tile,
    pub(crate) members: Members,
}

impl FromRow for Counted {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let tile = row.take()?;
        let (count, latitudes, longitudes) = (row.take()?, row.take()?, row.take()?);
        let latest = (row.take()?, row.take()?);
        Ok(Self { tile, members: Members { count, latitudes, longitudes, latest } })
    }
}

/// The rows of the tiles with these codes, as [`Counted`].
pub(crate) fn counted(layer: Layer, codes: &[RangeInclusive<i64>]) -> Query {
    let mut query = Query::default();
    wanted(&mut query, codes);
    query
        .push(
            " select tile, assets, latitudes, longitudes, latest_wall, latest_id
             from wanted cross join asset_tiles where tile >= low and tile <= high",
        )
        .bind(" and library_id = ?", layer.library)
        .bind(" and is_live = ?", layer.is_live);
    query
}

/// The assets in the finest tiles with these codes, as [`Single`].
pub(crate) fn singles(layer: Layer, codes: &[RangeInclusive<i64>]) -> Query {
    let mut query = Query::default();
    wanted(&mut query, codes);
    query
        .push(
            " select latitude, longitude, wall, id
             from wanted cross join assets where tile >= low and tile <= high and ",
        )
        .push(layer.condition())
        .bind(" and library_id = ?", layer.library);
    query
}

/// Begins a select: a table `wanted` of ranges. On SQLite a cross join has a fixed order.
pub(crate) fn wanted(query: &mut Query, codes: &[RangeInclusive<i64>]) {
    query.push("with wanted (low, high) as (values ");
    // Few different numbers of ranges make few statements to prepare.
    let nothing = RangeInclusive::new(1, 0);
    let ranges = codes.iter().chain(std::iter::repeat(&nothing));
    for (index, codes) in ranges.take(codes.len().next_power_of_two()).enumerate() {
        query
            .push(if index == 0 { "" } else { ", " })
            .bind("(cast(? as bigint)", *codes.start())
            .bind(", cast(? as bigint))", *codes.end());
    }
    query.push(")");
}

/// Puts up to `limit` assets that were here before there were tiles into theirs. Returns how many.
pub(crate) fn catch_up(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let skip_locked = tx.skip_locked();
    let ids: Vec<(AssetId,)> =
        tx.all(&format!("select asset_id from untiled_assets limit $1 {skip_locked}"), &[&limit])?;
    let ids: Vec<AssetId> = ids.into_iter().map(|(id,)| id).collect();
    if ids.is_empty() {
        return Ok(0);
    }
    // As all deeds do: assets in the order of their ids, and then their library.
    let for_update = tx.for_update();
    Query::new("select id from assets where ")
        .bind_each("id in (?)", ids.clone())
        .push(&format!(" order by id {for_update}"))
        .all::<(AssetId,)>(tx)?;
    for id in &ids {
        let before = super::standing(tx, *id)?;
        let place: Option<Place> =
            tx.one("select latitude, longitude from assets where id = $1 and tile is null", &[id])?;
        if let Some(Place(Some(place))) = place {
            tx.execute("update assets set tile = $2 where id = $1", &[id, &Tile::of(place)])?;
            super::follow(tx, *id, before.as_ref())?;
        }
        tx.execute("delete from untiled_assets where asset_id = $1", &[id])?;
    }
    Ok(ids.len())
}

struct Place(Option<Coordinates>);

impl FromRow for Place {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        crate::columns::coordinates(row).map(Self)
    }
}
