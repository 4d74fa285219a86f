//! Accounts.

use model::{Instant, User, UserId};

use crate::db::{Conn, FromRow, Query, Result, Row, Tx};

const COLUMNS: &str = "id, email, first_name, last_name, is_active, is_superuser,
    storage_limit_bytes, storage_used_bytes, created_at, updated_at";

impl FromRow for User {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            email: row.take()?,
            first_name: row.take()?,
            last_name: row.take()?,
            is_active: row.take()?,
            is_superuser: row.take()?,
            storage_limit_bytes: row.take()?,
            storage_used_bytes: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
        })
    }
}

/// Adds an account. An e-mail address in use gives `Conflict`.
pub fn insert(tx: &mut Tx<'_>, user: &User) -> Result<()> {
    tx.execute(
        &format!("insert into users ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
        &[
            &user.id,
            &user.email,
            &user.first_name,
            &user.last_name,
            &user.is_active,
            &user.is_superuser,
            &user.storage_limit_bytes,
            &user.storage_used_bytes,
            &user.created_at,
            &user.updated_at,
        ],
    )?;
    Ok(())
}

/// One account.
pub fn get(conn: &mut Conn, id: UserId) -> Result<Option<User>> {
    conn.one(&format!("select {COLUMNS} from users where id = $1"), &[&id])
}

/// Those of `ids` that exist, each once.
pub fn among(conn: &mut Conn, ids: Vec<UserId>) -> Result<Vec<User>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Query::new(&format!("select {COLUMNS} from users where ")).bind_each("id in (?)", ids).all(conn)
}

/// The account with this e-mail address.
pub fn with_email(conn: &mut Conn, email: &str) -> Result<Option<User>> {
    conn.one(&format!("select {COLUMNS} from users where email = $1"), &[&email])
}

/// The account made at the first start: the oldest that runs the server.
pub fn owner(conn: &mut Conn) -> Result<Option<User>> {
    conn.one(&format!("select {COLUMNS} from users where is_superuser order by id limit 1"), &[])
}

/// The account, which nobody else can change until this transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>> {
    let for_update = tx.for_update();
    tx.one(&format!("select {COLUMNS} from users where id = $1 {for_update}"), &[&id])
}

/// Gives the account another e-mail address. One in use gives `Conflict`.
pub fn set_email(tx: &mut Tx<'_>, id: UserId, email: &str, now: Instant) -> Result<()> {
    let sql = "update users set email = $2, updated_at = $3 where id = $1";
    tx.execute(sql, &[&id, &email, &now])?;
    Ok(())
}
