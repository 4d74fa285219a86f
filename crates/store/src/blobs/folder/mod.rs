//! Objects as files of a folder.
//!
//! A version is a folder with a file per object. A file is written under a name nobody asks for,
//! or while nobody asks, and synced with every folder above it before anybody may.

mod beside;
mod durable;
mod incoming;
mod layout;
mod listing;
mod replacement;
mod sweep;
mod variants;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;

use model::{Instant, VersionId};
use rustix::fs::OFlags;

use self::incoming::NewFile;
use self::layout::Layout;
use self::replacement::Replacement;
use super::backend::{Backend, Form, Incoming, Keep};
use super::{Listed, Object, Result, Swept};

#[derive(Debug)]
pub(super) struct Folder {
    layout: Arc<Layout>,
}

impl Folder {
    /// Opens it, making it when it is missing.
    pub(super) fn open(root: &Path) -> Result<Self> {
        Ok(Self { layout: Arc::new(Layout::open(root)?) })
    }
}

/// A file, unless it is not there.
fn open(path: &Path) -> Result<Option<Object>> {
    // A pipe in its place would be waited for.
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(None),
        // Another program has a lease on it, and is asked to let go: a file server, say.
        Err(err)
            if err.kind() == io::ErrorKind::WouldBlock && fs::symlink_metadata(path)?.is_file() =>
        {
            object(File::open(path)?, path)
        }
        opened => object(opened?, path),
    }
}

fn object(file: File, path: &Path) -> Result<Option<Object>> {
    let named = |err: io::Error| {
        let name = path.file_name().unwrap_or_default().display();
        io::Error::new(err.kind(), format!("{name}: {err}"))
    };
    Ok(Some(Object::of_file(file).map_err(named)?))
}

impl Backend for Folder {
    fn begin(&self, version: VersionId, form: Form) -> Result<Box<dyn Incoming>> {
        let layout = self.layout.clone();
        Ok(match form {
            Form::New => Box::new(NewFile::begin(layout, version)?),
            Form::Replacement => Box::new(Replacement::begin(layout, version)?),
        })
    }

    fn answers(&self) -> Result<()> {
        // Some of what is in it has to be within reach, too.
        let mut answer = Ok(());
        for entry in fs::read_dir(self.layout.versions())?.take(16) {
            answer = entry.and_then(|entry| entry.metadata()).map(drop);
            if answer.is_ok() {
                break;
            }
        }
        Ok(answer?)
    }

    fn open(&self, version: VersionId, name: &str) -> Result<Option<Object>> {
        open(&self.layout.folder(version).join(name))
    }

    fn is_near(&self) -> bool {
        true
    }

    fn put(&self, version: VersionId, variants: &[(&str, &[u8])]) -> Result<()> {
        variants::put(&self.layout.folder(version), variants)
    }

    fn delete(&self, version: VersionId) -> Result<()> {
        match fs::remove_dir_all(self.layout.folder(version)) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(()),
            done => Ok(done?),
        }
    }

    fn list(&self) -> Result<Box<dyn Iterator<Item = Result<Vec<Listed>>> + '_>> {
        Ok(Box::new(listing::all(&self.layout)?))
    }

    fn has_versions(&self) -> Result<bool> {
        listing::any(&self.layout)
    }

    fn sweep(&self, older_than: Instant, keep: &mut Keep<'_>) -> Result<Swept> {
        sweep::run(&self.layout, older_than, keep)
    }

    fn put_beside(&self, name: &str, bytes: &mut dyn Read) -> Result<()> {
        beside::put(self.layout.root(), name, bytes)
    }

    fn create_beside(&self, name: &str, bytes: &[u8]) -> Result<()> {
        beside::create(self.layout.root(), name, bytes)
    }

    fn replace_beside(&self, name: &str, bytes: &[u8]) -> Result<()> {
        beside::replace(self.layout.root(), name, bytes)
    }

    fn open_beside(&self, name: &str) -> Result<Option<Object>> {
        open(&self.layout.root().join(name))
    }

    fn folders_beside(&self, name: &str) -> Result<Vec<String>> {
        beside::folders(self.layout.root(), name)
    }

    fn remove_beside(&self, name: &str) -> Result<()> {
        beside::remove(self.layout.root(), name)
    }

    fn remove_folder_beside(&self, name: &str) -> Result<()> {
        beside::remove_folder(self.layout.root(), name)
    }

    fn free_bytes(&self) -> Result<Option<u64>> {
        let volume = rustix::fs::statvfs(self.layout.root()).map_err(io::Error::from)?;
        Ok(Some(volume.f_bavail.saturating_mul(volume.f_frsize)))
    }
}
