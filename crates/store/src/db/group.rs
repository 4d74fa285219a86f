//! Group commit: SQLite has one writer, and the disk is asked once for all that is waiting.

use std::time::{Duration, Instant};

use super::conn::Engine;
use super::line::Line;
use super::queue::Inbox;
use super::unit::{self, Unit, Verdict};
use super::{Conn, Error, Result, Tx};

/// A group ends with this many units …
const UNITS: usize = 256;
/// … or when this long has passed since it began, so that the first does not wait for the last.
const TIME: Duration = Duration::from_millis(5);

/// Carries out units in groups: one transaction around all that are waiting, a savepoint around
/// each. Nothing is answered before the commit, not even a failure: its reason may be what
/// another unit of the same group wrote.
pub(super) fn serve(mut line: Line, mut queue: Inbox<Box<dyn Unit>>) {
    while let Some(first) = queue.next() {
        let mut group = vec![first];
        let end = line.conn().and_then(|conn| {
            let end = commit(conn, &mut group, &queue);
            if end.is_err() {
                // Fails when the engine has rolled back already.
                drop(conn.script("rollback"));
            }
            end
        });
        if end.is_err() {
            line.hang_up();
        }
        for unit in group {
            unit.answer(end.clone());
        }
    }
    if let Ok(conn) = line.conn()
        && let Engine::Sqlite(session) = &mut conn.engine
    {
        // The next start does what this leaves undone.
        drop(session.tidy());
    }
}

fn commit(
    conn: &mut Conn,
    group: &mut Vec<Box<dyn Unit>>,
    queue: &Inbox<Box<dyn Unit>>,
) -> Result<()> {
    let began = Instant::now();
    Tx::of(conn).execute("begin immediate", &[])?;
    let mut ran = 0;
    while let Some(unit) = group.get_mut(ran) {
        in_savepoint(conn, unit.as_mut())?;
        ran += 1;
        if ran < UNITS && began.elapsed() < TIME {
            group.extend(queue.next_waiting());
        }
    }
    conn.commit()
}

fn in_savepoint(conn: &mut Conn, unit: &mut dyn Unit) -> Result<()> {
    Tx::of(conn).execute("savepoint unit", &[])?;
    let verdict = unit::run(unit, conn);
    if conn.is_idle() {
        // A full disk or a failing one makes SQLite roll the whole transaction back.
        return Err(conn.refused.take().unwrap_or_else(|| Error::driver("transaction lost")));
    }
    if verdict != Verdict::Keep {
        Tx::of(conn).execute("rollback to unit", &[])?;
    }
    Tx::of(conn).execute("release unit", &[])?;
    Ok(())
}
