//! A place for a database on its way.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{Error, Result};

const CHUNK: usize = 1 << 20;
/// How such folders are called, before 32 hexadecimal digits: they may lie where everybody's are.
const PREFIX: &str = "heliograph-staging-";
/// The file in one that is locked as long as somebody uses it.
const LOCK: &str = "lock";

/// A folder of its own, gone with all that is in it when this is dropped; one whose program was
/// killed goes when the next one is made.
pub(super) struct Staging {
    folder: PathBuf,
    _lock: File,
}

impl Staging {
    /// Blocks.
    pub(super) fn make(inside: &Path) -> Result<Self> {
        remove_abandoned(inside);
        let name = format!("{PREFIX}{}", Uuid::new_v4().simple());
        // It gets its name when it is locked: without a lock it would pass for abandoned.
        let (folder, draft) = (inside.join(&name), inside.join(format!(".{name}")));
        let made = || {
            // Keys and hashes of passwords lie in it.
            DirBuilder::new().recursive(true).mode(0o700).create(&draft)?;
            let lock = File::create_new(draft.join(LOCK))?;
            lock.lock()?;
            fs::rename(&draft, &folder)?;
            Ok(lock)
        };
        Ok(Self { folder: folder.clone(), _lock: made().map_err(Error::storage)? })
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

/// Removes the databases that backups and restores have left in a folder when they were killed. What
/// cannot be removed is in nobody's way. Blocks.
pub fn remove_abandoned(inside: &Path) {
    let Ok(entries) = fs::read_dir(inside) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_some_and(is_name) && is_abandoned(&entry.path()) {
            _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_name(name: &str) -> bool {
    let digits = name.strip_prefix(PREFIX).unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Whether nobody has locked it, or the lock went when somebody was about to remove the folder.
fn is_abandoned(folder: &Path) -> bool {
    // Somebody else may have put a pipe there.
    let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed();
    match OpenOptions::new().read(true).custom_flags(flags).open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(err) => err.kind() == io::ErrorKind::NotFound,
    }
}

/// The SHA-256 of a file, in hexadecimal.
pub(super) fn hash_file(path: &Path) -> Result<String> {
    hash(&mut File::open(path).map_err(Error::storage)?)
}

/// The SHA-256 of all that comes, in hexadecimal.
pub(super) fn hash(bytes: &mut dyn Read) -> Result<String> {
    let (mut digest, mut chunk) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        match bytes.read(&mut chunk).map_err(Error::storage)? {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_killed_left_goes_and_what_is_used_stays() {
        let inside = tempfile::tempdir().unwrap();
        let named = |digit: &str| inside.path().join(format!("{PREFIX}{}", digit.repeat(32)));
        let (killed, half_removed) = (named("1"), named("2"));
        for folder in [&killed, &half_removed] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("library.db"), "").unwrap();
        }
        fs::write(killed.join(LOCK), "").unwrap();
        let not_ours = inside.path().join(format!("{PREFIX}of-somebody"));
        fs::create_dir(&not_ours).unwrap();
        let used = Staging::make(inside.path()).unwrap();
        assert!(!killed.exists() && !half_removed.exists());
        fs::remove_dir(not_ours).unwrap();
        fs::write(used.database(), "in use").unwrap();
        let another = Staging::make(inside.path()).unwrap();
        assert!(used.database().exists());
        drop((used, another));
        assert_eq!(fs::read_dir(inside.path()).unwrap().count(), 0);
    }
}
