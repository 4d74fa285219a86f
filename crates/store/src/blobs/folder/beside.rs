//! Files beside the versions: what a library says of itself, snapshots of a backup.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use uuid::Uuid;

use super::durable;
use super::layout::UNFINISHED;
use super::listing::{entries, unless_gone};
use crate::blobs::Result;

/// Writes a file all at once, readable by its owner only. Durable when it returns.
pub(super) fn put(root: &Path, name: &str, bytes: &mut dyn Read) -> Result<()> {
    let path = root.join(name);
    let folder = path.parent().unwrap_or(root);
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = folder.join(format!(".{}{UNFINISHED}", Uuid::new_v4().simple()));
    let written = write(&draft, bytes).and_then(|()| fs::rename(&draft, &path));
    if let Err(err) = written {
        // What cannot be removed now is in nobody's way.
        drop(fs::remove_file(&draft));
        return Err(err.into());
    }
    for above in folder.ancestors().take_while(|above| above.starts_with(root)) {
        durable::sync_folder(above)?;
    }
    Ok(())
}

/// Writes a file in the root or a folder that is there, unless there is one of this name.
pub(super) fn create(root: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let mut options = OpenOptions::new();
    let path = root.join(name);
    let mut file = options.write(true).create_new(true).mode(0o600).open(&path)?;
    file.write_all(bytes).map_err(|err| {
        // What cannot be removed is said to be there, and has another text.
        drop(fs::remove_file(&path));
        err.into()
    })
}

/// Writes a file in the root over one that is there. Of several at the same time one does at least:
/// a draft that is there before goes, as somebody may have left it who was killed.
pub(super) fn replace(root: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let begins = format!(".{name}.");
    for entry in entries(root)? {
        let is_draft = |name: &str| name.starts_with(&begins) && name.ends_with(UNFINISHED);
        if entry.file_name().to_str().is_some_and(is_draft) {
            unless_gone(fs::remove_file(entry.path()))?;
        }
    }
    let draft = root.join(format!("{begins}{}{UNFINISHED}", Uuid::new_v4().simple()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    Ok(fs::rename(&draft, root.join(name))?)
}

fn write(draft: &Path, bytes: &mut dyn Read) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    io::copy(bytes, &mut file)?;
    file.sync_all()
}

/// The names of the folders in a folder.
pub(super) fn folders(root: &Path, name: &str) -> Result<Vec<String>> {
    let entries = match fs::read_dir(root.join(name)) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.extend(entry.file_name().into_string());
        }
    }
    names.sort();
    Ok(names)
}

/// Removes a file, if it is there.
pub(super) fn remove(root: &Path, name: &str) -> Result<()> {
    gone(root, name, fs::remove_file(root.join(name)))
}

/// Removes a folder with all in it, if it is there.
pub(super) fn remove_folder(root: &Path, name: &str) -> Result<()> {
    gone(root, name, fs::remove_dir_all(root.join(name)))
}

fn gone(root: &Path, name: &str, removed: io::Result<()>) -> Result<()> {
    match removed {
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(()),
        removed => removed?,
    }
    Ok(durable::sync_folder(root.join(name).parent().unwrap_or(root))?)
}
