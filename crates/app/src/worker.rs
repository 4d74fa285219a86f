//! How later happens: tasks are claimed per asset in a short transaction, run outside any, and
//! finished in a second one.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use model::{
    Change, DerivedPlace, EventKind, Instant, MediaType, PlaceNames, Task, TaskId, TaskKind,
};
use store::blobs::Swept;
use store::{assets, events, layers, tasks, versions};
use tokio::task::JoinSet;

use crate::assets::{Parts, edited, later_than};
use crate::pictures::{Trouble, off_thread};
use crate::upload::wide;
use crate::{App, Error, Result};

/// How long a claimed task stays ours without a sign of life, in seconds.
const LEASE: i64 = 60;
/// How often a running task gives a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How long to sleep when nothing is ready and nobody rings: other processes ring nobody here.
const NAP: Duration = Duration::from_millis(500);
/// How often to look for tasks whose worker has vanished.
const PATROL: Duration = Duration::from_secs(15);
/// How often to look for objects that no row refers to.
const SWEEP: Duration = Duration::from_hours(24);
/// How often to remove what has been in the trash for too long.
const PURGE: Duration = Duration::from_hours(1);
/// Objects younger than this may belong to an upload that is still running, in seconds.
const GARBAGE_AGE: i64 = 24 * 60 * 60;

/// What came of one try.
enum Outcome {
    Done,
    /// The machine's fault or a moment's bad luck: try again.
    Later(String),
    /// The file's fault: trying again will not help.
    Never(String),
    /// The program stops before it came to it.
    NotBegun,
}

/// Works until `stop` resolves, on up to `hands` assets at a time. Running tasks are finished then;
/// those that are claimed and not begun are given back.
pub async fn run(app: App, hands: usize, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let is_stopping = Arc::new(AtomicBool::new(false));
    let mut running = JoinSet::new();
    let mut patrol = tokio::time::interval(PATROL);
    let mut sweep = tokio::time::interval(SWEEP);
    let mut sweeping = JoinSet::new();
    let mut purge = tokio::time::interval(PURGE);
    let mut purging = JoinSet::new();
    let late = app.clone();
    sweeping.spawn(async move {
        if let Err(err) = late.catch_up_with_tiles().await {
            tracing::warn!("could not put earlier assets into their tiles: {err:#}");
        }
        if let Err(err) = late.catch_up_with_search().await {
            tracing::warn!("could not read the words of earlier assets: {err:#}");
        }
    });
    loop {
        while running.len() < hands {
            match app.claim().await {
                Ok(claimed) if claimed.is_empty() => {
                    if running.is_empty() {
                        app.inner.studio.rest();
                    }
                    break;
                }
                Ok(claimed) => {
                    let (app, is_stopping) = (app.clone(), is_stopping.clone());
                    running.spawn(async move { app.work_off(claimed, &is_stopping).await });
                }
                Err(err) => {
                    tracing::warn!("could not claim a task: {err:#}");
                    break;
                }
            }
        }
        tokio::select! {
            () = &mut stop => break,
            Some(_) = running.join_next() => {}
            () = app.inner.work.notified(), if running.len() < hands => {}
            () = tokio::time::sleep(NAP), if running.len() < hands => {}
            _ = patrol.tick() => app.give_back_abandoned().await,
            _ = sweep.tick() => {
                let app = app.clone();
                sweeping.spawn(async move { app.sweep().await });
            }
            Some(_) = purging.join_next() => {}
            _ = purge.tick(), if purging.is_empty() => {
                let app = app.clone();
                purging.spawn(async move {
                    if let Err(err) = app.purge().await {
                        tracing::warn!("could not purge the trash: {err:#}");
                    }
                });
            }
        }
    }
    is_stopping.store(true, Ordering::Relaxed);
    while running.join_next().await.is_some() {}
}

impl App {
    /// Runs every task that is ready, and those they lead to. For tests and tools: nothing else
    /// may be working at the same time.
    pub async fn work_until_idle(&self) -> Result<()> {
        self.catch_up_with_tiles().await?;
        self.catch_up_with_search().await?;
        loop {
            let claimed = self.claim().await?;
            if claimed.is_empty() {
                return Ok(());
            }
            self.work_off(claimed, &AtomicBool::new(false)).await;
        }
    }

    /// How many tasks wait and run.
    pub async fn task_backlog(&self) -> Result<Vec<(model::Status, i64)>> {
        self.read(|conn| Ok(tasks::backlog(conn)?)).await
    }

    async fn claim(&self) -> Result<Vec<Task>> {
        let now = self.now();
        self.write(move |tx| Ok(tasks::claim(tx, now, now.plus_seconds(LEASE))?)).await
    }

    /// Ends the leases that an earlier worker left behind. Only for who knows to be the only one.
    pub async fn take_over(&self) -> Result<()> {
        let now = self.now();
        self.write(move |tx| Ok(tasks::end_leases(tx, now)?)).await
    }

    /// Puts back the tasks whose worker has vanished: their lease ran out.
    pub async fn give_back_abandoned(&self) {
        let now = self.now();
        let given_back = self
            .write_and_wake(move |tx| {
                for task in tasks::expired(tx, now, 1000)? {
                    conclude(tx, &task, &Outcome::Later("its worker vanished".to_owned()), now)?;
                }
                Ok(())
            })
            .await;
        if let Err(err) = given_back {
            tracing::warn!("could not look for abandoned tasks: {err:#}");
        }
    }

    /// Removes objects that no row refers to: what a crash in the middle of an upload leaves.
    async fn sweep(&self) {
        let (app, handle) = (self.clone(), tokio::runtime::Handle::current());
        let older_than = self.now().plus_seconds(-GARBAGE_AGE);
        let swept = off_thread(move || {
            app.blobs().sweep(older_than, |versions| {
                let versions = versions.to_vec();
                handle.block_on(app.read(move |conn| Ok(versions::known(conn, &versions)?)))
            })
        });
        match swept.await {
            Ok(swept) if swept == Swept::default() => {}
            Ok(swept) => tracing::info!(
                "removed {} objects without a row and {} unfinished files",
                swept.versions,
                swept.leftovers
            ),
            Err(err) => tracing::warn!("could not look for garbage: {err:#}"),
        }
    }

    /// All claimed tasks of one asset, one after the other, until the program is to stop.
    async fn work_off(&self, claimed: Vec<Task>, is_stopping: &AtomicBool) {
        let all: Vec<TaskId> = claimed.iter().map(|task| task.id).collect();
        for (begun, task) in claimed.into_iter().enumerate() {
            let outcome = if is_stopping.load(Ordering::Relaxed) {
                Outcome::NotBegun
            } else {
                self.run_alive(&task, &all[begun..]).await
            };
            let (id, now) = (task.id, self.now());
            let concluded = self.write_and_wake(move |tx| conclude(tx, &task, &outcome, now)).await;
            if let Err(err) = concluded {
                tracing::warn!(task = %id, "could not finish a task: {err:#}");
            }
        }
    }

    /// Runs a task while renewing its lease, and those of the tasks that wait behind it.
    async fn run_alive(&self, task: &Task, claimed: &[TaskId]) -> Outcome {
        let mut work = std::pin::pin!(self.perform(task));
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        heartbeat.reset();
        loop {
            tokio::select! {
                outcome = &mut work => return outcome,
                _ = heartbeat.tick() => {
                    let (ids, lease) = (claimed.to_vec(), self.now().plus_seconds(LEASE));
                    let renewed = self.write(move |tx| {
                        ids.iter().try_for_each(|id| Ok(tasks::renew(tx, *id, lease)?))
                    });
                    if let Err(err) = renewed.await {
                        tracing::warn!(task = %task.id, "could not renew a lease: {err:#}");
                    }
                }
            }
        }
    }

    async fn perform(&self, task: &Task) -> Outcome {
        let done = match task.kind {
            TaskKind::ReverseGeocoding => self.find_place(task).await.map_err(Trouble::from),
            TaskKind::VideoThumbnailExtract => self.render_asset(task).await,
            TaskKind::Thumbhash => self.hash_asset(task).await,
            TaskKind::BurstDetection => self.detect_burst(task).await.map_err(Trouble::from),
            TaskKind::AssetStorageCleanup | TaskKind::AssetVersionStorageCleanup => {
                self.clean_up(task).await.map_err(Trouble::from)
            }
        };
        match done {
            Ok(()) => Outcome::Done,
            Err(Trouble::Picture(err)) if err.is_passing() => Outcome::Later(err.to_string()),
            Err(Trouble::Picture(err)) => Outcome::Never(err.to_string()),
            Err(Trouble::Elsewhere(err)) => {
                tracing::warn!(task = %task.id, kind = ?task.kind, "a task failed: {err:?}");
                Outcome::Later(err.to_string())
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

    /// Removes the objects of an asset, or of versions of it, that are gone.
    async fn clean_up(&self, task: &Task) -> Result<()> {
        let asset = task.asset_id;
        let discarded = self.read(move |conn| Ok(versions::discarded(conn, asset)?)).await?;
        for id in discarded {
            let blobs = self.blobs().clone();
            off_thread(move || Ok::<_, Error>(blobs.delete(id)?)).await?;
            self.write(move |tx| Ok(versions::forget(tx, id)?)).await?;
        }
        Ok(())
    }
}

fn derive(at: model::Coordinates, place: places::Place) -> DerivedPlace {
    let places::Place { sublocation, city, state, country, country_code, timezone } = place;
    let names = PlaceNames { place_name: None, sublocation, city, state, country, country_code };
    DerivedPlace { at, names, timezone }
}

/// Writes down what came of a try; after the last one a task is given up.
fn conclude(
    tx: &mut store::db::Tx<'_>,
    task: &Task,
    outcome: &Outcome,
    now: Instant,
) -> Result<()> {
    match outcome {
        Outcome::Done => tasks::succeed(tx, task.id, now)?,
        Outcome::NotBegun => tasks::give_back(tx, task, now)?,
        Outcome::Later(reason) if task.retry_count + 1 < TaskKind::MAX_ATTEMPTS => {
            let pause = 1 << task.retry_count.clamp(0, 10);
            tasks::retry(tx, task, reason, now.plus_seconds(pause), now)?;
        }
        Outcome::Later(reason) | Outcome::Never(reason) => {
            tasks::fail(tx, task.id, reason, now)?;
        }
    }
    Ok(())
}
