use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why there is no picture, as one sentence without a full stop.
///
/// The predicates tell what can be done about it; exactly one holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: Kind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unsupported,
    Corrupt,
    TooLarge,
    Failed,
}

impl Error {
    /// The bytes are of a kind, or use a feature, that is not decoded here.
    pub const fn is_unsupported(&self) -> bool {
        matches!(self.kind, Kind::Unsupported)
    }

    /// The bytes are damaged or incomplete beyond use.
    pub const fn is_corrupt(&self) -> bool {
        matches!(self.kind, Kind::Corrupt)
    }

    /// Decoding would exceed the [`Limits`](super::Limits) given.
    pub const fn is_too_large(&self) -> bool {
        matches!(self.kind, Kind::TooLarge)
    }

    /// The file is not to blame, and trying again may help.
    pub const fn is_passing(&self) -> bool {
        matches!(self.kind, Kind::Failed)
    }

    pub(super) fn unsupported(message: impl Into<String>) -> Self {
        Self { kind: Kind::Unsupported, message: message.into() }
    }

    pub(super) fn corrupt(message: impl Into<String>) -> Self {
        Self { kind: Kind::Corrupt, message: message.into() }
    }

    pub(super) fn too_large(message: impl Into<String>) -> Self {
        Self { kind: Kind::TooLarge, message: message.into() }
    }

    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self { kind: Kind::Failed, message: message.into() }
    }
}

/// Runs code that is fed strangers' bytes. The decoders are meant not to panic; should one do so
/// all the same, it is that file's trouble and not the server's.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::corrupt("the decoder gave up on these bytes")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_at_the_guard() {
        let given_up = guarded::<()>(|| panic!("a decoder met a case it had not thought of"));
        assert!(given_up.unwrap_err().is_corrupt());
    }
}
