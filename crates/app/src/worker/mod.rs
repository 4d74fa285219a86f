//! How later happens: tasks are claimed per asset in a short transaction, run outside any, and
//! finished in a second one. To read it: `handlers` is what is done for each kind of task, `jobs`
//! is what one process does for all of them.

mod handlers;
mod jobs;

pub(crate) use jobs::{BACKUP, GARBAGE_AGE, PURGE};

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use model::{Instant, Task, TaskKind};
use store::tasks;
use tokio::task::JoinSet;

use crate::{App, Result};
use jobs::Jobs;

/// How long a claimed task stays ours without a sign of life, in seconds.
pub(crate) const LEASE: i64 = 60;
/// How often a running task gives a sign of life, in seconds.
const HEARTBEAT: i64 = 20;
/// How long to sleep when nothing is ready and nobody rings; where other processes cannot ring.
const NAP: Duration = Duration::from_millis(500);
/// The same where they can, as on PostgreSQL: a bell may be missed when a connection is lost.
const LONG_NAP: Duration = Duration::from_secs(5);
/// The pause before a task is tried again doubles up to this power of two, in seconds.
const LONGEST_PAUSE: i64 = 9;
/// How often a task is tried while database or objects do not answer: some six hours.
const MOST_TROUBLE: i64 = 50;
/// How long a task is put off that has to wait for something else, in seconds.
const PATIENCE: i64 = 30;
/// How often to look for tasks whose worker has vanished, and for jobs that are due.
const PATROL: Duration = Duration::from_secs(15);
/// What came of one try.
enum Outcome {
    Done,
    /// A moment's bad luck, or the file's fault: try again some times.
    Later(String),
    /// The machine's fault: try again for hours.
    Trouble(String),
    /// The file's fault: trying again will not help.
    Never(String),
    /// The program stops before it came to it.
    NotBegun,
    /// It has to wait for something else for a while.
    Postponed,
    /// Its worker gave no sign of life any more.
    Vanished,
}

/// Works until `stop` resolves, on up to `hands` assets at a time. Running tasks are finished then;
/// those that are claimed and not begun are given back.
pub async fn run(app: App, hands: usize, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let is_stopping = Arc::new(AtomicBool::new(false));
    let mut running = JoinSet::new();
    let mut patrol = tokio::time::interval(PATROL);
    let mut jobs = Jobs::begin(&app).await;
    let nap = if app.inner.db.rings() { LONG_NAP } else { NAP };
    app.hear_the_bell();
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
            () = tokio::time::sleep(nap), if running.len() < hands => {}
            _ = patrol.tick() => {
                app.give_back_abandoned().await;
                jobs.take_up().await;
            }
            () = jobs.one_ended() => {}
        }
    }
    is_stopping.store(true, Ordering::Relaxed);
    jobs.put_down().await;
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

    async fn claim(&self) -> Result<Vec<Task>> {
        let now = self.now();
        self.write(move |tx| Ok(tasks::claim(tx, now, now.plus_seconds(LEASE))?)).await
    }

    /// Ends the leases that an earlier worker left behind. Only for who knows to be the only one.
    pub async fn take_over(&self) -> Result<()> {
        let now = self.now();
        self.write(move |tx| {
            jobs::end_leases(tx)?;
            Ok(tasks::end_leases(tx, now)?)
        })
        .await
    }

    /// Wakes the workers of this process when another one has work for them.
    fn hear_the_bell(&self) {
        let listener = Arc::downgrade(&self.inner);
        if let Err(err) = self.inner.db.on_ring(listener, |app| app.work.notify_one()) {
            tracing::warn!("cannot hear of work from other processes: {err}");
        }
    }

    /// Puts back the tasks whose worker has vanished: their lease ran out.
    pub async fn give_back_abandoned(&self) {
        let now = self.now();
        let given_back = self
            .write_and_wake(move |tx| {
                for task in tasks::expired(tx, now, 1000)? {
                    conclude(tx, &task, &Outcome::Vanished, now)?;
                }
                Ok(())
            })
            .await;
        if let Err(err) = given_back {
            tracing::warn!("could not look for abandoned tasks: {err:#}");
        }
    }

    /// All claimed tasks of one asset, one after the other, until the program is to stop; but for
    /// those that somebody else has by then, since this process stood still.
    async fn work_off(&self, claimed: Vec<Task>, is_stopping: &AtomicBool) {
        let mut held = Held { tasks: claimed.into(), renewed: self.now() };
        while let Some(task) = held.tasks.front().cloned() {
            let outcome = if is_stopping.load(Ordering::Relaxed) {
                Outcome::NotBegun
            } else {
                let Some(outcome) = self.run_alive(&task, &mut held).await else {
                    tracing::warn!(task = %task.id, "another worker has a task by now");
                    continue;
                };
                outcome
            };
            held.tasks.pop_front();
            let (id, now) = (task.id, self.now());
            let concluded = self.write_and_wake(move |tx| conclude(tx, &task, &outcome, now)).await;
            if let Err(err) = concluded {
                tracing::warn!(task = %id, "could not finish a task: {err:#}");
            }
        }
    }

    /// Runs the first task while renewing its lease, and those of the tasks that wait behind it.
    /// `None` when it is lost, and not held any more.
    async fn run_alive(&self, task: &Task, held: &mut Held) -> Option<Outcome> {
        if self.now() >= held.renewed.plus_seconds(HEARTBEAT) && !self.renew(task, held).await {
            return None;
        }
        tracing::debug!(task = %task.id, kind = ?task.kind, "a task begins");
        let mut work = std::pin::pin!(self.perform(task));
        let mut heartbeat = tokio::time::interval(seconds(HEARTBEAT));
        heartbeat.reset();
        let outcome = loop {
            tokio::select! {
                outcome = &mut work => break Some(outcome),
                _ = heartbeat.tick() => {
                    if !self.renew(task, held).await {
                        break None;
                    }
                }
            }
        };
        // Before anybody else may have it.
        tracing::debug!(task = %task.id, "a task ended");
        outcome
    }

    /// Renews leases, and lets go of tasks that are lost; whether this one is not among them.
    async fn renew(&self, task: &Task, held: &mut Held) -> bool {
        let (tasks, now) = (held.tasks.clone(), self.now());
        let lease = now.plus_seconds(LEASE);
        let lost = self.write(move |tx| {
            let mut lost = Vec::new();
            for task in &tasks {
                if !tasks::renew(tx, task, lease)? {
                    lost.push(task.id);
                }
            }
            Ok(lost)
        });
        match lost.await {
            Ok(lost) => {
                held.renewed = now;
                held.tasks.retain(|task| !lost.contains(&task.id));
                !lost.contains(&task.id)
            }
            Err(err) => {
                tracing::warn!("could not renew a lease: {err:#}");
                true
            }
        }
    }
}

/// Tasks that were claimed and are not done.
struct Held {
    tasks: VecDeque<Task>,
    /// When their leases were last renewed.
    renewed: Instant,
}

pub(crate) const fn seconds(seconds: i64) -> Duration {
    Duration::from_secs(seconds.unsigned_abs())
}

/// Writes down what came of a try; after the last one a task is given up. A program that ends again
/// and again is no reason for that, unless it may end because of the task; nor is a machine in
/// trouble, for some hours. What is to be removed is never given up: nobody else looks for it.
fn conclude(
    tx: &mut store::db::Tx<'_>,
    task: &Task,
    outcome: &Outcome,
    now: Instant,
) -> Result<()> {
    let was_last = task.retry_count + 1 >= TaskKind::MAX_ATTEMPTS;
    let (reason, gives_up) = match outcome {
        Outcome::Done => return Ok(tasks::succeed(tx, task, now)?),
        Outcome::NotBegun => return Ok(tasks::give_back(tx, task, now, now)?),
        Outcome::Postponed => {
            return Ok(tasks::give_back(tx, task, now.plus_seconds(PATIENCE), now)?);
        }
        Outcome::Later(reason) => (reason.as_str(), was_last),
        Outcome::Trouble(reason) => (reason.as_str(), task.retry_count + 1 >= MOST_TROUBLE),
        Outcome::Vanished => ("its worker vanished", was_last && task.kind.decodes()),
        Outcome::Never(reason) => (reason.as_str(), true),
    };
    if gives_up && !task.kind.cleans_up() {
        tasks::fail(tx, task, reason, now)?;
    } else {
        let pause = 1 << task.retry_count.clamp(0, LONGEST_PAUSE);
        tasks::retry(tx, task, reason, now.plus_seconds(pause), now)?;
    }
    Ok(())
}
