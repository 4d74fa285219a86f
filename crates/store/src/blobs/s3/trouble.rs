//! What the answers of the server mean.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use object_store::client::{HttpError, HttpErrorKind};

use crate::blobs::{Error, Result};

/// Sorts what went wrong by what can be done about it.
#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(super) fn sorted(err: object_store::Error) -> Error {
    let (status, text) = (status(&err), err.to_string());
    let is_full = status == Some(507)
        || ["QuotaExceeded", "StorageFull", "InsufficientCapacity"]
            .iter()
            .any(|w| text.contains(w));
    if is_full {
        return Error::Full(io::Error::new(io::ErrorKind::QuotaExceeded, text));
    }
    if is_lost(&err) {
        return Error::Away(io::Error::new(io::ErrorKind::ConnectionReset, text));
    }
    if status.is_some_and(|status| status >= 500 || [408, 429].contains(&status)) {
        return Error::Away(io::Error::new(io::ErrorKind::TimedOut, text));
    }
    let kind = match err {
        object_store::Error::NotFound { .. } => io::ErrorKind::NotFound,
        object_store::Error::AlreadyExists { .. } => io::ErrorKind::AlreadyExists,
        object_store::Error::PermissionDenied { .. }
        | object_store::Error::Unauthenticated { .. } => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    };
    Error::Io(io::Error::new(kind, text))
}

/// Asks again when an answer breaks off: the crate repeats only what fails before its head.
pub(super) async fn again<T, F>(ask: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut attempt = 1;
    loop {
        match ask().await {
            Err(err) if broke_off(&err) && attempt < ATTEMPTS => {
                pause(attempt).await;
                attempt += 1;
            }
            done => return done,
        }
    }
}

/// Whether an answer broke off; what fails before an answer was repeated for long enough.
pub(super) fn broke_off(err: &Error) -> bool {
    matches!(err, Error::Away(err) if err.kind() == io::ErrorKind::ConnectionReset)
}

/// How often a request is made when the answers are lost.
pub(super) const ATTEMPTS: u32 = 4;

/// Longer each time.
pub(super) async fn pause(attempt: u32) {
    tokio::time::sleep(Duration::from_millis(100 << attempt)).await;
}

/// Whether no answer came: the request may have been served or not.
pub(super) fn is_lost(err: &object_store::Error) -> bool {
    causes(err).filter_map(|cause| cause.downcast_ref::<HttpError>()).any(|err| {
        matches!(
            err.kind(),
            HttpErrorKind::Connect
                | HttpErrorKind::Request
                | HttpErrorKind::Timeout
                | HttpErrorKind::Interrupted
        )
    })
}

/// The status of the answer. The crate keeps it to itself and writes it into its text.
pub(super) fn status(err: &object_store::Error) -> Option<u16> {
    causes(err).find_map(|cause| {
        let text = cause.to_string();
        let (_, rest) = text.split_once("non-2xx status code: ")?;
        rest.get(..3)?.parse().ok()
    })
}

fn causes(err: &object_store::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(Some(err as &(dyn StdError + 'static)), |&err| err.source())
}
