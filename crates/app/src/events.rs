//! Follow the feed of changes (contract 9).

use model::{Action, Cursor, Entity, Event, Instant, LibraryId};
use store::events::{self, Window};

use crate::{App, Error, Result, Viewer, access};

/// What part of the feed to read.
#[derive(Debug, Clone, Default)]
pub struct ReadEvents {
    /// Whose feed; the only library when not named.
    pub library: Option<LibraryId>,
    /// On from here.
    pub after: Option<Cursor>,
    /// Nothing beyond here: the bound of an earlier read of the same sync.
    pub until: Option<Cursor>,
    /// Only these entities; `None` does not narrow, and an empty list lets nothing through.
    pub entities: Option<Vec<Entity>>,
    /// Only events at or after.
    pub since: Option<Instant>,
    /// The feed ends before the first event at or after this moment.
    pub before: Option<Instant>,
    /// 1–200.
    pub limit: i64,
}

/// A part of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    /// In feed order.
    pub events: Vec<Event>,
    /// Whether more are ready now, within the bound.
    pub has_more: bool,
    /// The bound of this read.
    pub as_of: Cursor,
    /// Where the next read goes on; `None` when nothing was sent and nothing came.
    pub next: Option<Cursor>,
}

impl App {
    /// Reads forward from a cursor: every settled event after it, each once.
    pub async fn events(&self, viewer: Viewer, wanted: ReadEvents) -> Result<Events> {
        self.read(move |conn| {
            let library = access::chosen_library(conn, &viewer, wanted.library, Action::Read)?.id;
            let end = events::end(conn, library)?;
            let sent = [("after_cursor", wanted.after), ("as_of", wanted.until)];
            for (name, cursor) in sent {
                if let Some(cursor) = cursor
                    && !events::has(conn, library, cursor)?
                {
                    return Err(Error::Unclear(format!("{name} is not of this feed: start anew")));
                }
            }
            let as_of = wanted.until.unwrap_or(end);
            let window = Window {
                after: wanted.after,
                until: Some(as_of),
                entities: wanted.entities.clone().unwrap_or_default(),
                since: wanted.since,
            };
            let events = match &wanted.entities {
                Some(entities) if entities.is_empty() => Vec::new(),
                _ => events::read(conn, library, &window, wanted.limit + 1)?,
            };
            Ok(part(events, as_of, &wanted))
        })
        .await
    }
}

fn part(mut events: Vec<Event>, as_of: Cursor, wanted: &ReadEvents) -> Events {
    let limit = usize::try_from(wanted.limit).unwrap_or(1);
    let end =
        wanted.before.and_then(|before| events.iter().position(|event| event.created_at >= before));
    events.truncate(end.unwrap_or(events.len()));
    let has_more = events.len() > limit;
    events.truncate(limit);
    let last = events.last().map(|event| event.cursor).or(wanted.after);
    // What a filter hid need not be looked through again.
    let is_read = !has_more && wanted.before.is_none();
    let next = if is_read { last.map(|last| last.max(as_of)) } else { last };
    Events { events, has_more, as_of, next }
}
