//! A page of a list.

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Whether anything comes after.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// The first `limit` of `found`, which were asked for with one more: that one tells whether
    /// anything comes after.
    pub(crate) fn of(mut found: Vec<T>, limit: i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or_default();
        let has_more = found.len() > limit;
        found.truncate(limit);
        Self { items: found, has_more }
    }
}
