//! Which assets are in which albums.
//!
//! Whoever changes links of several assets has locked these assets first, then, where numbers of
//! members change, the library or the one album. So nobody waits for each other in a circle.

use std::collections::BTreeMap;

use model::{AlbumAsset, AlbumAssetId, AlbumId, AssetId, Instant, LibraryId};

use super::count;
use crate::db::{Conn, FromRow, Query, Result, Row, Tx};

const COLUMNS: &str = "id, library_id, album_id, asset_id, created_at, updated_at";

impl FromRow for AlbumAsset {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            library_id: row.take()?,
            album_id: row.take()?,
            asset_id: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
        })
    }
}

/// A link that was, and whether its asset was live.
struct Gone(AlbumAsset, bool);

impl FromRow for Gone {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(AlbumAsset::from_row(row)?, row.take()?))
    }
}

/// Which links.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinkFilter {
    /// Only these; `None` does not narrow.
    pub ids: Option<Vec<AlbumAssetId>>,
    /// Of this album.
    pub album: Option<AlbumId>,
    /// Of this asset.
    pub asset: Option<AssetId>,
}

/// Up to `limit` links of live assets in `library`, newest first, made before `after`.
pub fn links(
    conn: &mut Conn,
    library: LibraryId,
    filter: &LinkFilter,
    after: Option<AlbumAssetId>,
    limit: i64,
) -> Result<Vec<AlbumAsset>> {
    page(library, filter, after, limit).all(conn)
}

pub(super) fn page(
    library: LibraryId,
    filter: &LinkFilter,
    after: Option<AlbumAssetId>,
    limit: i64,
) -> Query {
    let mut query = Query::new(&format!("select {COLUMNS} from album_assets where asset_is_live"));
    match &filter.ids {
        // Written so that no index on the library is taken for the few that are named.
        Some(ids) => query
            .bind(" and not (library_id <> ?)", library)
            .bind_each(" and id in (?)", ids.clone()),
        None if filter.album.is_none() && filter.asset.is_none() => {
            query.bind(" and library_id = ?", library)
        }
        None => &mut query,
    };
    if let Some(album) = filter.album {
        query
            .bind(" and album_id = (select id from albums where id = ?", album)
            .bind(" and library_id = ?)", library);
    }
    if let Some(asset) = filter.asset {
        query
            .bind(" and asset_id = (select id from assets where id = ?", asset)
            .bind(" and library_id = ?)", library);
    }
    if let Some(after) = after {
        query.bind(" and id < ?", after);
    }
    query.push(" order by id desc").bind(" limit ?", limit);
    query
}

/// Whether `asset` is a member of the album `id` and not in the trash.
pub fn has_live_member(conn: &mut Conn, id: AlbumId, asset: AssetId) -> Result<bool> {
    let sql = "select id from album_assets
               where album_id = $1 and asset_id = $2 and asset_is_live";
    Ok(conn.one::<(AlbumAssetId,)>(sql, &[&id, &asset])?.is_some())
}

/// One link; that of a trashed asset is hidden.
pub fn link(conn: &mut Conn, id: AlbumAssetId) -> Result<Option<AlbumAsset>> {
    let sql = format!("select {COLUMNS} from album_assets where id = $1 and asset_is_live");
    conn.one(&sql, &[&id])
}

/// Whether link `id` of `library` exists; one that is hidden still marks a position.
pub fn has_link(conn: &mut Conn, library: LibraryId, id: AlbumAssetId) -> Result<bool> {
    let sql = "select id from album_assets where id = $1 and library_id = $2";
    Ok(conn.one::<(AlbumAssetId,)>(sql, &[&id, &library])?.is_some())
}

/// Those of `assets` that are in the album, be it from the trash.
pub fn members_among(conn: &mut Conn, id: AlbumId, assets: Vec<AssetId>) -> Result<Vec<AssetId>> {
    let found: Vec<(AssetId,)> = Query::new("select asset_id from album_assets where ")
        .bind("album_id = ?", id)
        .bind_each(" and asset_id in (?)", assets)
        .all(conn)?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Puts assets into the album `id`, which is locked as they are.
pub fn add(tx: &mut Tx<'_>, id: AlbumId, links: &[AlbumAsset]) -> Result<()> {
    let mut live = 0;
    for link in links {
        let added: Option<(bool,)> = tx.one(
            &format!(
                "insert into album_assets ({COLUMNS}, asset_wall, asset_is_live)
                 select $1, $2, $3, id, $5, $6, wall, trashed_at is null
                 from assets where id = $4
                 returning asset_is_live"
            ),
            &[
                &link.id,
                &link.library_id,
                &link.album_id,
                &link.asset_id,
                &link.created_at,
                &link.updated_at,
            ],
        )?;
        live += i64::from(added.is_some_and(|(is_live,)| is_live));
    }
    mark(tx, links.iter().map(|link| link.asset_id).collect())?;
    count(tx, id, live)
}

/// Notes which of `assets`, which are locked, are in an album now.
fn mark(tx: &mut Tx<'_>, assets: Vec<AssetId>) -> Result<()> {
    if assets.is_empty() {
        return Ok(());
    }
    let _: Vec<(AssetId,)> = Query::new("update assets set is_in_album = ")
        .push("exists (select 1 from album_assets where asset_id = assets.id)")
        .bind_each(" where id in (?)", assets)
        .push(" returning id")
        .all(tx)?;
    Ok(())
}

/// Holds the members of an album until the transaction ends, as whoever changes links does before
/// the album itself.
pub fn lock_members(tx: &mut Tx<'_>, id: AlbumId) -> Result<()> {
    let for_update = tx.for_update();
    if for_update.is_empty() {
        return Ok(());
    }
    let members = "select asset_id from album_assets where album_id = $1";
    let sql = format!("select id from assets where id in ({members}) order by id {for_update}");
    tx.all::<(AssetId,)>(&sql, &[&id]).map(drop)
}

/// Notes that the members of the album `id` are about to leave it.
pub(super) fn unmark(tx: &mut Tx<'_>, id: AlbumId) -> Result<()> {
    tx.execute(
        "update assets set is_in_album = exists (
             select 1 from album_assets other
             where other.asset_id = assets.id and other.album_id <> $1)
         where id in (select asset_id from album_assets where album_id = $1)",
        &[&id],
    )?;
    Ok(())
}

/// Takes assets, which are locked, out of the album `id`, which is locked too. Returns the links
/// that were, oldest first.
pub fn remove(tx: &mut Tx<'_>, id: AlbumId, assets: Vec<AssetId>) -> Result<Vec<AlbumAsset>> {
    let mut gone = Query::new("delete from album_assets where ");
    gone.bind("album_id = ?", id).bind_each(" and asset_id in (?)", assets);
    unlink(tx, gone)
}

/// Takes assets, which are locked as their library is, out of every album. Returns the links that
/// were, oldest first.
pub fn leave(tx: &mut Tx<'_>, assets: Vec<AssetId>) -> Result<Vec<AlbumAsset>> {
    let mut gone = Query::new("delete from album_assets where ");
    gone.bind_each("asset_id in (?)", assets);
    unlink(tx, gone)
}

fn unlink(tx: &mut Tx<'_>, mut gone: Query) -> Result<Vec<AlbumAsset>> {
    gone.push(&format!(" returning {COLUMNS}, asset_is_live"));
    let gone: Vec<Gone> = gone.all(tx)?;
    let mut live: BTreeMap<AlbumId, i64> = BTreeMap::new();
    for Gone(link, was_live) in &gone {
        *live.entry(link.album_id).or_default() += i64::from(*was_live);
    }
    for (album, live) in live {
        count(tx, album, -live)?;
    }
    mark(tx, gone.iter().map(|Gone(link, _)| link.asset_id).collect())?;
    let mut links: Vec<AlbumAsset> = gone.into_iter().map(|Gone(link, _)| link).collect();
    links.sort_unstable_by_key(|link| link.id);
    Ok(links)
}

/// Takes the chosen covers away that have gone with `links`. Returns the albums that lost theirs.
pub fn uncover(tx: &mut Tx<'_>, links: &[AlbumAsset], now: Instant) -> Result<Vec<AlbumId>> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let bare: Vec<(AlbumId,)> = Query::new("update albums set cover_asset_id = null,")
        .bind(" updated_at = case when updated_at < ?", now)
        .bind(" then ? else updated_at + 1 end", now)
        .bind_each(" where id in (?)", links.iter().map(|link| link.album_id).collect())
        .bind_each(" and cover_asset_id in (?)", links.iter().map(|link| link.asset_id).collect())
        .push(" returning id")
        .all(tx)?;
    Ok(bare.into_iter().map(|(id,)| id).collect())
}
