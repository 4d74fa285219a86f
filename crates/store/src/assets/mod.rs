//! Assets as lists and answers show them: one row, effective values.

mod clusters;
mod counts;
mod list;
mod moving;
mod parts;
#[cfg(test)]
mod tests;
mod write;

pub use clusters::{catch_up, clusters};
pub use counts::counts;
#[cfg(test)]
pub(crate) use list::page;
pub(crate) use list::{Walk, begin, demand};
pub use list::{list, position, shown};
pub use moving::{held, relocate};
pub use parts::{Found, Parts};
pub use write::{
    NewAsset, delete, insert, occupy, set_effective, set_size, set_stack, set_thumbhash,
    set_trashed, show,
};

use model::{
    Asset, AssetId, Camera, CaptureTime, FileData, Instant, LibraryId, Metadata, Rating, StackId,
};

use crate::columns;
use crate::db::{Conn, FromRow, Query, Result, Row, Tx};

const COLUMNS: &str = "id, library_id, version_id, media_type, mime_type, kind, original_file_name,
    wall, wall_offset, capture_source, created_at, updated_at, trashed_at, width, height, duration,
    thumbhash, file_size_bytes, stack_id, metadata_updated_at, description, latitude, longitude, altitude,
    rating, place_name, sublocation, city, state, country, country_code, timezone,
    digitized, digitized_offset, modified, modified_offset, make, model, lens_model, f_number,
    focal_length, exposure_time, exposure_bias, iso, fps, orientation, raw_width, raw_height,
    projection_type, live_photo_cid, auto_stack_id";

const FILE_COLUMNS: &str = "sha256, sha1, device_asset_id, device_id, file_created,
    file_created_offset, file_modified, file_modified_offset, uploaded_bytes";

fn asset(row: &mut Row<'_>) -> Result<Asset> {
    Ok(Asset {
        id: row.take()?,
        library_id: row.take()?,
        version_id: row.take()?,
        media_type: row.take()?,
        mime_type: row.take()?,
        kind: row.take()?,
        original_file_name: row.take()?,
        capture: CaptureTime { wall: row.take()?, offset: row.take()? },
        capture_source: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
        trashed_at: row.take()?,
        size: columns::size(row)?,
        duration: row.take()?,
        thumbhash: row.take()?,
        file_size_bytes: row.take()?,
        stack: row.take()?,
        metadata: Metadata {
            updated_at: row.take()?,
            description: row.take()?,
            coordinates: columns::coordinates(row)?,
            altitude: row.take()?,
            rating: row.take::<Option<i64>>()?.map(Rating::shown_for),
            place: columns::names(row)?,
            timezone: row.take()?,
            camera: camera(row)?,
        },
    })
}

fn camera(row: &mut Row<'_>) -> Result<Camera> {
    Ok(Camera {
        digitized: columns::time(row)?,
        modified: columns::time(row)?,
        make: row.take()?,
        model: row.take()?,
        lens_model: row.take()?,
        f_number: row.take()?,
        focal_length: row.take()?,
        exposure_time: row.take()?,
        exposure_bias: row.take()?,
        iso: row.take()?,
        fps: row.take()?,
        orientation: row.take()?,
        raw_size: columns::size(row)?,
        projection_type: row.take()?,
        live_photo_cid: row.take()?,
        auto_stack_id: row.take()?,
    })
}

fn file(row: &mut Row<'_>) -> Result<FileData> {
    Ok(FileData {
        sha256: row.take()?,
        sha1: row.take()?,
        device_asset_id: row.take()?,
        device_id: row.take()?,
        file_created_at: CaptureTime { wall: row.take()?, offset: row.take()? },
        file_modified_at: CaptureTime { wall: row.take()?, offset: row.take()? },
        file_size_bytes: row.take()?,
    })
}

/// One asset.
pub fn get(conn: &mut Conn, id: AssetId, parts: Parts) -> Result<Option<Found>> {
    let mut query = parts.select();
    query.push(" from assets where ").bind("id = ?", id);
    Ok(parts.find(conn, &query)?.pop())
}

/// The asset of `library` whose upload had this SHA-256, with all its parts.
pub fn with_bytes(conn: &mut Conn, library: LibraryId, sha256: &[u8]) -> Result<Option<Found>> {
    let mut query = Parts::ALL.select();
    query
        .push(" from assets where ")
        .bind("library_id = ?", library)
        .bind(" and sha256 = ?", sha256.to_vec());
    Ok(Parts::ALL.find(conn, &query)?.pop())
}

/// What is needed to decide about an asset before it is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The asset.
    pub id: AssetId,
    /// Where it lives.
    pub library_id: LibraryId,
    /// When it changed last.
    pub updated_at: Instant,
    /// `None` for a live asset.
    pub trashed_at: Option<Instant>,
    /// Bytes it occupies: those of all its versions.
    pub stored_bytes: i64,
    /// The stack it is in.
    pub stack: Option<StackId>,
}

impl FromRow for Head {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            library_id: row.take()?,
            updated_at: row.take()?,
            trashed_at: row.take()?,
            stored_bytes: row.take()?,
            stack: row.take()?,
        })
    }
}

const HEAD: &str = "id, library_id, updated_at, trashed_at, stored_bytes, stack_id";

/// The head of one asset.
pub fn head(conn: &mut Conn, id: AssetId) -> Result<Option<Head>> {
    conn.one(&format!("select {HEAD} from assets where id = $1"), &[&id])
}

/// The heads of those of `ids` that there are.
pub fn heads(conn: &mut Conn, ids: Vec<AssetId>) -> Result<Vec<Head>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Query::new(&format!("select {HEAD} from assets where ")).bind_each("id in (?)", ids).all(conn)
}

/// The head of one asset, which nobody else can change until this transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: AssetId) -> Result<Option<Head>> {
    let for_update = tx.for_update();
    tx.one(&format!("select {HEAD} from assets where id = $1 {for_update}"), &[&id])
}

/// As [`lock_many`], with all that are in one stack with any of them.
pub fn lock_with_mates(tx: &mut Tx<'_>, library: LibraryId, ids: &[AssetId]) -> Result<Vec<Head>> {
    let for_update = tx.for_update();
    Query::new(&format!("select {HEAD} from assets where "))
        .bind("library_id = ?", library)
        .bind_each(" and (id in (?)", ids.to_vec())
        .push(" or stack_id in (select stack_id from assets where stack_id is not null")
        .bind_each(" and id in (?)))", ids.to_vec())
        .push(&format!(" order by id {for_update}"))
        .all(tx)
}

/// The heads of those of `ids` that lie in `library`, locked as by [`lock`], in the order of ids
/// so that two callers never wait for each other in a circle.
pub fn lock_many(tx: &mut Tx<'_>, library: LibraryId, ids: Vec<AssetId>) -> Result<Vec<Head>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let for_update = tx.for_update();
    Query::new(&format!("select {HEAD} from assets where "))
        .bind("library_id = ?", library)
        .bind_each(" and id in (?)", ids)
        .push(&format!(" order by id {for_update}"))
        .all(tx)
}

/// Up to `limit` heads from the trash of `library`, oldest trash first, trashed at or before
/// `until`, locked as by [`lock`].
pub fn lock_trashed(
    tx: &mut Tx<'_>,
    library: LibraryId,
    until: Instant,
    limit: i64,
) -> Result<Vec<Head>> {
    let for_update = tx.for_update();
    tx.all(
        &format!(
            "select {HEAD} from assets
             where library_id = $1 and trashed_at is not null and trashed_at <= $2
             order by trashed_at, id
             limit $3 {for_update}"
        ),
        &[&library, &until, &limit],
    )
}

/// When something last came into the trash of `library` that is still there.
pub fn last_trashed(conn: &mut Conn, library: LibraryId) -> Result<Option<Instant>> {
    let found = conn.one::<(Option<Instant>,)>(
        "select max(trashed_at) from assets where library_id = $1 and trashed_at is not null",
        &[&library],
    )?;
    Ok(found.and_then(|(last,)| last))
}

/// The libraries with something in the trash that was put there at or before `until`.
pub fn libraries_with_trash(conn: &mut Conn, until: Instant) -> Result<Vec<LibraryId>> {
    let found: Vec<(LibraryId,)> = conn.all(
        "select id from libraries where exists
             (select 1 from assets
              where library_id = libraries.id and trashed_at is not null and trashed_at <= $1)",
        &[&until],
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Up to `limit` heads of `library`, live or trashed, oldest first, locked as by [`lock`].
pub fn lock_some(tx: &mut Tx<'_>, library: LibraryId, limit: i64) -> Result<Vec<Head>> {
    let for_update = tx.for_update();
    tx.all(
        &format!(
            "select {HEAD} from assets where library_id = $1
             order by wall, id
             limit $2 {for_update}"
        ),
        &[&library, &limit],
    )
}

/// One match of the existence check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lite {
    /// The asset.
    pub id: AssetId,
    /// SHA-256 of the upload.
    pub sha256: Vec<u8>,
    /// SHA-1 of the upload.
    pub sha1: Vec<u8>,
    /// As sent.
    pub device_asset_id: String,
    /// As sent.
    pub device_id: String,
}

impl FromRow for Lite {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.take()?,
            sha256: row.take()?,
            sha1: row.take()?,
            device_asset_id: row.take()?,
            device_id: row.take()?,
        })
    }
}

/// What to look for in the existence check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fingerprints {
    /// SHA-256 sums.
    Sha256(Vec<Vec<u8>>),
    /// SHA-1 sums.
    Sha1(Vec<Vec<u8>>),
    /// One device's own names.
    Device {
        /// The device.
        id: String,
        /// Its names.
        assets: Vec<String>,
    },
}

/// Live and trashed assets of `library` that match.
pub fn existing(conn: &mut Conn, library: LibraryId, wanted: Fingerprints) -> Result<Vec<Lite>> {
    let mut query =
        Query::new("select id, sha256, sha1, device_asset_id, device_id from assets where ");
    query.bind("library_id = ?", library);
    match wanted {
        Fingerprints::Sha256(sums) if !sums.is_empty() => {
            query.bind_each(" and sha256 in (?)", sums)
        }
        Fingerprints::Sha1(sums) if !sums.is_empty() => query.bind_each(" and sha1 in (?)", sums),
        Fingerprints::Device { id, assets } if !assets.is_empty() => {
            query.bind(" and device_id = ?", id).bind_each(" and device_asset_id in (?)", assets)
        }
        _ => return Ok(Vec::new()),
    };
    query.all(conn)
}
