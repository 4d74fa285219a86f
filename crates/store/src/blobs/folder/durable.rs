//! What survives a power cut.

use std::fs::File;
use std::io;
use std::path::Path;

/// Returns when the entries of a folder are on the disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
