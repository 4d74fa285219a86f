//! Fills a library as fast as the store takes it.

use std::path::Path;

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressStyle};
use model::{LibraryId, UserId};
use store::assets::NewAsset;
use store::db::{self, Tx};
use store::versions::{self, Version};
use store::{assets, layers, libraries};

use super::OWNER;
use super::photos::{self, Mix, Photo};
use crate::wiring::wire;

/// Assets in one transaction.
const BATCH: u64 = 2000;

/// Has the last word on the photo with this seed.
pub(super) type Touch = fn(u64, &mut Photo);

/// Makes a new database at `path` with an account and `size` assets in its library.
pub(super) async fn fill(path: &Path, mix: Mix, size: usize, touch: Touch) -> Result<()> {
    let objects = tempfile::tempdir()?;
    let wired = wire(path, objects.path())?;
    let owner = wired.app.create_user(OWNER.to_owned()).await?.user;
    let library = wired.db.read(move |conn| libraries::of_owner(conn, owner)).await?;
    let library = library.first().context("an account comes with a library")?.id;
    let bar = bar(size as u64);
    for first in (0..size as u64).step_by(usize::try_from(BATCH)?) {
        let seeds = first..(first + BATCH).min(size as u64);
        bar.inc(seeds.end - seeds.start);
        wired.db.write(move |tx| insert(tx, seeds.clone(), (mix, touch), library, owner)).await?;
    }
    bar.finish_and_clear();
    wired.db.close().await;
    Ok(())
}

fn insert(
    tx: &mut Tx<'_>,
    seeds: std::ops::Range<u64>,
    (mix, touch): (Mix, Touch),
    library: LibraryId,
    owner: UserId,
) -> db::Result<()> {
    for seed in seeds {
        let mut photo = photos::photo(seed, library, mix);
        touch(seed, &mut photo);
        let Photo { asset, file, facts, derived } = photo;
        let version = Version {
            id: asset.version_id,
            asset_id: asset.id,
            position: 0,
            kind: asset.kind.clone(),
            params: None,
            mime_type: asset.mime_type.clone(),
            file_size_bytes: asset.file_size_bytes,
            checksum: file.sha256.clone(),
            received: file.sha256.clone(),
            size: asset.size,
            orientation: asset.metadata.camera.orientation,
            replaced: None,
            created_at: asset.created_at,
        };
        let id = asset.id;
        assets::insert(tx, &NewAsset { asset, file }, owner)?;
        layers::insert_file(tx, id, &facts)?;
        layers::set_derived(tx, id, derived.as_ref(), "bench")?;
        versions::insert(tx, &version)?;
    }
    Ok(())
}

/// A bar on standard error; silent when that is no terminal.
fn bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:>12} [{bar:40}] {pos}/{len} {per_sec} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style).with_message("filling")
}
