//! An asset goes into another library, and takes along all that is its own.

use model::{AssetId, Instant, Library, LibraryId};

use super::Head;
use super::write::{bill, count, fill};
use crate::db::{Conn, Query, Result, Tx};
use crate::{faces, kept, tasks};

/// Those of `ids` whose upload `library` holds too, live or in the trash.
pub fn held(conn: &mut Conn, library: LibraryId, ids: Vec<AssetId>) -> Result<Vec<AssetId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<(AssetId,)> = Query::new(
        "select a.id from assets a
         join assets b on b.sha256 = a.sha256 and b.id <> a.id where ",
    )
    .bind("b.library_id = ?", library)
    .bind_each(" and a.id in (?)", ids)
    .all(conn)?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Puts an asset into another library and counts it there. It is live and locked, in no stack and
/// no album, and its faces show nobody. A library that already holds its bytes gives `Conflict`.
pub fn relocate(
    tx: &mut Tx<'_>,
    head: &Head,
    from: &Library,
    to: &Library,
    now: Instant,
) -> Result<()> {
    let before = kept::standing(tx, head.id)?;
    tx.execute(
        "update assets set library_id = $2,
                           updated_at = case when updated_at < $3 then $3 else updated_at + 1 end
         where id = $1",
        &[&head.id, &to.id, &now],
    )?;
    faces::asset_moved(tx, head.id, to.id)?;
    tasks::asset_moved(tx, head.id, to.id)?;
    for (library, sign) in [(from, -1), (to, 1)] {
        count(tx, library.id, sign)?;
        fill(tx, library.id, sign * head.stored_bytes)?;
        // With one owner nothing changes for them.
        if from.owner_id != to.owner_id {
            bill(tx, library.owner_id, sign * head.stored_bytes, now)?;
        }
    }
    kept::follow(tx, head.id, before.as_ref())
}
