//! Links that let people into a library.

use model::{Instant, Invitation, InvitationId, InvitationState, LibraryId, MemberRole, UserId};

use crate::db::{Conn, FromRow, Query, Result, Row, Tx};

const COLUMNS: &str = "id, library_id, created_by, role, max_joiners, joiner_count, expires_at,
    disabled_at, created_at, updated_at";

impl FromRow for Invitation {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            library_id: row.take()?,
            created_by: row.take()?,
            role: row.take()?,
            max_joiners: row.take()?,
            joiner_count: row.take()?,
            expires_at: row.take()?,
            disabled_at: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
        })
    }
}

/// Adds an invitation. One of the same terms in the same library gives `Conflict`.
pub fn insert(tx: &mut Tx<'_>, invitation: &Invitation) -> Result<()> {
    tx.execute(
        &format!(
            "insert into invitations ({COLUMNS})
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        &[
            &invitation.id,
            &invitation.library_id,
            &invitation.created_by,
            &invitation.role,
            &invitation.max_joiners,
            &invitation.joiner_count,
            &invitation.expires_at,
            &invitation.disabled_at,
            &invitation.created_at,
            &invitation.updated_at,
        ],
    )?;
    Ok(())
}

/// One invitation.
pub fn get(conn: &mut Conn, id: InvitationId) -> Result<Option<Invitation>> {
    conn.one(&format!("select {COLUMNS} from invitations where id = $1"), &[&id])
}

/// The invitation, which nobody else can change until this transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: InvitationId) -> Result<Option<Invitation>> {
    let for_update = tx.for_update();
    tx.one(&format!("select {COLUMNS} from invitations where id = $1 {for_update}"), &[&id])
}

/// The invitation of exactly these terms.
pub fn with_terms(
    conn: &mut Conn,
    library: LibraryId,
    role: MemberRole,
    max_joiners: i64,
    expires_at: Instant,
) -> Result<Option<Invitation>> {
    conn.one(
        &format!(
            "select {COLUMNS} from invitations
             where library_id = $1 and role = $2 and max_joiners = $3 and expires_at = $4"
        ),
        &[&library, &role, &max_joiners, &expires_at],
    )
}

/// Ends an invitation.
pub fn disable(tx: &mut Tx<'_>, id: InvitationId, now: Instant) -> Result<()> {
    let sql = "update invitations set disabled_at = $2, updated_at = $2 where id = $1";
    tx.execute(sql, &[&id, &now])?;
    Ok(())
}

/// Whether `user` took a place before.
pub fn has_place(conn: &mut Conn, id: InvitationId, user: UserId) -> Result<bool> {
    let sql = "select user_id from invitation_places where invitation_id = $1 and user_id = $2";
    Ok(conn.one::<(UserId,)>(sql, &[&id, &user])?.is_some())
}

/// Gives `user` a place and counts it.
pub fn take_place(tx: &mut Tx<'_>, id: InvitationId, user: UserId, now: Instant) -> Result<()> {
    let sql = "insert into invitation_places (invitation_id, user_id) values ($1, $2)";
    tx.execute(sql, &[&id, &user])?;
    tx.execute(
        "update invitations set joiner_count = joiner_count + 1, updated_at = $2 where id = $1",
        &[&id, &now],
    )?;
    Ok(())
}

/// Which invitations to list.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// Made by them.
    pub created_by: UserId,
    /// Into this library.
    pub library: Option<LibraryId>,
    /// In this state at this moment.
    pub state: Option<(InvitationState, Instant)>,
}

/// Up to `limit` invitations after `after`, newest first.
pub fn list(
    conn: &mut Conn,
    filter: Filter,
    after: Option<InvitationId>,
    limit: i64,
) -> Result<Vec<Invitation>> {
    let mut query = Query::new(&format!("select {COLUMNS} from invitations where "));
    query.bind("created_by = ?", filter.created_by);
    if let Some(library) = filter.library {
        query.bind(" and library_id = ?", library);
    }
    if let Some((state, now)) = filter.state {
        narrow(&mut query, state, now);
    }
    if let Some(after) = after {
        query.bind(" and id < ?", after);
    }
    query.push(" order by id desc").bind(" limit ?", limit).all(conn)
}

/// What [`Invitation::state`] says, in SQL.
fn narrow(query: &mut Query, state: InvitationState, now: Instant) {
    if state == InvitationState::Disabled {
        query.push(" and disabled_at is not null");
        return;
    }
    query.push(" and disabled_at is null");
    if state == InvitationState::Expired {
        query.bind(" and expires_at <= ?", now);
        return;
    }
    query.bind(" and expires_at > ?", now);
    query.push(match state {
        InvitationState::Exhausted => " and joiner_count >= max_joiners",
        _ => " and joiner_count < max_joiners",
    });
}
