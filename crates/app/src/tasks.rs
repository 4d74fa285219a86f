//! Look at the work that goes on behind (contract 10).

use model::{Action, AssetId, LibraryId, Status, Task, TaskId, TaskKind};
use store::tasks::{self, Filter};

use crate::{App, Error, Result, Viewer, access};

/// Which tasks to list.
#[derive(Debug, Clone, Default)]
pub struct ListTasks {
    /// Of this library; else of all that can be read.
    pub library: Option<LibraryId>,
    /// This far.
    pub status: Option<Status>,
    /// Of this kind.
    pub kind: Option<TaskKind>,
    /// 1–200.
    pub limit: i64,
}

impl App {
    /// Tasks, newest first.
    pub async fn tasks(&self, viewer: Viewer, wanted: ListTasks) -> Result<Vec<Task>> {
        self.read(move |conn| {
            let libraries = match wanted.library {
                Some(id) => vec![access::library(conn, &viewer, id, Action::Read)?.id],
                None => access::readable_libraries(conn, &viewer)?,
            };
            let filter =
                Filter { libraries, asset: None, status: wanted.status, kind: wanted.kind };
            Ok(tasks::list(conn, &filter, wanted.limit)?)
        })
        .await
    }

    /// One task.
    pub async fn task(&self, viewer: Viewer, id: TaskId) -> Result<Task> {
        self.read(move |conn| {
            let missing = || Error::NotFound("Task not found".to_owned());
            let task = tasks::get(conn, id)?.ok_or_else(missing)?;
            access::library(conn, &viewer, task.library_id, Action::Read).map_err(
                |err| match err {
                    Error::NotFound(_) => missing(),
                    other => other,
                },
            )?;
            Ok(task)
        })
        .await
    }

    /// Tasks of one asset, newest first.
    pub async fn tasks_of_asset(&self, viewer: Viewer, id: AssetId) -> Result<Vec<Task>> {
        self.read(move |conn| {
            let head = access::asset(conn, &viewer, id, Action::Read)?;
            let filter =
                Filter { libraries: vec![head.library_id], asset: Some(id), ..Filter::default() };
            Ok(tasks::list(conn, &filter, 200)?)
        })
        .await
    }
}
