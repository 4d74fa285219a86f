//! `asset_days`: how many live and how many trashed assets each day of a library has. A day without
//! any has no row.

use model::{Direction, LibraryId, TrashState};

use super::{Standing, lock};
use crate::db::{Conn, Query, Result, Tx};

pub(super) fn follow(
    tx: &mut Tx<'_>,
    before: Option<&Standing>,
    after: Option<&Standing>,
) -> Result<()> {
    let place = |at: &Standing| (at.library, at.wall.day(), at.is_live);
    let (left, reached) = (before.map(place), after.map(place));
    if left == reached {
        return Ok(());
    }
    if let Some((library, day, is_live)) = left {
        lock(tx, library)?;
        add(tx, library, day, is_live, -1)?;
        tx.execute(
            "delete from asset_days
             where library_id = $1 and day = $2 and live = 0 and trashed = 0",
            &[&library, &day],
        )?;
    }
    if let Some((library, day, is_live)) = reached {
        lock(tx, library)?;
        add(tx, library, day, is_live, 1)?;
    }
    Ok(())
}

fn add(tx: &mut Tx<'_>, library: LibraryId, day: i64, is_live: bool, more: i64) -> Result<()> {
    let (live, trashed) = if is_live { (more, 0) } else { (0, more) };
    tx.execute(
        "insert into asset_days (library_id, day, live, trashed) values ($1, $2, $3, $4)
         on conflict (library_id, day) do update
         set live = asset_days.live + excluded.live, trashed = asset_days.trashed + excluded.trashed",
        &[&library, &day, &live, &trashed],
    )?;
    Ok(())
}

/// Up to `limit` days from `first` to `last` with assets in this state, and how many.
pub(crate) fn read(
    conn: &mut Conn,
    library: LibraryId,
    state: TrashState,
    direction: Direction,
    (first, last): (i64, i64),
    limit: i64,
) -> Result<Vec<(i64, i64)>> {
    page(library, state, direction, (first, last), limit).all(conn)
}

pub(crate) fn page(
    library: LibraryId,
    state: TrashState,
    direction: Direction,
    (first, last): (i64, i64),
    limit: i64,
) -> Query {
    let count = match state {
        TrashState::Live => "live",
        TrashState::Trashed => "trashed",
        TrashState::All => "live + trashed",
    };
    let order = match direction {
        Direction::Descending => "desc",
        Direction::Ascending => "asc",
    };
    let mut query = Query::new(&format!("select day, {count} from asset_days where "));
    query
        .bind("library_id = ?", library)
        .bind(" and day >= ?", first)
        .bind(" and day <= ?", last)
        .push(&format!(" and {count} > 0 order by day {order}"))
        .bind(" limit ?", limit);
    query
}
