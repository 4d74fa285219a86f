//! Pages of albums: one statement for albums, covers and dates, seeks only.

use model::{AlbumId, AssetId, LibraryId, Name};

use super::Found;
use crate::db::{Conn, Query, Result, containing};

/// Which albums.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only these; `None` does not narrow.
    pub ids: Option<Vec<AlbumId>>,
    /// Only those that show this asset.
    pub asset: Option<AssetId>,
    /// Only those whose name contains this, in whatever case.
    pub name: Option<String>,
}

/// Up to `limit` albums of `library`, newest first, made before `after`.
pub fn list(
    conn: &mut Conn,
    library: LibraryId,
    filter: &Filter,
    after: Option<AlbumId>,
    limit: i64,
) -> Result<Vec<Found>> {
    page(library, filter, after, limit).all(conn)
}

/// One album.
pub fn get(conn: &mut Conn, id: AlbumId) -> Result<Option<Found>> {
    let mut query = Query::new(ALBUMS);
    query.bind("id = ?", id).push(" limit 1").push(AND_MEMBERS).one(conn)
}

pub(super) fn page(
    library: LibraryId,
    filter: &Filter,
    after: Option<AlbumId>,
    limit: i64,
) -> Query {
    let mut query = Query::new(ALBUMS);
    if filter.ids.is_none() && filter.asset.is_none() {
        query.bind("library_id = ?", library);
    } else {
        // Written so that no index on the library is taken for the few that are named.
        query.bind("not (library_id <> ?)", library);
    }
    if let Some(ids) = &filter.ids {
        query.bind_each(" and id in (?)", ids.clone());
    }
    if let Some(asset) = filter.asset {
        query.bind(
            " and id in (select album_id from album_assets where asset_is_live and asset_id = ?)",
            asset,
        );
    }
    if let Some(name) = &filter.name {
        query.bind(" and name_folded like ? escape '\\'", containing(&Name::fold(name)));
    }
    if let Some(after) = after {
        query.bind(" and id < ?", after);
    }
    query.push(" order by id desc").bind(" limit ?", limit);
    query.push(AND_MEMBERS).push(" order by a.id desc");
    query
}

/// Albums with the ids of the members that matter: each is the end of an index.
const ALBUMS: &str = "
    select a.id, a.library_id, a.name, a.description, a.cover_asset_id, a.asset_count,
           a.created_at, a.updated_at,
           cover.id, cover.version_id, cover.width, cover.height,
           oldest.wall, oldest.wall_offset, newest.wall, newest.wall_offset
    from (
        select albums.*,
               (select m.asset_id from album_assets m
                where m.album_id = albums.id and m.asset_is_live
                order by m.asset_wall, m.asset_id limit 1) as oldest_id,
               (select m.asset_id from album_assets m
                where m.album_id = albums.id and m.asset_is_live
                order by m.asset_wall desc, m.asset_id desc limit 1) as newest_id,
               (select m.asset_id from album_assets m
                where m.album_id = albums.id and m.asset_id = albums.cover_asset_id
                  and m.asset_is_live) as chosen_id
        from albums where ";

const AND_MEMBERS: &str = "
    ) a
    left join assets cover on cover.id = coalesce(a.chosen_id, a.newest_id)
    left join assets oldest on oldest.id = a.oldest_id
    left join assets newest on newest.id = a.newest_id";
