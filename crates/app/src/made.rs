//! What comes of a request to create something.

/// What came of a request to create something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made<T> {
    /// It is new.
    New(T),
    /// It was there already, just as asked for.
    Existing(T),
}

/// Whether a value given with a request to create something lets the one of that name be used: it
/// is absent, or equal (contract 4).
pub(crate) fn agrees<T: PartialEq>(given: Option<&T>, there: Option<&T>) -> bool {
    given.is_none() || given == there
}
