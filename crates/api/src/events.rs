//! `GET /api/events` (contract 9).

use std::fmt;

use app::events::ReadEvents;
use model::id::LibraryKind;
use model::{Action, Cursor, CursorError, Entity, Instant, Named};

use crate::assets::LIBRARY_ID;
use crate::models::EventsResponse;
use crate::state::{Api, Cx};
use crate::wire::{Answer, ApiError, Input, Needs, Operation, Reader, Verb};

const ABOUT: &str = "\
Small change records of one library, in feed order. A client that only follows the feed ends in \
the same state as the server: apply each page, store `next_cursor`, and read on from it; re-read \
the named entity, unless the event type ends in `_deleted` or `_removed`.

Send `as_of` of the first answer to sibling reads of the same sync. Any event's own `cursor` \
resumes too.";

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new("get_events", Verb::Get, "/api/events", Needs::Action(Action::Read), read)
            .tag("events")
            .about("Follow changes", ABOUT)
            .answers(200, "A part of the feed.")
            .fails(&[400, 404]),
    ]
}

/// Where to go on, and the bound of the running read.
///
/// As text: `<cursor>`, or `<cursor>~<bound>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Resume {
    pub(crate) after: Cursor,
    pub(crate) until: Option<Cursor>,
}

impl Resume {
    fn parse(text: &str) -> Result<Self, CursorError> {
        let (after, until) = match text.split_once('~') {
            Some((after, until)) => (after, Some(Cursor::parse(until)?)),
            None => (text, None),
        };
        Ok(Self { after: Cursor::parse(after)?, until })
    }
}

impl fmt::Display for Resume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.after.fmt(f)?;
        self.until.map_or(Ok(()), |until| write!(f, "~{until}"))
    }
}

/// The query. Cursors and entity types are refused with 400, not 422 (contract 9), so they are read
/// as texts first.
struct Feed {
    wanted: ReadEvents,
    after: Option<String>,
    until: Option<String>,
    entities: Option<Vec<String>>,
}

impl Input for Feed {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let after = r
            .query("after_cursor", "Read on from here: `next_cursor`, or the `cursor` of an event.")
            .text(usize::MAX)
            .optional();
        let until = r
            .query("as_of", "The bound of an earlier answer of the same sync.")
            .text(usize::MAX)
            .optional();
        let entities = r
            .query("entity_types", "Only these: `asset`, `album`, `person`, `face`, `album_asset`, `metadata`, `stack`.")
            .text(usize::MAX)
            .list(0..=200)
            .optional();
        let since =
            r.query("created_at_gte", "Only events at or after this moment.").datetime().optional();
        let before = r
            .query("created_at_lt", "The feed ends before this moment.")
            .datetime()
            .deprecated()
            .optional();
        let limit = r.query("limit", "Events per page.").integer(1..=200).default(20);
        // A moment without an offset is meant as UTC.
        let moment = |time: model::CaptureTime| {
            time.instant().unwrap_or(Instant::from_micros(time.wall.micros()))
        };
        Some(Self {
            wanted: ReadEvents {
                library: library?,
                since: since?.map(moment),
                before: before?.map(moment),
                limit: limit?,
                ..ReadEvents::default()
            },
            after: after?,
            until: until?,
            entities: entities?,
        })
    }
}

async fn read(cx: Cx, input: Feed) -> Result<Answer<EventsResponse>, ApiError> {
    let Feed { mut wanted, after, until, entities } = input;
    let bad = |name: &str| ApiError::BadRequest(format!("{name} is not a cursor of this feed"));
    if let Some(text) = after {
        let resume = Resume::parse(&text).map_err(|_| bad("after_cursor"))?;
        (wanted.after, wanted.until) = (Some(resume.after), resume.until);
    }
    if let Some(text) = until {
        wanted.until = Some(Cursor::parse(&text).map_err(|_| bad("as_of"))?);
    }
    wanted.entities = entities.map(|names| named(&names)).transpose()?;
    Ok(Answer::ok(cx.state.app.events(cx.viewer.0, wanted).await?.into()))
}

/// The named entities. Events about the library itself come to unfiltered reads only (OP-40).
fn named(names: &[String]) -> Result<Vec<Entity>, ApiError> {
    let entity = |name: &String| {
        Entity::from_name(name)
            .filter(|&entity| entity != Entity::Library)
            .ok_or_else(|| ApiError::BadRequest(format!("there is no entity type {name:?}")))
    };
    names.iter().map(entity).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resume_point_survives_its_text_and_has_no_bar() {
        let last = Cursor { number: i64::MAX, written_at: Instant::from_micros(i64::MAX) };
        for resume in [
            Resume { after: Cursor::START, until: None },
            Resume { after: last, until: Some(last) },
        ] {
            let text = resume.to_string();
            assert_eq!(Resume::parse(&text), Ok(resume));
            assert!(!text.contains('|') && text.len() <= 200);
        }
        assert!(Resume::parse("1.2~").is_err() && Resume::parse("~1.2").is_err());
    }
}
