//! People: look at them, make them, correct them (contract 5).

mod merge;

use model::{
    Action, Change, EventKind, FaceId, Instant, LibraryId, Name, Patch, Payload, PeopleFilter,
    PeopleSort, Person, PersonId, PersonPatch,
};
use store::db::{self, Conn, Tx};
use store::{events, faces, people};

use crate::assets::later_than;
use crate::faces::no_face;
use crate::{App, Error, Made, Page, Result, Viewer, access};

pub use store::people::Portrait;

/// A person, and the face to show for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The person.
    pub person: Person,
    /// `None`: no face of theirs can be seen.
    pub portrait: Option<Portrait>,
}

/// Which people to list.
#[derive(Debug, Clone, Default)]
pub struct ListPeople {
    /// Where; the only one when not named.
    pub library: Option<LibraryId>,
    /// Which.
    pub filter: PeopleFilter,
    /// In which order.
    pub sort: PeopleSort,
    /// From whom on, themselves excluded.
    pub after: Option<PersonId>,
    /// 1–200.
    pub limit: i64,
}

impl App {
    /// A page of people.
    pub async fn people(&self, viewer: Viewer, wanted: ListPeople) -> Result<Page<Found>> {
        self.read(move |conn| {
            let ListPeople { library, filter, sort, after, limit } = wanted;
            let library = access::chosen_library(conn, &viewer, library, Action::Read)?.id;
            let after = match after {
                Some(id) => Some(
                    people::position(conn, library, id)?.ok_or_else(|| Error::no_position(id))?,
                ),
                None => None,
            };
            let found = people::list(conn, library, &filter, sort, after.as_ref(), limit + 1)?;
            Ok(Page::of(shown(conn, found)?, limit))
        })
        .await
    }

    /// One person.
    pub async fn person(&self, viewer: Viewer, id: PersonId) -> Result<Found> {
        self.read(move |conn| {
            let person = visible(conn, &viewer, id, Action::Read)?;
            one_shown(conn, person)
        })
        .await
    }

    /// Makes a person, or gives back the one of that name when nothing else that is given differs.
    pub async fn create_person(
        &self,
        viewer: Viewer,
        library: Option<LibraryId>,
        given: PersonPatch,
    ) -> Result<Made<Found>> {
        let now = self.now();
        self.write(move |tx| {
            let library = access::chosen_library(tx, &viewer, library, Action::Write)?.id;
            check_thumbnail(tx, library, &given)?;
            let there = of_that_name(tx, library, &given)?;
            if let Some(made) = there {
                return Ok(made);
            }
            let person = Person::unknown(library, now).patched(&given);
            match tx.attempt(|tx| people::insert(tx, &person)) {
                // Somebody else was quicker with the same name.
                Err(db::Error::Conflict(cause)) => {
                    let there = of_that_name(tx, library, &given)?;
                    return there.ok_or_else(|| Error::Busy(db::Error::Conflict(cause).into()));
                }
                done => done?,
            }
            let created = Change::new(EventKind::PersonCreated, person.id.uuid());
            events::append(tx, library, &[created], now)?;
            Ok(Made::New(one_shown(tx, person)?))
        })
        .await
    }

    /// Changes a person and shows them as they are then.
    pub async fn update_person(
        &self,
        viewer: Viewer,
        id: PersonId,
        patch: PersonPatch,
    ) -> Result<Found> {
        let now = self.now();
        self.write(move |tx| {
            let before = lock(tx, &viewer, id, Action::Write)?;
            let person = change(tx, &before, &patch, now)?;
            if person != before {
                let updated = Change::new(EventKind::PersonUpdated, id.uuid());
                events::append(tx, person.library_id, &[updated], now)?;
            }
            one_shown(tx, person)
        })
        .await
    }

    /// Changes many people, all or none, in order: a name must be free when its turn comes. `changes`
    /// are of different people.
    pub async fn update_people(
        &self,
        viewer: Viewer,
        changes: Vec<(PersonId, PersonPatch)>,
    ) -> Result<()> {
        let now = self.now();
        self.write(move |tx| {
            let mut ids: Vec<PersonId> = changes.iter().map(|(id, _)| *id).collect();
            for id in &ids {
                visible(tx, &viewer, *id, Action::Write).map_err(|err| named(err, *id))?;
            }
            ids.sort_unstable();
            people::lock(tx, &ids)?;
            let mut updated = Vec::new();
            for (id, patch) in &changes {
                let before = people::get(tx, *id)?.ok_or_else(|| named(no_person(), *id))?;
                if change(tx, &before, patch, now)? != before {
                    updated.push(before);
                }
            }
            for person in updated {
                let updated = Change::new(EventKind::PersonUpdated, person.id.uuid());
                events::append(tx, person.library_id, &[updated], now)?;
            }
            Ok(())
        })
        .await
    }

    /// Removes a person; their faces stay, and show nobody.
    pub async fn delete_person(&self, viewer: Viewer, id: PersonId) -> Result<()> {
        let now = self.now();
        self.write(move |tx| {
            let person = lock(tx, &viewer, id, Action::Delete)?;
            let mut changes = reassigned(tx, &[id], None)?;
            faces::release(tx, id, now)?;
            people::delete(tx, id)?;
            changes.push(Change::new(EventKind::PersonDeleted, id.uuid()));
            Ok(events::append(tx, person.library_id, &changes, now)?)
        })
        .await
        .map_err(|err| err.overtaken(FACES_CHANGE))
    }
}

const FACES_CHANGE: &str =
    "somebody else changes faces of this person: nothing was done, try again";

/// The one text for a person who is unknown or somebody else's.
pub(crate) fn no_person() -> Error {
    Error::NotFound("Person not found".to_owned())
}

/// As [`no_person`], where several are asked for.
fn named(err: Error, id: PersonId) -> Error {
    match err {
        Error::NotFound(_) => Error::NotFound(format!("Person {id} not found")),
        other => other,
    }
}

/// People with their portraits, in one query for all.
fn shown(conn: &mut Conn, people: Vec<Person>) -> Result<Vec<Found>> {
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let mut portraits = people::portraits(conn, &ids)?;
    let found = |person: Person| Found { portrait: portraits.remove(&person.id), person };
    Ok(people.into_iter().map(found).collect())
}

fn one_shown(conn: &mut Conn, person: Person) -> Result<Found> {
    shown(conn, vec![person])?.pop().ok_or_else(no_person)
}

fn visible(conn: &mut Conn, viewer: &Viewer, id: PersonId, action: Action) -> Result<Person> {
    let person = people::get(conn, id)?.ok_or_else(no_person)?;
    access::within(conn, viewer, person.library_id, action, no_person)?;
    Ok(person)
}

fn lock(tx: &mut Tx<'_>, viewer: &Viewer, id: PersonId, action: Action) -> Result<Person> {
    visible(tx, viewer, id, action)?;
    people::lock(tx, &[id])?.pop().ok_or_else(no_person)
}

/// Whoever has the name that a new person is to have.
fn of_that_name(
    tx: &mut Tx<'_>,
    library: LibraryId,
    given: &PersonPatch,
) -> Result<Option<Made<Found>>> {
    let Patch::Set(name) = &given.name else { return Ok(None) };
    match people::with_name(tx, library, name)? {
        Some(person) if !person.is_as_given(given) => Err(taken(name)),
        Some(person) => Ok(Some(Made::Existing(one_shown(tx, person)?))),
        None => Ok(None),
    }
}

fn taken(name: &Name) -> Error {
    Error::Conflict(format!("a person named \"{}\" exists and differs", name.as_str()))
}

/// A person after a change, saved if there is anything to save.
fn change(tx: &mut Tx<'_>, before: &Person, patch: &PersonPatch, now: Instant) -> Result<Person> {
    check_thumbnail(tx, before.library_id, patch)?;
    let mut person = before.patched(patch);
    if person == *before {
        return Ok(person);
    }
    person.updated_at = later_than(before.updated_at, now);
    people::save(tx, &person).map_err(|err| match (err, &person.name) {
        (db::Error::Conflict(_), Some(name)) => taken(name),
        (other, _) => other.into(),
    })?;
    Ok(person)
}

/// A face that stands for somebody has to be in the library; it need not be theirs.
fn check_thumbnail(tx: &mut Tx<'_>, library: LibraryId, patch: &PersonPatch) -> Result<()> {
    let Patch::Set(id) = patch.thumbnail_face_id else { return Ok(()) };
    faces::lock(tx, id)?.filter(|face| face.library_id == library).map(drop).ok_or_else(no_face)
}

/// What is to be told of the faces of `people` when all of them come to show `person`.
fn reassigned(
    conn: &mut Conn,
    people: &[PersonId],
    person: Option<PersonId>,
) -> Result<Vec<Change>> {
    let told = |(face, previous): (FaceId, PersonId)| {
        let payload = Payload::Reassigned { person, previous: Some(previous) };
        Change::with(EventKind::FaceUpdated, face.uuid(), payload)
    };
    Ok(faces::showing(conn, people)?.into_iter().map(told).collect())
}
