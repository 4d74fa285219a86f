//! Work that one process does for all of them: purging, sweeping, scrubbing. Each job has a row
//! that says when it is due; whoever takes it holds it under a lease.

use model::Instant;
use uuid::Uuid;

use crate::db::{Conn, Result, Tx};

/// What is done once in the life of a library, by one of all the processes that start at once.
pub const FIRST_START: &str = "first-start";

/// The jobs that are due and that nobody holds.
pub fn due(conn: &mut Conn, now: Instant) -> Result<Vec<String>> {
    let rows = conn.all(
        "select name from jobs
         where due_at <= $1 and (leased_until is null or leased_until <= $1)",
        &[&now],
    )?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Makes the rows of jobs that have none yet: due now.
pub fn announce(tx: &mut Tx<'_>, names: &[&str], now: Instant) -> Result<()> {
    for name in names {
        tx.execute(
            "insert into jobs (name, due_at) values ($1, $2) on conflict do nothing",
            &[name, &now],
        )?;
    }
    Ok(())
}

/// Keeps everybody else from going on behind this call with the same name, until the end of the
/// transaction: of several that do what is done once, each sees what the one before has done.
pub fn one_by_one(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    announce(tx, &[name], Instant::from_micros(0))?;
    tx.execute("update jobs set due_at = due_at where name = $1", &[&name])?;
    Ok(())
}

/// Makes a job due.
pub fn hasten(tx: &mut Tx<'_>, name: &str, now: Instant) -> Result<()> {
    tx.execute("update jobs set due_at = $2 where name = $1 and due_at > $2", &[&name, &now])?;
    Ok(())
}

/// A job that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// How far the last one who held it had come.
    pub reached: Option<Uuid>,
}

/// Takes a job that is due until `lease`; `None` when it is not, or somebody holds it.
pub fn take(
    tx: &mut Tx<'_>,
    name: &str,
    holder: Uuid,
    now: Instant,
    lease: Instant,
) -> Result<Option<Taken>> {
    let taken: Option<(Option<Uuid>,)> = tx.one(
        "update jobs set holder = $2, leased_until = $4
         where name = $1 and due_at <= $3 and (leased_until is null or leased_until <= $3)
         returning reached",
        &[&name, &holder, &now, &lease],
    )?;
    Ok(taken.map(|(reached,)| Taken { reached }))
}

/// Prolongs the lease of a job; `false` when it is somebody else's by now, or nobody's, or has run
/// out: what others do only while nobody holds it may have begun.
pub fn renew(
    tx: &mut Tx<'_>,
    name: &str,
    holder: Uuid,
    now: Instant,
    lease: Instant,
) -> Result<bool> {
    let sql = "update jobs set leased_until = $4
               where name = $1 and holder = $2 and leased_until > $3";
    Ok(tx.execute(sql, &[&name, &holder, &now, &lease])? > 0)
}

/// Notes how far a job that is held has come.
pub fn reach(tx: &mut Tx<'_>, name: &str, holder: Uuid, reached: Option<Uuid>) -> Result<()> {
    let sql = "update jobs set reached = $3 where name = $1 and holder = $2";
    tx.execute(sql, &[&name, &holder, &reached])?;
    Ok(())
}

/// Puts a job down until `due_at`, if it is still held.
pub fn put_down(tx: &mut Tx<'_>, name: &str, holder: Uuid, due_at: Instant) -> Result<()> {
    tx.execute(
        "update jobs set due_at = $3, holder = null, leased_until = null
         where name = $1 and holder = $2",
        &[&name, &holder, &due_at],
    )?;
    Ok(())
}

/// Whether somebody holds a job.
pub fn is_held(conn: &mut Conn, name: &str, now: Instant) -> Result<bool> {
    let sql = "select name from jobs where name = $1 and leased_until > $2";
    Ok(conn.one::<(String,)>(sql, &[&name, &now])?.is_some())
}

/// Ends the leases of these jobs: whoever held one is gone.
pub fn end_leases(tx: &mut Tx<'_>, names: &[&str]) -> Result<()> {
    for name in names {
        let sql = "update jobs set holder = null, leased_until = null where name = $1";
        tx.execute(sql, &[name])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
