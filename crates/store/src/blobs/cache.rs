//! Derived objects that are also kept nearby.
//!
//! A cache may be deleted at any time, and nothing that goes wrong in it goes wrong elsewhere. It
//! is `<last byte of the id>/<version>/<name>` below its folder; `new` has what is being written.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use hashlink::LinkedHashMap;
use model::VersionId;
use tempfile::NamedTempFile;

use super::name::fan;
use super::{Object, Result};

/// Where derived objects are kept nearby, when the store itself is not.
#[derive(Debug, Clone)]
pub struct CacheFolder {
    /// The folder; several processes may share it.
    pub folder: PathBuf,
    /// The most bytes that each of them keeps there.
    pub bytes: u64,
}

#[derive(Debug)]
pub(super) struct Cache {
    root: PathBuf,
    most: u64,
    known: Mutex<Known>,
}

/// What is there, the longest unused first.
#[derive(Debug, Default)]
struct Known {
    files: LinkedHashMap<Key, u64>,
    bytes: u64,
}

type Key = (VersionId, String);

/// A file whose time says that it was used later than this ago is not touched again.
const LATELY: Duration = Duration::from_hours(1);

impl Cache {
    /// Opens it, and looks what an earlier process has left.
    pub(super) fn open(settings: &CacheFolder) -> Result<Self> {
        let CacheFolder { folder: root, bytes: most } = settings.clone();
        let new = root.join("new");
        fs::create_dir_all(&new)?;
        for entry in fs::read_dir(&new)?.flatten() {
            let age =
                entry.metadata().and_then(|found| found.modified()).map(|time| time.elapsed());
            if matches!(age, Ok(Ok(age)) if age > LATELY) {
                drop(fs::remove_file(entry.path()));
            }
        }
        let mut found = Vec::new();
        for folder in children(&root) {
            for of_version in children(&folder) {
                let Some(version) = version(&of_version) else { continue };
                found.extend(children(&of_version).into_iter().filter_map(|path| {
                    let name = path.file_name()?.to_str()?.to_owned();
                    let about = fs::metadata(&path).ok()?;
                    Some((about.modified().ok()?, (version, name), about.len()))
                }));
            }
        }
        found.sort();
        let cache = Self { root, most, known: Mutex::default() };
        for (_, key, bytes) in found {
            cache.note(key, bytes);
        }
        Ok(cache)
    }

    /// A folder for copies without a name.
    pub(super) fn spool(&self) -> &Path {
        &self.root
    }

    /// An object, if it is here.
    pub(super) fn get(&self, version: VersionId, name: &str) -> Option<Object> {
        let key = (version, name.to_owned());
        let Ok(file) = File::open(self.path(&key)) else {
            self.known().remove(&key);
            return None;
        };
        let about = file.metadata().ok()?;
        if about.modified().ok()?.elapsed().is_ok_and(|age| age > LATELY) {
            drop(file.set_modified(SystemTime::now()));
        }
        self.note(key, about.len());
        Object::of_file(file).ok()
    }

    /// Keeps an object, perhaps.
    pub(super) fn put(&self, version: VersionId, name: &str, bytes: &[u8]) {
        let key = (version, name.to_owned());
        if bytes.len() as u64 <= self.most && self.write(&key, bytes).is_ok() {
            self.note(key, bytes.len() as u64);
        }
    }

    /// Removes all of a version.
    pub(super) fn forget(&self, version: VersionId) {
        let folder = self.folder(version);
        for path in children(&folder) {
            if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
                self.known().remove(&(version, name.to_owned()));
            }
        }
        drop(fs::remove_dir_all(folder));
    }

    /// Whole under its name, or not there, even after a power cut.
    fn write(&self, key: &Key, bytes: &[u8]) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(self.root.join("new"))?;
        file.write_all(bytes)?;
        file.as_file().sync_data()?;
        fs::create_dir_all(self.folder(key.0))?;
        file.persist(self.path(key))?;
        Ok(())
    }

    /// Notes that an object was used, and drops others if there are too many bytes now.
    fn note(&self, key: Key, bytes: u64) {
        let dropped = self.known().add(key, bytes, self.most);
        for key in dropped {
            drop(fs::remove_file(self.path(&key)));
            // Fails while there is more in it.
            drop(fs::remove_dir(self.folder(key.0)));
        }
    }

    fn folder(&self, version: VersionId) -> PathBuf {
        let (_, last) = fan(version);
        self.root.join(format!("{last:02x}")).join(version.to_string())
    }

    fn path(&self, (version, name): &Key) -> PathBuf {
        self.folder(*version).join(name)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// What has to go for it.
    fn add(&mut self, key: Key, bytes: u64, most: u64) -> Vec<Key> {
        self.remove(&key);
        self.files.insert(key, bytes);
        self.bytes += bytes;
        let mut dropped = Vec::new();
        while self.bytes > most
            && let Some((key, bytes)) = self.files.pop_front()
        {
            self.bytes -= bytes;
            dropped.push(key);
        }
        dropped
    }

    fn remove(&mut self, key: &Key) {
        self.bytes -= self.files.remove(key).unwrap_or_default();
    }
}

fn version(folder: &Path) -> Option<VersionId> {
    VersionId::parse(folder.file_name()?.to_str()?).ok()
}

/// What lies in a folder, if it is one.
fn children(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().map(|entry| entry.path()).collect()
}
