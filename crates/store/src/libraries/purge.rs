//! The end of trashed libraries.

use model::{Instant, Library, LibraryId};

use super::COLUMNS;
use crate::db::{Conn, Result, Tx};

/// Without a moment, only what was waived is due: nothing is before 1970.
fn bound(until: Option<Instant>) -> Instant {
    until.unwrap_or(Instant::from_micros(i64::MIN))
}

/// The libraries whose time in the trash is over: put there at or before `until`, or waived.
pub fn due(conn: &mut Conn, until: Option<Instant>) -> Result<Vec<LibraryId>> {
    let found: Vec<(LibraryId,)> = conn.all(
        "select id from libraries
         where trashed_at is not null and (trash_waived or trashed_at <= $1)
         order by trashed_at",
        &[&bound(until)],
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// One of those [`due`], locked; `None` when it came back in the meantime.
pub fn lock_due(tx: &mut Tx<'_>, id: LibraryId, until: Option<Instant>) -> Result<Option<Library>> {
    let for_update = tx.for_update();
    tx.one(
        &format!(
            "select {COLUMNS} from libraries
             where id = $1 and trashed_at is not null and (trash_waived or trashed_at <= $2)
             {for_update}"
        ),
        &[&id, &bound(until)],
    )
}

/// Removes up to `limit` events and up to `limit` finished tasks of a library. Returns whether
/// there may be more.
pub fn forget_some(tx: &mut Tx<'_>, id: LibraryId, limit: i64) -> Result<bool> {
    let events = tx.execute(
        "delete from events where library_id = $1 and number in
             (select number from events where library_id = $1 order by number limit $2)",
        &[&id, &limit],
    )?;
    let tasks = tx.execute(
        "delete from tasks where id in
             (select id from tasks
              where library_id = $1 and status in ('success', 'failure') limit $2)",
        &[&id, &limit],
    )?;
    Ok(i64::try_from(events.max(tasks)).is_ok_and(|most| most >= limit))
}

/// Removes a library that holds no assets, and all that hangs on it.
pub fn delete(tx: &mut Tx<'_>, id: LibraryId) -> Result<()> {
    tx.execute("delete from albums where library_id = $1", &[&id])?;
    tx.execute("delete from feeds where library_id = $1", &[&id])?;
    tx.execute("delete from libraries where id = $1", &[&id])?;
    Ok(())
}
