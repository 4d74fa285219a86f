//! Libraries: see them, make them, rename them (contract 11).

use model::{Action, Library, LibraryId, Name, TrashState, User};
use store::{db, libraries, users};

use crate::{App, Error, Made, Result, Viewer, access};

/// A library and its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedLibrary {
    /// The library.
    pub library: Library,
    /// Whose it is.
    pub owner: User,
}

impl App {
    /// The viewer's libraries: live ones newest first, trashed ones by latest trash time.
    pub async fn libraries(&self, viewer: Viewer, state: TrashState) -> Result<Vec<OwnedLibrary>> {
        self.read(move |conn| {
            let owner = owner(conn, &viewer)?;
            let all = libraries::of_owner(conn, viewer.user)?;
            Ok(all
                .into_iter()
                .filter(|library| viewer.scope.contains(library.id))
                .filter(|library| match state {
                    TrashState::Live => library.trashed_at.is_none(),
                    TrashState::Trashed => library.trashed_at.is_some(),
                    TrashState::All => true,
                })
                .map(|library| OwnedLibrary { library, owner: owner.clone() })
                .collect())
        })
        .await
    }

    /// One library; its owner sees it in the trash too.
    pub async fn library(&self, viewer: Viewer, id: LibraryId) -> Result<OwnedLibrary> {
        self.read(move |conn| {
            let library = owned(conn, &viewer, id)?;
            Ok(OwnedLibrary { library, owner: owner(conn, &viewer)? })
        })
        .await
    }

    /// Makes a library, or gives back the one of that name when nothing else about it differs.
    pub async fn create_library(
        &self,
        viewer: Viewer,
        name: Name,
        description: Option<String>,
    ) -> Result<Made<OwnedLibrary>> {
        let now = self.now();
        self.write(move |tx| {
            if viewer.scope != model::Scope::All {
                return Err(Error::Forbidden("this key reaches selected libraries only"));
            }
            let owner = users::lock(tx, viewer.user)?.ok_or(GONE)?;
            if let Some(library) = libraries::with_name(tx, owner.id, &name)? {
                let is_same = description.is_none() || description == library.description;
                if library.trashed_at.is_some() || !is_same {
                    return Err(taken(&name));
                }
                return Ok(Made::Existing(OwnedLibrary { library, owner }));
            }
            let library = Library {
                id: LibraryId::generate(),
                owner_id: owner.id,
                name: name.as_str().to_owned(),
                description: description.clone(),
                storage_limit_bytes: None,
                storage_used_bytes: 0,
                asset_count: 0,
                created_at: now,
                updated_at: now,
                trashed_at: None,
            };
            libraries::insert(tx, &library, &name)?;
            Ok(Made::New(OwnedLibrary { library, owner }))
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
    ) -> Result<OwnedLibrary> {
        let now = self.now();
        self.write(move |tx| {
            libraries::lock(tx, id)?;
            let mut library = access::library(tx, &viewer, id, Action::Write)?;
            let before = library.clone();
            let current = Name::new(&library.name).map_err(|err| Error::Unexpected(err.into()))?;
            let name = name.clone().unwrap_or(current);
            name.as_str().clone_into(&mut library.name);
            if let Some(description) = &description {
                library.description = Some(description.clone()).filter(|text| !text.is_empty());
            }
            if library != before {
                library.updated_at = crate::assets::later_than(library.updated_at, now);
                libraries::save(tx, &library, &name.folded()).map_err(|err| match err {
                    db::Error::Conflict(_) => taken(&name),
                    other => other.into(),
                })?;
            }
            Ok(OwnedLibrary { library, owner: owner(tx, &viewer)? })
        })
        .await
    }
}

const GONE: Error = Error::Unauthenticated("this account no longer exists");

fn taken(name: &Name) -> Error {
    Error::Conflict(format!("a library named \"{}\" exists and differs", name.as_str()))
}

fn owner(conn: &mut db::Conn, viewer: &Viewer) -> Result<User> {
    users::get(conn, viewer.user)?.ok_or(GONE)
}

fn owned(conn: &mut db::Conn, viewer: &Viewer, id: LibraryId) -> Result<Library> {
    libraries::get(conn, id)?
        .filter(|library| library.owner_id == viewer.user && viewer.scope.contains(id))
        .ok_or_else(|| Error::no_library(id, viewer.user))
}
