//! Which library of objects a database belongs to, and how much has happened to it.

use uuid::Uuid;

use crate::db::{Conn, Result, Tx};
use crate::jobs;

/// The identity of a library: the same stands beside its objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instance {
    /// Whose objects they are.
    pub id: Uuid,
    /// Grows as things happen, and never goes back.
    pub position: i64,
}

/// What the database says of itself; `None` when it is new.
pub fn get(conn: &mut Conn) -> Result<Option<Instance>> {
    let found = conn.one::<(Uuid, i64)>("select id, position from instance", &[])?;
    Ok(found.map(|(id, position)| Instance { id, position }))
}

/// Gives the database an identity, unless it has one.
pub fn found(tx: &mut Tx<'_>, id: Uuid) -> Result<Instance> {
    jobs::one_by_one(tx, jobs::FIRST_START)?;
    if let Some(instance) = get(tx)? {
        return Ok(instance);
    }
    tx.execute("insert into instance (id, position, told) values ($1, 0, 0)", &[&id])?;
    Ok(Instance { id, position: 0 })
}

/// Makes the database a successor of `instance`, whatever it was.
pub fn succeed(tx: &mut Tx<'_>, instance: Instance) -> Result<()> {
    tx.execute("delete from instance", &[])?;
    tx.execute(
        "insert into instance (id, position, told) values ($1, $2, 0)",
        &[&instance.id, &instance.position],
    )?;
    Ok(())
}

/// Moves the position on if anything was told since it was last moved.
pub fn advance(tx: &mut Tx<'_>) -> Result<Option<Instance>> {
    tx.execute(
        "update instance set position = position + 1,
                             told = (select coalesce(cast(sum(last) as bigint), 0) from feeds)
         where told <> (select coalesce(cast(sum(last) as bigint), 0) from feeds)",
        &[],
    )?;
    get(tx)
}
