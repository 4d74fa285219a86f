//! Why a deed was not done, sorted by what to tell the person.

use model::{LibraryId, UserId};

/// The result of a deed.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a deed was not done. The texts are for people; causes are for the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no valid credential.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// Unknown, or not theirs to know.
    #[error("{0}")]
    NotFound(String),
    /// They may see it, and may not do this.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The request makes no sense as a whole.
    #[error("{0}")]
    Unclear(String),
    /// One value of the request is unusable; the first part names it.
    #[error("{1}")]
    Invalid(&'static str, String),
    /// An answer would be larger than answers may be; the first part names the parameter of the query
    /// that asks for so much.
    #[error("{1}")]
    TooMuch(&'static str, String),
    /// One part of the path names something that this cannot be done to; the first part names it.
    #[error("{1}")]
    Unfit(&'static str, String),
    /// Something else is in the way, and repeating does not help.
    #[error("{0}")]
    Conflict(String),
    /// Somebody else changes the same things at this moment; repeating helps.
    #[error("{0}")]
    Overtaken(&'static str),
    /// The owner or the library is at its storage cap.
    #[error("{0}")]
    StorageFull(&'static str),
    /// Too many attempts; the next one counts after so many seconds.
    #[error("too many attempts, try again in {0} seconds")]
    TooFast(u64),
    /// Something this needs is not there right now, or was never set up.
    #[error("{0}")]
    Unavailable(&'static str),
    /// The disk of the objects is full, and stays so until somebody makes room.
    #[error("the server has no room left")]
    NoRoom(#[source] Cause),
    /// The store of objects does not work right now.
    #[error("storage does not work right now")]
    StorageTrouble(#[source] Cause),
    /// A moment's bad luck.
    #[error("the library is busy")]
    Busy(#[source] Cause),
    /// The disk of the database is full or broken.
    #[error("the library cannot be read or written right now")]
    Down(#[source] Cause),
    /// A bug, or the machine's fault.
    #[error("something went wrong")]
    Unexpected(#[source] Cause),
}

impl Error {
    /// Reading or writing where objects lie has failed.
    pub(crate) fn storage(err: std::io::Error) -> Self {
        Self::StorageTrouble(err.into())
    }

    /// The one text for an asset that is unknown or somebody else's.
    pub(crate) fn no_asset() -> Self {
        Self::NotFound("Asset not found".to_owned())
    }

    /// Where the contract says that whoever was overtaken by others asks again (contract 19), bad
    /// luck is told as that.
    pub(crate) fn overtaken(self, why: &'static str) -> Self {
        match self {
            Self::Busy(_) => Self::Overtaken(why),
            other => other,
        }
    }

    /// A page is to begin after something that is not there (OP-21).
    pub(crate) fn no_position(id: impl std::fmt::Display) -> Self {
        Self::Unclear(format!("starting_after_id: there is no {id} here"))
    }

    /// The text a client recognises (contract 1.8).
    pub(crate) fn no_library(library: LibraryId, user: UserId) -> Self {
        Self::NotFound(format!("Library {library} not found or not accessible by user {user}"))
    }
}

impl From<store::db::Error> for Error {
    fn from(err: store::db::Error) -> Self {
        match err {
            store::db::Error::Busy(_) => Self::Busy(err.into()),
            store::db::Error::Down(_) => Self::Down(err.into()),
            _ => Self::Unexpected(err.into()),
        }
    }
}

impl store::db::WriteError for Error {
    fn is_busy(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

impl From<store::dump::Error> for Error {
    fn from(err: store::dump::Error) -> Self {
        match err {
            store::dump::Error::NotEmpty => Self::Conflict(err.to_string()),
            store::dump::Error::Database(err) => err.into(),
            _ => Self::Unexpected(err.into()),
        }
    }
}

impl From<store::blobs::Error> for Error {
    fn from(err: store::blobs::Error) -> Self {
        match err {
            store::blobs::Error::Full(_) => Self::NoRoom(err.into()),
            _ => Self::StorageTrouble(err.into()),
        }
    }
}
