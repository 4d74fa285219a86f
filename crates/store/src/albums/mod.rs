//! Albums as lists and answers show them, and their changes.

mod links;
mod list;
#[cfg(test)]
pub(crate) mod tests;

pub use links::{
    LinkFilter, add, has_link, has_live_member, leave, link, links, lock_members, members_among,
    remove, uncover,
};
pub use list::{Filter, get, list};

use model::{Album, AlbumId, AssetId, CaptureTime, LibraryId, Name, VersionId};

use crate::columns;
use crate::db::{Conn, FromRow, Result, Row, Tx};

const COLUMNS: &str = "id, library_id, name, description, cover_asset_id, asset_count, created_at,
    updated_at";

impl FromRow for Album {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            library_id: row.take()?,
            name: row.take()?,
            description: row.take()?,
            cover: row.take()?,
            asset_count: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
        })
    }
}

/// An album and what its live members say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The album.
    pub album: Album,
    /// The member that is shown for it: the chosen one when it is live, else the newest; `None`
    /// without live members.
    pub cover: Option<Cover>,
    /// Capture time of the oldest.
    pub oldest: Option<CaptureTime>,
    /// Capture time of the newest.
    pub newest: Option<CaptureTime>,
}

/// The member that is shown for an album.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cover {
    /// The member.
    pub asset: AssetId,
    /// Its current rendering.
    pub version: VersionId,
    /// Display width and height in pixels.
    pub size: Option<(i64, i64)>,
}

impl FromRow for Found {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let album = Album::from_row(row)?;
        let (asset, version): (Option<_>, Option<_>) = (row.take()?, row.take()?);
        let size = columns::size(row)?;
        let cover = asset.zip(version).map(|(asset, version)| Cover { asset, version, size });
        Ok(Self { album, cover, oldest: columns::time(row)?, newest: columns::time(row)? })
    }
}

/// The album, which nobody else can change until this transaction ends; neither can its members
/// come and go.
pub fn lock(tx: &mut Tx<'_>, id: AlbumId) -> Result<Option<Album>> {
    let for_update = tx.for_update();
    tx.one(&format!("select {COLUMNS} from albums where id = $1 {for_update}"), &[&id])
}

/// Where an album lives.
pub fn library(conn: &mut Conn, id: AlbumId) -> Result<Option<LibraryId>> {
    let found = conn.one("select library_id from albums where id = $1", &[&id])?;
    Ok(found.map(|(library,)| library))
}

/// The album of that name, in whatever case.
pub fn with_name(conn: &mut Conn, library: LibraryId, name: &Name) -> Result<Option<AlbumId>> {
    let sql = "select id from albums where library_id = $1 and name_folded = $2";
    Ok(conn.one(sql, &[&library, &name.folded()])?.map(|(id,)| id))
}

/// The first number whose [`Album::unnamed`] is free in `library`.
pub fn first_unnamed(conn: &mut Conn, library: LibraryId) -> Result<i64> {
    let found: Option<(i64,)> = conn.one(
        "with recursive taken (number) as (
             select cast(1 as bigint) from albums where library_id = $1 and name_folded = $2
             union all
             select number + 1 from taken
             where exists (
                 select 1 from albums
                 where library_id = $1
                   and name_folded = cast($2 as text) || ' ' || cast(number + 1 as text)))
         select coalesce(max(number), 0) + 1 from taken",
        &[&library, &Album::unnamed(1).folded()],
    )?;
    Ok(found.map_or(1, |(number,)| number))
}

/// Adds an album without members. A name in use gives `Conflict`.
pub fn insert(tx: &mut Tx<'_>, album: &Album) -> Result<()> {
    tx.execute(
        &format!(
            "insert into albums ({COLUMNS}, name_folded)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        &[
            &album.id,
            &album.library_id,
            &album.name,
            &album.description,
            &album.cover,
            &album.asset_count,
            &album.created_at,
            &album.updated_at,
            &album.name.folded(),
        ],
    )?;
    Ok(())
}

/// Saves name, description, chosen cover and `updated_at`. A name in use gives `Conflict`.
pub fn save(tx: &mut Tx<'_>, album: &Album) -> Result<()> {
    tx.execute(
        "update albums set name = $2, name_folded = $3, description = $4, cover_asset_id = $5,
                           updated_at = $6
         where id = $1",
        &[
            &album.id,
            &album.name,
            &album.name.folded(),
            &album.description,
            &album.cover,
            &album.updated_at,
        ],
    )?;
    Ok(())
}

/// Removes an album and its links.
pub fn delete(tx: &mut Tx<'_>, id: AlbumId) -> Result<()> {
    links::unmark(tx, id)?;
    tx.execute("delete from albums where id = $1", &[&id])?;
    Ok(())
}

/// Corrects the number of live members.
pub(crate) fn count(tx: &mut Tx<'_>, id: AlbumId, more: i64) -> Result<()> {
    if more != 0 {
        let sql = "update albums set asset_count = asset_count + $2 where id = $1";
        tx.execute(sql, &[&id, &more])?;
    }
    Ok(())
}
