//! Who people are at identity providers.

use model::{Instant, UserId};

use crate::db::{Conn, Result, Tx};

/// Whose identity this is: `None` when it is unknown, `Some(None)` when its account is gone.
pub fn holder(conn: &mut Conn, issuer: &str, subject: &str) -> Result<Option<Option<UserId>>> {
    let sql = "select user_id from identities where issuer = $1 and subject = $2";
    Ok(conn.one::<(Option<UserId>,)>(sql, &[&issuer, &subject])?.map(|(user,)| user))
}

/// Whether the account has an identity at any provider.
pub fn any_of(conn: &mut Conn, user: UserId) -> Result<bool> {
    let sql = "select user_id from identities where user_id = $1 limit 1";
    Ok(conn.one::<(UserId,)>(sql, &[&user])?.is_some())
}

/// Gives an identity to an account. One that is known already gives `Conflict`.
pub fn insert(
    tx: &mut Tx<'_>,
    issuer: &str,
    subject: &str,
    user: UserId,
    now: Instant,
) -> Result<()> {
    tx.execute(
        "insert into identities (issuer, subject, user_id, created_at) values ($1, $2, $3, $4)",
        &[&issuer, &subject, &user, &now],
    )?;
    Ok(())
}
