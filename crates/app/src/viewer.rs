//! Who is asking.

use model::{Action, Actions, ApiKeyId, Scope, UserId};

/// An account and what it may do through the credential it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The account.
    pub user: UserId,
    /// What the credential allows; the role in a library may allow less.
    pub actions: Actions,
    /// Which libraries the credential reaches.
    pub scope: Scope,
    /// How they came.
    pub credential: Credential,
}

/// Kinds of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// A person who signed in: the only first-party session (contract 1.9).
    Session,
    /// A program.
    ApiKey(ApiKeyId),
}

impl Viewer {
    /// Whether the credential allows `action` at all.
    pub fn may(&self, action: Action) -> bool {
        self.actions.contain(action)
    }

    /// Whether this is a first-party session.
    pub fn is_session(&self) -> bool {
        self.credential == Credential::Session
    }
}
