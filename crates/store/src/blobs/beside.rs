//! Files beside the versions: what a library says of itself, snapshots of a backup.
//!
//! A name is up to four parts with `/` between, each of letters, digits, `-`, `_` and `.`, not
//! beginning with `.`; the first one is not `v`, where the versions are.

use std::io::{self, Read};

use super::{Blobs, Error, Object, Result};

/// The file in which a library says of itself whose objects these are.
pub const RECORD: &str = "library.json";

/// Longer files are not read at once.
const SMALL: u64 = 1 << 20;

impl Blobs {
    /// Writes a file, all at once: a reader sees the old one or the whole new one. Durable when it
    /// returns. Nobody else writes the same one at the same time.
    pub fn put_file(&self, name: &str, bytes: &mut dyn Read) -> Result<()> {
        self.backend.put_beside(checked(name)?, bytes)
    }

    /// Writes a small file unless there is one of this name; whether it did. Not for what has to
    /// survive a power cut, and while it is written a reader may see it empty.
    pub fn create_file(&self, name: &str, bytes: &[u8]) -> Result<bool> {
        match self.backend.create_beside(checked(name)?, bytes) {
            Err(Error::Io(err)) if err.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            created => created.map(|()| true),
        }
    }

    /// Writes a small file over one that is there: a reader sees the old one or the whole new one.
    /// Not for what has to survive a power cut, and one at a time.
    pub fn replace_file(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.backend.replace_beside(checked(name)?, bytes)
    }

    /// A file; `None` when it is not there.
    pub fn open_file(&self, name: &str) -> Result<Option<Object>> {
        self.backend.open_beside(checked(name)?)
    }

    /// The bytes of a file of at most a mebibyte; `None` when it is not there.
    pub fn read_file(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let Some(file) = self.open_file(name)? else { return Ok(None) };
        if file.len() > SMALL {
            return Err(Error::Io(io::Error::other(format!("{name} is too large"))));
        }
        let mut bytes = Vec::new();
        file.take(SMALL).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// The names of the folders in a folder, in order; none when it is not there.
    pub fn folders(&self, name: &str) -> Result<Vec<String>> {
        self.backend.folders_beside(checked(name)?)
    }

    /// Removes a file; nothing happens when it is not there.
    pub fn remove_file(&self, name: &str) -> Result<()> {
        self.backend.remove_beside(checked(name)?)
    }

    /// Removes a folder and all in it, in no order; nothing happens when it is not there.
    pub fn remove_folder(&self, name: &str) -> Result<()> {
        self.backend.remove_folder_beside(checked(name)?)
    }
}

fn checked(name: &str) -> Result<&str> {
    let is_plain = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(allowed)
    };
    let parts: Vec<&str> = name.split('/').collect();
    if parts.len() <= 4 && parts.iter().all(|part| is_plain(part)) && parts.first() != Some(&"v") {
        return Ok(name);
    }
    let text = format!("no name of a file: {name:?}");
    Err(Error::Io(io::Error::new(io::ErrorKind::InvalidInput, text)))
}
