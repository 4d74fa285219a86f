//! `EventsResponse` (contract 17.10).

use app::events::Events;
use model::id::{Id, Kind};
use model::{Event, Named as _, Payload};
use schemars::JsonSchema;
use serde::Serialize;

use crate::events::Resume;

/// A part of the feed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EventsResponse {
    /// In feed order.
    data: Vec<EventResponse>,
    /// Whether more are ready now.
    has_more: bool,
    /// The bound of this read, for sibling reads of the same sync.
    as_of: String,
    /// Where to go on; null only when nothing was sent and nothing came.
    next_cursor: Option<String>,
}

/// One change.
#[derive(Debug, Serialize, JsonSchema)]
struct EventResponse {
    /// Where it stands; resumes the feed after it.
    cursor: String,
    /// What it is about.
    entity_type: &'static str,
    /// Of metadata, the id of the asset.
    entity_id: String,
    /// What happened.
    event_type: &'static str,
    /// When, UTC.
    created_at: String,
    /// More about it, for some event types.
    payload: Option<serde_json::Map<String, serde_json::Value>>,
}

impl From<Events> for EventsResponse {
    fn from(read: Events) -> Self {
        let next = read.next.map(|after| {
            let until = read.has_more.then_some(read.as_of);
            Resume { after, until }.to_string()
        });
        Self {
            data: read.events.iter().map(EventResponse::from).collect(),
            has_more: read.has_more,
            as_of: read.as_of.to_string(),
            next_cursor: next,
        }
    }
}

impl From<&Event> for EventResponse {
    fn from(event: &Event) -> Self {
        Self {
            cursor: event.cursor.to_string(),
            entity_type: event.change.kind.entity().name(),
            entity_id: event.entity_id(),
            event_type: event.change.kind.name(),
            created_at: event.created_at.to_string(),
            payload: event.change.payload.map(described),
        }
    }
}

fn described(payload: Payload) -> serde_json::Map<String, serde_json::Value> {
    let members = match payload {
        Payload::Link { album, asset } => {
            vec![("album_id", text(Some(album))), ("asset_id", text(Some(asset)))]
        }
        Payload::Reassigned { person, previous } => {
            vec![("person_id", text(person)), ("previous_person_id", text(previous))]
        }
        Payload::Unassigned { previous } => vec![("previous_person_id", text(previous))],
        Payload::Cover { asset } => vec![("album_cover_asset_id", text(asset))],
        Payload::Stacked { stack } => vec![("stack_id", text(stack))],
    };
    members.into_iter().map(|(name, id)| (name.to_owned(), id)).collect()
}

fn text<K: Kind>(id: Option<Id<K>>) -> serde_json::Value {
    id.map(|id| id.to_string()).into()
}
