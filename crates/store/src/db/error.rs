//! Why a statement failed.

use std::sync::Arc;

/// The result of a statement.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the engine said.
pub(super) type Driver = Arc<dyn std::error::Error + Send + Sync>;

/// Why a statement failed, as far as a caller can act upon it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A key is taken, or points nowhere.
    #[error("constraint violated")]
    Conflict(#[source] Driver),
    /// Someone else holds what the statement needs, or the database server is away for a moment;
    /// nothing was changed, and trying again may work.
    #[error("the database is busy or cannot be reached")]
    Busy(#[source] Driver),
    /// A stored value is not what the code expects there.
    #[error("unexpected value in column {column}")]
    Decode {
        /// Counted from 0, from the left.
        column: usize,
    },
    /// The disk is full or does not work, or the connection broke in a commit. Whether the commit
    /// still came through is not known.
    #[error("the database cannot be read or written")]
    Down(#[source] Driver),
    /// Anything else.
    #[error("database failed")]
    Driver(#[source] Driver),
}

/// What a write may fail with: `Busy` has to be recognisable, because such a write is tried again
/// before its caller hears of it.
pub trait WriteError: From<Error> + Send + 'static {
    /// Whether this is [`Error::Busy`].
    fn is_busy(&self) -> bool;
}

impl WriteError for Error {
    fn is_busy(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

impl Error {
    pub(super) fn panicked() -> Self {
        Self::driver("a database job panicked")
    }

    pub(super) fn closed() -> Self {
        Self::driver("the database is closed")
    }

    pub(crate) fn driver(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Driver(cause.into().into())
    }

    /// Whether the engine refused, as opposed to us being unable to read what it gave.
    pub(super) fn is_refusal(&self) -> bool {
        !matches!(self, Self::Decode { .. })
    }
}

impl From<rusqlite::Error> for Error {
    fn from(err: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match err.sqlite_error_code() {
            Some(Code::ConstraintViolation) => Self::Conflict(Arc::new(err)),
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy(Arc::new(err)),
            // A disk that cannot be read passes for a malformed database, too.
            Some(
                Code::DiskFull | Code::SystemIoFailure | Code::CannotOpen | Code::DatabaseCorrupt,
            ) => Self::Down(Arc::new(err)),
            _ => Self::Driver(Arc::new(err)),
        }
    }
}

impl From<postgres::Error> for Error {
    fn from(err: postgres::Error) -> Self {
        match err.code().map(postgres::error::SqlState::code) {
            Some(state) if state.starts_with("23") => Self::Conflict(Arc::new(err)),
            Some(state) if BUSY.iter().any(|busy| state.starts_with(busy)) => {
                Self::Busy(Arc::new(err))
            }
            Some(state) if DOWN.contains(&state) => Self::Down(Arc::new(err)),
            None if is_away(&err) => Self::Busy(Arc::new(err)),
            _ => Self::Driver(Arc::new(err)),
        }
    }
}

/// Whether the server could not be reached, or no longer.
fn is_away(err: &postgres::Error) -> bool {
    use std::error::Error as _;
    err.is_closed() || err.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// States and classes of states (PostgreSQL manual, appendix A) that pass by themselves:
/// connection lost, serialisation failure, deadlock, too many connections, lock not available,
/// server shutting down or starting, a session that was idle for too long.
const BUSY: [&str; 9] =
    ["08", "25P03", "40001", "40P01", "53300", "55P03", "57P01", "57P03", "57P05"];
/// States that tell of the disk of the server: full, failing, or with data that cannot be read.
const DOWN: [&str; 3] = ["53100", "58030", "XX001"];
