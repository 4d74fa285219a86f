//! Who may do what (contract 1.9).

use crate::Named;
use crate::named::named;

named! {
/// What a credential may be used for.
pub enum Action {
    /// See things.
    Read = "read",
    /// Create and change things, bring them back from the trash.
    Write = "write",
    /// Put assets and libraries into the trash; remove what only points at assets.
    Delete = "delete",
    /// Remove things for good.
    DeletePermanently = "delete_permanently",
}
}

impl Action {
    const fn bit(self) -> u8 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::Delete => 4,
            Self::DeletePermanently => 8,
        }
    }
}

/// A set of actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Actions(u8);

impl Actions {
    /// Everything there is.
    pub const ALL: Self = Self(15);

    /// Whether `action` is in the set.
    pub const fn contain(self, action: Action) -> bool {
        self.0 & action.bit() != 0
    }

    /// The actions of the set, in the order of the contract.
    pub fn iter(self) -> impl Iterator<Item = Action> {
        Action::ALL.iter().copied().filter(move |&action| self.contain(action))
    }

    /// As a number for storage: bit 0 read, 1 write, 2 delete, 3 delete permanently.
    pub const fn bits(self) -> i64 {
        self.0 as i64
    }

    /// The set stored as `bits`; unknown bits are dropped.
    pub const fn from_bits(bits: i64) -> Self {
        Self(bits.to_le_bytes()[0] & Self::ALL.0)
    }
}

impl FromIterator<Action> for Actions {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Self {
        Self(actions.into_iter().fold(0, |bits, action| bits | action.bit()))
    }
}

named! {
/// What a person is in a library.
pub enum Role {
    /// It is theirs.
    Owner = "owner",
    /// Reads and writes content, uses the trash.
    Collaborator = "collaborator",
    /// Looks.
    Viewer = "viewer",
}
}

impl Role {
    /// Whether this role may do `action` to the content of its library.
    pub const fn may(self, action: Action) -> bool {
        match self {
            Self::Owner => true,
            Self::Collaborator => !matches!(action, Action::DeletePermanently),
            Self::Viewer => matches!(action, Action::Read),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_survives_storage() {
        for bits in 0..16 {
            let set = Actions::from_bits(bits);
            assert_eq!(Actions::from_bits(set.bits()), set);
            assert_eq!(set.iter().collect::<Actions>(), set);
        }
        assert_eq!(Actions::from_bits(0xFFFF), Actions::ALL);
    }

    #[test]
    fn a_lesser_role_may_nothing_that_a_greater_one_may_not() {
        for &action in Action::ALL {
            assert!(Role::Owner.may(action));
            assert!(!Role::Viewer.may(action) || Role::Collaborator.may(action));
        }
        assert!(!Role::Collaborator.may(Action::DeletePermanently));
        assert!(!Role::Viewer.may(Action::Write));
    }
}
