//! Accounts.

use model::{Instant, Preferences, User, UserId};

use crate::db::{Conn, FromRow, Query, Result, Row, Tx};

const COLUMNS: &str = "id, email, first_name, last_name, is_active, is_superuser,
    storage_limit_bytes, storage_used_bytes, demo_mode, favorite_display, face_detection, home_country,
    home_subdivision, immich_library_id, created_at, updated_at";

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
            preferences: Preferences {
                demo_mode: row.take()?,
                favorite_display: row.take()?,
                face_detection: row.take()?,
                home_country: row.take()?,
                home_subdivision: row.take()?,
                immich_library: row.take()?,
            },
            created_at: row.take()?,
            updated_at: row.take()?,
        })
    }
}

/// Adds an account. An e-mail address in use gives `Conflict`.
pub fn insert(tx: &mut Tx<'_>, user: &User) -> Result<()> {
    tx.execute(
        &format!(
            "insert into users ({COLUMNS})
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        ),
        &[
            &user.id,
            &user.email,
            &user.first_name,
            &user.last_name,
            &user.is_active,
            &user.is_superuser,
            &user.storage_limit_bytes,
            &user.storage_used_bytes,
            &user.preferences.demo_mode,
            &user.preferences.favorite_display,
            &user.preferences.face_detection,
            &user.preferences.home_country,
            &user.preferences.home_subdivision,
            &user.preferences.immich_library,
            &user.created_at,
            &user.updated_at,
        ],
    )?;
    Ok(())
}

/// Replaces what an account says about itself, and `updated_at`.
pub fn set_preferences(tx: &mut Tx<'_>, user: &User) -> Result<()> {
    let said = &user.preferences;
    tx.execute(
        "update users set demo_mode = $2, favorite_display = $3, face_detection = $4,
                          home_country = $5, home_subdivision = $6, immich_library_id = $7,
                          updated_at = $8
         where id = $1",
        &[
            &user.id,
            &said.demo_mode,
            &said.favorite_display,
            &said.face_detection,
            &said.home_country,
            &said.home_subdivision,
            &said.immich_library,
            &user.updated_at,
        ],
    )?;
    Ok(())
}

/// Caps the bytes of all libraries of an account; `None` lifts the cap.
pub fn set_limit(tx: &mut Tx<'_>, id: UserId, bytes: Option<i64>, now: Instant) -> Result<()> {
    let sql = "update users set storage_limit_bytes = $2, updated_at = $3 where id = $1";
    tx.execute(sql, &[&id, &bytes, &now])?;
    Ok(())
}

/// Every account, oldest first.
pub fn all(conn: &mut Conn) -> Result<Vec<User>> {
    conn.all(&format!("select {COLUMNS} from users order by id"), &[])
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
