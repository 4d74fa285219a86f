//! Why an object could not be written or read.

use std::io;

/// The result of working with objects.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an object could not be written or read, as far as a caller can act upon it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no room left: the disk or somebody's quota is full.
    #[error("no room left for objects")]
    Full(#[source] io::Error),
    /// The version is not there: it was deleted, or never written.
    #[error("no such version among the objects")]
    Missing,
    /// The store does not answer, or says that it cannot right now; repeating helps.
    #[error("the store of objects does not answer right now")]
    Away(#[source] io::Error),
    /// Anything else: the disk fails, or forbids it.
    #[error("could not work with objects")]
    Io(#[source] io::Error),
}

impl From<io::Error> for Error {
    fn from(err: io::Error) -> Self {
        match err.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(err),
            io::ErrorKind::TimedOut | io::ErrorKind::ConnectionReset => Self::Away(err),
            _ => Self::Io(err),
        }
    }
}

impl From<Error> for io::Error {
    fn from(err: Error) -> Self {
        match err {
            Error::Full(err) | Error::Away(err) | Error::Io(err) => err,
            Error::Missing => io::ErrorKind::NotFound.into(),
        }
    }
}
