//! Two records of one person become one (contract 5.7).

use model::{Instant, PersonId};

use crate::db::{Result, Tx};

/// Gives everything that `source` has to `primary`, removes `source` for good and notes what it
/// would take to undo that. Both are locked.
pub fn merge(tx: &mut Tx<'_>, primary: PersonId, source: PersonId, now: Instant) -> Result<()> {
    remember(tx, primary, source, now)?;
    tx.execute(
        "update faces set person_id = $1,
                          updated_at = case when updated_at < $3 then $3 else updated_at + 1 end
         where person_id = $2",
        &[&primary, &source, &now],
    )?;
    // Rows are moved rather than made anew: an edit of the capture time that runs meanwhile finds
    // them.
    tx.execute(
        "update person_assets set face_count = face_count + (
             select s.face_count from person_assets s
             where s.person_id = $2 and s.asset_id = person_assets.asset_id)
         where person_id = $1
           and asset_id in (select asset_id from person_assets where person_id = $2)",
        &[&primary, &source],
    )?;
    tx.execute(
        "delete from person_assets
         where person_id = $2
           and asset_id in (select asset_id from person_assets where person_id = $1)",
        &[&primary, &source],
    )?;
    tx.execute(
        "update person_assets set person_id = $1 where person_id = $2",
        &[&primary, &source],
    )?;
    tx.execute(
        "update people set asset_count =
             (select count(*) from person_assets where person_id = $1 and asset_is_live)
         where id = $1",
        &[&primary],
    )?;
    super::delete(tx, source)
}

fn remember(tx: &mut Tx<'_>, primary: PersonId, source: PersonId, now: Instant) -> Result<()> {
    tx.execute(
        "insert into person_merges
             (source_id, library_id, person_id, name, birth_date, is_favorite, is_hidden,
              thumbnail_face_id, created_at, updated_at, merged_at)
         select id, library_id, $1, name, birth_date, is_favorite, is_hidden,
                thumbnail_face_id, created_at, updated_at, $3
         from people where id = $2",
        &[&primary, &source, &now],
    )?;
    tx.execute(
        "insert into person_merge_faces (source_id, face_id)
         select person_id, id from faces where person_id = $1",
        &[&source],
    )?;
    Ok(())
}
