//! The feed: written with the change it tells of, read forward by cursor (contract 9).

use model::{Cursor, Entity, Event, EventKind, Instant, LibraryId};
use uuid::Uuid;

use crate::db::{Conn, FromRow, Query, Result, Row, Tx};

impl FromRow for Cursor {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self { epoch: row.take()?, sequence: row.take()? })
    }
}

impl FromRow for Event {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            cursor: Cursor::from_row(row)?,
            kind: row.take()?,
            entity: row.take()?,
            created_at: row.take()?,
        })
    }
}

/// Appends one event at the end of the feed. Its time is never earlier than that of the last event
/// that is there, however long the transaction waited for its turn.
pub fn append(
    tx: &mut Tx<'_>,
    library: LibraryId,
    kind: EventKind,
    entity: Uuid,
    now: Instant,
) -> Result<()> {
    // The number follows the largest of this epoch: an epoch has one writer.
    let epoch = tx.event_epoch();
    tx.execute(
        &format!(
            "insert into events (epoch, seq, library_id, entity_type, kind, entity_id, created_at)
             select {epoch}, coalesce(max(seq), 0) + 1, $1, $2, $3, $4,
                    (select case when coalesce(max(last.created_at), $5) > $5
                                 then max(last.created_at) else $5 end
                     from (select created_at from events
                           order by epoch desc, seq desc limit 1) last)
             from events where epoch = {epoch}"
        ),
        &[&library, &kind.entity(), &kind, &entity, &now],
    )?;
    Ok(())
}

/// What part of a feed to read.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// Only what comes after.
    pub after: Option<Cursor>,
    /// Nothing beyond.
    pub until: Option<Cursor>,
    /// Only these entities; empty does not narrow.
    pub entities: Vec<Entity>,
    /// Only events at or after this moment.
    pub since: Option<Instant>,
}

/// Up to `limit` settled events of `library`, in feed order.
pub fn read(
    conn: &mut Conn,
    library: LibraryId,
    window: &Window,
    limit: i64,
) -> Result<Vec<Event>> {
    let settled = conn.settled_epoch();
    let mut query = Query::new("select epoch, seq, kind, entity_id, created_at from events where ");
    query.bind("library_id = ?", library).push(&format!(" and {settled}"));
    if let Some(after) = window.after {
        query.bind(" and (epoch, seq) > (?,", after.epoch).bind(" ?)", after.sequence);
    }
    if let Some(until) = window.until {
        query.bind(" and (epoch, seq) <= (?,", until.epoch).bind(" ?)", until.sequence);
    }
    if !window.entities.is_empty() {
        query.bind_each(" and entity_type in (?)", window.entities.clone());
    }
    if let Some(since) = window.since {
        query.bind(" and created_at >= ?", since);
    }
    query.push(" order by epoch, seq").bind(" limit ?", limit).all(conn)
}

/// The end of the settled part of the whole feed; the start when nothing ever happened.
pub fn end(conn: &mut Conn) -> Result<Cursor> {
    let settled = conn.settled_epoch();
    let sql = format!(
        "select epoch, seq from events where {settled} order by epoch desc, seq desc limit 1"
    );
    Ok(conn.one(&sql, &[])?.unwrap_or(Cursor::START))
}
