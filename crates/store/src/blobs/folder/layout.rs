//! Which file an object is.

use std::collections::HashSet;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use model::VersionId;

use super::durable;
use crate::blobs::Result;
use crate::blobs::name::fan;

/// The end of a file that is not finished.
pub(super) const UNFINISHED: &str = ".tmp";

/// The folders of the store.
#[derive(Debug)]
pub(super) struct Layout {
    root: PathBuf,
    /// Folders of the fan-out whose entry above them is known to be on the disk.
    settled: Mutex<HashSet<Fan>>,
}

/// A folder of the fan-out: `v/ab`, or `v/ab/cd`.
type Fan = (u8, Option<u8>);

impl Layout {
    pub(super) fn open(root: &Path) -> Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(root.join("v"))?;
        durable::sync_folder(root)?;
        let above = root.parent().filter(|above| !above.as_os_str().is_empty());
        durable::sync_folder(above.unwrap_or(Path::new(".")))?;
        Ok(Self { root: root.to_owned(), settled: Mutex::default() })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of folders, two levels of them, that hold the versions.
    pub(super) fn versions(&self) -> PathBuf {
        self.root.join("v")
    }

    /// The folder of a version.
    pub(super) fn folder(&self, version: VersionId) -> PathBuf {
        let (outer, inner) = fan(version);
        self.fan_folder((outer, Some(inner))).join(version.to_string())
    }

    /// Makes the folder of a new version.
    pub(super) fn make_folder(&self, version: VersionId) -> Result<PathBuf> {
        let folder = self.folder(version);
        if let Some(above) = folder.parent() {
            fs::create_dir_all(above)?;
        }
        fs::create_dir(&folder)?;
        Ok(folder)
    }

    /// Returns when the folder of a version, what it lists and every folder above it would
    /// survive a power cut.
    ///
    /// The fan-out is asked for once per folder and process: another upload may have made it and
    /// not got as far as this.
    pub(super) fn settle(&self, version: VersionId) -> Result<()> {
        let (outer, inner) = fan(version);
        durable::sync_folder(&self.folder(version))?;
        durable::sync_folder(&self.fan_folder((outer, Some(inner))))?;
        if !self.is_settled((outer, Some(inner))) {
            durable::sync_folder(&self.fan_folder((outer, None)))?;
            if !self.is_settled((outer, None)) {
                durable::sync_folder(&self.versions())?;
            }
            let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
            settled.extend([(outer, None), (outer, Some(inner))]);
        }
        Ok(())
    }

    fn is_settled(&self, fan: Fan) -> bool {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner).contains(&fan)
    }

    fn fan_folder(&self, (outer, inner): Fan) -> PathBuf {
        let mut folder = self.versions().join(format!("{outer:02x}"));
        folder.extend(inner.map(|inner| format!("{inner:02x}")));
        folder
    }
}
