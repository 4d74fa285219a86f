//! Who is on which asset: `person_assets` and the counts that follow from it.
//!
//! A row is there as long as a face of the person is. It repeats what lists need to know about the
//! asset, and `people.asset_count` counts the rows of live assets. Rows appear and vanish only
//! while their asset is locked.

use model::{AssetId, PersonId};

use crate::db::{Query, Result, Tx};

/// One more face of `person` is on `asset`.
pub fn show(tx: &mut Tx<'_>, person: PersonId, asset: AssetId) -> Result<()> {
    let row: Option<(i64, bool)> = tx.one(
        "insert into person_assets
             (person_id, asset_id, library_id, face_count, asset_wall, asset_is_live)
         select $1, id, library_id, 1, wall, trashed_at is null from assets where id = $2
         on conflict (person_id, asset_id) do update set
             face_count = person_assets.face_count + 1
         returning face_count, asset_is_live",
        &[&person, &asset],
    )?;
    if row == Some((1, true)) { count(tx, person, 1) } else { Ok(()) }
}

/// One face less of `person` is on `asset`.
pub fn leave(tx: &mut Tx<'_>, person: PersonId, asset: AssetId) -> Result<()> {
    let row: Option<(i64, bool)> = tx.one(
        "update person_assets set face_count = face_count - 1
         where person_id = $1 and asset_id = $2
         returning face_count, asset_is_live",
        &[&person, &asset],
    )?;
    let Some((0, was_live)) = row else { return Ok(()) };
    let sql = "delete from person_assets where person_id = $1 and asset_id = $2";
    tx.execute(sql, &[&person, &asset])?;
    if was_live { count(tx, person, -1) } else { Ok(()) }
}

/// Corrects the number of live assets.
pub(crate) fn count(tx: &mut Tx<'_>, person: PersonId, more: i64) -> Result<()> {
    let sql = "update people set asset_count = asset_count + $2 where id = $1";
    tx.execute(sql, &[&person, &more])?;
    Ok(())
}

/// Locks everybody who is on these assets, or whom a face on them stands for, in the order of ids:
/// deeds over many assets count many people, and would otherwise wait for each other in a circle.
/// Returns them.
pub fn lock_shown(tx: &mut Tx<'_>, assets: &[AssetId]) -> Result<Vec<PersonId>> {
    if assets.is_empty() {
        return Ok(Vec::new());
    }
    let for_update = tx.for_update();
    let found: Vec<(PersonId,)> = Query::new(
        "select id from people where id in (select person_id from person_assets where ",
    )
    .bind_each("asset_id in (?)", assets.to_vec())
    .push(" union all select p.id from people p join faces f on f.id = p.thumbnail_face_id where ")
    .bind_each("f.asset_id in (?))", assets.to_vec())
    .push(&format!(" order by id {for_update}"))
    .all(tx)?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
