//! What people and programs think of all this (contract 16).

use crate::named::named;
use crate::{Instant, Name, UserId};

named! {
/// What a message is about.
pub enum FeedbackKind {
    /// Something is broken.
    Bug = "bug",
    /// Something cannot be done.
    MissingCapability = "missing_capability",
    /// Something is not as one would think.
    ConfusingBehavior = "confusing_behavior",
    /// Something could be better.
    Suggestion = "suggestion",
    /// Anything else.
    Other = "other",
}
}

/// A message to whoever runs the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// From whom.
    pub user_id: UserId,
    /// What about.
    pub kind: FeedbackKind,
    /// The message, not blank.
    pub message: String,
    /// Whether they got done what they were at.
    pub task_completed: Option<bool>,
    /// The tools they used.
    pub tool_names: Vec<Name>,
    /// When.
    pub created_at: Instant,
}
