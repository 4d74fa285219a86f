//! Renderings of an asset; their ids name the objects.

use model::{AssetId, Instant, VersionId, VersionKind};

use crate::columns;
use crate::db::{Conn, FromRow, Query, Result, Row, Tx};

/// One rendering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Names the objects.
    pub id: VersionId,
    /// Whose rendering it is.
    pub asset_id: AssetId,
    /// 0 is the upload, the highest one is shown.
    pub position: i64,
    /// What produced it.
    pub kind: VersionKind,
    /// How: a JSON object as it was sent; `None` for the upload.
    pub params: Option<String>,
    /// Type of its bytes.
    pub mime_type: String,
    /// Its bytes.
    pub file_size_bytes: i64,
    /// SHA-256 of its bytes.
    pub checksum: Vec<u8>,
    /// SHA-256 of the bytes that were sent.
    pub received: Vec<u8>,
    /// Display pixels, as far as they are known.
    pub size: Option<(i64, i64)>,
    /// EXIF orientation of its bytes.
    pub orientation: Option<i64>,
    /// The one in whose place it came.
    pub replaced: Option<VersionId>,
    /// When it was stored.
    pub created_at: Instant,
}

impl FromRow for Version {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            asset_id: row.take()?,
            position: row.take()?,
            kind: row.take()?,
            params: row.take()?,
            mime_type: row.take()?,
            file_size_bytes: row.take()?,
            checksum: row.take()?,
            received: row.take()?,
            size: columns::size(row)?,
            orientation: row.take()?,
            replaced: row.take()?,
            created_at: row.take()?,
        })
    }
}

const COLUMNS: &str = "id, asset_id, position, kind, params, mime_type, file_size_bytes, checksum,
    received, width, height, orientation, replaced_id, created_at";

/// Adds a rendering. A position that is taken gives `Conflict`.
pub fn insert(tx: &mut Tx<'_>, version: &Version) -> Result<()> {
    tx.execute(
        &format!(
            "insert into asset_versions ({COLUMNS})
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        &[
            &version.id,
            &version.asset_id,
            &version.position,
            &version.kind,
            &version.params,
            &version.mime_type,
            &version.file_size_bytes,
            &version.checksum,
            &version.received,
            &version.size.map(|size| size.0),
            &version.size.map(|size| size.1),
            &version.orientation,
            &version.replaced,
            &version.created_at,
        ],
    )?;
    Ok(())
}

/// One rendering.
pub fn get(conn: &mut Conn, id: VersionId) -> Result<Option<Version>> {
    conn.one(&format!("select {COLUMNS} from asset_versions where id = $1"), &[&id])
}

/// All renderings of `asset`, the upload first, the one that is shown last.
pub fn of_asset(conn: &mut Conn, asset: AssetId) -> Result<Vec<Version>> {
    let sql = format!("select {COLUMNS} from asset_versions where asset_id = $1 order by position");
    conn.all(&sql, &[&asset])
}

/// The rendering that is shown for `asset`.
pub fn shown(conn: &mut Conn, asset: AssetId) -> Result<Option<Version>> {
    conn.one(
        &format!(
            "select {COLUMNS} from asset_versions where asset_id = $1
             order by position desc limit 1"
        ),
        &[&asset],
    )
}

/// Sets the display size, which a decoder may know better than the header.
pub fn set_size(tx: &mut Tx<'_>, id: VersionId, size: (i64, i64)) -> Result<()> {
    let sql = "update asset_versions set width = $2, height = $3 where id = $1";
    tx.execute(sql, &[&id, &size.0, &size.1])?;
    Ok(())
}

/// Removes a rendering; remembers the objects to be removed.
pub fn delete(tx: &mut Tx<'_>, version: &Version) -> Result<()> {
    tx.execute(
        "insert into discarded_versions (id, asset_id) values ($1, $2)",
        &[&version.id, &version.asset_id],
    )?;
    tx.execute("delete from asset_versions where id = $1", &[&version.id])?;
    Ok(())
}

/// Objects of an asset whose rows are gone and that are still to be removed.
pub fn discarded(conn: &mut Conn, asset: AssetId) -> Result<Vec<VersionId>> {
    let sql = "select id from discarded_versions where asset_id = $1";
    Ok(conn.all::<(VersionId,)>(sql, &[&asset])?.into_iter().map(|(id,)| id).collect())
}

/// The object is gone for good.
pub fn forget(tx: &mut Tx<'_>, id: VersionId) -> Result<()> {
    tx.execute("delete from discarded_versions where id = $1", &[&id])?;
    Ok(())
}

/// What an original has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Names it.
    pub id: VersionId,
    /// Whose rendering it is.
    pub asset_id: AssetId,
    /// SHA-256 of its bytes.
    pub checksum: Vec<u8>,
    /// How many.
    pub bytes: u64,
    /// Whether it is the one that is shown, of an asset whose pictures were made.
    pub has_pictures: bool,
}

impl FromRow for Expected {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            asset_id: row.take()?,
            checksum: row.take()?,
            // No file has a negative length, so that no file is taken for this one.
            bytes: u64::try_from(row.take::<i64>()?).unwrap_or(u64::MAX),
            has_pictures: row.take()?,
        })
    }
}

const EXPECTED: &str = "select v.id, v.asset_id, v.checksum, v.file_size_bytes,
        a.version_id = v.id and a.thumbhash is not null
    from asset_versions v join assets a on a.id = v.asset_id";

/// Up to `limit` originals in the order of their ids, after this one.
pub fn after(conn: &mut Conn, after: VersionId, limit: i64) -> Result<Vec<Expected>> {
    conn.all(&format!("{EXPECTED} where v.id > $1 order by v.id limit $2"), &[&after, &limit])
}

/// The originals among `ids`.
pub fn expected(conn: &mut Conn, ids: &[VersionId]) -> Result<Vec<Expected>> {
    Query::new(&format!("{EXPECTED} where ")).bind_each("v.id in (?)", ids.to_vec()).all(conn)
}

/// How many originals there are.
pub fn count(conn: &mut Conn) -> Result<i64> {
    let found = conn.one::<(i64,)>("select cast(count(*) as bigint) from asset_versions", &[])?;
    Ok(found.map_or(0, |(count,)| count))
}

/// Some of the assets that have no version, which nothing should lead to. Reads all of them.
pub fn lacking(conn: &mut Conn) -> Result<Vec<AssetId>> {
    let found: Vec<(AssetId,)> = conn.all(
        "select id from assets
         where not exists (select 1 from asset_versions where asset_id = assets.id)
         limit 100",
        &[],
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
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
