//! Putting a backup into a library that is still empty.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use model::{Instant, VersionId};
use store::blobs::Blobs;
use store::db::DatabaseUrl;
use store::dump;
use store::versions::Expected;
use uuid::Uuid;

use super::snapshot::{Snapshots, is_name, record, snapshot, snapshots};
use super::staging::{Staging, hash_file};
use super::{AT_ONCE, Key, PAGE, Progress, Snapshot, copy, is_sound};
use crate::instance::{note, take_place};
use crate::{Error, Result};

/// What to restore, and where.
pub struct Restore {
    /// The backup.
    pub from: Blobs,
    /// Which of its snapshots; the newest when `None`.
    pub snapshot: Option<String>,
    /// The database to be filled, which is missing or empty, and the store of its objects; `None`
    /// only reads the backup and compares everything.
    pub to: Option<(DatabaseUrl, Blobs)>,
    /// A folder with room for the database.
    pub staging: PathBuf,
    /// Keeps what the server signed with; called when something is restored, before there is a
    /// database.
    pub save_keys: SaveKeys,
    /// When this happens.
    pub now: Instant,
    /// Told how far it is.
    pub progress: Option<Progress>,
}

/// What was restored, or would have been.
#[derive(Debug)]
pub struct Restored {
    /// From where.
    pub snapshot: Snapshot,
    /// Originals that are there now.
    pub originals: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Originals that the backup lacks, or has in another form.
    pub damaged: Vec<VersionId>,
}

/// Keeps keys.
pub type SaveKeys = Box<dyn Fn(&[Key]) -> io::Result<()> + Send + Sync>;

/// Restores: the originals first, each compared with its SHA-256 on the way, and then the database
/// at once. What was interrupted can be started again. Blocks.
pub fn restore(wanted: &Restore) -> Result<Restored> {
    if let Some((database, _)) = &wanted.to
        && !dump::is_vacant(database, wanted.now)?
    {
        let text = "the database is not empty: name another database_url or data_dir, or remove the \
                    library that is there";
        return Err(Error::Conflict(text.to_owned()));
    }
    let snapshot = choose(wanted)?;
    if let (Some((_, blobs)), Some(id)) = (&wanted.to, snapshot.library) {
        // First, so that no server takes the place for that of a new library.
        take_place(blobs, id, None)?;
    }
    let staging = Staging::make(&wanted.staging)?;
    let file = staging.database();
    fetch(&wanted.from, &snapshot, &file)?;
    dump::upgrade(&file, wanted.now)?;
    if let (Some((_, blobs)), Some(instance)) = (&wanted.to, dump::instance(&file)?) {
        take_place(blobs, instance.id, Some(instance.position))?;
    }
    let mut restored = Restored { snapshot, originals: 0, bytes: 0, damaged: Vec::new() };
    let mut last = VersionId::from_uuid(Uuid::nil());
    loop {
        let page = dump::originals(&file, last, PAGE)?;
        let Some(end) = page.last() else { break };
        last = end.id;
        all_of(wanted, &page, &mut restored)?;
    }
    restored.damaged.sort_unstable();
    check_is_there(wanted, &restored.snapshot)?;
    check_is_complete(&restored)?;
    if let Some((database, _)) = &wanted.to {
        (wanted.save_keys)(&restored.snapshot.keys).map_err(Error::storage)?;
        dump::load(&file, database, wanted.now)?;
    }
    if let (Some((_, blobs)), Some(instance)) = (&wanted.to, dump::instance(&file)?) {
        note(blobs, instance)?;
    }
    Ok(restored)
}

fn choose(wanted: &Restore) -> Result<Snapshot> {
    if let Some(name) = &wanted.snapshot {
        let found = if is_name(name) { snapshot(&wanted.from, name)? } else { None };
        let missing = || format!("there is no snapshot {name} in this backup");
        return found.ok_or_else(|| Error::NotFound(missing()));
    }
    let Snapshots { whole, unreadable } = snapshots(&wanted.from)?;
    match (whole.last(), unreadable.last()) {
        (whole, Some(newer)) if whole.is_none_or(|whole| whole.name < newer.name) => {
            let text = format!("{}: name an older one, if there is one", newer.reason);
            Err(Error::Conflict(text))
        }
        (Some(newest), _) => Ok(newest.clone()),
        (None, _) => Err(Error::NotFound("there is no whole snapshot in this backup".to_owned())),
    }
}

/// Refuses a snapshot that was pruned meanwhile: its originals may have gone with it.
fn check_is_there(wanted: &Restore, snapshot: &Snapshot) -> Result<()> {
    if wanted.from.read_file(&record(&snapshot.name))?.is_some() {
        return Ok(());
    }
    let text = format!("snapshot {} was removed meanwhile: use a newer one", snapshot.name);
    Err(Error::Conflict(text))
}

/// Refuses a database that names more or fewer originals than the snapshot says.
fn check_is_complete(restored: &Restored) -> Result<()> {
    let (snapshot, found) = (&restored.snapshot, restored.done());
    if snapshot.originals == found {
        return Ok(());
    }
    Err(Error::Conflict(format!(
        "snapshot {} is damaged: it should have {} originals, and its database names {found}",
        snapshot.name, snapshot.originals
    )))
}

/// The file of the database, if it is what it was.
fn fetch(from: &Blobs, snapshot: &Snapshot, to: &Path) -> Result<()> {
    let missing = || Error::NotFound(format!("{} is missing", snapshot.database()));
    let mut source = from.open_file(&snapshot.database())?.ok_or_else(missing)?;
    let mut file = File::create_new(to).map_err(Error::storage)?;
    io::copy(&mut source, &mut file).map_err(Error::storage)?;
    file.flush().map_err(Error::storage)?;
    if hash_file(to)? == snapshot.database_sha256 {
        Ok(())
    } else {
        Err(Error::Conflict(format!("{} is damaged: use another snapshot", snapshot.database())))
    }
}

/// Copies or compares some originals, a few at the same time.
fn all_of(wanted: &Restore, page: &[Expected], restored: &mut Restored) -> Result<()> {
    let (next, restored) = (AtomicUsize::new(0), Mutex::new(restored));
    let work = || {
        while let Some(expected) = page.get(next.fetch_add(1, Ordering::Relaxed)) {
            let is_sound = one(wanted, expected).inspect_err(|_| {
                // Nothing more is begun.
                next.store(page.len(), Ordering::Relaxed);
            })?;
            let mut restored = restored.lock().unwrap_or_else(PoisonError::into_inner);
            restored.note(expected, is_sound);
            if let Some(progress) = &wanted.progress {
                let done = restored.done();
                progress(done, restored.snapshot.originals.max(done));
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let hands: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let ended: Vec<_> = hands.into_iter().map(thread::ScopedJoinHandle::join).collect();
        let panicked = |_| Error::Unexpected("a copy of an original panicked".into());
        ended.into_iter().try_for_each(|ended| ended.map_err(panicked)?)
    })
}

impl Restored {
    fn done(&self) -> u64 {
        self.originals + self.damaged.len() as u64
    }

    fn note(&mut self, expected: &Expected, is_sound: bool) {
        if is_sound {
            self.originals += 1;
            self.bytes = self.bytes.saturating_add(expected.bytes);
        } else {
            self.damaged.push(expected.id);
        }
    }
}

/// Copies one original, or compares it where it lies. Whether it is sound.
fn one(wanted: &Restore, expected: &Expected) -> Result<bool> {
    let to = match &wanted.to {
        None => return is_sound(&wanted.from, expected),
        Some((_, to)) => to,
    };
    // From an earlier try.
    if is_sound(to, expected)? {
        return Ok(true);
    }
    let is_sound = copy(&wanted.from, to, expected, || Ok(()))?.is_some();
    if !is_sound {
        // What an earlier try has left is no more than that.
        to.delete(expected.id)?;
    }
    Ok(is_sound)
}
