//! Libraries: see them, make them, rename them, let them go (contract 11).

use model::{
    Action, Change, EventKind, Instant, Library, LibraryId, Name, Role, TrashState, User, UserId,
};
use store::db::{Conn, Tx};
use store::libraries::Seen;
use store::{db, events, jobs, libraries, users};

use crate::assets::later_than;
use crate::made::agrees;
use crate::worker::PURGE;
use crate::{App, Error, Made, Result, Viewer, access};

/// A library as the viewer stands to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryView {
    /// The library.
    pub library: Library,
    /// Whose it is.
    pub owner: User,
    /// What the viewer is in it.
    pub role: Role,
}

impl LibraryView {
    /// A library the viewer sees: one of their own, live or in the trash, or a live one they
    /// joined.
    pub(crate) fn of(conn: &mut Conn, viewer: &Viewer, id: LibraryId) -> Result<Self> {
        let missing = || Error::no_library(id, viewer.user);
        let seen = libraries::seen_by(conn, id, viewer.user)?.ok_or_else(missing)?;
        let role = shown_role(viewer, &seen).ok_or_else(missing)?;
        let owner = users::get(conn, seen.library.owner_id)?.ok_or_else(missing)?;
        Ok(Self { library: seen.library, owner, role })
    }
}

/// As [`access::role_in`], but owners see their trashed libraries as well.
fn shown_role(viewer: &Viewer, seen: &Seen) -> Option<Role> {
    let Library { id, owner_id, .. } = seen.library;
    let is_own = owner_id == viewer.user && viewer.scope.contains(id);
    if is_own { Some(Role::Owner) } else { access::role_in(viewer, seen) }
}

impl App {
    /// The libraries the viewer owns or joined: live ones newest first, trashed ones by latest
    /// trash time.
    pub async fn libraries(&self, viewer: Viewer, state: TrashState) -> Result<Vec<LibraryView>> {
        self.read(move |conn| {
            let owned = libraries::of_owner(conn, viewer.user)?.into_iter().map(access::owned);
            let joined = libraries::joined_by(conn, viewer.user)?;
            let mut all: Vec<Seen> = owned.chain(joined).collect();
            all.retain(|Seen { library, .. }| match state {
                TrashState::Live => library.trashed_at.is_none(),
                TrashState::Trashed => library.trashed_at.is_some(),
                TrashState::All => true,
            });
            all.sort_by_key(|Seen { library, .. }| {
                let Library { trashed_at, created_at, id, .. } = *library;
                std::cmp::Reverse((trashed_at.is_none(), trashed_at, created_at, id))
            });
            views(conn, &viewer, all)
        })
        .await
    }

    /// One library; its owner sees it in the trash too.
    pub async fn library(&self, viewer: Viewer, id: LibraryId) -> Result<LibraryView> {
        self.read(move |conn| LibraryView::of(conn, &viewer, id)).await
    }

    /// Makes a library, or gives back the one of that name when nothing else about it differs.
    pub async fn create_library(
        &self,
        viewer: Viewer,
        name: Name,
        description: Option<String>,
    ) -> Result<Made<LibraryView>> {
        let now = self.now();
        self.write(move |tx| {
            if viewer.scope != model::Scope::All {
                return Err(Error::Forbidden("this key reaches selected libraries only"));
            }
            let owner = users::lock(tx, viewer.user)?.ok_or(GONE)?;
            if let Some(library) = libraries::with_name(tx, owner.id, &name)? {
                let is_same = agrees(description.as_ref(), library.description.as_ref());
                if library.trashed_at.is_some() || !is_same {
                    return Err(taken(&name));
                }
                return Ok(Made::Existing(LibraryView { library, owner, role: Role::Owner }));
            }
            let library =
                Library { description: description.clone(), ..empty(owner.id, &name, now) };
            libraries::insert(tx, &library, &name)?;
            Ok(Made::New(LibraryView { library, owner, role: Role::Owner }))
        })
        .await
    }

    /// Renames or describes a library; what is `None` stays.
    pub async fn update_library(
        &self,
        viewer: Viewer,
        id: LibraryId,
        name: Option<Name>,
        description: Option<String>,
    ) -> Result<LibraryView> {
        let now = self.now();
        self.write(move |tx| {
            libraries::lock(tx, id)?;
            let mut library = access::own_library(tx, &viewer, id, Action::Write)?;
            let before = library.clone();
            let current = Name::new(&library.name).map_err(|err| Error::Unexpected(err.into()))?;
            let name = name.clone().unwrap_or(current);
            name.as_str().clone_into(&mut library.name);
            if let Some(description) = &description {
                library.description = Some(description.clone()).filter(|text| !text.is_empty());
            }
            if library != before {
                library.updated_at = later_than(library.updated_at, now);
                libraries::save(tx, &library, &name.folded()).map_err(|err| match err {
                    db::Error::Conflict(_) => taken(&name),
                    other => other.into(),
                })?;
            }
            LibraryView::of(tx, &viewer, id)
        })
        .await
    }

    /// Puts a library into the trash with all that is in it; one that is there already stays as it
    /// is. The last live library of an account stays.
    pub async fn trash_library(&self, viewer: Viewer, id: LibraryId) -> Result<()> {
        let now = self.now();
        self.write(move |tx| {
            access::own_library(tx, &viewer, id, Action::Delete)?;
            // All of them: two that are trashed at once must not both be the last but one.
            let live = libraries::lock_live(tx, viewer.user)?;
            let Some(library) = live.iter().find(|library| library.id == id) else { return Ok(()) };
            if live.len() == 1 {
                return Err(Error::Conflict("the last live library cannot be trashed".to_owned()));
            }
            libraries::set_trashed(tx, id, Some(now), later_than(library.updated_at, now))?;
            announce(tx, id, EventKind::LibraryTrashed, now)
        })
        .await
    }

    /// Brings a library back, with what is left of it; a live one stays as it is.
    pub async fn restore_library(&self, viewer: Viewer, id: LibraryId) -> Result<LibraryView> {
        let now = self.now();
        self.write(move |tx| {
            libraries::lock(tx, id)?;
            let library = access::own_library(tx, &viewer, id, Action::Write)?;
            if library.trashed_at.is_some() {
                libraries::set_trashed(tx, id, None, later_than(library.updated_at, now))?;
                announce(tx, id, EventKind::LibraryRestored, now)?;
            }
            LibraryView::of(tx, &viewer, id)
        })
        .await
    }

    /// Ends the time of a trashed library: the next purge removes it for good.
    pub async fn delete_library(&self, viewer: Viewer, id: LibraryId) -> Result<()> {
        let now = self.now();
        self.write(move |tx| {
            libraries::lock(tx, id)?;
            let library = access::own_library(tx, &viewer, id, Action::DeletePermanently)?;
            if library.trashed_at.is_none() {
                return Err(Error::Conflict("only a trashed library can be deleted".to_owned()));
            }
            libraries::waive_trash(tx, id)?;
            Ok(jobs::hasten(tx, PURGE, now)?)
        })
        .await
    }
}

fn announce(tx: &mut Tx<'_>, id: LibraryId, kind: EventKind, now: Instant) -> Result<()> {
    Ok(events::append(tx, id, &[Change::new(kind, id.uuid())], now)?)
}

const GONE: Error = Error::Unauthenticated("this account no longer exists");

fn taken(name: &Name) -> Error {
    Error::Conflict(format!("a library named \"{}\" exists and differs", name.as_str()))
}

/// Each library with its owner; there are few owners, and all are read at once.
fn views(conn: &mut Conn, viewer: &Viewer, all: Vec<Seen>) -> Result<Vec<LibraryView>> {
    let owners = users::among(conn, all.iter().map(|seen| seen.library.owner_id).collect())?;
    let view = |seen: Seen| {
        let role = shown_role(viewer, &seen)?;
        let owner = owners.iter().find(|owner| owner.id == seen.library.owner_id)?.clone();
        Some(LibraryView { library: seen.library, owner, role })
    };
    Ok(all.into_iter().filter_map(view).collect())
}

/// A library with nothing in it.
fn empty(owner: UserId, name: &Name, now: Instant) -> Library {
    Library {
        id: LibraryId::generate(),
        owner_id: owner,
        name: name.as_str().to_owned(),
        description: None,
        storage_limit_bytes: None,
        storage_used_bytes: 0,
        asset_count: 0,
        created_at: now,
        updated_at: now,
        trashed_at: None,
    }
}

/// The library that an account begins with (contract OP-12). Its name gets a number when one in
/// the trash has it.
pub(crate) fn insert_default(tx: &mut Tx<'_>, owner: UserId, now: Instant) -> Result<Library> {
    let mut number = 1;
    loop {
        let name =
            if number == 1 { "My Library".to_owned() } else { format!("My Library {number}") };
        let name = Name::new(&name).map_err(|err| Error::Unexpected(err.into()))?;
        if libraries::with_name(tx, owner, &name)?.is_none() {
            let library = empty(owner, &name, now);
            libraries::insert(tx, &library, &name)?;
            return Ok(library);
        }
        number += 1;
    }
}
