//! `album_assets`: when its asset was taken and whether it is live; `albums`: live members.

use model::{AlbumId, AssetId};

use super::Standing;
use crate::albums;
use crate::db::{Result, Tx};

/// An asset that is new has no albums, and one that goes has left them.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    id: AssetId,
    before: Option<&Standing>,
    after: Option<&Standing>,
) -> Result<()> {
    let (Some(before), Some(after)) = (before, after) else { return Ok(()) };
    if before.wall != after.wall {
        let sql = "update album_assets set asset_wall = $2 where asset_id = $1";
        tx.execute(sql, &[&id, &after.wall])?;
    }
    if before.is_live != after.is_live {
        let moved: Vec<(AlbumId,)> = tx.all(
            "update album_assets set asset_is_live = $2 where asset_id = $1 returning album_id",
            &[&id, &after.is_live],
        )?;
        for (album,) in moved {
            albums::count(tx, album, if after.is_live { 1 } else { -1 })?;
        }
    }
    Ok(())
}
