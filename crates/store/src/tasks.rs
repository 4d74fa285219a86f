//! The queue (contract 10): enqueued with the change that makes the work necessary, claimed under
//! a lease, finished or given up.

use model::{AssetId, Instant, LibraryId, Status, Task, TaskId, TaskKind};

use crate::db::{Conn, FromRow, Query, Result, Row, Tx};

const COLUMNS: &str = "id, library_id, asset_id, kind, status, created_at, started_at,
    completed_at, retry_count, error_message";

impl FromRow for Task {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            library_id: row.take()?,
            asset_id: row.take()?,
            kind: row.take()?,
            status: row.take()?,
            created_at: row.take()?,
            started_at: row.take()?,
            completed_at: row.take()?,
            retry_count: row.take()?,
            error_message: row.take()?,
        })
    }
}

/// Asks for `kind` to be done for an asset; one still pending is not doubled, and waits for nothing
/// any more. Nobody takes that one up before this transaction has ended, and may see what it wrote.
pub fn enqueue(
    tx: &mut Tx<'_>,
    library: LibraryId,
    asset: AssetId,
    kind: TaskKind,
    now: Instant,
) -> Result<()> {
    tx.execute(
        "insert into tasks (id, library_id, asset_id, kind, status, urgency, run_at, created_at,
                            retry_count)
         values ($1, $2, $3, $4, 'pending', $5, $6, $6, 0)
         on conflict (asset_id, kind) where status = 'pending'
         do update set run_at = excluded.run_at where tasks.run_at > excluded.run_at",
        &[&TaskId::generate(), &library, &asset, &kind, &kind.urgency(), &now],
    )?;
    Ok(())
}

/// Takes all ready tasks of the asset whose turn it is, until `lease`. Empty when nothing is
/// ready.
pub fn claim(tx: &mut Tx<'_>, now: Instant, lease: Instant) -> Result<Vec<Task>> {
    let skip_locked = tx.skip_locked();
    let first: Option<(AssetId,)> = tx.one(
        &format!(
            "select asset_id from tasks
             where status = 'pending' and run_at <= $1
             order by urgency, id
             limit 1 {skip_locked}"
        ),
        &[&now],
    )?;
    let Some((asset,)) = first else { return Ok(Vec::new()) };
    let ready: Vec<(TaskId,)> = tx.all(
        &format!(
            "select id from tasks
             where asset_id = $1 and status = 'pending' and run_at <= $2
             order by urgency, id {skip_locked}"
        ),
        &[&asset, &now],
    )?;
    let mut claimed = Vec::with_capacity(ready.len());
    for (id,) in ready {
        claimed.extend(tx.one(
            &format!(
                "update tasks set status = 'started', started_at = $2, leased_until = $3
                 where id = $1
                 returning {COLUMNS}"
            ),
            &[&id, &now, &lease],
        )?);
    }
    Ok(claimed)
}

/// Whose hands a task is in: a claim is known by its time, so who lost one to another changes
/// nothing any more.
const HELD: &str = "id = $1 and status = 'started' and started_at = $2";

/// Prolongs the lease of a task that is still being worked on; `false` when somebody else has it by
/// now, or nobody.
pub fn renew(tx: &mut Tx<'_>, task: &Task, lease: Instant) -> Result<bool> {
    let sql = format!("update tasks set leased_until = $3 where {HELD}");
    Ok(tx.execute(&sql, &[&task.id, &task.started_at, &lease])? > 0)
}

/// Ends a task well.
pub fn succeed(tx: &mut Tx<'_>, task: &Task, now: Instant) -> Result<()> {
    tx.execute(
        &format!(
            "update tasks set status = 'success', completed_at = $3, leased_until = null
             where {HELD}"
        ),
        &[&task.id, &task.started_at, &now],
    )?;
    Ok(())
}

/// Gives a task up.
pub fn fail(tx: &mut Tx<'_>, task: &Task, reason: &str, now: Instant) -> Result<()> {
    tx.execute(
        &format!(
            "update tasks set status = 'failure', error_message = $3, completed_at = $4,
                              leased_until = null
             where {HELD}"
        ),
        &[&task.id, &task.started_at, &reason, &now],
    )?;
    Ok(())
}

/// Puts a task back, to be tried again at `run_at`. When the same work has been asked for anew in
/// the meantime, this task ends in favour of the newer one.
pub fn retry(
    tx: &mut Tx<'_>,
    task: &Task,
    reason: &str,
    run_at: Instant,
    now: Instant,
) -> Result<()> {
    if has_pending(tx, task)? {
        return succeed(tx, task, now);
    }
    tx.execute(
        &format!(
            "update tasks set status = 'pending', error_message = $3, run_at = $4,
                              leased_until = null, retry_count = retry_count + 1
             where {HELD}"
        ),
        &[&task.id, &task.started_at, &reason, &run_at],
    )?;
    Ok(())
}

/// Gives back a task that was claimed and not worked on, to be taken up at `run_at`.
pub fn give_back(tx: &mut Tx<'_>, task: &Task, run_at: Instant, now: Instant) -> Result<()> {
    if has_pending(tx, task)? {
        return succeed(tx, task, now);
    }
    tx.execute(
        &format!(
            "update tasks set status = 'pending', leased_until = null, started_at = null,
                              run_at = $3
             where {HELD}"
        ),
        &[&task.id, &task.started_at, &run_at],
    )?;
    Ok(())
}

fn has_pending(tx: &mut Tx<'_>, task: &Task) -> Result<bool> {
    let sql = "select id from tasks where asset_id = $1 and kind = $2 and status = 'pending'";
    Ok(tx.one::<(TaskId,)>(sql, &[&task.asset_id, &task.kind])?.is_some())
}

/// Ends every lease: whoever held one is gone.
pub fn end_leases(tx: &mut Tx<'_>, now: Instant) -> Result<()> {
    tx.execute("update tasks set leased_until = $1 where status = 'started'", &[&now])?;
    Ok(())
}

/// Tasks whose worker has vanished: their lease ran out before `now`. They are locked, so that it
/// cannot be prolonged any more.
pub fn expired(tx: &mut Tx<'_>, now: Instant, limit: i64) -> Result<Vec<Task>> {
    let skip_locked = tx.skip_locked();
    tx.all(
        &format!(
            "select {COLUMNS} from tasks where status = 'started' and leased_until <= $1
             limit $2 {skip_locked}"
        ),
        &[&now, &limit],
    )
}

/// Drops what is still to be done for an asset that is gone.
pub fn forget(tx: &mut Tx<'_>, asset: AssetId) -> Result<()> {
    tx.execute("delete from tasks where asset_id = $1 and status = 'pending'", &[&asset])?;
    Ok(())
}

/// The tasks of an asset are those of its library.
pub(crate) fn asset_moved(tx: &mut Tx<'_>, asset: AssetId, library: LibraryId) -> Result<()> {
    tx.execute("update tasks set library_id = $2 where asset_id = $1", &[&asset, &library])?;
    Ok(())
}

/// Which tasks to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these libraries.
    pub libraries: Vec<LibraryId>,
    /// Of this asset.
    pub asset: Option<AssetId>,
    /// This far.
    pub status: Option<Status>,
    /// Of this kind.
    pub kind: Option<TaskKind>,
}

/// Up to `limit` tasks, newest first.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> Result<Vec<Task>> {
    if filter.libraries.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Query::new(&format!("select {COLUMNS} from tasks where "));
    query.bind_each("library_id in (?)", filter.libraries.clone());
    if let Some(asset) = filter.asset {
        query.bind(" and asset_id = ?", asset);
    }
    if let Some(status) = filter.status {
        query.bind(" and status = ?", status);
    }
    if let Some(kind) = filter.kind {
        query.bind(" and kind = ?", kind);
    }
    query.push(" order by id desc").bind(" limit ?", limit).all(conn)
}

/// One task.
pub fn get(conn: &mut Conn, id: TaskId) -> Result<Option<Task>> {
    conn.one(&format!("select {COLUMNS} from tasks where id = $1"), &[&id])
}

/// Tasks of one kind that wait, or that run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// Which kind.
    pub kind: TaskKind,
    /// Waiting or running.
    pub status: Status,
    /// How many.
    pub count: i64,
    /// When the first of them was due, or was asked for if it runs.
    pub since: Instant,
}

impl FromRow for Backlog {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self { kind: row.take()?, status: row.take()?, count: row.take()?, since: row.take()? })
    }
}

/// How many tasks wait and run, by kind.
pub fn backlog(conn: &mut Conn) -> Result<Vec<Backlog>> {
    conn.all(
        "select kind, status, cast(count(*) as bigint), min(run_at) from tasks
         where status = 'pending' group by kind, status
         union all
         select kind, status, cast(count(*) as bigint), min(created_at) from tasks
         where status = 'started' group by kind, status",
        &[],
    )
}

#[cfg(test)]
mod tests;
