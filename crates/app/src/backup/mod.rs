//! Backups: one database snapshot at a time, and every original once.
//!
//! A backup is a store of objects like the one it is made of, so an original that is there is never
//! copied again. Beside the originals lies a folder for each snapshot: the database as one file
//! ([`store::dump`]), the list of its originals, the keys of the server, and, written last,
//! [`Snapshot`], which says that it is whole.

mod claim;
mod make;
mod prune;
mod restore;
mod snapshot;
mod staging;

pub use make::{BackUp, BackedUp};
pub use prune::Pruned;
pub use restore::{Restore, Restored, SaveKeys, restore};
pub(crate) use snapshot::FOLDER;
pub use snapshot::{Snapshot, Snapshots, Unreadable, snapshots};
pub use staging::remove_abandoned;

use std::io;
use std::sync::Arc;

use store::blobs::{self, Blobs, Reading, Sealed, Verdict, is_in_the_way};
use store::versions::Expected;

use crate::{Error, Result};

/// Told how many originals are done, and how many there are.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// A key of the server: its name and its text.
pub type Key = (String, String);

/// Rows fetched at a time.
const PAGE: i64 = 500;
/// Originals on their way at the same time: the wait for one disk or bucket overlaps with others.
const AT_ONCE: usize = 8;

/// Copies an original from one store to another, where it takes the place of what is there; `None`
/// when it is not there, its disk does not give it, it is not what it should be, or something else
/// lies in its place. `may_go_on` is
/// asked between its parts, and before it shows. Blocks.
pub(crate) fn copy(
    from: &Blobs,
    to: &Blobs,
    expected: &Expected,
    may_go_on: impl Fn() -> Result<()>,
) -> Result<Option<Sealed>> {
    let mut writer = match to.replacement(expected.id) {
        Err(err) => {
            tracing::warn!(version = %expected.id, "its copy cannot be written: {err:?}");
            return match err {
                blobs::Error::Io(err) if is_in_the_way(&err) => Ok(None),
                err => Err(err.into()),
            };
        }
        Ok(writer) => writer,
    };
    let mut stopped = Ok(());
    let reading = from.read_through(expected.id, expected.bytes, |chunk| {
        stopped = may_go_on();
        match &stopped {
            Ok(()) => writer.write(chunk),
            Err(_) => Err(io::Error::from(io::ErrorKind::Interrupted).into()),
        }
    });
    stopped?;
    match reading? {
        Reading::Whole => {
            may_go_on()?;
            Ok(writer.seal_if(&expected.checksum)?)
        }
        Reading::OtherLength | Reading::Missing | Reading::Unreadable => Ok(None),
    }
}

fn is_sound(blobs: &Blobs, expected: &Expected) -> Result<bool> {
    let verdict = blobs.verify(expected.id, &expected.checksum, expected.bytes)?;
    Ok(verdict == Verdict::Sound)
}

/// The versions that a store has, with the bytes of their originals; in order. Blocks.
fn present(blobs: &Blobs) -> Result<Vec<(u128, Option<u64>)>> {
    let mut present = Vec::new();
    blobs.list(|group| {
        present.extend(group.iter().map(|listed| {
            let bytes = listed.original().map(|original| original.bytes);
            (listed.version.uuid().as_u128(), bytes)
        }));
        Ok::<_, Error>(())
    })?;
    present.sort_unstable();
    Ok(present)
}
