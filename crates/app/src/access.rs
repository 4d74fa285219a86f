//! The one mechanism that decides what a viewer reaches (contract 1.6, 1.9).
//!
//! Whatever they may not see does not exist for them; `Forbidden` is for what they see.

use model::{Action, AssetId, Library, LibraryId, Role};
use store::assets::Head;
use store::db::{Conn, Tx};
use store::libraries::Seen;
use store::{assets, libraries};

use crate::{Error, Result, Viewer};

const NOT_YOUR_ROLE: Error = Error::Forbidden("your role in this library does not allow this");

/// What the viewer is in a live library within the credential's scope; `None` is nothing.
pub(crate) fn role_in(viewer: &Viewer, seen: &Seen) -> Option<Role> {
    let library = &seen.library;
    if library.trashed_at.is_some() || !viewer.scope.contains(library.id) {
        None
    } else if library.owner_id == viewer.user {
        Some(Role::Owner)
    } else {
        seen.member.map(Role::from)
    }
}

/// The smaller of role and credential decides.
fn permit(viewer: &Viewer, seen: &Seen, action: Action) -> Option<Result<Role>> {
    let role = role_in(viewer, seen)?;
    Some(if viewer.may(action) && role.may(action) { Ok(role) } else { Err(NOT_YOUR_ROLE) })
}

/// The library, if the viewer may do `action` in it.
pub(crate) fn library(
    conn: &mut Conn,
    viewer: &Viewer,
    id: LibraryId,
    action: Action,
) -> Result<Library> {
    within(conn, viewer, id, action, || Error::no_library(id, viewer.user))
}

/// The viewer's own library, live or in the trash: for what only owners do to the library itself.
/// Members of a live one are forbidden it.
pub(crate) fn own_library(
    conn: &mut Conn,
    viewer: &Viewer,
    id: LibraryId,
    action: Action,
) -> Result<Library> {
    let missing = || Error::no_library(id, viewer.user);
    let seen = libraries::seen_by(conn, id, viewer.user)?.ok_or_else(missing)?;
    if seen.library.owner_id != viewer.user {
        return Err(if role_in(viewer, &seen).is_some() { NOT_YOUR_ROLE } else { missing() });
    }
    if !viewer.scope.contains(id) {
        return Err(missing());
    }
    if viewer.may(action) { Ok(seen.library) } else { Err(NOT_YOUR_ROLE) }
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
    only_candidate(conn, viewer, action)?
        .ok_or_else(|| Error::Unclear("there is no live library to use".to_owned()))
}

/// The only live library the viewer owns; for reads of who owns none, the only one they joined.
fn only_candidate(conn: &mut Conn, viewer: &Viewer, action: Action) -> Result<Option<Library>> {
    let reaches =
        |library: &Library| library.trashed_at.is_none() && viewer.scope.contains(library.id);
    let mut live = libraries::of_owner(conn, viewer.user)?;
    live.retain(reaches);
    if live.is_empty() && action == Action::Read {
        live =
            libraries::joined_by(conn, viewer.user)?.into_iter().map(|seen| seen.library).collect();
        live.retain(reaches);
    }
    if live.len() > 1 {
        return Err(Error::Unclear(
            "several libraries are live: name one with library_id".to_owned(),
        ));
    }
    if live.iter().any(|_| !viewer.may(action)) {
        return Err(NOT_YOUR_ROLE);
    }
    Ok(live.pop())
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
    let seen = libraries::seen_by(conn, id, viewer.user)?.ok_or_else(&missing)?;
    permit(viewer, &seen, action).ok_or_else(missing)??;
    Ok(seen.library)
}

/// Every live library the viewer may read: their own, then those they joined.
pub(crate) fn readable_libraries(conn: &mut Conn, viewer: &Viewer) -> Result<Vec<LibraryId>> {
    let owned = libraries::of_owner(conn, viewer.user)?.into_iter().map(owned);
    let joined = libraries::joined_by(conn, viewer.user)?;
    Ok(owned
        .chain(joined)
        .filter(|seen| role_in(viewer, seen).is_some_and(|role| role.may(Action::Read)))
        .map(|seen| seen.library.id)
        .collect())
}

/// A library as its owner stands to it.
pub(crate) fn owned(library: Library) -> Seen {
    Seen { library, member: None }
}
