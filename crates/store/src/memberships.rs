//! Who else is in a library.

use model::{LibraryId, Membership, MembershipId, MembershipState, UserId};

use crate::db::{Conn, FromRow, Query, Result, Row, Tx};

const COLUMNS: &str = "id, library_id, user_id, role, state, created_at, updated_at, joined_at,
    ended_at, last_removed_at";

impl FromRow for Membership {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            library_id: row.take()?,
            user_id: row.take()?,
            role: row.take()?,
            state: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
            joined_at: row.take()?,
            ended_at: row.take()?,
            last_removed_at: row.take()?,
        })
    }
}

/// What `user` is, or was, in `library`.
pub fn get(conn: &mut Conn, library: LibraryId, user: UserId) -> Result<Option<Membership>> {
    let sql = format!("select {COLUMNS} from memberships where library_id = $1 and user_id = $2");
    conn.one(&sql, &[&library, &user])
}

/// As [`get`]; nobody else can change it until this transaction ends.
pub fn lock(tx: &mut Tx<'_>, library: LibraryId, user: UserId) -> Result<Option<Membership>> {
    let for_update = tx.for_update();
    tx.one(
        &format!(
            "select {COLUMNS} from memberships where library_id = $1 and user_id = $2 {for_update}"
        ),
        &[&library, &user],
    )
}

/// Adds a membership, or replaces what may change of it.
pub fn save(tx: &mut Tx<'_>, membership: &Membership) -> Result<()> {
    tx.execute(
        &format!(
            "insert into memberships ({COLUMNS})
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (id) do update set
                 role = excluded.role, state = excluded.state, updated_at = excluded.updated_at,
                 joined_at = excluded.joined_at, ended_at = excluded.ended_at,
                 last_removed_at = excluded.last_removed_at"
        ),
        &[
            &membership.id,
            &membership.library_id,
            &membership.user_id,
            &membership.role,
            &membership.state,
            &membership.created_at,
            &membership.updated_at,
            &membership.joined_at,
            &membership.ended_at,
            &membership.last_removed_at,
        ],
    )?;
    Ok(())
}

/// Whether `library` has this membership.
pub fn has(conn: &mut Conn, library: LibraryId, id: MembershipId) -> Result<bool> {
    let sql = "select id from memberships where id = $1 and library_id = $2";
    Ok(conn.one::<(MembershipId,)>(sql, &[&id, &library])?.is_some())
}

/// Up to `limit` memberships of `library` after `after`, newest first; of one state, or of all.
pub fn list(
    conn: &mut Conn,
    library: LibraryId,
    state: Option<MembershipState>,
    after: Option<MembershipId>,
    limit: i64,
) -> Result<Vec<Membership>> {
    let mut query = Query::new(&format!("select {COLUMNS} from memberships where "));
    query.bind("library_id = ?", library);
    if let Some(state) = state {
        query.bind(" and state = ?", state);
    }
    if let Some(after) = after {
        query.bind(" and id < ?", after);
    }
    query.push(" order by id desc").bind(" limit ?", limit).all(conn)
}
