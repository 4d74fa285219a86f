//! `person_assets` and `faces`: when their asset was taken and whether it is live; `people`: live assets.

use model::{AssetId, PersonId};

use super::Standing;
use crate::db::{Result, Tx};
use crate::people;

/// An asset that is new shows nobody, and the rows of one that goes go with it.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    id: AssetId,
    before: Option<&Standing>,
    after: Option<&Standing>,
) -> Result<()> {
    let Some(before) = before else { return Ok(()) };
    if let Some(after) = after.filter(|after| after.wall != before.wall) {
        let sql = "update person_assets set asset_wall = $2 where asset_id = $1";
        tx.execute(sql, &[&id, &after.wall])?;
    }
    let is_live = after.is_some_and(|after| after.is_live);
    if before.is_live == is_live {
        return Ok(());
    }
    if after.is_some() {
        tx.execute("update faces set asset_is_live = $2 where asset_id = $1", &[&id, &is_live])?;
    }
    let shown: Vec<(PersonId,)> = tx.all(
        "update person_assets set asset_is_live = $2 where asset_id = $1 returning person_id",
        &[&id, &is_live],
    )?;
    for (person,) in shown {
        people::count(tx, person, if is_live { 1 } else { -1 })?;
    }
    Ok(())
}
