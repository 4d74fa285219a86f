//! Links that let people into a library (contract 12).
//!
//! The secret of a link is derived from its id, so it can be shown again and is stored nowhere.

mod key;

pub use key::InvitationKey;

use model::{
    Eligibility, Instant, Invitation, InvitationId, InvitationState, Library, LibraryId,
    MemberRole, Membership, Role, Standing, User,
};
use store::db::{Conn, Tx};
use store::libraries::Seen;
use store::{invitations, libraries, memberships, users};

use crate::assets::later_than;
use crate::libraries::LibraryView;
use crate::members::{self, Member};
use crate::{App, Error, Made, Page, Result, Viewer, access};

/// An invitation as its maker sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The invitation.
    pub invitation: Invitation,
    /// Whether it lets anybody in.
    pub state: InvitationState,
    /// Who made it.
    pub created_by: User,
}

/// An invitation and the secret of its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The invitation.
    pub issued: Issued,
    /// What opens it.
    pub secret: String,
}

/// Whom to let in.
#[derive(Debug, Clone, Copy)]
pub struct Invite {
    /// Into which library.
    pub library: LibraryId,
    /// As what.
    pub role: MemberRole,
    /// How many accounts, at least 1.
    pub max_joiners: i64,
    /// Until when.
    pub expires_at: Instant,
}

/// Which invitations to list.
#[derive(Debug, Clone, Copy)]
pub struct ListInvitations {
    /// Into this library; else into any of the viewer's own.
    pub library: Option<LibraryId>,
    /// In this state; `None` is any.
    pub state: Option<InvitationState>,
    /// From which on, itself excluded.
    pub after: Option<InvitationId>,
    /// 1–200.
    pub limit: i64,
}

/// What an invitation offers to the viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The invitation.
    pub invitation: Invitation,
    /// The library.
    pub library: Library,
    /// Whose it is.
    pub owner: User,
    /// Whether it lets the viewer in.
    pub eligibility: Eligibility,
    /// What they are in the library already.
    pub current_role: Option<Role>,
}

/// What came of joining.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The library, with the role they have now.
    pub library: LibraryView,
    /// `None` for its owner.
    pub member: Option<Member>,
    /// Whether they were in already.
    pub was_member: bool,
}

impl App {
    /// Makes an invitation, or gives back the active one of exactly these terms.
    pub async fn invite(&self, viewer: Viewer, wanted: Invite) -> Result<Made<Link>> {
        let now = self.now();
        if wanted.expires_at <= now {
            return Err(Error::Invalid("expires_at", "must lie in the future".to_owned()));
        }
        let made = self.write(move |tx| make(tx, &viewer, wanted, now)).await?;
        Ok(match made {
            Made::New(issued) => Made::New(self.link_of(issued)),
            Made::Existing(issued) => Made::Existing(self.link_of(issued)),
        })
    }

    /// The viewer's invitations, newest first.
    pub async fn invitations(
        &self,
        viewer: Viewer,
        wanted: ListInvitations,
    ) -> Result<Page<Issued>> {
        let now = self.now();
        self.read(move |conn| {
            if let Some(library) = wanted.library {
                members::owned(conn, &viewer, library)?;
            }
            if let Some(id) = wanted.after {
                let known = invitations::get(conn, id)?;
                let is_theirs = |found: &Invitation| {
                    found.created_by == viewer.user
                        && wanted.library.is_none_or(|library| found.library_id == library)
                };
                known.filter(is_theirs).ok_or_else(|| Error::no_position(id))?;
            }
            let filter = invitations::Filter {
                created_by: viewer.user,
                library: wanted.library,
                state: wanted.state.map(|state| (state, now)),
            };
            let found = invitations::list(conn, filter, wanted.after, wanted.limit + 1)?;
            let page = Page::of(found, wanted.limit);
            let maker = users::get(conn, viewer.user)?.ok_or_else(missing)?;
            let items = page.items.into_iter().map(|found| issued(found, maker.clone(), now));
            Ok(Page { items: items.collect(), has_more: page.has_more })
        })
        .await
    }

    /// The link of an active invitation, again.
    pub async fn invitation_link(&self, viewer: Viewer, id: InvitationId) -> Result<Link> {
        let now = self.now();
        let issued = self
            .read(move |conn| {
                let invitation = invitations::get(conn, id)?;
                let issued = own(conn, &viewer, invitation, now)?;
                match issued.state {
                    InvitationState::Active => Ok(issued),
                    state => Err(inactive(state)),
                }
            })
            .await?;
        Ok(self.link_of(issued))
    }

    /// Lets nobody in by it any more; who is in stays.
    pub async fn disable_invitation(&self, viewer: Viewer, id: InvitationId) -> Result<Issued> {
        let now = self.now();
        self.write(move |tx| {
            let invitation = invitations::lock(tx, id)?;
            let before = own(tx, &viewer, invitation, now)?;
            if before.invitation.disabled_at.is_none() {
                let at = later_than(before.invitation.updated_at, now);
                invitations::disable(tx, id, at)?;
            }
            let after = invitations::get(tx, id)?;
            own(tx, &viewer, after, now)
        })
        .await
    }

    /// What an invitation offers to the viewer.
    pub async fn preview_invitation(
        &self,
        viewer: Viewer,
        id: InvitationId,
        secret: &str,
    ) -> Result<Preview> {
        self.check_secret(id, secret)?;
        let now = self.now();
        self.read(move |conn| {
            let invitation = invitations::get(conn, id)?.ok_or_else(missing)?;
            let seen = open(conn, &viewer, &invitation)?;
            let membership = memberships::get(conn, seen.library.id, viewer.user)?;
            let standing = standing(conn, &viewer, &invitation, &seen, membership.as_ref())?;
            let owner = users::get(conn, seen.library.owner_id)?.ok_or_else(missing)?;
            Ok(Preview {
                eligibility: invitation.eligibility(standing, now),
                current_role: standing.role,
                invitation,
                library: seen.library,
                owner,
            })
        })
        .await
    }

    /// Lets the viewer in, once. Who is in already stays as they are.
    pub async fn join_library(
        &self,
        viewer: Viewer,
        id: InvitationId,
        secret: &str,
    ) -> Result<Joined> {
        self.check_secret(id, secret)?;
        let now = self.now();
        self.write(move |tx| {
            let library = invitations::get(tx, id)?.ok_or_else(missing)?.library_id;
            // First the library, then the invitation: so two who join by different links take turns.
            libraries::lock(tx, library)?;
            let invitation = invitations::lock(tx, id)?.ok_or_else(missing)?;
            let seen = open(tx, &viewer, &invitation)?;
            let membership = memberships::lock(tx, library, viewer.user)?;
            let standing = standing(tx, &viewer, &invitation, &seen, membership.as_ref())?;
            match invitation.eligibility(standing, now) {
                Eligibility::AlreadyMember => joined(tx, &viewer, library, membership, true),
                Eligibility::Joinable => {
                    let membership = admit(tx, &viewer, &invitation, membership, now)?;
                    if !standing.has_place {
                        let now = later_than(invitation.updated_at, now);
                        invitations::take_place(tx, id, viewer.user, now)?;
                    }
                    joined(tx, &viewer, library, Some(membership), false)
                }
                Eligibility::Disabled => Err(inactive(InvitationState::Disabled)),
                Eligibility::Expired => Err(inactive(InvitationState::Expired)),
                Eligibility::Exhausted => Err(inactive(InvitationState::Exhausted)),
                Eligibility::NewInvitationRequired => Err(Error::Conflict(
                    "this invitation is older than your removal: ask for a new one".to_owned(),
                )),
            }
        })
        .await
    }

    fn link_of(&self, issued: Issued) -> Link {
        Link { secret: self.invitation_key().secret(issued.invitation.id), issued }
    }

    /// A wrong secret is answered like an unknown invitation.
    fn check_secret(&self, id: InvitationId, secret: &str) -> Result<()> {
        if self.invitation_key().opens(id, secret) { Ok(()) } else { Err(missing()) }
    }
}

fn make(tx: &mut Tx<'_>, viewer: &Viewer, wanted: Invite, now: Instant) -> Result<Made<Issued>> {
    let Invite { library, role, max_joiners, expires_at } = wanted;
    // Two equal requests take turns.
    libraries::lock(tx, library)?;
    let library = members::owned(tx, viewer, library)?;
    if library.trashed_at.is_some() {
        return Err(Error::no_library(library.id, viewer.user));
    }
    let maker = users::get(tx, viewer.user)?.ok_or_else(missing)?;
    if let Some(found) = invitations::with_terms(tx, library.id, role, max_joiners, expires_at)? {
        let found = issued(found, maker, now);
        return match found.state {
            InvitationState::Active => Ok(Made::Existing(found)),
            state => Err(inactive(state)),
        };
    }
    let invitation = Invitation {
        id: InvitationId::generate(),
        library_id: library.id,
        created_by: viewer.user,
        role,
        max_joiners,
        joiner_count: 0,
        expires_at,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    };
    invitations::insert(tx, &invitation)?;
    Ok(Made::New(issued(invitation, maker, now)))
}

/// A new membership, or the former one again.
fn admit(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    invitation: &Invitation,
    former: Option<Membership>,
    now: Instant,
) -> Result<Membership> {
    let membership = match former {
        Some(former) => former.readmitted(invitation.role, later_than(former.updated_at, now)),
        None => Membership::new(invitation.library_id, viewer.user, invitation.role, now),
    };
    memberships::save(tx, &membership)?;
    Ok(membership)
}

fn joined(
    conn: &mut Conn,
    viewer: &Viewer,
    library: LibraryId,
    membership: Option<Membership>,
    was_member: bool,
) -> Result<Joined> {
    let library = LibraryView::of(conn, viewer, library)?;
    let member = membership.filter(|_| library.role != Role::Owner);
    let member = member.map(|membership| members::member(conn, membership)).transpose()?;
    Ok(Joined { library, member, was_member })
}

/// The library an invitation leads to, while it is live.
fn open(conn: &mut Conn, viewer: &Viewer, invitation: &Invitation) -> Result<Seen> {
    libraries::seen_by(conn, invitation.library_id, viewer.user)?
        .filter(|seen| seen.library.trashed_at.is_none())
        .ok_or_else(missing)
}

fn standing(
    conn: &mut Conn,
    viewer: &Viewer,
    invitation: &Invitation,
    seen: &Seen,
    membership: Option<&Membership>,
) -> Result<Standing> {
    Ok(Standing {
        role: access::role_in(viewer, seen),
        last_removed_at: membership.and_then(|membership| membership.last_removed_at),
        has_place: invitations::has_place(conn, invitation.id, viewer.user)?,
    })
}

/// An invitation into a library of the viewer's own.
fn own(
    conn: &mut Conn,
    viewer: &Viewer,
    found: Option<Invitation>,
    now: Instant,
) -> Result<Issued> {
    let invitation = found.filter(|found| found.created_by == viewer.user).ok_or_else(missing)?;
    let maker = users::get(conn, viewer.user)?.ok_or_else(missing)?;
    Ok(issued(invitation, maker, now))
}

fn issued(invitation: Invitation, created_by: User, now: Instant) -> Issued {
    Issued { state: invitation.state(now), invitation, created_by }
}

fn missing() -> Error {
    Error::NotFound("Invitation not found".to_owned())
}

fn inactive(state: InvitationState) -> Error {
    Error::Conflict(match state {
        InvitationState::Disabled => "this invitation was disabled".to_owned(),
        InvitationState::Expired => "this invitation has expired".to_owned(),
        _ => "all places of this invitation are taken".to_owned(),
    })
}
