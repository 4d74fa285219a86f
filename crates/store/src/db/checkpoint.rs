//! Puts what is committed from the write-ahead log back into the SQLite file, beside the writer.
//!
//! Left to the writer, a checkpoint makes everybody wait until thousands of pages stand at their
//! places: the larger the file, the farther apart these lie.

use std::sync::Arc;

use super::conn::Engine;
use super::line::Line;
use super::on_sqlite::Log;
use super::queue::Inbox;
use super::workers::Workers;
use super::{Conn, DatabaseUrl, Result};

/// Pages of 4 KiB in the log from which on it is emptied. A page that many commits touch, and the
/// upper pages of every index are such, goes back once in that time.
const ENOUGH: i64 = 4_096;
/// Pages from which on the writer does it itself: as long as it goes on writing, the log only
/// grows. What then remains to be done is little.
const TOO_MUCH: i64 = 16_384;

/// A thread that empties the log when it is told to.
pub(super) type Emptier = Workers<()>;

pub(super) fn start(url: &DatabaseUrl) -> Result<Arc<Emptier>> {
    let url = url.clone();
    Ok(Arc::new(Workers::start("db-checkpoint", 1, move || Conn::writer(&url), empty_each)?))
}

fn empty_each(mut line: Line, queue: Inbox<()>) {
    for () in queue {
        line.calmly(|conn| {
            if let Ok(Conn { engine: Engine::Sqlite(session), .. }) = conn {
                // What fails now, a later one does.
                drop(session.checkpoint());
            }
        });
    }
}

/// A connection that writes and has the log emptied.
pub(super) fn writer(url: &DatabaseUrl, emptier: &Arc<Emptier>) -> Result<Conn> {
    let mut conn = Conn::writer(url)?;
    if let Engine::Sqlite(session) = &mut conn.engine {
        let emptier = Arc::clone(emptier);
        session.after_commit(move |log: &mut Log<'_>, pages| {
            if pages >= TOO_MUCH {
                log.checkpoint();
            } else if pages >= ENOUGH && emptier.waiting() == 0 {
                // Fails at the very end only, when the log is emptied anyway.
                drop(emptier.send(()));
            }
        })?;
    }
    Ok(conn)
}
