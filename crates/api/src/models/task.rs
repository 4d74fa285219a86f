//! `TaskResponse` (contract 17.12).

use model::{Named as _, Task};
use schemars::JsonSchema;
use serde::Serialize;

/// A piece of work in the background.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TaskResponse {
    /// `btask_` and 22 characters.
    id: String,
    /// What is done.
    task_type: &'static str,
    /// `pending`, `started`, `success` or `failure`.
    status: &'static str,
    /// To which asset.
    asset_id: Option<String>,
    /// When it became necessary, UTC.
    created_at: String,
    /// When it was last taken up, UTC.
    started_at: Option<String>,
    /// When it ended, UTC.
    completed_at: Option<String>,
    /// Why the last failed try failed; kept after a later success.
    error_message: Option<String>,
    /// Tries after the first.
    retry_count: i64,
    /// Nothing of this server's tasks has one.
    result: Option<String>,
    /// Of face detection only.
    outcome: Option<String>,
    /// The id once more, for older clients.
    celery_task_id: String,
}

impl From<Task> for TaskResponse {
    fn from(task: Task) -> Self {
        let print = |moment: Option<model::Instant>| moment.map(|moment| moment.to_string());
        Self {
            id: task.id.to_string(),
            task_type: task.kind.name(),
            status: task.status.name(),
            asset_id: Some(task.asset_id.to_string()),
            created_at: task.created_at.to_string(),
            started_at: print(task.started_at),
            completed_at: print(task.completed_at),
            error_message: task.error_message,
            retry_count: task.retry_count,
            result: None,
            outcome: None,
            celery_task_id: task.id.to_string(),
        }
    }
}
