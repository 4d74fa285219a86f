//! Who else is in a library (contract 12).

use crate::named::named;
use crate::{Instant, LibraryId, MembershipId, Role, UserId};

named! {
/// What somebody who does not own a library can be in it.
pub enum MemberRole {
    /// Looks.
    Viewer = "viewer",
    /// Reads and writes content, uses the trash.
    Collaborator = "collaborator",
}
}

impl From<MemberRole> for Role {
    fn from(role: MemberRole) -> Self {
        match role {
            MemberRole::Viewer => Self::Viewer,
            MemberRole::Collaborator => Self::Collaborator,
        }
    }
}

named! {
/// Whether a membership grants anything.
pub enum MembershipState {
    /// It does.
    Active = "active",
    /// They went.
    Left = "left",
    /// The owner ended it.
    Removed = "removed",
}
}

/// What somebody is, or was, in a library of somebody else. There is one for each person who ever
/// joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Its name for ever.
    pub id: MembershipId,
    /// Where.
    pub library_id: LibraryId,
    /// Who.
    pub user_id: UserId,
    /// What they are, or were last.
    pub role: MemberRole,
    /// Whether it grants anything.
    pub state: MembershipState,
    /// When they joined for the first time.
    pub created_at: Instant,
    /// Moves with every change.
    pub updated_at: Instant,
    /// When they joined last.
    pub joined_at: Instant,
    /// When they left or were removed last; `None` while active.
    pub ended_at: Option<Instant>,
    /// When the owner removed them last. Only invitations made later let them in again.
    pub last_removed_at: Option<Instant>,
}

impl Membership {
    /// A first membership.
    pub fn new(library: LibraryId, user: UserId, role: MemberRole, now: Instant) -> Self {
        Self {
            id: MembershipId::generate(),
            library_id: library,
            user_id: user,
            role,
            state: MembershipState::Active,
            created_at: now,
            updated_at: now,
            joined_at: now,
            ended_at: None,
            last_removed_at: None,
        }
    }

    /// What they may be called in the library now.
    pub fn current_role(&self) -> Option<MemberRole> {
        (self.state == MembershipState::Active).then_some(self.role)
    }

    /// After they joined again; how long they are kept out by old invitations stays.
    #[must_use]
    pub fn readmitted(&self, role: MemberRole, now: Instant) -> Self {
        Self {
            role,
            state: MembershipState::Active,
            updated_at: now,
            joined_at: now,
            ended_at: None,
            ..self.clone()
        }
    }

    /// After they went; who is gone already stays as they are.
    #[must_use]
    pub fn departed(&self, now: Instant) -> Self {
        match self.state {
            MembershipState::Active => Self {
                state: MembershipState::Left,
                updated_at: now,
                ended_at: Some(now),
                ..self.clone()
            },
            MembershipState::Left | MembershipState::Removed => self.clone(),
        }
    }

    /// After the owner removed them, also when they had left before; who was removed already stays
    /// as they are.
    #[must_use]
    pub fn removed(&self, now: Instant) -> Self {
        match self.state {
            MembershipState::Active | MembershipState::Left => Self {
                state: MembershipState::Removed,
                updated_at: now,
                ended_at: Some(now),
                last_removed_at: Some(now),
                ..self.clone()
            },
            MembershipState::Removed => self.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    fn member() -> Membership {
        Membership::new(LibraryId::generate(), UserId::generate(), MemberRole::Viewer, at(1))
    }

    #[test]
    fn leaving_twice_is_leaving_once() {
        let left = member().departed(at(2));
        assert_eq!((left.state, left.ended_at), (MembershipState::Left, Some(at(2))));
        assert_eq!((left.last_removed_at, left.current_role()), (None, None));
        assert_eq!(left.departed(at(3)), left);
    }

    #[test]
    fn a_removal_sets_the_cutoff_once_and_keeps_it() {
        let removed = member().removed(at(2));
        assert_eq!((removed.ended_at, removed.last_removed_at), (Some(at(2)), Some(at(2))));
        assert_eq!(removed.removed(at(3)), removed);
        assert_eq!(removed.departed(at(3)), removed);
        let back = removed.readmitted(MemberRole::Collaborator, at(4));
        assert_eq!((back.current_role(), back.ended_at), (Some(MemberRole::Collaborator), None));
        assert_eq!((back.joined_at, back.created_at), (at(4), at(1)));
        assert_eq!(back.last_removed_at, Some(at(2)));
        assert_eq!(back.removed(at(5)).last_removed_at, Some(at(5)));
    }

    #[test]
    fn who_left_can_still_be_kept_out() {
        let removed = member().departed(at(2)).removed(at(3));
        assert_eq!(removed.state, MembershipState::Removed);
        assert_eq!(removed.last_removed_at, Some(at(3)));
    }
}
