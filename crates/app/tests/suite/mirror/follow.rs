//! Readers that know only the feed of a library: one for each generation of clients (contract 9).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::events::{Events, ReadEvents};
use app::{Error, Result};
use model::{AssetId, Cursor, Entity, Event, EventKind, Instant, Payload};
use uuid::Uuid;

use super::record::{NOUNS, Record, Records, Source, key};

/// Small, so that pages end everywhere.
const PAGE: i64 = 7;

/// What a reader believes to be in a library.
pub(super) struct Mirror {
    source: Source,
    way: Way,
    pub(super) records: Records,
    /// Every event it has met.
    pub(super) met: Vec<Event>,
    /// Stacks that were announced and not found.
    missed: BTreeSet<Uuid>,
}

/// How a reader walks.
enum Way {
    /// One walk per entity type, from the cursor of the last event up to the beginning of the sync.
    /// What a payload says is believed before what is read again.
    ByType(Vec<(Entity, Option<Cursor>)>),
    /// One walk over everything, by `next_cursor`, up to the `as_of` of the first page.
    Whole(Option<Cursor>),
}

impl Mirror {
    pub(super) fn by_type(source: Source) -> Self {
        Self::new(source, Way::ByType(NOUNS.into_iter().map(|entity| (entity, None)).collect()))
    }

    pub(super) fn whole(source: Source) -> Self {
        Self::new(source, Way::Whole(None))
    }

    fn new(source: Source, way: Way) -> Self {
        let (records, met, missed) = Default::default();
        Self { source, way, records, met, missed }
    }

    /// Reads on to the end. While the library is in the trash, there is nothing to read.
    pub(super) async fn sync(&mut self, now: Instant) {
        let synced = match &self.way {
            Way::ByType(walks) => {
                let count = walks.len();
                self.walk_all(count, now).await
            }
            Way::Whole(after) => {
                let after = *after;
                self.read_whole(after).await
            }
        };
        assert!(matches!(synced, Ok(()) | Err(Error::NotFound(_))), "{synced:?}");
    }

    /// Everything a library was said to have lost was told to be gone.
    pub(super) fn assert_every_stack_is_explained(&self) {
        let told = |id: &Uuid| {
            let is_end = |event: &Event| {
                event.change.kind == EventKind::StackDeleted && event.change.entity == *id
            };
            self.met.iter().any(is_end)
        };
        assert!(self.missed.iter().all(told), "a stack vanished without a word");
    }

    async fn walk_all(&mut self, count: usize, now: Instant) -> Result<()> {
        for index in 0..count {
            self.walk(index, now).await?;
        }
        Ok(())
    }

    async fn walk(&mut self, index: usize, now: Instant) -> Result<()> {
        loop {
            let Way::ByType(walks) = &self.way else { return Ok(()) };
            let (entity, after) = walks[index];
            let entities = Some(vec![entity]);
            let part = self
                .events(ReadEvents { after, entities, before: Some(now), ..ReadEvents::default() })
                .await?;
            self.apply(&part.events, Belief::Payload).await?;
            if let (Way::ByType(walks), Some(last)) = (&mut self.way, part.events.last()) {
                walks[index].1 = Some(last.cursor);
            }
            if part.events.is_empty() || !part.has_more {
                return Ok(());
            }
        }
    }

    async fn read_whole(&mut self, mut after: Option<Cursor>) -> Result<()> {
        let mut until = None;
        loop {
            let part = self.events(ReadEvents { after, until, ..ReadEvents::default() }).await?;
            self.apply(&part.events, Belief::Reading).await?;
            (after, until) = (part.next.or(after), Some(part.as_of));
            self.way = Way::Whole(after);
            if !part.has_more {
                return Ok(());
            }
        }
    }

    async fn events(&self, wanted: ReadEvents) -> Result<Events> {
        let wanted = ReadEvents { library: Some(self.source.library), limit: PAGE, ..wanted };
        self.source.app.events(self.source.me.clone(), wanted).await
    }

    /// Drops what is gone, and reads everything else that is named again.
    async fn apply(&mut self, events: &[Event], belief: Belief) -> Result<()> {
        let mut named: HashMap<Entity, BTreeMap<Uuid, Option<Payload>>> = HashMap::new();
        for event in events {
            let change = event.change;
            if is_end(change.kind) {
                self.records.remove(&key(change.kind.entity(), change.entity));
            } else {
                let noun = named.entry(change.kind.entity()).or_default();
                noun.insert(change.entity, change.payload);
            }
            match change.kind {
                // Links go with their album, and all its own with an asset.
                EventKind::AssetDeleted => {
                    self.records.remove(&key(Entity::Metadata, change.entity));
                }
                EventKind::AlbumDeleted => self.records.retain(|_, record| {
                    !matches!(record, Record::Link(link) if link.album_id.uuid() == change.entity)
                }),
                EventKind::AssetMovedOut => {
                    self.records.remove(&key(Entity::Metadata, change.entity));
                    self.records.retain(|_, record| {
                        !matches!(record, Record::Face(face) if face.asset_id.uuid() == change.entity)
                    });
                }
                _ => {}
            }
        }
        for (noun, entities) in named {
            self.reread(noun, entities, belief).await?;
        }
        // What is hidden with an asset, or was in another library with it, comes along.
        for event in events {
            if matches!(event.change.kind, EventKind::AssetRestored | EventKind::AssetMovedIn) {
                let id = event.change.entity;
                self.records.extend(self.source.on(AssetId::from_uuid(id)).await?);
                self.records.extend(self.source.read(Entity::Metadata, Some(vec![id])).await?);
            }
        }
        self.met.extend_from_slice(events);
        Ok(())
    }

    async fn reread(
        &mut self,
        noun: Entity,
        entities: BTreeMap<Uuid, Option<Payload>>,
        belief: Belief,
    ) -> Result<()> {
        let ids: Vec<Uuid> = entities.keys().copied().collect();
        let mut found = self.source.read(noun, Some(ids)).await?;
        for (id, payload) in entities {
            self.records.remove(&key(noun, id));
            match (found.get_mut(&key(noun, id)), payload) {
                (Some(record), Some(payload)) if belief == Belief::Payload => {
                    believe(record, payload);
                }
                (None, _) if noun == Entity::Stack => drop(self.missed.insert(id)),
                _ => {}
            }
        }
        self.records.extend(found);
        Ok(())
    }
}

/// Which of two is taken when an event says more than its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Belief {
    Payload,
    Reading,
}

fn believe(record: &mut Record, payload: Payload) {
    match (record, payload) {
        (Record::Face(face), Payload::Reassigned { person, .. }) => face.person_id = person,
        (Record::Asset(asset, _), Payload::Stacked { stack }) => asset.stack = stack,
        _ => {}
    }
}

/// Whether the type ends in `_deleted` or `_removed`.
fn is_end(kind: EventKind) -> bool {
    let name = model::Named::name(kind);
    name.ends_with("_deleted") || name.ends_with("_removed")
}
