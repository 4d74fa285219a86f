//! Pages of assets: filters to SQL, by key and never by offset.

pub(super) mod nearby;
mod rated;

use std::collections::HashMap;

use model::{
    AlbumFilter, Area, AssetFilter, AssetId, CaptureTime, Coordinates, Direction, EARTH_RADIUS,
    LibraryId, Position, TrashState,
};

use uuid::Uuid;

use super::{Found, Parts};
use crate::db::{Conn, Query, Result};

/// Up to `limit` assets of `library` after `after`, by wall clock (in the trash: by trash time)
/// and id.
pub fn list(
    conn: &mut Conn,
    library: LibraryId,
    filter: &AssetFilter,
    direction: Direction,
    after: Option<Position>,
    limit: i64,
    parts: Parts,
) -> Result<Vec<Found>> {
    let query = match nearby::few(conn, library, filter)? {
        Some(codes) => {
            let mut query = parts.select();
            query.push(" from ");
            nearby::drive(&mut query, &codes, library, filter, direction, after, limit);
            query
        }
        None => page(library, filter, direction, after, limit, parts),
    };
    parts.find(conn, &query)
}

/// Those of `ids` that are still there, in this order.
pub fn shown(conn: &mut Conn, ids: Vec<AssetId>, parts: Parts) -> Result<Vec<Found>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places: HashMap<AssetId, usize> = ids.iter().copied().zip(0..).collect();
    let mut query = parts.select();
    query.push(" from assets where ").bind_each("id in (?)", ids);
    let mut found = parts.find(conn, &query)?;
    found.sort_by_key(|found| places.get(&found.asset.id).copied());
    Ok(found)
}

/// Where asset `id` of `library` stands in a list of this state; `None` for one that is not there.
pub fn position(
    conn: &mut Conn,
    library: LibraryId,
    id: AssetId,
    state: TrashState,
) -> Result<Option<Position>> {
    let sql = "select wall, coalesce(trashed_at, last_trashed_at) from assets
               where id = $1 and library_id = $2";
    let found: Option<(i64, Option<i64>)> = conn.one(sql, &[&id, &library])?;
    Ok(found.map(|(wall, trashed_at)| {
        let key = match state {
            // An asset that has left the trash still marks where it stood; one that was never there
            // stands where it would come, before all that is.
            TrashState::Trashed => trashed_at.unwrap_or(i64::MAX),
            TrashState::Live | TrashState::All => wall,
        };
        Position { key, id }
    }))
}

/// Members of something, in a table that repeats the wall clock and the liveness of each asset. A
/// page walks such a table and not the library: few members are found among any number of assets.
struct Members {
    /// Has `asset_id`, `asset_wall`, `asset_is_live` and the column `of`.
    table: &'static str,
    of: &'static str,
    /// Where the thing itself stands; what is not in the library has no members (OP-10).
    things: &'static str,
    thing: Uuid,
}

impl Members {
    /// What an asset has to be a member of; the first drives the page.
    fn all_of(filter: &AssetFilter) -> impl Iterator<Item = Self> {
        let album = filter.album.into_iter().map(|album| Self {
            table: "album_assets",
            of: "album_id",
            things: "albums",
            thing: album.uuid(),
        });
        album.chain(filter.people.iter().map(|person| Self {
            table: "person_assets",
            of: "person_id",
            things: "people",
            thing: person.uuid(),
        }))
    }

    /// Begins the tables of the query: walks the members, and looks up the asset of each.
    fn drive(&self, query: &mut Query, library: LibraryId, state: TrashState) {
        let Self { table, .. } = self;
        query.push(&format!("(select asset_id, asset_wall from {table} where "));
        self.is_of(query, library);
        query.push(match state {
            TrashState::Live => " and asset_is_live",
            TrashState::Trashed => " and not asset_is_live",
            TrashState::All => "",
        });
        // On SQLite this join has a fixed order.
        query.push(") members cross join ");
    }

    /// Demands of the asset of a row that it be a member.
    fn demand(&self, query: &mut Query, library: LibraryId) {
        let Self { table, .. } = self;
        query.push(&format!(" and exists (select 1 from {table} other where "));
        self.is_of(query, library);
        query.push(" and other.asset_id = assets.id)");
    }

    fn is_of(&self, query: &mut Query, library: LibraryId) {
        let Self { of, things, thing, .. } = self;
        query
            .bind(&format!("{of} = (select id from {things} where id = ?"), *thing)
            .bind(" and library_id = ?)", library);
    }
}

pub(crate) fn page(
    library: LibraryId,
    filter: &AssetFilter,
    direction: Direction,
    after: Option<Position>,
    limit: i64,
    parts: Parts,
) -> Query {
    let mut query = parts.select();
    query.push(" from ");
    if rated::is_sparse(filter) {
        rated::drive(&mut query, library, filter, direction, after, limit);
        return query;
    }
    let walk = begin(&mut query, library, filter);
    let key = match filter.state {
        TrashState::Live | TrashState::All => walk,
        TrashState::Trashed => Walk { wall: "trashed_at", id: "id" },
    };
    turn(&mut query, &key, direction, after, limit);
    query
}

/// Ends a read of rows in the order of `key`: up to `limit` of them after `after`.
fn turn(
    query: &mut Query,
    Walk { wall, id }: &Walk,
    direction: Direction,
    after: Option<Position>,
    limit: i64,
) {
    let (order, beyond) = match direction {
        Direction::Descending => ("desc", '<'),
        Direction::Ascending => ("asc", '>'),
    };
    if let Some(after) = after {
        query.bind(&format!(" and ({wall}, {id}) {beyond} (?, "), after.key).bind("?)", after.id);
    }
    query.push(&format!(" order by {wall} {order}, {id} {order}")).bind(" limit ?", limit);
}

/// What the rows of a read call the wall clock and the id they are in order of.
pub(crate) struct Walk {
    pub(crate) wall: &'static str,
    pub(crate) id: &'static str,
}

/// Goes on after `from`: the tables and all filters of any read of many assets.
pub(crate) fn begin(query: &mut Query, library: LibraryId, filter: &AssetFilter) -> Walk {
    let mut all = Members::all_of(filter);
    let driver = all.next();
    // What the driver repeats is what its index is made of.
    let walk = match &driver {
        Some(_) => Walk { wall: "asset_wall", id: "asset_id" },
        None => Walk { wall: "wall", id: "id" },
    };
    if let Some(driver) = driver {
        driver.drive(query, library, filter.state);
        query.push("assets where id = asset_id and ");
    } else {
        query.push("assets where ");
    }
    query.bind("library_id = ?", library);
    in_state(query, filter.state);
    for members in all {
        members.demand(query, library);
    }
    narrow(query, filter, walk.wall);
    walk
}

/// Goes on after a condition: all filters of a read of many assets that something else drives.
pub(crate) fn demand(query: &mut Query, library: LibraryId, filter: &AssetFilter) {
    query.bind(" and library_id = ?", library);
    in_state(query, filter.state);
    for members in Members::all_of(filter) {
        members.demand(query, library);
    }
    narrow(query, filter, "wall");
}

/// In or out of the trash.
pub(super) fn in_state(query: &mut Query, state: TrashState) {
    match state {
        TrashState::Live => query.push(" and trashed_at is null"),
        TrashState::Trashed => query.push(" and trashed_at is not null"),
        TrashState::All => query,
    };
}

fn narrow(query: &mut Query, filter: &AssetFilter, wall: &str) {
    match &filter.ids {
        Some(ids) if ids.is_empty() => {
            query.push(" and false");
        }
        Some(ids) => {
            query.bind_each(" and id in (?)", ids.clone());
        }
        None => {}
    }
    if let Some(media_type) = filter.media_type {
        query.bind(" and media_type = ?", media_type);
    }
    if !filter.ratings.is_empty() {
        let stars = filter.ratings.iter().map(|rating| rating.stars()).collect();
        query.bind_each(" and coalesce(rating, 0) in (?)", stars);
    }
    if let Some(after) = filter.captured.after() {
        bound(query, wall, '>', after);
    }
    if let Some(before) = filter.captured.before() {
        bound(query, wall, '<', before);
    }
    if let Some(area) = filter.area {
        within(query, area);
    }
    match filter.album_filter {
        AlbumFilter::All => {}
        AlbumFilter::InAlbum => {
            query.bind(" and is_in_album = ?", true);
        }
        AlbumFilter::NotInAlbum => {
            query.bind(" and is_in_album = ?", false);
        }
    }
    if let Some(stack) = filter.stack {
        query.bind(" and stack_id = ?", stack);
    }
}

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The rule is `model::CaptureBounds::contain`; a test holds the two together.
fn bound(query: &mut Query, wall: &str, beyond: char, bound: CaptureTime) {
    let clock = bound.wall.micros();
    let Some(instant) = bound.instant() else {
        query.bind(&format!(" and {wall} {beyond} ?"), clock);
        return;
    };
    // A wall clock lies within a day of its instant, which lets the index find the neighbourhood.
    let slack = if beyond == '>' { -2 * DAY } else { 2 * DAY };
    query
        .bind(&format!(" and {wall} {beyond} ?"), instant.micros().saturating_add(slack))
        .bind(&format!(" and case when wall_offset is null then {wall} {beyond} ?"), clock)
        .bind(&format!(" else {wall} - wall_offset * 1000000 {beyond} ? end"), instant.micros());
}

fn within(query: &mut Query, area: Area) {
    let Area::Box { south_west, north_east } = enclosing_box(area) else { return };
    query
        .bind(" and latitude >= ?", south_west.latitude())
        .bind(" and latitude <= ?", north_east.latitude());
    let (west, east) = (south_west.longitude(), north_east.longitude());
    let either = if west <= east { "and" } else { "or" };
    query.bind(" and (longitude >= ?", west).bind(&format!(" {either} longitude <= ?)"), east);
    if let Area::Circle { center, radius } = area {
        inside(query, center, radius);
    }
}

/// The rule is `model::distance`, by the same formula; a test holds the two together. The box
/// before it spares most rows the trigonometry.
fn inside(query: &mut Query, center: Coordinates, radius: f64) {
    let farthest = (radius / EARTH_RADIUS / 2.0).sin().powi(2);
    // `power` is not everywhere, and `1 - cos` would lose the digits of small distances.
    let (latitude, longitude) = (center.latitude(), center.longitude());
    query
        .bind(" and sin(radians(latitude - ?) / 2)", latitude)
        .bind(" * sin(radians(latitude - ?) / 2)", latitude)
        .bind(" + cos(radians(latitude)) * ?", latitude.to_radians().cos())
        .bind(" * sin(radians(longitude - ?) / 2)", longitude)
        .bind(" * sin(radians(longitude - ?) / 2)", longitude)
        .bind(" <= ?", farthest);
}

/// A little less than a degree of latitude on the sphere of `model::distance`, so that the box is
/// never too small.
const METRES_PER_DEGREE: f64 = 111_000.0;

/// The box around a circle; a box is its own.
fn enclosing_box(area: Area) -> Area {
    let Area::Circle { center, radius } = area else { return area };
    let reach = radius / METRES_PER_DEGREE;
    let (south, north) = (center.latitude() - reach, center.latitude() + reach);
    // Near a pole a circle meets every meridian.
    let narrowest = south.abs().max(north.abs()).to_radians().cos();
    let width =
        if narrowest > 0.01 && south > -90.0 && north < 90.0 { reach / narrowest } else { 180.0 };
    let turn = |longitude: f64| (longitude + 540.0).rem_euclid(360.0) - 180.0;
    let (west, east) = if width >= 180.0 {
        (-180.0, 180.0)
    } else {
        (turn(center.longitude() - width), turn(center.longitude() + width))
    };
    match (Coordinates::new(south.max(-90.0), west), Coordinates::new(north.min(90.0), east)) {
        (Ok(south_west), Ok(north_east)) => Area::Box { south_west, north_east },
        _ => area,
    }
}
