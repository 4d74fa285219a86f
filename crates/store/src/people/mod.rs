//! People: somebody whom faces show (contract 5).

mod assets;
mod list;
mod merge;
#[cfg(test)]
mod tests;

pub(crate) use assets::count;
pub use assets::{leave, lock_shown, show};
pub use list::{Position, list, position};
pub use merge::merge;

use std::collections::HashMap;

use model::{AssetId, FaceId, Instant, LibraryId, Name, Person, PersonId, VersionId};

use crate::db::{Conn, FromRow, Query, Result, Row, Tx};

const COLUMNS: &str = "people.id, people.library_id, people.name, people.birth_date,
    people.is_favorite, people.is_hidden, people.thumbnail_face_id, people.asset_count,
    people.created_at, people.updated_at";

impl FromRow for Person {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            library_id: row.take()?,
            name: row.take()?,
            birth_date: row.take()?,
            is_favorite: row.take()?,
            is_hidden: row.take()?,
            thumbnail_face_id: row.take()?,
            asset_count: row.take()?,
            created_at: row.take()?,
            updated_at: row.take()?,
        })
    }
}

/// Adds a person. A name in use in the library, in whatever case, gives `Conflict`.
pub fn insert(tx: &mut Tx<'_>, person: &Person) -> Result<()> {
    tx.execute(
        "insert into people (id, library_id, name, name_folded, name_sort, birth_date, is_favorite,
                             is_hidden, thumbnail_face_id, asset_count, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            &person.id,
            &person.library_id,
            &person.name,
            &person.name.as_ref().map(Name::folded),
            &person.name.as_ref().map(Name::sort_key),
            &person.birth_date,
            &person.is_favorite,
            &person.is_hidden,
            &person.thumbnail_face_id,
            &person.asset_count,
            &person.created_at,
            &person.updated_at,
        ],
    )?;
    Ok(())
}

/// One person.
pub fn get(conn: &mut Conn, id: PersonId) -> Result<Option<Person>> {
    conn.one(&format!("select {COLUMNS} from people where id = $1"), &[&id])
}

/// Those of `ids` there are, whom nobody else can change until this transaction ends; locked in
/// the order of ids, so that two callers never wait for each other in a circle.
pub fn lock(tx: &mut Tx<'_>, ids: &[PersonId]) -> Result<Vec<Person>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let for_update = tx.for_update();
    Query::new(&format!("select {COLUMNS} from people where "))
        .bind_each("id in (?)", ids.to_vec())
        .push(&format!(" order by id {for_update}"))
        .all(tx)
}

/// The person of that name in `library`, in whatever case.
pub fn with_name(conn: &mut Conn, library: LibraryId, name: &Name) -> Result<Option<Person>> {
    conn.one(
        &format!("select {COLUMNS} from people where library_id = $1 and name_folded = $2"),
        &[&library, &name.folded()],
    )
}

/// Saves their own fields and `updated_at`. A name in use gives `Conflict`.
pub fn save(tx: &mut Tx<'_>, person: &Person) -> Result<()> {
    tx.execute(
        "update people set name = $2, name_folded = $3, name_sort = $4, birth_date = $5,
                           is_favorite = $6, is_hidden = $7, thumbnail_face_id = $8,
                           updated_at = $9
         where id = $1",
        &[
            &person.id,
            &person.name,
            &person.name.as_ref().map(Name::folded),
            &person.name.as_ref().map(Name::sort_key),
            &person.birth_date,
            &person.is_favorite,
            &person.is_hidden,
            &person.thumbnail_face_id,
            &person.updated_at,
        ],
    )?;
    Ok(())
}

/// Removes a person, whom no face shows any more.
pub fn delete(tx: &mut Tx<'_>, id: PersonId) -> Result<()> {
    tx.execute("delete from people where id = $1", &[&id])?;
    Ok(())
}

/// Takes a face that is gone away from whomever it stood for. Returns them.
pub fn lose_thumbnail(tx: &mut Tx<'_>, face: FaceId, now: Instant) -> Result<Vec<PersonId>> {
    let sql = "update people set thumbnail_face_id = null,
                   updated_at = case when updated_at < $2 then $2 else updated_at + 1 end
               where thumbnail_face_id = $1
               returning id";
    Ok(tx.all::<(PersonId,)>(sql, &[&face, &now])?.into_iter().map(|(id,)| id).collect())
}

/// The face that stands for a person, and the rendering it is cut out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Portrait {
    /// The chosen face, or else the newest one of a live asset.
    pub face: FaceId,
    /// The original of its asset.
    pub version: VersionId,
}

/// The portraits of those of `people` who have one.
pub fn portraits(conn: &mut Conn, people: &[PersonId]) -> Result<HashMap<PersonId, Portrait>> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(PersonId, FaceId, VersionId)> = Query::new(
        "select people.id, faces.id, asset_versions.id
         from people
         join faces on faces.id = coalesce(people.thumbnail_face_id,
             (select f.id from faces f where f.person_id = people.id and f.asset_is_live
              order by f.id desc limit 1))
         join asset_versions on asset_versions.asset_id = faces.asset_id
                            and asset_versions.position = 0
         where ",
    )
    .bind_each("people.id in (?)", people.to_vec())
    .all(conn)?;
    Ok(found.into_iter().map(|(id, face, version)| (id, Portrait { face, version })).collect())
}

/// Who is on which of these assets, hidden people included.
pub fn on_assets(conn: &mut Conn, assets: &[AssetId]) -> Result<Vec<(AssetId, Person)>> {
    struct On(AssetId, Person);

    impl FromRow for On {
        fn from_row(row: &mut Row<'_>) -> Result<Self> {
            Ok(Self(row.take()?, Person::from_row(row)?))
        }
    }

    if assets.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<On> = Query::new(&format!(
        "select person_assets.asset_id, {COLUMNS}
         from person_assets join people on people.id = person_assets.person_id where "
    ))
    .bind_each("person_assets.asset_id in (?)", assets.to_vec())
    .push(" order by people.id")
    .all(conn)?;
    Ok(found.into_iter().map(|On(asset, person)| (asset, person)).collect())
}
