//! Renderings of an asset; their ids name the objects.

use model::{AssetId, Instant, VersionId};

use crate::db::{Conn, FromRow, Query, Result, Row, Tx};

/// One rendering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Names the objects.
    pub id: VersionId,
    /// Whose rendering it is.
    pub asset_id: AssetId,
    /// Type of its bytes.
    pub mime_type: String,
    /// Its bytes.
    pub file_size_bytes: i64,
    /// EXIF orientation of its bytes.
    pub orientation: Option<i64>,
    /// When it was stored.
    pub created_at: Instant,
}

impl FromRow for Version {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            asset_id: row.take()?,
            mime_type: row.take()?,
            file_size_bytes: row.take()?,
            orientation: row.take()?,
            created_at: row.take()?,
        })
    }
}

/// Adds the upload itself: position 0.
pub fn insert_original(tx: &mut Tx<'_>, version: &Version) -> Result<()> {
    tx.execute(
        "insert into asset_versions
             (id, asset_id, position, mime_type, file_size_bytes, orientation, created_at)
         values ($1, $2, 0, $3, $4, $5, $6)",
        &[
            &version.id,
            &version.asset_id,
            &version.mime_type,
            &version.file_size_bytes,
            &version.orientation,
            &version.created_at,
        ],
    )?;
    Ok(())
}

const COLUMNS: &str = "id, asset_id, mime_type, file_size_bytes, orientation, created_at";

/// One rendering.
pub fn get(conn: &mut Conn, id: VersionId) -> Result<Option<Version>> {
    conn.one(&format!("select {COLUMNS} from asset_versions where id = $1"), &[&id])
}

/// The rendering that is shown for `asset`.
pub fn shown(conn: &mut Conn, asset: AssetId) -> Result<Option<Version>> {
    conn.one(
        "select v.id, v.asset_id, v.mime_type, v.file_size_bytes, v.orientation, v.created_at
         from assets a join asset_versions v on v.id = a.version_id
         where a.id = $1",
        &[&asset],
    )
}

/// Objects of a deleted asset that are still to be removed.
pub fn discarded(conn: &mut Conn, asset: AssetId) -> Result<Vec<VersionId>> {
    let sql = "select id from discarded_versions where asset_id = $1";
    Ok(conn.all::<(VersionId,)>(sql, &[&asset])?.into_iter().map(|(id,)| id).collect())
}

/// The object is gone for good.
pub fn forget(tx: &mut Tx<'_>, id: VersionId) -> Result<()> {
    tx.execute("delete from discarded_versions where id = $1", &[&id])?;
    Ok(())
}

/// Those of `ids` that belong to anything, be it only to a pending removal.
pub fn known(conn: &mut Conn, ids: &[VersionId]) -> Result<Vec<VersionId>> {
    let mut known = Vec::new();
    for table in ["asset_versions", "discarded_versions"] {
        let found: Vec<(VersionId,)> = Query::new(&format!("select id from {table} where "))
            .bind_each("id in (?)", ids.to_vec())
            .all(conn)?;
        known.extend(found.into_iter().map(|(id,)| id));
    }
    Ok(known)
}
