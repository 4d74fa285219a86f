//! Tell whoever runs the server what one thinks (contract 16). It stays on this server (OP-34).

use model::{Feedback, FeedbackKind, Name};
use store::feedback;

use crate::{App, Result, Viewer};

/// A message to be kept.
#[derive(Debug, Clone)]
pub struct NewFeedback {
    /// What about.
    pub kind: FeedbackKind,
    /// The message, not blank.
    pub message: String,
    /// Whether they got done what they were at.
    pub task_completed: Option<bool>,
    /// The tools they used.
    pub tool_names: Vec<Name>,
}

impl App {
    /// Keeps a message.
    pub async fn submit_feedback(&self, viewer: Viewer, new: NewFeedback) -> Result<()> {
        let feedback = Feedback {
            user_id: viewer.user,
            kind: new.kind,
            message: new.message,
            task_completed: new.task_completed,
            tool_names: new.tool_names,
            created_at: self.now(),
        };
        self.write(move |tx| Ok(feedback::insert(tx, &feedback)?)).await
    }

    /// The latest messages, newest first; for whoever owns the server.
    pub async fn feedback(&self, limit: i64) -> Result<Vec<Feedback>> {
        self.read(move |conn| Ok(feedback::list(conn, limit)?)).await
    }
}
