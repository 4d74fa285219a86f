//! What comes of a request to create something.

/// What came of a request to create something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made<T> {
    /// It is new.
    New(T),
    /// It was there already, just as asked for.
    Existing(T),
}
