//! The one mechanism that decides what a viewer reaches (contract 1.6, 1.9).
//!
//! Whatever they may not see does not exist for them; `Forbidden` is for what they see.

use model::{Action, AssetId, Library, LibraryId, Role};
use store::assets::Head;
use store::db::{Conn, Tx};
use store::{assets, libraries};

use crate::{Error, Result, Viewer};

/// What the viewer is in a live library within the credential's scope; `None` is nothing.
fn role_in(viewer: &Viewer, library: &Library) -> Option<Role> {
    let reaches = library.trashed_at.is_none() && viewer.scope.contains(library.id);
    (reaches && library.owner_id == viewer.user).then_some(Role::Owner)
}

fn permit(viewer: &Viewer, library: &Library, action: Action) -> Option<Result<Role>> {
    let role = role_in(viewer, library)?;
    Some(if viewer.may(action) && role.may(action) {
        Ok(role)
    } else {
        Err(Error::Forbidden("your role in this library does not allow this"))
    })
}

/// The library, if the viewer may do `action` in it.
pub(crate) fn library(
    conn: &mut Conn,
    viewer: &Viewer,
    id: LibraryId,
    action: Action,
) -> Result<Library> {
    let missing = || Error::no_library(id, viewer.user);
    let library = libraries::get(conn, id)?.ok_or_else(missing)?;
    permit(viewer, &library, action).ok_or_else(missing)??;
    Ok(library)
}

/// The library a request means: the named one, or the only candidate (contract 1.6).
pub(crate) fn chosen_library(
    conn: &mut Conn,
    viewer: &Viewer,
    named: Option<LibraryId>,
    action: Action,
) -> Result<Library> {
    if let Some(id) = named {
        return library(conn, viewer, id, action);
    }
    if let model::Scope::Selected(selected) = &viewer.scope
        && let [only] = selected.as_slice()
    {
        return library(conn, viewer, *only, action);
    }
    let mut live = libraries::of_owner(conn, viewer.user)?
        .into_iter()
        .filter(|library| role_in(viewer, library).is_some());
    match (live.next(), live.next()) {
        (Some(library), None) => Ok(library),
        (Some(_), Some(_)) => {
            Err(Error::Unclear("several libraries are live: name one with library_id".to_owned()))
        }
        (None, _) => Err(Error::Unclear("there is no live library to use".to_owned())),
    }
}

/// The asset, if the viewer may do `action` to it.
pub(crate) fn asset(conn: &mut Conn, viewer: &Viewer, id: AssetId, action: Action) -> Result<Head> {
    let head = assets::head(conn, id)?.ok_or_else(Error::no_asset)?;
    visible(conn, viewer, head, action)
}

/// As [`asset`]; nobody else can change the asset until the transaction ends.
pub(crate) fn lock_asset(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    id: AssetId,
    action: Action,
) -> Result<Head> {
    let head = assets::lock(tx, id)?.ok_or_else(Error::no_asset)?;
    visible(tx, viewer, head, action)
}

fn visible(conn: &mut Conn, viewer: &Viewer, head: Head, action: Action) -> Result<Head> {
    within(conn, viewer, head.library_id, action, Error::no_asset)?;
    Ok(head)
}

/// The library of something named by its own id, if the viewer may do `action` in it; else the
/// `missing` error that an unknown id gets.
pub(crate) fn within(
    conn: &mut Conn,
    viewer: &Viewer,
    id: LibraryId,
    action: Action,
    missing: impl Fn() -> Error,
) -> Result<Library> {
    let library = libraries::get(conn, id)?.ok_or_else(&missing)?;
    permit(viewer, &library, action).ok_or_else(missing)??;
    Ok(library)
}

/// Every live library the viewer may read.
pub(crate) fn readable_libraries(conn: &mut Conn, viewer: &Viewer) -> Result<Vec<LibraryId>> {
    let owned = libraries::of_owner(conn, viewer.user)?;
    Ok(owned
        .into_iter()
        .filter(|library| role_in(viewer, library).is_some_and(|role| role.may(Action::Read)))
        .map(|library| library.id)
        .collect())
}
