//! Passwords, of which only hashes are kept.

use model::{Instant, UserId};

use crate::db::{Conn, Result, Tx};

/// The hash of an account's password, and when it was set.
pub fn get(conn: &mut Conn, user: UserId) -> Result<Option<(String, Instant)>> {
    conn.one("select hash, changed_at from passwords where user_id = $1", &[&user])
}

/// Sets an account's password, whether it had one or not.
pub fn set(tx: &mut Tx<'_>, user: UserId, hash: &str, now: Instant) -> Result<()> {
    tx.execute(
        "insert into passwords (user_id, hash, changed_at) values ($1, $2, $3)
         on conflict (user_id) do update
         set hash = excluded.hash, changed_at = excluded.changed_at",
        &[&user, &hash, &now],
    )?;
    Ok(())
}

/// Whether anybody has a password.
pub fn any(conn: &mut Conn) -> Result<bool> {
    let found: Option<(UserId,)> = conn.one("select user_id from passwords limit 1", &[])?;
    Ok(found.is_some())
}
