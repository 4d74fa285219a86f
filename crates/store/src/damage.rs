//! Originals that are known to be missing or changed.

use model::{Instant, VersionId};

use crate::db::{Conn, Result, Tx};

/// Notes what was found; nothing happens when the version is gone.
pub fn note(tx: &mut Tx<'_>, version: VersionId, what: &str, now: Instant) -> Result<()> {
    tx.execute(
        "insert into damage (version_id, found_at, what)
         select id, $2, $3 from asset_versions where id = $1
         on conflict (version_id) do update set what = excluded.what",
        &[&version, &now, &what],
    )?;
    Ok(())
}

/// It is as it should be again.
pub fn clear(tx: &mut Tx<'_>, version: VersionId) -> Result<()> {
    tx.execute("delete from damage where version_id = $1", &[&version])?;
    Ok(())
}

/// How many are known.
pub fn count(conn: &mut Conn) -> Result<i64> {
    let found = conn.one::<(i64,)>("select cast(count(*) as bigint) from damage", &[])?;
    Ok(found.map_or(0, |(count,)| count))
}
