//! Faces in pictures (contract 6).

use model::{AssetId, BoundingBox, Face, FaceId, Instant, LibraryId, PersonId};

use crate::db::{Conn, FromRow, Query, Result, Row, Tx};
use crate::people;

const COLUMNS: &str = "id, library_id, asset_id,
    (select v.id from asset_versions v where v.asset_id = faces.asset_id and v.position = 0) as version_id,
    person_id, x, y, w, h, source, confidence,
    timestamp_ms, created_at, updated_at";

impl FromRow for Face {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            library_id: row.take()?,
            asset_id: row.take()?,
            version_id: row.take()?,
            person_id: row.take()?,
            bounding_box: BoundingBox {
                x: row.take()?,
                y: row.take()?,
                w: row.take()?,
                h: row.take()?,
            },
            source: row.take()?,
            confidence: row.take()?,
            timestamp_ms: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
        })
    }
}

/// Adds a face to an asset, which is locked, and to its person.
pub fn insert(tx: &mut Tx<'_>, face: &Face) -> Result<()> {
    tx.execute(
        "insert into faces (id, library_id, asset_id, person_id, x, y, w, h, source, confidence,
                            timestamp_ms, created_at, updated_at, asset_is_live)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, trashed_at is null
         from assets where id = $3",
        &[
            &face.id,
            &face.library_id,
            &face.asset_id,
            &face.person_id,
            &face.bounding_box.x,
            &face.bounding_box.y,
            &face.bounding_box.w,
            &face.bounding_box.h,
            &face.source,
            &face.confidence,
            &face.timestamp_ms,
            &face.created_at,
            &face.updated_at,
        ],
    )?;
    face.person_id.map_or(Ok(()), |person| people::show(tx, person, face.asset_id))
}

/// One face, also of an asset in the trash.
pub fn get(conn: &mut Conn, id: FaceId) -> Result<Option<Face>> {
    conn.one(&format!("select {COLUMNS} from faces where id = $1"), &[&id])
}

/// One face, which nobody else can change until this transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: FaceId) -> Result<Option<Face>> {
    let for_update = tx.for_update();
    tx.one(&format!("select {COLUMNS} from faces where id = $1 {for_update}"), &[&id])
}

/// Says whom a face shows. Face and asset are locked.
pub fn assign(tx: &mut Tx<'_>, face: &Face, person: Option<PersonId>, now: Instant) -> Result<()> {
    tx.execute(
        "update faces set person_id = $2, updated_at = $3 where id = $1",
        &[&face.id, &person, &now],
    )?;
    if let Some(previous) = face.person_id {
        people::leave(tx, previous, face.asset_id)?;
    }
    person.map_or(Ok(()), |person| people::show(tx, person, face.asset_id))
}

/// Removes a face. Face and asset are locked.
pub fn delete(tx: &mut Tx<'_>, face: &Face) -> Result<()> {
    tx.execute("delete from faces where id = $1", &[&face.id])?;
    face.person_id.map_or(Ok(()), |person| people::leave(tx, person, face.asset_id))
}

/// The faces that show these people, trashed assets included, and whom each shows.
pub fn showing(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<(FaceId, PersonId)>> {
    Query::new("select id, person_id from faces where ")
        .bind_each("person_id in (?)", people.to_vec())
        .push(" order by id")
        .all(conn)
}

/// Whether any face shows this person, trashed assets included.
pub fn any_showing(conn: &mut Conn, person: PersonId) -> Result<bool> {
    let sql = "select id from faces where person_id = $1 limit 1";
    Ok(conn.one::<(FaceId,)>(sql, &[&person])?.is_some())
}

/// Takes all faces away from a person, who is locked and about to go.
pub fn release(tx: &mut Tx<'_>, person: PersonId, now: Instant) -> Result<()> {
    tx.execute(
        "update faces set person_id = null,
                          updated_at = case when updated_at < $2 then $2 else updated_at + 1 end
         where person_id = $1",
        &[&person, &now],
    )?;
    Ok(())
}

/// The faces of an asset are in its library.
pub(crate) fn asset_moved(tx: &mut Tx<'_>, asset: AssetId, library: LibraryId) -> Result<()> {
    tx.execute("update faces set library_id = $2 where asset_id = $1", &[&asset, &library])?;
    Ok(())
}

/// The faces of these assets, newest first.
pub fn of_assets(conn: &mut Conn, assets: &[AssetId]) -> Result<Vec<Face>> {
    if assets.is_empty() {
        return Ok(Vec::new());
    }
    Query::new(&format!("select {COLUMNS} from faces where "))
        .bind_each("asset_id in (?)", assets.to_vec())
        .push(" order by id desc")
        .all(conn)
}

/// The faces of these assets, oldest first, which nobody else can change until this transaction
/// ends; neither can anybody take one to stand for somebody.
pub fn lock_of_assets(tx: &mut Tx<'_>, assets: &[AssetId]) -> Result<Vec<Face>> {
    if assets.is_empty() {
        return Ok(Vec::new());
    }
    let for_update = tx.for_update();
    Query::new(&format!("select {COLUMNS} from faces where "))
        .bind_each("asset_id in (?)", assets.to_vec())
        .push(&format!(" order by id {for_update}"))
        .all(tx)
}

/// Which faces; the default lets all of a library through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FaceFilter {
    /// Only these; `None` does not narrow.
    pub ids: Option<Vec<FaceId>>,
    /// In this asset.
    pub asset: Option<AssetId>,
    /// Of this person.
    pub person: Option<PersonId>,
}

/// Whether face `id` of `library` exists; one that is hidden still marks a position.
pub fn exists(conn: &mut Conn, library: LibraryId, id: FaceId) -> Result<bool> {
    let sql = "select id from faces where id = $1 and library_id = $2";
    Ok(conn.one::<(FaceId,)>(sql, &[&id, &library])?.is_some())
}

/// Up to `limit` faces of `library` after `after`, newest first; those of trashed assets are left
/// out.
pub fn list(
    conn: &mut Conn,
    library: LibraryId,
    filter: &FaceFilter,
    after: Option<FaceId>,
    limit: i64,
) -> Result<Vec<Face>> {
    if filter.ids.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    page(library, filter, after, limit).all(conn)
}

pub(crate) fn page(
    library: LibraryId,
    filter: &FaceFilter,
    after: Option<FaceId>,
    limit: i64,
) -> Query {
    let mut query = Query::new(&format!("select {COLUMNS} from faces where asset_is_live"));
    // An inequality takes no index: the narrowest condition is to drive.
    let (mut of_library, mut of_person) = (" and library_id = ?", " and person_id = ?");
    if filter.asset.is_some() || filter.ids.is_some() {
        of_person = " and not (person_id <> ?)";
    }
    if filter.asset.is_some() || filter.ids.is_some() || filter.person.is_some() {
        of_library = " and not (library_id <> ?)";
    }
    query.bind(of_library, library);
    if let Some(person) = filter.person {
        query.bind(of_person, person);
    }
    if let Some(asset) = filter.asset {
        query.bind(" and asset_id = ?", asset);
    }
    if let Some(ids) = &filter.ids {
        query.bind_each(" and id in (?)", ids.clone());
    }
    if let Some(after) = after {
        query.bind(" and id < ?", after);
    }
    query.push(" order by id desc").bind(" limit ?", limit);
    query
}
