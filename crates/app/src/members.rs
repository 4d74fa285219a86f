//! Who else is in a library (contract 12).

use model::{
    Action, LibraryId, MemberRole, Membership, MembershipId, MembershipState, User, UserId,
};
use store::db::{Conn, Tx};
use store::{libraries, memberships, users};

use crate::assets::later_than;
use crate::{App, Error, Page, Result, Viewer, access};

/// A membership and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The membership.
    pub membership: Membership,
    /// Whose it is.
    pub user: User,
}

/// Which members to list.
#[derive(Debug, Clone, Copy)]
pub struct ListMembers {
    /// Of this library.
    pub library: LibraryId,
    /// In this state; `None` is any.
    pub state: Option<MembershipState>,
    /// From which on, itself excluded.
    pub after: Option<MembershipId>,
    /// 1–200.
    pub limit: i64,
}

impl App {
    /// The members of a library of the viewer's own, newest first.
    pub async fn members(&self, viewer: Viewer, wanted: ListMembers) -> Result<Page<Member>> {
        self.read(move |conn| {
            owned(conn, &viewer, wanted.library)?;
            if let Some(id) = wanted.after
                && !memberships::has(conn, wanted.library, id)?
            {
                return Err(Error::no_position(id));
            }
            let ListMembers { library, state, after, limit } = wanted;
            let found = memberships::list(conn, library, state, after, limit + 1)?;
            let page = Page::of(found, limit);
            Ok(Page { items: with_users(conn, page.items)?, has_more: page.has_more })
        })
        .await
    }

    /// Gives an active member another role.
    pub async fn set_member_role(
        &self,
        viewer: Viewer,
        library: LibraryId,
        user: UserId,
        role: MemberRole,
    ) -> Result<Member> {
        let now = self.now();
        self.write(move |tx| {
            let membership = of_owned(tx, &viewer, library, user)?;
            if membership.state != MembershipState::Active {
                return Err(Error::Conflict("this person is no longer a member".to_owned()));
            }
            let mut changed = membership.clone();
            if membership.role != role {
                changed.role = role;
                changed.updated_at = later_than(membership.updated_at, now);
            }
            replace(tx, &membership, changed)
        })
        .await
    }

    /// Ends somebody's membership, and keeps them out until they are invited anew.
    pub async fn remove_member(
        &self,
        viewer: Viewer,
        library: LibraryId,
        user: UserId,
    ) -> Result<Member> {
        let now = self.now();
        self.write(move |tx| {
            let membership = of_owned(tx, &viewer, library, user)?;
            let removed = membership.removed(later_than(membership.updated_at, now));
            replace(tx, &membership, removed)
        })
        .await
    }

    /// Ends the viewer's own membership, also in a library that is in the trash.
    pub async fn leave_library(&self, viewer: Viewer, library: LibraryId) -> Result<Member> {
        let now = self.now();
        self.write(move |tx| {
            let missing = || Error::no_library(library, viewer.user);
            let found = libraries::get(tx, library)?.ok_or_else(missing)?;
            if found.owner_id == viewer.user {
                return Err(Error::Conflict("an owner cannot leave their library".to_owned()));
            }
            let membership = memberships::lock(tx, library, viewer.user)?.ok_or_else(missing)?;
            let departed = membership.departed(later_than(membership.updated_at, now));
            replace(tx, &membership, departed)
        })
        .await
    }
}

/// The viewer's own library, live or in the trash. To members it is as unknown as to strangers.
pub(crate) fn owned(conn: &mut Conn, viewer: &Viewer, id: LibraryId) -> Result<model::Library> {
    access::own_library(conn, viewer, id, Action::Read).map_err(|err| match err {
        Error::Forbidden(_) => Error::no_library(id, viewer.user),
        other => other,
    })
}

/// The membership of `user` in the viewer's own library, locked.
fn of_owned(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    library: LibraryId,
    user: UserId,
) -> Result<Membership> {
    let library = owned(tx, viewer, library)?;
    if library.owner_id == user {
        return Err(Error::Conflict("the owner is not a member of their library".to_owned()));
    }
    memberships::lock(tx, library.id, user)?
        .ok_or_else(|| Error::NotFound("Member not found".to_owned()))
}

/// Saves what has changed, and shows it.
fn replace(tx: &mut Tx<'_>, before: &Membership, after: Membership) -> Result<Member> {
    if after != *before {
        memberships::save(tx, &after)?;
    }
    member(tx, after)
}

/// A membership and whose it is.
pub(crate) fn member(conn: &mut Conn, membership: Membership) -> Result<Member> {
    let user = users::get(conn, membership.user_id)?.ok_or_else(nobody)?;
    Ok(Member { membership, user })
}

fn with_users(conn: &mut Conn, memberships: Vec<Membership>) -> Result<Vec<Member>> {
    let ids = memberships.iter().map(|membership| membership.user_id).collect();
    let users = users::among(conn, ids)?;
    let whose = |membership: Membership| {
        let user = users.iter().find(|user| user.id == membership.user_id).ok_or_else(nobody)?;
        Ok(Member { user: user.clone(), membership })
    };
    memberships.into_iter().map(whose).collect()
}

fn nobody() -> Error {
    Error::Unexpected("a membership belongs to nobody".into())
}
