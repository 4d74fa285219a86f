//! Stacks, their members, and the neighbours a burst is looked for among.

use model::{AssetId, Frame, Hold, LibraryId, Origin, Pile, Stack, StackId, WallClock};

use crate::db::{Conn, FromRow, Query, Result, Row, Tx};

const COLUMNS: &str =
    "id, library_id, origin, primary_asset_id, asset_count, created_at, updated_at";

impl FromRow for Stack {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            library_id: row.take()?,
            origin: row.take()?,
            primary: row.take()?,
            asset_count: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
        })
    }
}

/// Adds a stack, which nobody is in yet.
pub fn insert(tx: &mut Tx<'_>, stack: &Stack) -> Result<()> {
    tx.execute(
        &format!("insert into stacks ({COLUMNS}) values ($1, $2, $3, $4, 0, $5, $6)"),
        &[
            &stack.id,
            &stack.library_id,
            &stack.origin,
            &stack.primary,
            &stack.created_at,
            &stack.updated_at,
        ],
    )?;
    Ok(())
}

/// One stack.
pub fn get(conn: &mut Conn, id: StackId) -> Result<Option<Stack>> {
    conn.one(&format!("select {COLUMNS} from stacks where id = $1"), &[&id])
}

/// Those of `ids` that there are, which nobody else can change until this transaction ends, in the
/// order of ids. Assets are locked before stacks.
pub fn lock(tx: &mut Tx<'_>, ids: Vec<StackId>) -> Result<Vec<Stack>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let for_update = tx.for_update();
    Query::new(&format!("select {COLUMNS} from stacks where "))
        .bind_each("id in (?)", ids)
        .push(&format!(" order by id {for_update}"))
        .all(tx)
}

/// Saves origin, cover and `updated_at`.
pub fn save(tx: &mut Tx<'_>, stack: &Stack) -> Result<()> {
    tx.execute(
        "update stacks set origin = $2, primary_asset_id = $3, updated_at = $4 where id = $1",
        &[&stack.id, &stack.origin, &stack.primary, &stack.updated_at],
    )?;
    Ok(())
}

/// Removes a stack that nobody is in any more.
pub fn delete(tx: &mut Tx<'_>, id: StackId) -> Result<()> {
    tx.execute("delete from stacks where id = $1", &[&id])?;
    Ok(())
}

/// The members of these stacks, trashed ones included, with the covers.
pub fn piles(conn: &mut Conn, stacks: &[Stack]) -> Result<Vec<Pile>> {
    if stacks.is_empty() {
        return Ok(Vec::new());
    }
    let ids = stacks.iter().map(|stack| stack.id).collect();
    let found: Vec<(StackId, AssetId)> = Query::new("select stack_id, id from assets where ")
        .bind_each("stack_id in (?)", ids)
        .push(" order by stack_id, id")
        .all(conn)?;
    let members = |id: StackId| {
        found.iter().filter(|(stack, _)| *stack == id).map(|(_, asset)| *asset).collect()
    };
    let pile =
        |stack: &Stack| Pile { id: stack.id, cover: stack.primary, members: members(stack.id) };
    Ok(stacks.iter().map(pile).collect())
}

/// Live members of these stacks, each stack's by capture time.
pub fn live_members(conn: &mut Conn, ids: Vec<StackId>) -> Result<Vec<(StackId, AssetId)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Query::new("select stack_id, id from assets where ")
        .bind_each("stack_id in (?)", ids)
        .push(" and trashed_at is null order by stack_id, wall, id")
        .all(conn)
}

/// Which stacks to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these; `None` does not narrow.
    pub ids: Option<Vec<StackId>>,
    /// Who decides about them.
    pub origin: Option<Origin>,
    /// The one with this cover.
    pub primary: Option<AssetId>,
}

/// Up to `limit` stacks of `library` after `after`, by id.
pub fn list(
    conn: &mut Conn,
    library: LibraryId,
    filter: &Filter,
    after: Option<StackId>,
    limit: i64,
) -> Result<Vec<Stack>> {
    page(library, filter, after, limit).all(conn)
}

fn page(library: LibraryId, filter: &Filter, after: Option<StackId>, limit: i64) -> Query {
    let mut query = Query::new(&format!("select {COLUMNS} from stacks where "));
    query.bind("library_id = ?", library);
    if let Some(ids) = &filter.ids {
        query.bind_each(" and id in (?)", ids.clone());
    }
    if let Some(origin) = filter.origin {
        query.bind(" and origin = ?", origin);
    }
    if let Some(primary) = filter.primary {
        query.bind(" and primary_asset_id = ?", primary);
    }
    if let Some(after) = after {
        query.bind(" and id > ?", after);
    }
    query.push(" order by id").bind(" limit ?", limit);
    query
}

/// Where a shot stands among those of its camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shot {
    /// The asset.
    pub id: AssetId,
    /// Where it lives.
    pub library_id: LibraryId,
    /// Maker of the camera.
    pub make: String,
    /// Model of the camera.
    pub model: String,
    /// When it was taken.
    pub wall: WallClock,
}

impl FromRow for Shot {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            library_id: row.take()?,
            make: row.take()?,
            model: row.take()?,
            wall: row.take()?,
        })
    }
}

/// The condition of the index `assets_of_camera`.
const OF_A_CAMERA: &str = "media_type = 'image' and capture_source = 'file'
    and trashed_at is null and make is not null and model is not null";

/// The asset as a shot; `None` when it is in the trash, no image, or its file does not say by which
/// camera and when it was taken.
pub fn shot(conn: &mut Conn, id: AssetId) -> Result<Option<Shot>> {
    let sql = format!(
        "select id, library_id, make, model, wall from assets where id = $1 and {OF_A_CAMERA}"
    );
    conn.one(&sql, &[&id])
}

struct Neighbour(Frame);

impl FromRow for Neighbour {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let (id, wall, burst_id) = (row.take()?, row.take()?, row.take()?);
        let (stack, is_unstacked): (Option<StackId>, bool) = (row.take()?, row.take()?);
        let origin: Option<Origin> = row.take()?;
        let hold = match (stack, origin) {
            (Some(stack), Some(Origin::AutoBurst)) => Hold::Burst(stack),
            (None, _) if !is_unstacked => Hold::Free,
            _ => Hold::Person,
        };
        Ok(Self(Frame { id, wall, burst_id, hold }))
    }
}

/// Live shots of the same camera around one, by capture time: up to `reach` before it, itself, and
/// up to `reach` after it, none of them farther away than `window` microseconds.
pub fn around(conn: &mut Conn, shot: &Shot, reach: i64, window: i64) -> Result<Vec<Frame>> {
    let mut frames: Vec<Neighbour> = neighbours(shot, Side::Before, reach, window).all(conn)?;
    frames.reverse();
    // The shot itself is the first of those that do not come before it.
    frames.extend(neighbours(shot, Side::After, reach + 1, window).all::<Neighbour>(conn)?);
    Ok(frames.into_iter().map(|Neighbour(frame)| frame).collect())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

fn neighbours(shot: &Shot, side: Side, reach: i64, window: i64) -> Query {
    let at = shot.wall.micros();
    let (beyond, bound, farthest, order) = match side {
        Side::Before => ("<", ">=", at.saturating_sub(window), "desc"),
        Side::After => (">=", "<=", at.saturating_add(window), "asc"),
    };
    let mut query = Query::new(
        "select a.id, a.wall, a.auto_stack_id, a.stack_id, a.is_unstacked, s.origin
         from (select id, wall, auto_stack_id, stack_id, is_unstacked from assets where ",
    );
    query
        .push(OF_A_CAMERA)
        .bind(" and library_id = ?", shot.library_id)
        .bind(" and make = ?", shot.make.clone())
        .bind(" and model = ?", shot.model.clone())
        .bind(&format!(" and (wall, id) {beyond} (?, "), at)
        .bind("?)", shot.id)
        .bind(&format!(" and wall {bound} ?"), farthest)
        .push(&format!(" order by wall {order}, id {order}"))
        .bind(" limit ?) a", reach)
        .push(" left join stacks s on s.id = a.stack_id")
        .push(&format!(" order by a.wall {order}, a.id {order}"));
    query
}

#[cfg(test)]
mod tests;
