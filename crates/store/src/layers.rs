//! The layers behind an asset's effective values.

use model::{
    AssetId, Caption, DerivedPlace, EmbeddedPlace, Fallback, FileFacts, FileLayer, Rating,
    UserLayer,
};

use crate::columns::{self, split};
use crate::db::{Conn, FromRow, Result, Row, Tx};

/// All layers of one asset.
#[derive(Debug, Clone, PartialEq)]
pub struct Layers {
    /// What people said.
    pub user: UserLayer,
    /// What the file says.
    pub file: FileLayer,
    /// What its sidecar says; nothing when there is none.
    pub sidecar: FileLayer,
    /// What the geocoder found last, for whatever place it was.
    pub derived: Option<DerivedPlace>,
    /// The end of the capture-time chain.
    pub fallback: Fallback,
}

impl Layers {
    /// What is to be shown.
    pub fn effective(&self) -> model::Effective {
        let written = self.file.beneath(&self.sidecar);
        model::effective(&self.user, &written, self.derived.as_ref(), self.fallback)
    }
}

impl FromRow for Layers {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            fallback: Fallback { created_at: row.take()?, file_created_at: columns::time(row)? },
            user: UserLayer {
                // A stored caption has passed `Caption::new`; one that no longer does is no caption.
                description: row.take::<Option<String>>()?.and_then(|text| Caption::new(text).ok()),
                coordinates: columns::coordinates(row)?,
                original: columns::time(row)?,
                rating: row.take::<Option<i64>>()?.and_then(|stars| Rating::new(stars).ok()),
            },
            file: written(row)?,
            sidecar: written(row)?,
            derived: derived(row)?,
        })
    }
}

fn written(row: &mut Row<'_>) -> Result<FileLayer> {
    Ok(FileLayer {
        description: row.take()?,
        coordinates: columns::coordinates(row)?,
        altitude: row.take()?,
        original: columns::time(row)?,
        rating: row.take()?,
        place: EmbeddedPlace {
            sublocation: row.take()?,
            city: row.take()?,
            state: row.take()?,
            country: row.take()?,
            country_code: row.take()?,
        },
    })
}

fn derived(row: &mut Row<'_>) -> Result<Option<DerivedPlace>> {
    let at = columns::coordinates(row)?;
    let (names, timezone) = (columns::names(row)?, row.take()?);
    Ok(at.map(|at| DerivedPlace { at, names, timezone }))
}

/// The layers of one asset; `None` when there is no such asset.
pub fn get(conn: &mut Conn, id: AssetId) -> Result<Option<Layers>> {
    conn.one(
        "select a.created_at, a.file_created, a.file_created_offset,
                u.description, u.latitude, u.longitude, u.wall, u.wall_offset, u.rating,
                f.description, f.latitude, f.longitude, f.altitude, f.wall, f.wall_offset, f.rating,
                f.sublocation, f.city, f.state, f.country, f.country_code,
                s.description, s.latitude, s.longitude, s.altitude, s.wall, s.wall_offset, s.rating,
                s.sublocation, s.city, s.state, s.country, s.country_code,
                d.latitude, d.longitude, d.place_name, d.sublocation, d.city, d.state, d.country,
                d.country_code, d.timezone
         from assets a
         left join user_layers u on u.asset_id = a.id
         left join file_layers f on f.asset_id = a.id
         left join sidecar_layers s on s.asset_id = a.id
         left join derived_places d on d.asset_id = a.id
         where a.id = $1",
        &[&id],
    )
}

/// Replaces what people said; an empty layer leaves no row.
pub fn set_user(tx: &mut Tx<'_>, id: AssetId, layer: &UserLayer) -> Result<()> {
    if *layer == UserLayer::default() {
        tx.execute("delete from user_layers where asset_id = $1", &[&id])?;
        return Ok(());
    }
    let (wall, offset) = split(layer.original);
    tx.execute(
        "insert into user_layers
             (asset_id, description, latitude, longitude, wall, wall_offset, rating)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (asset_id) do update set
             description = excluded.description, latitude = excluded.latitude,
             longitude = excluded.longitude, wall = excluded.wall,
             wall_offset = excluded.wall_offset, rating = excluded.rating",
        &[
            &id,
            &layer.description.as_ref().map(Caption::as_str),
            &layer.coordinates.map(model::Coordinates::latitude),
            &layer.coordinates.map(model::Coordinates::longitude),
            &wall,
            &offset,
            &layer.rating.map(Rating::stars),
        ],
    )?;
    Ok(())
}

/// Adds what the file says, with the tag that said it.
pub fn insert_file(tx: &mut Tx<'_>, id: AssetId, facts: &FileFacts) -> Result<()> {
    insert(tx, "file_layers", id, facts)?;
    if let Some(film) = facts.motion {
        let range = [film.from, film.bytes].map(i64::try_from);
        if let [Ok(from), Ok(bytes)] = range {
            let sql =
                "update file_layers set motion_from = $2, motion_bytes = $3 where asset_id = $1";
            tx.execute(sql, &[&id, &from, &bytes])?;
        }
    }
    Ok(())
}

/// Replaces what the sidecar says, with the tag that said it; `None` when there is none any more.
pub fn set_sidecar(tx: &mut Tx<'_>, id: AssetId, facts: Option<&FileFacts>) -> Result<()> {
    tx.execute("delete from sidecar_layers where asset_id = $1", &[&id])?;
    facts.map_or(Ok(()), |facts| insert(tx, "sidecar_layers", id, facts))
}

/// Both tables have the same columns.
fn insert(tx: &mut Tx<'_>, table: &str, id: AssetId, facts: &FileFacts) -> Result<()> {
    let layer = FileLayer::from(facts);
    let (wall, offset) = split(layer.original);
    let sql = format!(
        "insert into {table}
             (asset_id, description, latitude, longitude, altitude, wall, wall_offset, rating,
              sublocation, city, state, country, country_code,
              description_tag, place_tag, wall_tag, rating_tag, wall_offset_tag)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
    );
    tx.execute(
        &sql,
        &[
            &id,
            &layer.description,
            &layer.coordinates.map(model::Coordinates::latitude),
            &layer.coordinates.map(model::Coordinates::longitude),
            &layer.altitude,
            &wall,
            &offset,
            &layer.rating,
            &layer.place.sublocation,
            &layer.place.city,
            &layer.place.state,
            &layer.place.country,
            &layer.place.country_code,
            &facts.description.as_ref().map(|value| value.tag),
            &facts.coordinates.as_ref().map(|value| value.tag),
            &facts.original.as_ref().map(|value| value.tag),
            &facts.rating.as_ref().map(|value| value.tag),
            &facts.offset_tag,
        ],
    )?;
    Ok(())
}

/// Replaces what the geocoder found; `None` removes it.
pub fn set_derived(
    tx: &mut Tx<'_>,
    id: AssetId,
    derived: Option<&DerivedPlace>,
    data_version: &str,
) -> Result<()> {
    tx.execute("delete from derived_places where asset_id = $1", &[&id])?;
    let Some(DerivedPlace { at, names, timezone }) = derived else { return Ok(()) };
    tx.execute(
        "insert into derived_places
             (asset_id, latitude, longitude, place_name, sublocation, city, state, country,
              country_code, timezone, data_version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            &id,
            &at.latitude(),
            &at.longitude(),
            &names.place_name,
            &names.sublocation,
            &names.city,
            &names.state,
            &names.country,
            &names.country_code,
            timezone,
            &data_version,
        ],
    )?;
    Ok(())
}
