//! Libraries.

use model::{Instant, Library, LibraryId, MemberRole, Name, UserId};

use crate::db::{Conn, FromRow, Result, Row, Tx};

mod purge;

pub use purge::{delete, due, forget_some, lock_due};

const COLUMNS: &str = "id, owner_id, name, description, storage_limit_bytes, storage_used_bytes,
    asset_count, created_at, updated_at, trashed_at";

impl FromRow for Library {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            owner_id: row.take()?,
            name: row.take()?,
            description: row.take()?,
            storage_limit_bytes: row.take()?,
            storage_used_bytes: row.take()?,
            asset_count: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
            trashed_at: row.take()?,
        })
    }
}

/// Adds a library. A name its owner already uses, in whatever case, gives `Conflict`.
pub fn insert(tx: &mut Tx<'_>, library: &Library, name: &Name) -> Result<()> {
    tx.execute(
        &format!(
            "insert into libraries ({COLUMNS}, name_folded)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        &[
            &library.id,
            &library.owner_id,
            &library.name,
            &library.description,
            &library.storage_limit_bytes,
            &library.storage_used_bytes,
            &library.asset_count,
            &library.created_at,
            &library.updated_at,
            &library.trashed_at,
            &name.folded(),
        ],
    )?;
    Ok(())
}

/// One library.
pub fn get(conn: &mut Conn, id: LibraryId) -> Result<Option<Library>> {
    conn.one(&format!("select {COLUMNS} from libraries where id = $1"), &[&id])
}

/// A library, and what a certain account is in it through a membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The library.
    pub library: Library,
    /// `None` for its owner and for strangers.
    pub member: Option<MemberRole>,
}

impl FromRow for Seen {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self { library: Library::from_row(row)?, member: row.take()? })
    }
}

/// One library as `user` stands to it.
pub fn seen_by(conn: &mut Conn, id: LibraryId, user: UserId) -> Result<Option<Seen>> {
    conn.one(
        &format!(
            "select {COLUMNS}, (select role from memberships
                                where library_id = $1 and user_id = $2 and state = 'active')
             from libraries where id = $1"
        ),
        &[&id, &user],
    )
}

/// The live libraries that `user` joined, newest first.
pub fn joined_by(conn: &mut Conn, user: UserId) -> Result<Vec<Seen>> {
    conn.all(
        &format!(
            "select {COLUMNS}, (select role from memberships
                                where library_id = libraries.id and user_id = $1
                                  and state = 'active')
             from libraries
             where trashed_at is null
               and id in (select library_id from memberships
                          where user_id = $1 and state = 'active')
             order by created_at desc, id desc"
        ),
        &[&user],
    )
}

/// The library, which nobody else can change until this transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: LibraryId) -> Result<Option<Library>> {
    let for_update = tx.for_update();
    tx.one(&format!("select {COLUMNS} from libraries where id = $1 {for_update}"), &[&id])
}

/// The live libraries of an owner, locked as by [`lock`], in the order of ids.
pub fn lock_live(tx: &mut Tx<'_>, owner: UserId) -> Result<Vec<Library>> {
    let for_update = tx.for_update();
    tx.all(
        &format!(
            "select {COLUMNS} from libraries
             where owner_id = $1 and trashed_at is null
             order by id {for_update}"
        ),
        &[&owner],
    )
}

/// Puts a library into the trash, or takes it out. Its time there begins anew.
pub fn set_trashed(
    tx: &mut Tx<'_>,
    id: LibraryId,
    trashed_at: Option<Instant>,
    now: Instant,
) -> Result<()> {
    tx.execute(
        "update libraries set trashed_at = $2, trash_waived = false, updated_at = $3 where id = $1",
        &[&id, &trashed_at, &now],
    )?;
    Ok(())
}

/// Caps the bytes of a library; `None` lifts the cap.
pub fn set_limit(tx: &mut Tx<'_>, id: LibraryId, bytes: Option<i64>, now: Instant) -> Result<()> {
    let sql = "update libraries set storage_limit_bytes = $2, updated_at = $3 where id = $1";
    tx.execute(sql, &[&id, &bytes, &now])?;
    Ok(())
}

/// Says that a trashed library need not wait until its time is over.
pub fn waive_trash(tx: &mut Tx<'_>, id: LibraryId) -> Result<()> {
    tx.execute("update libraries set trash_waived = true where id = $1", &[&id])?;
    Ok(())
}

/// All libraries of an owner, live ones newest first, then trashed ones by latest trash time.
pub fn of_owner(conn: &mut Conn, owner: UserId) -> Result<Vec<Library>> {
    conn.all(
        &format!(
            "select {COLUMNS} from libraries where owner_id = $1
             order by coalesce(trashed_at, 0) = 0 desc, coalesce(trashed_at, 0) desc,
                      created_at desc, id desc"
        ),
        &[&owner],
    )
}

/// The owner's library of that name, in whatever case.
pub fn with_name(conn: &mut Conn, owner: UserId, name: &Name) -> Result<Option<Library>> {
    conn.one(
        &format!("select {COLUMNS} from libraries where owner_id = $1 and name_folded = $2"),
        &[&owner, &name.folded()],
    )
}

/// Saves name, description and `updated_at`. A name in use gives `Conflict`.
pub fn save(tx: &mut Tx<'_>, library: &Library, name_folded: &str) -> Result<()> {
    tx.execute(
        "update libraries set name = $2, name_folded = $3, description = $4, updated_at = $5
         where id = $1",
        &[&library.id, &library.name, &name_folded, &library.description, &library.updated_at],
    )?;
    Ok(())
}
