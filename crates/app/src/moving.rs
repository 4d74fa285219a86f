//! Assets go from one library into another (contract 3.10).

use std::collections::{BTreeMap, HashMap};

use model::{
    Action, AssetId, Change, EventKind, Face, Instant, Library, LibraryId, MoveOutcome, Room,
    Whereabouts, move_outcome,
};
use store::assets::{self, Head};
use store::db::Tx;
use store::{db, events, libraries, users};

use crate::{App, Error, Result, Viewer, access, albums, faces, stacks};

/// What became of each asset, in the order asked for.
pub type Moved = Vec<(AssetId, MoveOutcome)>;

impl App {
    /// Moves assets from a library the viewer owns into one they may write to. Whatever cannot be
    /// moved stays as it is and says why. `assets` are different ones.
    pub async fn move_assets(
        &self,
        viewer: Viewer,
        source: LibraryId,
        destination: LibraryId,
        assets: Vec<AssetId>,
    ) -> Result<Moved> {
        if source == destination {
            let why = "must differ from source_library_id".to_owned();
            return Err(Error::Invalid("destination_library_id", why));
        }
        let now = self.now();
        let moved = self.write(move |tx| {
            let scene = Scene::locked(tx, &viewer, source, destination, &assets)?;
            let outcomes = scene.outcomes(&assets);
            scene.relocate(tx, &outcomes, now)?;
            Ok(outcomes)
        });
        moved.await.map_err(|err| err.overtaken(INTERRUPTED))
    }
}

const INTERRUPTED: &str = "somebody else changes the same assets: nothing was moved, try again";

/// Two libraries and some assets: nobody else changes any of it meanwhile.
struct Scene {
    source: Library,
    destination: Library,
    /// Those that may move, being live and in the source.
    heads: Vec<Head>,
    faces: Vec<Face>,
    whereabouts: HashMap<AssetId, Whereabouts>,
    room: Room,
}

impl Scene {
    /// Assets with all their mates, then people, stacks, libraries and accounts, each in the order
    /// of ids, so that two deeds never wait for each other in a circle.
    fn locked(
        tx: &mut Tx<'_>,
        viewer: &Viewer,
        source: LibraryId,
        destination: LibraryId,
        assets: &[AssetId],
    ) -> Result<Self> {
        access::library(tx, viewer, source, Action::DeletePermanently)?;
        for library in [source, destination] {
            access::library(tx, viewer, library, Action::Write)?;
        }
        let mut heads = assets::lock_with_mates(tx, source, assets)?;
        heads.retain(|head| assets.contains(&head.id) && head.trashed_at.is_none());
        let ids: Vec<AssetId> = heads.iter().map(|head| head.id).collect();
        let faces = faces::lock_on(tx, &ids)?;
        stacks::lock_of(tx, &heads)?;
        let (source, destination) = lock_libraries(tx, viewer, source, destination)?;
        let room = lock_room(tx, &source, &destination)?;
        let others = assets.iter().copied().filter(|id| !ids.contains(id)).collect();
        let held = assets::held(tx, destination.id, ids)?;
        let mut whereabouts = places_of_others(tx, viewer, &source, &destination, others)?;
        whereabouts.extend(heads.iter().map(|head| {
            let is_duplicate = held.contains(&head.id);
            (head.id, Whereabouts::Source { bytes: head.stored_bytes, is_duplicate })
        }));
        Ok(Self { source, destination, heads, faces, whereabouts, room })
    }

    fn outcomes(&self, assets: &[AssetId]) -> Moved {
        let mut room = self.room;
        let place = |id| self.whereabouts.get(id).copied().unwrap_or(Whereabouts::Nowhere);
        assets.iter().map(|id| (*id, move_outcome(place(id), &mut room))).collect()
    }

    /// Moves those that are to move: they leave all that stays behind first.
    fn relocate(self, tx: &mut Tx<'_>, outcomes: &Moved, now: Instant) -> Result<()> {
        let Self { source, destination, mut heads, mut faces, .. } = self;
        let moves = |id: AssetId| outcomes.contains(&(id, MoveOutcome::Moved));
        heads.retain(|head| moves(head.id));
        faces.retain(|face| moves(face.asset_id));
        let ids: Vec<AssetId> = heads.iter().map(|head| head.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let told_of_all = |kind| ids.iter().map(move |id| Change::new(kind, id.uuid()));
        let arrivals = told_of_all(EventKind::AssetMovedIn).collect();
        let mut departures = albums::leave_all(tx, ids.clone(), now)?;
        departures.extend(stacks::leave_all(tx, source.id, &heads, now)?);
        departures.extend(faces::leave_people(tx, &faces, now)?);
        departures.extend(told_of_all(EventKind::AssetMovedOut));
        for head in &heads {
            assets::relocate(tx, head, &source, &destination, now).map_err(|err| match err {
                // An upload of the same bytes was quicker.
                db::Error::Conflict(cause) => Error::Busy(db::Error::Conflict(cause).into()),
                other => other.into(),
            })?;
        }
        // Feeds are locked last, in the order of their libraries.
        let told: BTreeMap<LibraryId, Vec<Change>> =
            [(source.id, departures), (destination.id, arrivals)].into();
        for (library, changes) in told {
            events::append(tx, library, &changes, now)?;
        }
        Ok(())
    }
}

/// Both libraries as they are now that nobody else can change them, locked in the order of ids.
fn lock_libraries(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    source: LibraryId,
    destination: LibraryId,
) -> Result<(Library, Library)> {
    if destination < source {
        let (destination, source) = lock_libraries(tx, viewer, destination, source)?;
        return Ok((source, destination));
    }
    Ok((lock_live(tx, viewer, source)?, lock_live(tx, viewer, destination)?))
}

/// It was live a moment ago, and may have gone into the trash since.
fn lock_live(tx: &mut Tx<'_>, viewer: &Viewer, id: LibraryId) -> Result<Library> {
    let library = libraries::lock(tx, id)?.filter(|library| library.trashed_at.is_none());
    library.ok_or_else(|| Error::no_library(id, viewer.user))
}

/// The room in the destination. Bytes that stay with their owner need none in that account.
fn lock_room(tx: &mut Tx<'_>, source: &Library, destination: &Library) -> Result<Room> {
    let mut caps = vec![(destination.storage_limit_bytes, destination.storage_used_bytes)];
    if source.owner_id != destination.owner_id {
        let mut owners = [source.owner_id, destination.owner_id];
        owners.sort_unstable();
        for id in owners {
            let owner = users::lock(tx, id)?.filter(|owner| owner.id == destination.owner_id);
            caps.extend(owner.map(|owner| (owner.storage_limit_bytes, owner.storage_used_bytes)));
        }
    }
    Ok(Room::under(caps))
}

/// Where assets are that are not live in the source. They are only looked at.
fn places_of_others(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    source: &Library,
    destination: &Library,
    others: Vec<AssetId>,
) -> Result<HashMap<AssetId, Whereabouts>> {
    let readable = access::readable_libraries(tx, viewer)?;
    let mut places = HashMap::new();
    for head in assets::heads(tx, others)? {
        let place = match head.library_id {
            _ if head.trashed_at.is_some() => Whereabouts::Nowhere,
            // It came, or came back, after those that are there were locked.
            id if id == source.id => return Err(Error::Busy("an asset has come meanwhile".into())),
            id if id == destination.id => Whereabouts::Destination,
            id if readable.contains(&id) => Whereabouts::Elsewhere,
            _ => Whereabouts::Nowhere,
        };
        places.insert(head.id, place);
    }
    Ok(places)
}
