//! Changes of the asset row.

use model::{Asset, AssetId, Effective, FileData, Instant, LibraryId, StackId, Tile, UserId};

use crate::columns::split;
use crate::db::{Result, Tx};
use crate::kept;
use crate::versions::Version;

/// A new asset and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAsset {
    /// As it is to be shown.
    pub asset: Asset,
    /// The upload.
    pub file: FileData,
}

/// Adds the row and counts it. A library that already holds these bytes gives `Conflict`.
pub fn insert(tx: &mut Tx<'_>, new: &NewAsset, owner: UserId) -> Result<()> {
    let NewAsset { asset, file } = new;
    let (metadata, camera) = (&asset.metadata, &asset.metadata.camera);
    let (digitized, digitized_offset) = split(camera.digitized);
    let (modified, modified_offset) = split(camera.modified);
    let placeholders: Vec<String> = (1..=64).map(|n| format!("${n}")).collect();
    tx.execute(
        &format!(
            "insert into assets ({}, {}, local_day, local_month, stored_bytes, tile)
             values ({})",
            super::COLUMNS,
            super::FILE_COLUMNS,
            placeholders.join(", ")
        ),
        &[
            &asset.id,
            &asset.library_id,
            &asset.version_id,
            &asset.media_type,
            &asset.mime_type,
            &asset.kind,
            &asset.original_file_name,
            &asset.capture.wall,
            &asset.capture.offset,
            &asset.capture_source,
            &asset.created_at,
            &asset.updated_at,
            &asset.trashed_at,
            &asset.size.map(|size| size.0),
            &asset.size.map(|size| size.1),
            &asset.duration,
            &asset.thumbhash,
            &asset.file_size_bytes,
            &asset.stack,
            &metadata.updated_at,
            &metadata.description,
            &metadata.coordinates.map(model::Coordinates::latitude),
            &metadata.coordinates.map(model::Coordinates::longitude),
            &metadata.altitude,
            &metadata.rating.map(model::Rating::stars),
            &metadata.place.place_name,
            &metadata.place.sublocation,
            &metadata.place.city,
            &metadata.place.state,
            &metadata.place.country,
            &metadata.place.country_code,
            &metadata.timezone,
            &digitized,
            &digitized_offset,
            &modified,
            &modified_offset,
            &camera.make,
            &camera.model,
            &camera.lens_model,
            &camera.f_number,
            &camera.focal_length,
            &camera.exposure_time,
            &camera.exposure_bias,
            &camera.iso,
            &camera.fps,
            &camera.orientation,
            &camera.raw_size.map(|size| size.0),
            &camera.raw_size.map(|size| size.1),
            &camera.projection_type,
            &camera.live_photo_cid,
            &camera.auto_stack_id,
            &file.sha256,
            &file.sha1,
            &file.device_asset_id,
            &file.device_id,
            &file.file_created_at.wall,
            &file.file_created_at.offset,
            &file.file_modified_at.wall,
            &file.file_modified_at.offset,
            &file.file_size_bytes,
            &asset.capture.wall.day(),
            &asset.capture.wall.month(),
            &file.file_size_bytes,
            &metadata.coordinates.map(Tile::of),
        ],
    )?;
    count(tx, asset.library_id, 1)?;
    kept::follow(tx, asset.id, None)?;
    charge(tx, asset.library_id, owner, file.file_size_bytes, asset.created_at)
}

/// Replaces the effective values, everything that layers decide about.
pub fn set_effective(tx: &mut Tx<'_>, id: AssetId, shown: &Effective, now: Instant) -> Result<()> {
    let before = kept::standing(tx, id)?;
    tx.execute(
        "update assets set
             wall_offset = $2, capture_source = $3, description = $4, latitude = $5,
             longitude = $6, altitude = $7, rating = $8, place_name = $9, sublocation = $10,
             city = $11, state = $12, country = $13, country_code = $14, timezone = $15,
             updated_at = $16, metadata_updated_at = $16
         where id = $1",
        &[
            &id,
            &shown.capture.offset,
            &shown.capture_source,
            &shown.description,
            &shown.coordinates.map(model::Coordinates::latitude),
            &shown.coordinates.map(model::Coordinates::longitude),
            &shown.altitude,
            &shown.rating.map(model::Rating::stars),
            &shown.place.place_name,
            &shown.place.sublocation,
            &shown.place.city,
            &shown.place.state,
            &shown.place.country,
            &shown.place.country_code,
            &shown.timezone,
            &now,
        ],
    )?;
    // SQLite writes every index of a column that is set, changed or not, and these are in many.
    let wall = shown.capture.wall;
    if before.as_ref().is_none_or(|before| before.wall() != wall) {
        tx.execute(
            "update assets set wall = $2, local_day = $3, local_month = $4 where id = $1",
            &[&id, &wall, &wall.day(), &wall.month()],
        )?;
    }
    let tile = shown.coordinates.map(Tile::of);
    if before.as_ref().is_none_or(|before| before.tile() != tile) {
        tx.execute("update assets set tile = $2 where id = $1", &[&id, &tile])?;
    }
    kept::follow(tx, id, before.as_ref())
}

/// Sets the placeholder. Returns whether the asset was still there.
pub fn set_thumbhash(tx: &mut Tx<'_>, id: AssetId, hash: &[u8], now: Instant) -> Result<bool> {
    let sql = "update assets set thumbhash = $2, updated_at = $3 where id = $1";
    Ok(tx.execute(sql, &[&id, &hash, &now])? == 1)
}

/// Sets the display size, which a decoder may know better than the header.
pub fn set_size(tx: &mut Tx<'_>, id: AssetId, size: (i64, i64)) -> Result<()> {
    tx.execute(
        "update assets set width = $2, height = $3 where id = $1",
        &[&id, &size.0, &size.1],
    )?;
    Ok(())
}

/// Shows a version: what the asset says of its rendering is of this one now, and its placeholder is
/// still to be made.
pub fn show(tx: &mut Tx<'_>, version: &Version, now: Instant) -> Result<()> {
    tx.execute(
        "update assets set version_id = $2, kind = $3, mime_type = $4, file_size_bytes = $5,
                           width = $6, height = $7, thumbhash = null, updated_at = $8
         where id = $1",
        &[
            &version.asset_id,
            &version.id,
            &version.kind,
            &version.mime_type,
            &version.file_size_bytes,
            &version.size.map(|size| size.0),
            &version.size.map(|size| size.1),
            &now,
        ],
    )?;
    Ok(())
}

/// Puts a live asset into the trash, or brings a trashed one back, and counts it.
pub fn set_trashed(
    tx: &mut Tx<'_>,
    head: &super::Head,
    trashed_at: Option<Instant>,
    now: Instant,
) -> Result<()> {
    let before = kept::standing(tx, head.id)?;
    tx.execute(
        "update assets set last_trashed_at = coalesce($2, trashed_at, last_trashed_at),
                           trashed_at = $2, updated_at = $3
         where id = $1",
        &[&head.id, &trashed_at, &now],
    )?;
    count(tx, head.library_id, if trashed_at.is_some() { -1 } else { 1 })?;
    kept::follow(tx, head.id, before.as_ref())
}

/// Puts an asset into a stack, or takes it out of any; `is_unstacked` says whether a person took it
/// out.
pub fn set_stack(
    tx: &mut Tx<'_>,
    id: AssetId,
    stack: Option<StackId>,
    is_unstacked: bool,
    now: Instant,
) -> Result<()> {
    let before = kept::standing(tx, id)?;
    tx.execute(
        "update assets set stack_id = $2, is_unstacked = $3,
                           updated_at = case when updated_at < $4 then $4 else updated_at + 1 end
         where id = $1",
        &[&id, &stack, &is_unstacked, &now],
    )?;
    kept::follow(tx, id, before.as_ref())
}

/// Removes the row, its layers, faces and versions; remembers the objects to be removed.
pub fn delete(tx: &mut Tx<'_>, head: &super::Head, owner: UserId, now: Instant) -> Result<()> {
    tx.execute(
        "insert into discarded_versions (id, asset_id)
         select id, asset_id from asset_versions where asset_id = $1",
        &[&head.id],
    )?;
    kept::forget(tx, head.id)?;
    tx.execute("delete from assets where id = $1", &[&head.id])?;
    if head.trashed_at.is_none() {
        count(tx, head.library_id, -1)?;
    }
    charge(tx, head.library_id, owner, -head.stored_bytes, now)
}

pub(super) fn count(tx: &mut Tx<'_>, library: LibraryId, more: i64) -> Result<()> {
    let sql = "update libraries set asset_count = asset_count + $2 where id = $1";
    tx.execute(sql, &[&library, &more])?;
    Ok(())
}

/// Counts bytes that versions of an asset occupy more, or less when negative: for the asset, its
/// library and the owner.
pub fn occupy(
    tx: &mut Tx<'_>,
    asset: AssetId,
    library: LibraryId,
    owner: UserId,
    bytes: i64,
    now: Instant,
) -> Result<()> {
    tx.execute(
        "update assets set stored_bytes = stored_bytes + $2 where id = $1",
        &[&asset, &bytes],
    )?;
    charge(tx, library, owner, bytes, now)
}

fn charge(
    tx: &mut Tx<'_>,
    library: LibraryId,
    owner: UserId,
    bytes: i64,
    now: Instant,
) -> Result<()> {
    fill(tx, library, bytes)?;
    bill(tx, owner, bytes, now)
}

pub(super) fn fill(tx: &mut Tx<'_>, library: LibraryId, bytes: i64) -> Result<()> {
    let sql = "update libraries set storage_used_bytes = storage_used_bytes + $2 where id = $1";
    tx.execute(sql, &[&library, &bytes])?;
    Ok(())
}

pub(super) fn bill(tx: &mut Tx<'_>, owner: UserId, bytes: i64, now: Instant) -> Result<()> {
    tx.execute(
        "update users set storage_used_bytes = storage_used_bytes + $2, updated_at = $3 where id = $1",
        &[&owner, &bytes, &now],
    )?;
    Ok(())
}
