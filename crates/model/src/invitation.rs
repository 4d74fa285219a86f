//! Links that let people into a library (contract 12).

use crate::named::named;
use crate::{Instant, InvitationId, LibraryId, MemberRole, Role, UserId};

/// A link that lets a number of accounts into a library. The library, the role, the number and the
/// end never change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its name for ever.
    pub id: InvitationId,
    /// Into which library.
    pub library_id: LibraryId,
    /// The owner.
    pub created_by: UserId,
    /// What those who join become.
    pub role: MemberRole,
    /// How many accounts it lets in, at least 1.
    pub max_joiners: i64,
    /// How many it has let in, those who left included.
    pub joiner_count: i64,
    /// It lets nobody in from this moment on.
    pub expires_at: Instant,
    /// When the owner ended it.
    pub disabled_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// Moves with every change.
    pub updated_at: Instant,
}

named! {
/// Whether an invitation lets anybody in, and why not.
pub enum InvitationState {
    /// It does.
    Active = "active",
    /// All places are taken.
    Exhausted = "exhausted",
    /// Its time is over.
    Expired = "expired",
    /// The owner ended it.
    Disabled = "disabled",
}
}

named! {
/// Whether an invitation lets a certain account in, and why not.
pub enum Eligibility {
    /// It does.
    Joinable = "joinable",
    /// They are in already.
    AlreadyMember = "already_member",
    /// Its time is over.
    Expired = "expired",
    /// The owner ended it.
    Disabled = "disabled",
    /// All places are taken.
    Exhausted = "exhausted",
    /// The owner removed them after it was made.
    NewInvitationRequired = "new_invitation_required",
}
}

/// What an account and a library have had to do with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// What they are there now.
    pub role: Option<Role>,
    /// When the owner removed them last.
    pub last_removed_at: Option<Instant>,
    /// Whether they took a place of this invitation before.
    pub has_place: bool,
}

impl Invitation {
    /// The first of disabled, expired and exhausted that holds.
    pub fn state(&self, now: Instant) -> InvitationState {
        if self.disabled_at.is_some() {
            InvitationState::Disabled
        } else if self.expires_at <= now {
            InvitationState::Expired
        } else if self.remaining_places() == 0 {
            InvitationState::Exhausted
        } else {
            InvitationState::Active
        }
    }

    /// Never negative.
    pub fn remaining_places(&self) -> i64 {
        (self.max_joiners - self.joiner_count).max(0)
    }

    /// What it does for an account of this standing. Who took a place before needs no other one.
    pub fn eligibility(&self, standing: Standing, now: Instant) -> Eligibility {
        if standing.role.is_some() {
            return Eligibility::AlreadyMember;
        }
        match self.state(now) {
            InvitationState::Disabled => Eligibility::Disabled,
            InvitationState::Expired => Eligibility::Expired,
            InvitationState::Exhausted if !standing.has_place => Eligibility::Exhausted,
            _ if standing.last_removed_at.is_some_and(|removed| self.created_at <= removed) => {
                Eligibility::NewInvitationRequired
            }
            _ => Eligibility::Joinable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    fn invitation() -> Invitation {
        Invitation {
            id: InvitationId::generate(),
            library_id: LibraryId::generate(),
            created_by: UserId::generate(),
            role: MemberRole::Viewer,
            max_joiners: 2,
            joiner_count: 0,
            expires_at: at(100),
            disabled_at: None,
            created_at: at(10),
            updated_at: at(10),
        }
    }

    #[test]
    fn disabled_comes_before_expired_and_that_before_exhausted() {
        let full = Invitation { joiner_count: 2, ..invitation() };
        let ended = Invitation { disabled_at: Some(at(20)), ..full.clone() };
        for (invitation, now, expected) in [
            (invitation(), 99, InvitationState::Active),
            (invitation(), 100, InvitationState::Expired),
            (full.clone(), 99, InvitationState::Exhausted),
            (full, 100, InvitationState::Expired),
            (ended.clone(), 99, InvitationState::Disabled),
            (ended, 100, InvitationState::Disabled),
        ] {
            assert_eq!(invitation.state(at(now)), expected);
        }
    }

    #[test]
    fn places_never_become_negative() {
        assert_eq!(invitation().remaining_places(), 2);
        assert_eq!(Invitation { joiner_count: 3, ..invitation() }.remaining_places(), 0);
    }

    #[test]
    fn who_is_in_is_in_whatever_became_of_the_invitation() {
        let ended = Invitation { disabled_at: Some(at(20)), ..invitation() };
        for role in [Role::Owner, Role::Viewer] {
            let standing = Standing { role: Some(role), ..Standing::default() };
            assert_eq!(ended.eligibility(standing, at(30)), Eligibility::AlreadyMember);
        }
    }

    #[test]
    fn a_removal_closes_the_invitations_made_before_it() {
        let removed =
            |seconds| Standing { last_removed_at: Some(at(seconds)), ..Standing::default() };
        let ask = |standing| invitation().eligibility(standing, at(50));
        assert_eq!(ask(removed(9)), Eligibility::Joinable);
        assert_eq!(ask(removed(10)), Eligibility::NewInvitationRequired);
        assert_eq!(ask(removed(20)), Eligibility::NewInvitationRequired);
    }

    #[test]
    fn who_took_a_place_may_come_back_to_it() {
        let full = Invitation { joiner_count: 2, ..invitation() };
        let ask =
            |has_place| full.eligibility(Standing { has_place, ..Standing::default() }, at(50));
        assert_eq!(ask(false), Eligibility::Exhausted);
        assert_eq!(ask(true), Eligibility::Joinable);
    }
}
