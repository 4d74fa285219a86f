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

/// A folder of its own, gone with all that is in it when this is dropped.
pub(super) struct Staging(PathBuf);

impl Staging {
    pub(super) fn make(inside: &Path) -> Result<Self> {
        let folder = inside.join(format!("staging-{}", Uuid::new_v4().simple()));
        // Keys and hashes of passwords lie in it, and `inside` may be everybody's.
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(broken)?;
        Ok(Self(folder))
    }

    pub(super) fn database(&self) -> PathBuf {
        self.0.join("library.db")
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed lies in a folder for such things.
        _ = fs::remove_dir_all(&self.0);
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
