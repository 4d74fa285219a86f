//! What people and programs think of all this.

use model::{Feedback, FeedbackKind, Instant, Name, UserId};
use uuid::Uuid;

use crate::db::{Conn, Error, Query, Result, Tx};

/// Keeps a message.
pub fn insert(tx: &mut Tx<'_>, feedback: &Feedback) -> Result<()> {
    let id = Uuid::now_v7();
    tx.execute(
        "insert into feedback (id, user_id, kind, message, task_completed, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        &[
            &id,
            &feedback.user_id,
            &feedback.kind,
            &feedback.message,
            &feedback.task_completed,
            &feedback.created_at,
        ],
    )?;
    for (position, name) in (0_i64..).zip(&feedback.tool_names) {
        let sql = "insert into feedback_tools (feedback_id, position, name) values ($1, $2, $3)";
        tx.execute(sql, &[&id, &position, &name.as_str()])?;
    }
    Ok(())
}

type Row = (Uuid, UserId, FeedbackKind, String, Option<bool>, Instant);

/// Up to `limit` messages, newest first.
pub fn list(conn: &mut Conn, limit: i64) -> Result<Vec<Feedback>> {
    let rows: Vec<Row> = conn.all(
        "select id, user_id, kind, message, task_completed, created_at
         from feedback order by id desc limit $1",
        &[&limit],
    )?;
    let tools: Vec<(Uuid, String)> =
        Query::new("select feedback_id, name from feedback_tools where ")
            .bind_each("feedback_id in (?)", rows.iter().map(|row| row.0).collect())
            .push(" order by feedback_id, position")
            .all(conn)?;
    let named = |id: Uuid| tools.iter().filter(move |(of, _)| *of == id).map(|(_, name)| name);
    rows.into_iter()
        .map(|(id, user_id, kind, message, task_completed, created_at)| {
            let tool_names = named(id)
                .map(|name| Name::new(name).map_err(Error::driver))
                .collect::<Result<_>>()?;
            Ok(Feedback { user_id, kind, message, task_completed, tool_names, created_at })
        })
        .collect()
}
