//! What one process does for all of them: purging the trash, sweeping objects, and the like. A job
//! is held under a lease; whoever loses it stops, and who vanishes is succeeded by another.

use std::time::Duration;

use store::blobs::Swept;
use store::db::Tx;
use store::jobs::{self, Taken};
use store::versions;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{HEARTBEAT, LEASE, seconds};
use crate::moment::Moment;
use crate::pictures::off_thread;
use crate::{App, Result, instance, scrub};

/// The lease of who makes a backup: no objects are removed meanwhile.
pub(crate) const BACKUP: &str = "backup";
/// The job that removes what has been in the trash for long enough.
pub(crate) const PURGE: &str = "purge";
/// Objects younger than this may belong to an upload that is still running, in seconds.
pub(crate) const GARBAGE_AGE: i64 = 24 * 60 * 60;
/// How long before the end of its lease a job is given up that cannot renew it, in seconds: clocks
/// of machines differ.
const PRUDENCE: i64 = 15;
/// When a job that failed is tried again, in seconds.
const AFTER_FAILURE: i64 = 5 * 60;

/// Work for the library as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    /// Puts into tiles and full text what was there before they were.
    CatchUp,
    /// Removes for good what has been in the trash for too long.
    Purge,
    /// Removes objects that no row refers to.
    Sweep,
    /// Reads originals and compares them with what they were.
    Scrub,
    /// Notes beside the objects how far the database has come.
    Advance,
}

impl Job {
    const ALL: [Self; 5] = [Self::CatchUp, Self::Purge, Self::Sweep, Self::Scrub, Self::Advance];

    const fn name(self) -> &'static str {
        match self {
            Self::CatchUp => "catch-up",
            Self::Purge => PURGE,
            Self::Sweep => "sweep",
            Self::Scrub => "scrub",
            Self::Advance => "advance",
        }
    }

    /// When it is due again, in seconds.
    const fn pause(self) -> i64 {
        match self {
            Self::CatchUp | Self::Sweep => 24 * 60 * 60,
            Self::Purge => 60 * 60,
            Self::Scrub => scrub::PAUSE,
            Self::Advance => instance::PAUSE,
        }
    }
}

/// Ends the leases of servers: whoever held one is gone. A backup is made by a program of its own.
pub(super) fn end_leases(tx: &mut Tx<'_>) -> Result<()> {
    jobs::end_leases(tx, &Job::ALL.map(Job::name))?;
    Ok(jobs::end_leases(tx, &[jobs::FIRST_START])?)
}

/// The jobs of this process.
pub(super) struct Jobs {
    app: App,
    /// As whom each was last taken: by another name each time, so that one that stood still is not
    /// taken for the next one.
    taken: Vec<(Job, Uuid)>,
    running: JoinSet<()>,
}

impl Jobs {
    /// Makes the jobs known; what an upgrade has left is looked for at once.
    pub(super) async fn begin(app: &App) -> Self {
        let now = app.now();
        let announced = app.write(move |tx| {
            jobs::announce(tx, &Job::ALL.map(Job::name), now)?;
            Ok(jobs::hasten(tx, Job::CatchUp.name(), now)?)
        });
        if let Err(err) = announced.await {
            tracing::warn!("could not make the jobs known: {err:#}");
        }
        Self { app: app.clone(), taken: Vec::new(), running: JoinSet::new() }
    }

    /// Begins the jobs that are due and that nobody holds.
    pub(super) async fn take_up(&mut self) {
        let now = self.app.now();
        let due = match self.app.read(move |conn| Ok(jobs::due(conn, now)?)).await {
            Ok(due) => due,
            Err(err) => return tracing::warn!("could not look for jobs: {err:#}"),
        };
        for job in Job::ALL.into_iter().filter(|job| due.iter().any(|due| due == job.name())) {
            let (app, me) = (self.app.clone(), Uuid::new_v4());
            self.taken.retain(|(taken, _)| *taken != job);
            self.taken.push((job, me));
            self.running.spawn(async move {
                if let Err(err) = app.take_job(job, me).await {
                    tracing::warn!(job = job.name(), "a job failed: {err:#}");
                }
            });
        }
    }

    /// Resolves when a job has ended; never when there is none.
    pub(super) async fn one_ended(&mut self) {
        if self.running.join_next().await.is_none() {
            std::future::pending::<()>().await;
        }
    }

    /// Stops the jobs that run and leaves them to others. What happened up to now is noted beside the
    /// objects: whoever copies the database after that has a whole copy.
    pub(super) async fn put_down(mut self) {
        self.running.shutdown().await;
        if let Err(err) = self.app.advance().await {
            tracing::warn!("could not note how far the database has come: {err:#}");
        }
        let (taken, now) = (self.taken, self.app.now());
        let put_down = self.app.write(move |tx| {
            taken.iter().try_for_each(|(job, me)| Ok(jobs::put_down(tx, job.name(), *me, now)?))
        });
        if let Err(err) = put_down.await {
            tracing::warn!("could not leave the jobs to others: {err:#}");
        }
    }
}

impl App {
    /// Does every job that is due, once. For tests and tools.
    pub async fn do_due_jobs(&self) -> Result<()> {
        let now = self.now();
        self.write(move |tx| Ok(jobs::announce(tx, &Job::ALL.map(Job::name), now)?)).await?;
        for job in Job::ALL {
            self.take_job(job, Uuid::new_v4()).await?;
        }
        Ok(())
    }

    async fn take_job(&self, job: Job, me: Uuid) -> Result<()> {
        let (begun, now) = (Moment::now(), self.now());
        let taken = self
            .write(move |tx| Ok(jobs::take(tx, job.name(), me, now, now.plus_seconds(LEASE))?))
            .await?;
        let Some(taken) = taken else { return Ok(()) };
        tracing::debug!(job = job.name(), "a job begins");
        let done = tokio::select! {
            done = self.do_job(job, me, taken) => done,
            () = self.lose(job.name(), me, begun) => {
                tracing::warn!(job = job.name(), "a job is left to others");
                return Ok(());
            }
        };
        tracing::debug!(job = job.name(), "a job ended");
        let pause = if done.is_ok() { job.pause() } else { AFTER_FAILURE };
        let due = self.now().plus_seconds(pause);
        self.write(move |tx| Ok(jobs::put_down(tx, job.name(), me, due)?)).await?;
        done
    }

    /// Renews a lease that was taken then or later, and resolves when it is lost, or cannot be renewed
    /// before others may have it.
    pub(crate) async fn lose(&self, job: &'static str, me: Uuid, taken: Moment) {
        const MOST: Duration = seconds(LEASE - PRUDENCE);
        let mut renewed = taken;
        while renewed.elapsed() < MOST {
            let begun = Moment::now();
            let given_up = renewed.instant() + MOST;
            tokio::time::sleep_until(given_up.min(begun.instant() + seconds(HEARTBEAT))).await;
            let (begun, app) = (Moment::now(), self.clone());
            let renewal = self.write(move |tx| {
                let now = app.now();
                Ok(jobs::renew(tx, job, me, now, now.plus_seconds(LEASE))?)
            });
            match tokio::time::timeout_at(given_up, renewal).await {
                Ok(Ok(true)) => renewed = begun,
                Ok(Ok(false)) | Err(_) => return,
                Ok(Err(err)) => tracing::warn!(job, "could not renew a lease: {err:#}"),
            }
        }
    }

    async fn do_job(&self, job: Job, me: Uuid, taken: Taken) -> Result<()> {
        match job {
            Job::CatchUp => {
                self.catch_up_with_tiles().await?;
                self.catch_up_with_search().await
            }
            Job::Purge => self.purge().await,
            Job::Sweep => self.sweep().await.map(drop),
            Job::Advance => self.advance().await,
            Job::Scrub => self.scrub(job.name(), me, taken.reached).await,
        }
    }

    /// Removes objects that no row refers to: what a crash in the middle of an upload leaves.
    pub(crate) async fn sweep(&self) -> Result<Swept> {
        let (app, handle) = (self.clone(), tokio::runtime::Handle::current());
        let older_than = self.now().plus_seconds(-GARBAGE_AGE);
        let swept = off_thread(move || {
            app.blobs().sweep(older_than, |versions| {
                let versions = versions.to_vec();
                handle.block_on(app.read(move |conn| Ok(versions::known(conn, &versions)?)))
            })
        });
        let swept = swept.await?;
        if swept != Swept::default() {
            tracing::info!(
                "removed {} objects without a row and {} unfinished files",
                swept.versions,
                swept.leftovers
            );
        }
        Ok(swept)
    }
}
