//! Faces: look at them, draw them, say whom they show (contract 6).

use model::{
    Action, AssetId, BoundingBox, Change, EventKind, Face, FaceId, FaceSource, Instant, LibraryId,
    MediaType, Patch, Payload, PersonId,
};
use store::assets::{self, Parts};
use store::db::{Conn, Tx};
use store::{events, faces, people, versions};

pub use store::faces::FaceFilter;

use crate::assets::later_than;
use crate::people::no_person;
use crate::{App, Error, Page, Result, Viewer, access};

/// Which faces to list.
#[derive(Debug, Clone, Default)]
pub struct ListFaces {
    /// Where; the only one when not named.
    pub library: Option<LibraryId>,
    /// Which.
    pub filter: FaceFilter,
    /// From which face on, itself excluded.
    pub after: Option<FaceId>,
    /// 1–200.
    pub limit: i64,
}

/// A face that a person draws.
#[derive(Debug, Clone, Copy)]
pub struct NewFace {
    /// Where; the only one when not named.
    pub library: Option<LibraryId>,
    /// In which picture.
    pub asset: AssetId,
    /// Where in it.
    pub bounding_box: BoundingBox,
    /// Whom it shows.
    pub person: Option<PersonId>,
}

impl App {
    /// A page of faces, newest first; those of trashed assets are left out.
    pub async fn faces(&self, viewer: Viewer, wanted: ListFaces) -> Result<Page<Face>> {
        self.read(move |conn| {
            let ListFaces { library, filter, after, limit } = wanted;
            let library = access::chosen_library(conn, &viewer, library, Action::Read)?.id;
            if let Some(id) = after
                && !faces::exists(conn, library, id)?
            {
                return Err(Error::no_position(id));
            }
            Ok(Page::of(faces::list(conn, library, &filter, after, limit + 1)?, limit))
        })
        .await
    }

    /// One face, also of an asset in the trash.
    pub async fn face(
        &self,
        viewer: Viewer,
        library: Option<LibraryId>,
        id: FaceId,
    ) -> Result<Face> {
        self.read(move |conn| {
            let library = access::chosen_library(conn, &viewer, library, Action::Read)?.id;
            there(conn, library, id)
        })
        .await
    }

    /// Adds a face to a picture.
    pub async fn create_face(&self, viewer: Viewer, new: NewFace) -> Result<Face> {
        let now = self.now();
        self.write(move |tx| {
            let library = access::chosen_library(tx, &viewer, new.library, Action::Write)?.id;
            assets::lock(tx, new.asset)?
                .filter(|head| head.library_id == library)
                .ok_or_else(Error::no_asset)?;
            check_box(tx, &new)?;
            lock_people(tx, library, &[], new.person)?;
            let face = Face {
                id: FaceId::generate(),
                library_id: library,
                asset_id: new.asset,
                version_id: None,
                person_id: new.person,
                bounding_box: new.bounding_box,
                source: FaceSource::Manual,
                confidence: None,
                timestamp_ms: None,
                created_at: now,
                updated_at: now,
            };
            faces::insert(tx, &face)?;
            let created = Change::new(EventKind::FaceCreated, face.id.uuid());
            events::append(tx, library, &[created], now)?;
            there(tx, library, face.id)
        })
        .await
    }

    /// Says whom a face shows, or that it shows nobody.
    pub async fn update_face(
        &self,
        viewer: Viewer,
        library: Option<LibraryId>,
        id: FaceId,
        person: Patch<PersonId>,
    ) -> Result<Face> {
        let now = self.now();
        self.write(move |tx| {
            let library = access::chosen_library(tx, &viewer, library, Action::Write)?.id;
            let person = match person {
                Patch::Keep => return there(tx, library, id),
                Patch::Clear => None,
                Patch::Set(person) => Some(person),
            };
            let face = lock(tx, library, id, person)?;
            let previous = face.person_id;
            if previous == person {
                return Ok(face);
            }
            let updated_at = later_than(face.updated_at, now);
            faces::assign(tx, &face, person, updated_at)?;
            let payload = Payload::Reassigned { person, previous };
            let updated = Change::with(EventKind::FaceUpdated, id.uuid(), payload);
            events::append(tx, library, &[updated], now)?;
            Ok(Face { person_id: person, updated_at, ..face })
        })
        .await
    }

    /// Removes a face; asset and person stay.
    pub async fn delete_face(
        &self,
        viewer: Viewer,
        library: Option<LibraryId>,
        id: FaceId,
    ) -> Result<()> {
        let now = self.now();
        self.write(move |tx| {
            let library = access::chosen_library(tx, &viewer, library, Action::Delete)?.id;
            let face = lock(tx, library, id, None)?;
            faces::delete(tx, &face)?;
            let changes = gone(tx, &[face], now)?;
            Ok(events::append(tx, library, &changes, now)?)
        })
        .await
    }
}

/// The one text for a face that is unknown or somebody else's.
pub(crate) fn no_face() -> Error {
    Error::NotFound("Face not found".to_owned())
}

fn there(conn: &mut Conn, library: LibraryId, id: FaceId) -> Result<Face> {
    faces::get(conn, id)?.filter(|face| face.library_id == library).ok_or_else(no_face)
}

/// What is to be told of faces that are gone (OP-44), and of the people they stood for.
pub(crate) fn gone(tx: &mut Tx<'_>, faces: &[Face], now: Instant) -> Result<Vec<Change>> {
    let deleted = |face: &Face| {
        let payload = Payload::Unassigned { previous: face.person_id };
        Change::with(EventKind::FaceDeleted, face.id.uuid(), payload)
    };
    let mut changes: Vec<Change> = faces.iter().map(deleted).collect();
    changes.extend(out_of_sight(tx, faces, now)?);
    Ok(changes)
}

/// Locks the faces on assets that are about to leave their library, and before them everybody they
/// show. The assets are locked.
pub(crate) fn lock_on(tx: &mut Tx<'_>, assets: &[AssetId]) -> Result<Vec<Face>> {
    let people = people::lock_shown(tx, assets)?;
    let faces = faces::lock_of_assets(tx, assets)?;
    if faces.iter().filter_map(|face| face.person_id).all(|person| people.contains(&person)) {
        return Ok(faces);
    }
    // A merge came in between: whom a face shows now is not locked.
    Err(Error::Busy("a face has changed meanwhile".into()))
}

/// Takes faces, found by [`lock_on`], away from whom they show: people stay in their library.
/// Returns what is to be told there.
pub(crate) fn leave_people(tx: &mut Tx<'_>, faces: &[Face], now: Instant) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for face in faces.iter().filter(|face| face.person_id.is_some()) {
        faces::assign(tx, face, None, later_than(face.updated_at, now))?;
        let payload = Payload::Reassigned { person: None, previous: face.person_id };
        changes.push(Change::with(EventKind::FaceUpdated, face.id.uuid(), payload));
    }
    changes.extend(out_of_sight(tx, faces, now)?);
    Ok(changes)
}

/// Faces can stand for nobody any more.
fn out_of_sight(tx: &mut Tx<'_>, faces: &[Face], now: Instant) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for face in faces {
        let bereft = people::lose_thumbnail(tx, face.id, now)?;
        changes.extend(bereft.iter().map(|id| Change::new(EventKind::PersonUpdated, id.uuid())));
    }
    Ok(changes)
}

/// The face, locked with its asset, whom it shows and whom it is to show: always in this order.
fn lock(tx: &mut Tx<'_>, library: LibraryId, id: FaceId, person: Option<PersonId>) -> Result<Face> {
    let seen = there(tx, library, id)?;
    assets::lock(tx, seen.asset_id)?;
    lock_people(tx, library, seen.person_id.as_slice(), person)?;
    let face =
        faces::lock(tx, id)?.filter(|face| face.library_id == library).ok_or_else(no_face)?;
    if face.person_id != seen.person_id {
        // A merge came in between: whom the face shows now is not locked.
        return Err(Error::Busy("the face has changed meanwhile".into()));
    }
    Ok(face)
}

/// Locks whom a face shows and whom it is to show, who has to be in the library.
fn lock_people(
    tx: &mut Tx<'_>,
    library: LibraryId,
    shown: &[PersonId],
    person: Option<PersonId>,
) -> Result<()> {
    let ids: Vec<PersonId> = shown.iter().copied().chain(person).collect();
    let there = people::lock(tx, &ids)?;
    let is_there = |id| there.iter().any(|person| person.id == id && person.library_id == library);
    if person.is_none_or(is_there) { Ok(()) } else { Err(no_person()) }
}

/// A box fits into the upload, whatever edit is shown: boxes stay in its pixels (contract 3.11). In a
/// video there is none (OP-38).
fn check_box(conn: &mut Conn, new: &NewFace) -> Result<()> {
    let asset = assets::get(conn, new.asset, Parts::default())?.ok_or_else(Error::no_asset)?.asset;
    if asset.media_type == MediaType::Video {
        return Err(Error::Invalid("asset_id", "faces are drawn on images only".to_owned()));
    }
    let upload = versions::of_asset(conn, new.asset)?.into_iter().next();
    new.bounding_box
        .check(upload.and_then(|upload| upload.size).or(asset.size))
        .map_err(|err| Error::Invalid("bounding_box", err.to_string()))
}
