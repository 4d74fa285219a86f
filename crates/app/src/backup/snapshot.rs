//! What says of itself a snapshot of the database in a backup.

use model::Instant;
use serde::{Deserialize, Serialize};
use store::blobs::{self, Blobs, is_damage};
use uuid::Uuid;

use super::Key;
use crate::{Error, Result};

/// The folder of snapshots.
pub(crate) const FOLDER: &str = "snapshots";
/// The form of what is written; a newer one is refused.
const FORMAT: u32 = 1;

/// A snapshot that is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    format: u32,
    /// Its folder: when it was taken, to the millisecond, as `20261126T071500123Z`.
    #[serde(skip)]
    pub name: String,
    /// When it was taken, in microseconds since 1970.
    pub(super) taken_at: i64,
    /// Whose library it is.
    pub(super) library: Option<Uuid>,
    /// Originals that belong to it.
    pub originals: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Of these the ones that were damaged already when they were to be copied.
    pub damaged: u64,
    /// SHA-256 of the file of the database, in hexadecimal.
    pub(super) database_sha256: String,
    /// SHA-256 of the list of its originals, in hexadecimal.
    #[serde(default)]
    pub(super) list_sha256: String,
    /// Keys of the server: name and text.
    pub(super) keys: Vec<Key>,
}

impl Snapshot {
    pub(super) fn begun(now: Instant, library: Option<Uuid>, keys: Vec<Key>) -> Self {
        Self {
            format: FORMAT,
            name: folder_name(now),
            taken_at: now.micros(),
            library,
            originals: 0,
            bytes: 0,
            damaged: 0,
            database_sha256: String::new(),
            list_sha256: String::new(),
            keys,
        }
    }

    pub(super) fn database(&self) -> String {
        format!("{FOLDER}/{}/library.db", self.name)
    }

    /// The ids of its originals, 16 bytes each, in order.
    pub(super) fn list(&self) -> String {
        format!("{FOLDER}/{}/originals", self.name)
    }

    /// Writes what makes it whole. Blocks.
    pub(super) fn conclude(&self, to: &Blobs) -> Result<()> {
        let text = serde_json::to_vec_pretty(self).map_err(|err| Error::Unexpected(err.into()))?;
        Ok(to.put_file(&record(&self.name), &mut text.as_slice())?)
    }

    /// Takes that back. Blocks.
    pub(super) fn revoke(&self, to: &Blobs) -> Result<()> {
        Ok(to.remove_file(&record(&self.name))?)
    }
}

/// `20261126T071500123Z`: names sort by time.
pub(super) fn folder_name(now: Instant) -> String {
    const LENGTH: usize = "20261126T071500123".len();
    let text: String = now.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
    let digits = text.trim_end_matches('Z');
    format!("{digits:0<LENGTH$.LENGTH$}Z")
}

/// Whether a folder is one of a snapshot, by its name.
pub(super) fn is_name(name: &str) -> bool {
    let form = |(at, byte): (usize, u8)| match at {
        8 => byte == b'T',
        18 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    };
    name.len() == 19 && name.bytes().enumerate().all(form)
}

/// What makes the snapshot of this name whole.
pub(super) fn record(name: &str) -> String {
    format!("{FOLDER}/{name}/snapshot.json")
}

/// What is found in a backup, the newest last.
#[derive(Debug)]
pub struct Snapshots {
    /// Those that can be used.
    pub whole: Vec<Snapshot>,
    /// Those that are damaged, or of a newer program.
    pub unreadable: Vec<Unreadable>,
}

/// A snapshot that cannot be used.
#[derive(Debug)]
pub struct Unreadable {
    /// Its folder.
    pub name: String,
    /// Why, in a sentence that names it.
    pub reason: String,
}

/// The snapshots of a backup. Those that were cut off are none. Blocks.
pub fn snapshots(backup: &Blobs) -> Result<Snapshots> {
    let mut found = Snapshots { whole: Vec::new(), unreadable: Vec::new() };
    for name in backup.folders(FOLDER)?.into_iter().filter(|name| is_name(name)) {
        match snapshot(backup, &name) {
            Ok(snapshot) => found.whole.extend(snapshot),
            Err(Error::Conflict(reason)) => found.unreadable.push(Unreadable { name, reason }),
            Err(err) => return Err(err),
        }
    }
    Ok(found)
}

/// A snapshot; `None` when it is not there or was cut off, and [`Error::Conflict`] when it cannot be
/// used. Blocks.
pub(super) fn snapshot(backup: &Blobs, name: &str) -> Result<Option<Snapshot>> {
    let bytes = match backup.read_file(&record(name)) {
        Err(blobs::Error::Io(err)) if is_damage(&err) => {
            return Err(Error::Conflict(format!("snapshot {name} cannot be read ({err})")));
        }
        bytes => bytes?,
    };
    let Some(bytes) = bytes else { return Ok(None) };
    let snapshot: Snapshot = serde_json::from_slice(&bytes)
        .map_err(|_| Error::Conflict(format!("snapshot {name} is damaged")))?;
    if snapshot.format > FORMAT {
        let text = format!("snapshot {name} was made by a newer Heliograph, which can use it");
        return Err(Error::Conflict(text));
    }
    Ok(Some(Snapshot { name: name.to_owned(), ..snapshot }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_milliseconds() {
        let at = Instant::from_micros(1_795_677_300_123_456);
        assert_eq!(folder_name(at), "20261126T071500123Z");
        assert!(is_name("20261126T071500123Z") && !is_name(".Trash-1000"));
        let whole = Instant::from_micros(1_795_677_300_000_000);
        assert_eq!(folder_name(whole), "20261126T071500000Z");
    }
}
