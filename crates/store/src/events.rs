//! The feed: written with the change it tells of, read forward by cursor (contract 9).

use model::id::{Id, Kind};
use model::{Change, Cursor, Entity, Event, Instant, LibraryId, Payload};
use uuid::Uuid;

use crate::db::{Conn, Error, FromRow, Query, Result, Row, Tx};

impl FromRow for Event {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let number = row.take()?;
        let change = Change { kind: row.take()?, entity: row.take()?, payload: payload(row)? };
        let written_at = row.take()?;
        Ok(Self { cursor: Cursor { number, written_at }, change, created_at: written_at })
    }
}

/// The columns `payload`, `payload_first`, `payload_second`.
type Columns = (Option<&'static str>, Option<Uuid>, Option<Uuid>);

fn columns(payload: Option<Payload>) -> Columns {
    match payload {
        None => (None, None, None),
        Some(Payload::Link { album, asset }) => {
            (Some("link"), Some(album.uuid()), Some(asset.uuid()))
        }
        Some(Payload::Reassigned { person, previous }) => {
            (Some("reassigned"), person.map(Id::uuid), previous.map(Id::uuid))
        }
        Some(Payload::Unassigned { previous }) => {
            (Some("unassigned"), previous.map(Id::uuid), None)
        }
        Some(Payload::Cover { asset }) => (Some("cover"), asset.map(Id::uuid), None),
        Some(Payload::Stacked { stack }) => (Some("stacked"), stack.map(Id::uuid), None),
    }
}

fn payload(row: &mut Row<'_>) -> Result<Option<Payload>> {
    let name: Option<String> = row.take()?;
    let (first, second): (Option<Uuid>, Option<Uuid>) = (row.take()?, row.take()?);
    let nameless = || Error::driver("an event payload lacks an id");
    Ok(Some(match name.as_deref() {
        None => return Ok(None),
        Some("link") => Payload::Link {
            album: id(first).ok_or_else(nameless)?,
            asset: id(second).ok_or_else(nameless)?,
        },
        Some("reassigned") => Payload::Reassigned { person: id(first), previous: id(second) },
        Some("unassigned") => Payload::Unassigned { previous: id(first) },
        Some("cover") => Payload::Cover { asset: id(first) },
        Some("stacked") => Payload::Stacked { stack: id(first) },
        Some(_) => return Err(Error::driver("an unknown event payload")),
    }))
}

fn id<K: Kind>(uuid: Option<Uuid>) -> Option<Id<K>> {
    uuid.map(Id::from_uuid)
}

/// Appends changes at the end of a feed, in order. Nobody else can append to it until this
/// transaction ends, so the order is that of the commits; and no time is earlier than the one
/// before, however long the transaction waited for its turn.
pub fn append(tx: &mut Tx<'_>, library: LibraryId, changes: &[Change], now: Instant) -> Result<()> {
    let Ok(count @ 1..) = i64::try_from(changes.len()) else { return Ok(()) };
    let end: Option<(i64, Instant)> = tx.one(
        "insert into feeds (library_id, last, written_at) values ($1, $2, $3)
         on conflict (library_id) do update set
             last = feeds.last + excluded.last,
             written_at = case when feeds.written_at > excluded.written_at
                               then feeds.written_at else excluded.written_at end
         returning last, written_at",
        &[&library, &count, &now],
    )?;
    let (last, written_at) = end.ok_or_else(|| Error::driver("a feed without an end"))?;
    for (change, number) in changes.iter().zip(last - count + 1..) {
        let (payload, first, second) = columns(change.payload);
        tx.execute(
            "insert into events (library_id, number, entity_type, kind, entity_id, created_at,
                                 payload, payload_first, payload_second)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                &library,
                &number,
                &change.kind.entity(),
                &change.kind,
                &change.entity,
                &written_at,
                &payload,
                &first,
                &second,
            ],
        )?;
    }
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

/// Up to `limit` events of `library`, in feed order.
pub fn read(
    conn: &mut Conn,
    library: LibraryId,
    window: &Window,
    limit: i64,
) -> Result<Vec<Event>> {
    let mut query = Query::new(
        "select number, kind, entity_id, payload, payload_first, payload_second, created_at
         from events where ",
    );
    query.bind("library_id = ?", library);
    if let Some(after) = window.after {
        query.bind(" and number > ?", after.number);
    }
    if let Some(until) = window.until {
        query.bind(" and number <= ?", until.number);
    }
    if !window.entities.is_empty() {
        query.bind_each(" and entity_type in (?)", window.entities.clone());
    }
    if let Some(since) = window.since {
        // Times never fall along a feed, so this is where it begins.
        query
            .bind(" and number >= (select min(number) from events where library_id = ?", library)
            .bind(" and created_at >= ?)", since);
    }
    query.push(" order by number").bind(" limit ?", limit).all(conn)
}

/// The last event of a feed; the start when nothing ever happened.
pub fn end(conn: &mut Conn, library: LibraryId) -> Result<Cursor> {
    let sql = "select last, written_at from feeds where library_id = $1";
    let found: Option<(i64, Instant)> = conn.one(sql, &[&library])?;
    Ok(found.map_or(Cursor::START, |(number, written_at)| Cursor { number, written_at }))
}

/// Whether the feed has an event at `cursor`, or it is the start.
pub fn has(conn: &mut Conn, library: LibraryId, cursor: Cursor) -> Result<bool> {
    if cursor == Cursor::START {
        return Ok(true);
    }
    let sql = "select created_at from events where library_id = $1 and number = $2";
    let found: Option<(Instant,)> = conn.one(sql, &[&library, &cursor.number])?;
    Ok(found.is_some_and(|(written_at,)| written_at == cursor.written_at))
}
