//! A place for a database on its way.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Read};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::CHUNK;
use crate::{Error, Result};

/// How such folders are called.
const PREFIX: &str = "staging-";
/// The file in one that is locked as long as somebody uses it.
const LOCK: &str = "lock";

/// A folder of its own, gone with all that is in it when this is dropped; one whose program was
/// killed goes when the next one is made.
pub(super) struct Staging {
    folder: PathBuf,
    _lock: File,
}

impl Staging {
    pub(super) fn make(inside: &Path) -> Result<Self> {
        remove_abandoned(inside);
        let folder = inside.join(format!("{PREFIX}{}", Uuid::new_v4().simple()));
        // Keys and hashes of passwords lie in it, and `inside` may be everybody's.
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(broken)?;
        let lock = File::create_new(folder.join(LOCK)).map_err(broken)?;
        lock.lock().map_err(broken)?;
        Ok(Self { folder, _lock: lock })
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder.join("library.db")
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed lies in a folder for such things.
        _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes what those left who were killed. What cannot be removed is in nobody's way.
fn remove_abandoned(inside: &Path) {
    let Ok(entries) = fs::read_dir(inside) else { return };
    for entry in entries.flatten() {
        let is_one = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        let is_free = || {
            // Somebody who has made the folder may be about to make the file.
            File::open(entry.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok())
        };
        if is_one && is_free() {
            _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The SHA-256 of a file, in hexadecimal.
pub(super) fn hash_file(path: &Path) -> Result<String> {
    hash(&mut File::open(path).map_err(broken)?)
}

/// The SHA-256 of all that comes, in hexadecimal.
pub(super) fn hash(bytes: &mut dyn Read) -> Result<String> {
    let (mut digest, mut chunk) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        match bytes.read(&mut chunk).map_err(broken)? {
            0 => break,
            read => digest.update(&chunk[..read]),
        }
    }
    Ok(digest.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    }))
}

pub(super) fn broken(err: io::Error) -> Error {
    Error::StorageTrouble(err.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_killed_left_goes_and_what_is_used_stays() {
        let inside = tempfile::tempdir().unwrap();
        let killed = inside.path().join("staging-1");
        fs::create_dir(&killed).unwrap();
        for name in [LOCK, "library.db"] {
            fs::write(killed.join(name), "").unwrap();
        }
        let used = Staging::make(inside.path()).unwrap();
        assert!(!killed.exists());
        fs::write(used.database(), "in use").unwrap();
        let another = Staging::make(inside.path()).unwrap();
        assert!(used.database().exists());
        drop((used, another));
        assert_eq!(fs::read_dir(inside.path()).unwrap().count(), 0);
    }
}
