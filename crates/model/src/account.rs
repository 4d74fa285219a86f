//! People, their libraries and their keys.

use crate::collation::sort_key;
use crate::{Actions, ApiKeyId, Instant, LibraryId, Preferences, UserId};

/// What stands for "no storage limit" where a number is required (contract OP-43): 2^53 − 1, the
/// largest whole number that JavaScript keeps.
pub const UNLIMITED_BYTES: i64 = 9_007_199_254_740_991;

/// Someone with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their name for ever.
    pub id: UserId,
    /// How to reach them; unique when given.
    pub email: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Whether they may do anything at all.
    pub is_active: bool,
    /// Whether they run this server.
    pub is_superuser: bool,
    /// Cap over all their libraries; `None` is no cap.
    pub storage_limit_bytes: Option<i64>,
    /// Bytes of all their originals, the trash included.
    pub storage_used_bytes: i64,
    /// What they said about themselves.
    pub preferences: Preferences,
    /// When the account was made.
    pub created_at: Instant,
    /// Moves with every change.
    pub updated_at: Instant,
}

impl User {
    /// What others read: their name, else their address.
    pub fn display_name(&self) -> Option<String> {
        let names: Vec<&str> = [&self.first_name, &self.last_name]
            .into_iter()
            .filter_map(|name| name.as_deref())
            .filter(|name| !name.is_empty())
            .collect();
        if names.is_empty() { self.email.clone() } else { Some(names.join(" ")) }
    }
}

/// A library: photos and videos that belong together and to one owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// Its name for ever.
    pub id: LibraryId,
    /// Whose it is.
    pub owner_id: UserId,
    /// What people call it.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// Cap of this library alone; `None` is no cap.
    pub storage_limit_bytes: Option<i64>,
    /// Bytes of its originals, the trash included.
    pub storage_used_bytes: i64,
    /// Live assets (OP-46).
    pub asset_count: i64,
    /// When it was made.
    pub created_at: Instant,
    /// Moves with every change of its own fields.
    pub updated_at: Instant,
    /// `None` for a live library.
    pub trashed_at: Option<Instant>,
}

/// A key for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its name for ever; also the readable part of the secret.
    pub id: ApiKeyId,
    /// Who acts through it.
    pub user_id: UserId,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub actions: Actions,
    /// Where it may do it.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Instant,
    /// Roughly when it was used last.
    pub last_used_at: Option<Instant>,
    /// False once revoked.
    pub is_active: bool,
}

/// The libraries a credential reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of the account, also future ones.
    All,
    /// These, as far as the account still reaches them.
    Selected(Vec<LibraryId>),
}

impl Scope {
    /// Whether `library` is within.
    pub fn contains(&self, library: LibraryId) -> bool {
        match self {
            Self::All => true,
            Self::Selected(libraries) => libraries.contains(&library),
        }
    }
}

/// The name of a library, an album, a person or a key: trimmed, not blank, at most 255 characters, no control
/// characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(pub(crate) String);

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but blanks.
    #[error("a name must not be blank")]
    Blank,
    /// More characters than [`Name::MAX_CHARS`].
    #[error("a name has at most {} characters", Name::MAX_CHARS)]
    TooLong,
    /// A control character, NUL included.
    #[error("a name cannot contain control characters")]
    Control,
}

impl Name {
    /// Counted in Unicode scalar values.
    pub const MAX_CHARS: usize = 255;

    /// Trims blanks at both ends and checks the rest.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameError::Blank);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(NameError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(NameError::Control);
        }
        Ok(Self(text.to_owned()))
    }

    /// The trimmed text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names share when they differ in case only; unique names are compared by it.
    pub fn folded(&self) -> String {
        Self::fold(&self.0)
    }

    /// As [`Self::folded`], of any text: to look for it inside names.
    pub fn fold(text: &str) -> String {
        text.to_lowercase()
    }

    /// Bytes that sort names as people expect it: letters first, then accents, then case. At most
    /// 512; names that agree so far sort as equals.
    pub fn sort_key(&self) -> Vec<u8> {
        sort_key(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_not_blank() {
        assert_eq!(Name::new("  Été 2024 ").unwrap().as_str(), "Été 2024");
        assert_eq!(Name::new(" \t "), Err(NameError::Blank));
        assert_eq!(Name::new("a\u{0}b"), Err(NameError::Control));
        assert_eq!(Name::new(&"x".repeat(256)), Err(NameError::TooLong));
    }

    #[test]
    fn names_that_differ_in_case_are_one() {
        assert_eq!(Name::new("ÉTÉ").unwrap().folded(), Name::new(" été").unwrap().folded());
    }
}
