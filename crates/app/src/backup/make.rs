//! Making a backup while people go on working.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::pin::pin;

use model::VersionId;
use store::blobs::{Blobs, RECORD, Sealed};
use store::versions::{self, Expected};
use store::{dump, instance, jobs};
use tokio::task::JoinSet;
use tokio::time::timeout;
use uuid::Uuid;

use super::claim::{self, Claim, Standing};
use super::prune::{ID, Pruned, prune};
use super::snapshot::{Snapshots, Unreadable, snapshots};
use super::staging::{Staging, hash, hash_file};
use super::{AT_ONCE, Key, PAGE, Progress, Snapshot, copy, is_sound, present};
use crate::moment::Moment;
use crate::pictures::off_thread;
use crate::worker::{BACKUP, LEASE, seconds};
use crate::{App, Error, Result};

/// How to make a backup.
pub struct BackUp {
    /// Where to.
    pub to: Blobs,
    /// A folder with room for the database.
    pub staging: PathBuf,
    /// What the server signs with.
    pub keys: Vec<Key>,
    /// How many snapshots to keep, this one too; all when `None`, and when this one lacks an
    /// original. The originals that only others name go with them.
    pub keep: Option<NonZeroUsize>,
    /// Read what is there already, too, and replace what is not what it should be.
    pub read_data: bool,
    /// Told how far it is.
    pub progress: Option<Progress>,
}

/// What was made.
#[derive(Debug)]
pub struct BackedUp {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// Originals that were not there before.
    pub copied: u64,
    /// Their bytes.
    pub copied_bytes: u64,
    /// Originals that are missing or changed, and are not in the backup.
    pub damaged: Vec<VersionId>,
    /// What was removed from it, or why nothing more was; the snapshot is good all the same.
    pub pruned: Result<Pruned>,
}

impl App {
    /// Makes a backup: what is new among the originals, and the database at one moment. Every
    /// original that the database then names is in it, but for those that are damaged. No objects
    /// are removed from the library while this goes on.
    pub async fn back_up(&self, backup: BackUp) -> Result<BackedUp> {
        let (me, now, begun) = (Uuid::new_v4(), self.now(), Moment::now());
        let held = self.write(move |tx| {
            jobs::announce(tx, &[BACKUP], now)?;
            Ok(jobs::take(tx, BACKUP, me, now, now.plus_seconds(LEASE))?)
        });
        if held.await?.is_none() {
            let text = "another backup is being made; if one was cut off, try again in a minute";
            return Err(Error::Conflict(text.to_owned()));
        }
        let made = self.make_alone(&backup, me, begun).await;
        let now = self.now();
        let put_down = self.write(move |tx| Ok(jobs::put_down(tx, BACKUP, me, now)?));
        match timeout(seconds(LEASE), put_down).await {
            Ok(Ok(())) => {}
            // It ends by itself, and what was made is made.
            Ok(Err(err)) => tracing::warn!("could not end the lease of the backup: {err:#}"),
            Err(_) => tracing::warn!("could not end the lease of the backup: no answer"),
        }
        made.map_err(|err| match err {
            Error::NoRoom(_) => Error::Conflict(format!(
                "there is no room left in the place of the backup, or in {}: make some, and start \
                 it again; it goes on where it was",
                backup.staging.display()
            )),
            err => err,
        })
    }

    /// As [`Self::make`], with nobody else in the same place, as long as that and the lease are held.
    async fn make_alone(&self, backup: &BackUp, me: Uuid, taken: Moment) -> Result<BackedUp> {
        let to = backup.to.clone();
        off_thread(move || check_is_no_library(&to)).await?;
        let no_answer = || {
            let text = "the database did not answer for too long: start it again; it goes on where \
                        it was";
            Error::Conflict(text.to_owned())
        };
        let mut lose_lease = pin!(self.lose(BACKUP, me, taken));
        let claim = tokio::select! {
            // It may have to be waited for.
            claim = Claim::take(&backup.to) => claim?,
            () = &mut lose_lease => return Err(no_answer()),
        };
        let standing = claim.standing();
        let mut work = pin!(self.make(backup, &standing));
        let (lost, is_ours) = tokio::select! {
            made = &mut work => {
                claim.give_up().await;
                return made;
            }
            () = claim.lose() => (claim::lost(), false),
            () = lose_lease => (no_answer(), true),
        };
        // What is at work notices, and takes back what it may not leave.
        claim.end();
        let ended = timeout(seconds(LEASE), work).await;
        if is_ours && ended.is_ok() {
            claim.give_up().await;
        }
        match ended {
            Ok(Ok(made)) => Ok(made),
            Ok(Err(_)) | Err(_) => Err(lost),
        }
    }

    async fn make(&self, backup: &BackUp, standing: &Standing) -> Result<BackedUp> {
        let own = self.read(|conn| Ok(instance::get(conn)?)).await?.map(|instance| instance.id);
        let to = backup.to.clone();
        off_thread(move || check_is_ours(&to, own)).await?;
        let to = backup.to.clone();
        let mut run = Run {
            app: self,
            backup,
            standing,
            present: off_thread(move || present(&to)).await?,
            copied: 0,
            copied_bytes: 0,
            damaged: Vec::new(),
        };
        // Most of the time goes here, so that little is left to do once the snapshot is taken.
        let all = u64::try_from(self.read(|conn| Ok(versions::count(conn)?)).await?).unwrap_or(0);
        run.copy_all(Some(all), async |after| {
            self.read(move |conn| Ok(versions::after(conn, after, PAGE)?)).await
        })
        .await?;
        let inside = backup.staging.clone();
        let staging = off_thread(move || Staging::make(&inside)).await?;
        let snapshot = run.snapshot(&staging.database()).await?;
        let Run { copied, copied_bytes, damaged, present, .. } = run;
        let pruned = match backup.keep {
            // Whoever has lost something may want to look into older ones.
            Some(keep) if damaged.is_empty() => {
                let (to, made) = (backup.to.clone(), snapshot.clone());
                let standing = standing.clone();
                off_thread(move || prune(&to, keep, &made, &present, &standing)).await
            }
            _ => Ok(Pruned::default()),
        };
        Ok(BackedUp { snapshot, copied, copied_bytes, damaged, pruned })
    }
}

/// Refuses the place of a library's objects. Blocks.
fn check_is_no_library(to: &Blobs) -> Result<()> {
    if to.read_file(RECORD)?.is_some() {
        let text = "a library keeps its objects there: name a place for backups alone";
        return Err(Error::Conflict(text.to_owned()));
    }
    Ok(())
}

/// Refuses the place of another library's backup. Blocks.
fn check_is_ours(to: &Blobs, own: Option<Uuid>) -> Result<()> {
    let Snapshots { whole, mut unreadable } = snapshots(to)?;
    if whole.iter().any(|snapshot| snapshot.library != own) {
        let text = "there is a backup of another library: name a place of its own";
        return Err(Error::Conflict(text.to_owned()));
    }
    // What cannot be read says nothing, unless there is nothing else.
    match unreadable.pop() {
        Some(Unreadable { reason, .. }) if whole.is_empty() => {
            let text = format!("{reason}: mend that, or delete its folder if you do not need it");
            Err(Error::Conflict(text))
        }
        _ => Ok(()),
    }
}

/// What became of an original.
enum Copied {
    Now(Sealed),
    /// It was there, and is sound.
    Before,
    /// It is not in the backup, unless an earlier copy of it is.
    Damaged(VersionId),
}

/// A backup being made.
struct Run<'a> {
    app: &'a App,
    backup: &'a BackUp,
    standing: &'a Standing,
    /// What was there before, with the bytes of the original.
    present: Vec<(u128, Option<u64>)>,
    copied: u64,
    copied_bytes: u64,
    damaged: Vec<VersionId>,
}

impl Run<'_> {
    /// Takes the snapshot, and copies what came since the others were.
    async fn snapshot(&mut self, file: &Path) -> Result<Snapshot> {
        let instance = self.app.read(|conn| Ok(instance::get(conn)?)).await?;
        let now = self.app.now();
        let id = instance.map(|instance| instance.id);
        let mut snapshot = Snapshot::begun(now, id, self.backup.keys.clone());
        let (url, path) = (self.app.inner.db.url().clone(), file.to_owned());
        off_thread(move || Ok::<_, Error>(dump::take(&url, &path, now)?)).await?;

        // What was gone or changed then is looked at again.
        self.damaged.clear();
        let to = self.backup.to.clone();
        self.present = off_thread(move || present(&to)).await?;
        let (mut list, mut bytes) = (Vec::new(), 0);
        self.copy_all(None, async |after| {
            let path = file.to_owned();
            let page =
                off_thread(move || Ok::<_, Error>(dump::originals(&path, after, PAGE)?)).await?;
            list.extend(page.iter().flat_map(|expected| expected.id.uuid().into_bytes()));
            bytes = page.iter().fold(bytes, |sum: u64, one| sum.saturating_add(one.bytes));
            Ok(page)
        })
        .await?;
        snapshot.originals = (list.len() / ID) as u64;
        snapshot.bytes = bytes;
        snapshot.damaged = self.damaged.len() as u64;

        let (to, path) = (self.backup.to.clone(), file.to_owned());
        let standing = self.standing.clone();
        off_thread(move || {
            snapshot.list_sha256 = hash(&mut list.as_slice())?;
            to.put_file(&snapshot.list(), &mut list.as_slice())?;
            snapshot.database_sha256 = hash_file(&path)?;
            let mut database = std::fs::File::open(&path).map_err(Error::storage)?;
            to.put_file(&snapshot.database(), &mut database)?;
            // Whoever else was there may have removed what was present.
            standing.confirm()?;
            snapshot.conclude(&to)?;
            // And so may whoever came while this process stood still.
            match standing.confirm() {
                Err(err @ Error::Conflict(_)) => {
                    if let Err(err) = snapshot.revoke(&to) {
                        tracing::warn!("could not take back snapshot {}: {err:#}", snapshot.name);
                    }
                    Err(err)
                }
                _ => Ok(snapshot),
            }
        })
        .await
    }

    /// Copies the originals that `page` gives, one page after another, and that are not there. What is
    /// there is read, if that is wanted, when it is `about` so many that are looked at for the first
    /// time.
    async fn copy_all(
        &mut self,
        about: Option<u64>,
        page: impl AsyncFnMut(VersionId) -> Result<Vec<Expected>>,
    ) -> Result<()> {
        let mut running = JoinSet::new();
        let copied = self.copy_pages(about, page, &mut running).await;
        // Nobody else may have the place before the last of them has ended.
        let mut ended = Ok(());
        while let Some(next) = running.join_next().await {
            ended = ended.and(self.settle(next));
        }
        copied.and(ended)
    }

    async fn copy_pages(
        &mut self,
        about: Option<u64>,
        mut page: impl AsyncFnMut(VersionId) -> Result<Vec<Expected>>,
        running: &mut JoinSet<Result<Copied>>,
    ) -> Result<()> {
        let (mut last, mut done) = (VersionId::from_uuid(Uuid::nil()), 0);
        let reads = about.is_some() && self.backup.read_data;
        loop {
            let found = page(last).await?;
            let Some(end) = found.last() else { return Ok(()) };
            last = end.id;
            for expected in found {
                done += 1;
                if let (Some(progress), Some(all)) = (&self.backup.progress, about) {
                    progress(done, all.max(done));
                }
                let is_present = self.is_present(&expected);
                if is_present && !reads {
                    continue;
                }
                if running.len() == AT_ONCE
                    && let Some(ended) = running.join_next().await
                {
                    self.settle(ended)?;
                }
                let (from, to) = (self.app.blobs().clone(), self.backup.to.clone());
                let standing = self.standing.clone();
                running.spawn_blocking(move || {
                    if is_present && is_sound(&to, &expected)? {
                        return Ok(Copied::Before);
                    }
                    let copied = copy(&from, &to, &expected, || standing.check())?;
                    Ok(copied.map_or(Copied::Damaged(expected.id), Copied::Now))
                });
            }
        }
    }

    fn is_present(&self, expected: &Expected) -> bool {
        let id = expected.id.uuid().as_u128();
        let found = self.present.binary_search_by_key(&id, |(id, _)| *id);
        found.is_ok_and(|at| self.present[at].1 == Some(expected.bytes))
    }

    fn settle(&mut self, ended: Result<Result<Copied>, tokio::task::JoinError>) -> Result<()> {
        match ended.map_err(|err| Error::Unexpected(err.into()))?? {
            Copied::Now(sealed) => {
                self.copied += 1;
                self.copied_bytes += sealed.bytes;
            }
            Copied::Before => {}
            Copied::Damaged(id) => self.damaged.push(id),
        }
        Ok(())
    }
}
