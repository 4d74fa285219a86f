//! What a worker does for each kind of task.

use model::{Change, DerivedPlace, EventKind, MediaType, PlaceNames, Task, TaskKind};
use store::{assets, events, jobs, layers, tasks, versions};

use super::Outcome;
use super::jobs::BACKUP;
use crate::assets::{Parts, edited, later_than};
use crate::pictures::{Trouble, off_thread};
use crate::upload::wide;
use crate::{App, Error, Result};

/// What became of objects that are to be removed.
enum Cleaned {
    All,
    Nothing,
}

impl App {
    pub(super) async fn perform(&self, task: &Task) -> Outcome {
        let done = match task.kind {
            TaskKind::ReverseGeocoding => self.find_place(task).await.map_err(Trouble::from),
            TaskKind::VideoThumbnailExtract => self.render_asset(task).await,
            TaskKind::Thumbhash => self.hash_asset(task).await,
            TaskKind::BurstDetection => self.detect_burst(task).await.map_err(Trouble::from),
            TaskKind::AssetStorageCleanup | TaskKind::AssetVersionStorageCleanup => {
                match self.clean_up(task).await {
                    Ok(Cleaned::All) => Ok(()),
                    Ok(Cleaned::Nothing) => return Outcome::Postponed,
                    Err(err) => Err(Trouble::from(err)),
                }
            }
        };
        match done {
            Ok(()) => Outcome::Done,
            Err(Trouble::Picture(err)) if err.is_passing() => Outcome::Later(err.to_string()),
            Err(Trouble::Picture(err)) => Outcome::Never(err.to_string()),
            Err(Trouble::Elsewhere(err)) => {
                tracing::warn!(task = %task.id, kind = ?task.kind, "a task failed: {err:?}");
                Outcome::Trouble(err.to_string())
            }
        }
    }

    /// Names for the effective coordinates, whatever they are by now.
    async fn find_place(&self, task: &Task) -> Result<()> {
        let id = task.asset_id;
        let layers = self.read(move |conn| Ok(layers::get(conn, id)?)).await?;
        let Some(layers) = layers else { return Ok(()) };
        let at = layers.effective().coordinates;
        let app = self.clone();
        let derived =
            off_thread(move || Ok::<_, Error>(at.map(|at| derive(at, app.geocoder().locate(at)))))
                .await?;
        let now = self.now();
        self.write(move |tx| {
            let Some(head) = assets::lock(tx, id)? else { return Ok(()) };
            let Some(mut layers) = layers::get(tx, id)? else { return Ok(()) };
            let before = layers.effective();
            if before.coordinates != at {
                // Moved meanwhile; the task that came with the move is on its way.
                return Ok(());
            }
            layers.derived.clone_from(&derived);
            let version = places::Geocoder::data_version();
            layers::set_derived(tx, id, derived.as_ref(), version)?;
            let shown = layers.effective();
            if shown != before {
                let now = later_than(head.updated_at, now);
                assets::set_effective(tx, id, &shown, now)?;
                events::append(tx, head.library_id, &edited(head.id), now)?;
            }
            Ok(())
        })
        .await
    }

    /// The placeholder and all variants. Behind the still of a video nothing is left to do: they came
    /// from the same decode.
    async fn hash_asset(&self, task: &Task) -> Result<(), Trouble> {
        let id = task.asset_id;
        let found = self.read(move |conn| Ok(assets::get(conn, id, Parts::default())?)).await?;
        let has_still = found.is_some_and(|found| {
            found.asset.media_type == MediaType::Video && found.asset.thumbhash.is_some()
        });
        if has_still { Ok(()) } else { self.render_asset(task).await }
    }

    /// Variants and placeholder, from one decode.
    async fn render_asset(&self, task: &Task) -> Result<(), Trouble> {
        let (id, extracts) = (task.asset_id, task.kind == TaskKind::VideoThumbnailExtract);
        let version = self.read(move |conn| Ok(versions::shown(conn, id)?)).await?;
        let Some(version) = version else { return Ok(()) };
        let made = self.make_pictures(&version).await?;
        let now = self.now();
        self.write(move |tx| {
            let Some(head) = assets::lock(tx, id)? else { return Ok(()) };
            if versions::shown(tx, id)?.is_none_or(|shown| shown.id != version.id) {
                // Another one is shown meanwhile; the task that came with it is on its way.
                return Ok(());
            }
            if extracts {
                tasks::enqueue(tx, head.library_id, id, TaskKind::Thumbhash, now)?;
            }
            let now = later_than(head.updated_at, now);
            assets::set_thumbhash(tx, id, &made.thumbhash, now)?;
            if let Some(size) = made.size.map(wide) {
                assets::set_size(tx, id, size)?;
                versions::set_size(tx, version.id, size)?;
            }
            let change = Change::new(EventKind::AssetUpdated, id.uuid());
            Ok(events::append(tx, head.library_id, &[change], now)?)
        })
        .await?;
        Ok(())
    }

    /// Removes the objects of an asset, or of versions of it, that are gone; not while a backup is
    /// made, whose snapshot may still name them.
    async fn clean_up(&self, task: &Task) -> Result<Cleaned> {
        let (asset, now) = (task.asset_id, self.now());
        // Together: what is discarded after a backup has begun may be in its snapshot.
        let found = self.read(move |conn| {
            let discarded = versions::discarded(conn, asset)?;
            Ok((!jobs::is_held(conn, BACKUP, now)?).then_some(discarded))
        });
        let Some(discarded) = found.await? else { return Ok(Cleaned::Nothing) };
        for id in discarded {
            let blobs = self.blobs().clone();
            off_thread(move || Ok::<_, Error>(blobs.delete(id)?)).await?;
            self.write(move |tx| Ok(versions::forget(tx, id)?)).await?;
        }
        Ok(Cleaned::All)
    }
}

fn derive(at: model::Coordinates, place: places::Place) -> DerivedPlace {
    let places::Place { sublocation, city, state, country, country_code, timezone } = place;
    let names = PlaceNames { place_name: None, sublocation, city, state, country, country_code };
    DerivedPlace { at, names, timezone }
}
