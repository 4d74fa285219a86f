//! Keys for programs. Of the secret only a hash is kept.

use model::{Actions, ApiKey, ApiKeyId, Instant, LibraryId, Scope, UserId};

use crate::db::{Conn, FromRow, Result, Row, Tx};

const COLUMNS: &str = "id, user_id, name, actions, is_scoped, created_at, last_used_at, is_active";

struct Bare(ApiKey);

impl FromRow for Bare {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(ApiKey {
            id: row.take()?,
            user_id: row.take()?,
            name: row.take()?,
            actions: Actions::from_bits(row.take()?),
            scope: if row.take()? { Scope::Selected(Vec::new()) } else { Scope::All },
            created_at: row.take()?,
            last_used_at: row.take()?,
            is_active: row.take()?,
        }))
    }
}

/// Adds a key.
pub fn insert(tx: &mut Tx<'_>, key: &ApiKey, secret_hash: &[u8]) -> Result<()> {
    tx.execute(
        &format!(
            "insert into api_keys ({COLUMNS}, secret_hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        &[
            &key.id,
            &key.user_id,
            &key.name,
            &key.actions.bits(),
            &matches!(key.scope, Scope::Selected(_)),
            &key.created_at,
            &key.last_used_at,
            &key.is_active,
            &secret_hash,
        ],
    )?;
    if let Scope::Selected(libraries) = &key.scope {
        for library in libraries {
            let sql = "insert into api_key_libraries (key_id, library_id) values ($1, $2)";
            tx.execute(sql, &[&key.id, library])?;
        }
    }
    Ok(())
}

/// One key.
pub fn get(conn: &mut Conn, id: ApiKeyId) -> Result<Option<ApiKey>> {
    let bare = conn.one(&format!("select {COLUMNS} from api_keys where id = $1"), &[&id])?;
    bare.map(|bare| with_scope(conn, bare)).transpose()
}

/// The hash of a key's secret.
pub fn secret_hash(conn: &mut Conn, id: ApiKeyId) -> Result<Option<Vec<u8>>> {
    let sql = "select secret_hash from api_keys where id = $1";
    Ok(conn.one::<(Vec<u8>,)>(sql, &[&id])?.map(|(hash,)| hash))
}

/// All keys of an account, newest first.
pub fn of_user(conn: &mut Conn, user: UserId) -> Result<Vec<ApiKey>> {
    let sql = format!("select {COLUMNS} from api_keys where user_id = $1 order by id desc");
    let bare: Vec<Bare> = conn.all(&sql, &[&user])?;
    bare.into_iter().map(|bare| with_scope(conn, bare)).collect()
}

fn with_scope(conn: &mut Conn, Bare(mut key): Bare) -> Result<ApiKey> {
    if let Scope::Selected(libraries) = &mut key.scope {
        let sql = "select library_id from api_key_libraries where key_id = $1 order by library_id";
        let found: Vec<(LibraryId,)> = conn.all(sql, &[&key.id])?;
        *libraries = found.into_iter().map(|(id,)| id).collect();
    }
    Ok(key)
}

/// Renames a key.
pub fn rename(tx: &mut Tx<'_>, id: ApiKeyId, name: &str) -> Result<()> {
    tx.execute("update api_keys set name = $2 where id = $1", &[&id, &name])?;
    Ok(())
}

/// Makes a key useless; it stays listed.
pub fn revoke(tx: &mut Tx<'_>, id: ApiKeyId) -> Result<()> {
    tx.execute("update api_keys set is_active = false where id = $1", &[&id])?;
    Ok(())
}

/// Notes that a key was used.
pub fn used(tx: &mut Tx<'_>, id: ApiKeyId, now: Instant) -> Result<()> {
    tx.execute("update api_keys set last_used_at = $2 where id = $1", &[&id, &now])?;
    Ok(())
}
