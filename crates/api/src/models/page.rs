//! A page of a list (contract 17.1).

use schemars::JsonSchema;
use serde::Serialize;

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
pub(crate) struct Page<T> {
    /// What is on it, in the order of the list.
    data: Vec<T>,
    /// Whether anything comes after.
    has_more: bool,
}

impl<T> Page<T> {
    /// The page with each item as it is sent.
    pub(crate) fn of<I>(page: app::Page<I>, send: impl FnMut(I) -> T) -> Self {
        Self { data: page.items.into_iter().map(send).collect(), has_more: page.has_more }
    }
}
