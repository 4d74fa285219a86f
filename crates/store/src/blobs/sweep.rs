//! Removing what no row refers to.

use model::{Instant, VersionId};

use super::{Blobs, Error, Result};

/// What a sweep has removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Versions without a row.
    pub versions: u64,
    /// Unfinished files of versions with one.
    pub leftovers: u64,
}

impl Blobs {
    /// Removes versions and unfinished files that were last written before `older_than` and that
    /// no row refers to; what crashes leave behind. `older_than` must lie further back than an
    /// upload or a rendering can take.
    ///
    /// `keep` is asked for some versions at a time (those of one folder of the fan-out) and
    /// gives back those that have a row. When it fails the sweep ends with its error, and nothing
    /// it was asked about is removed. Files that are not ours stay.
    pub fn sweep<E: From<Error>>(
        &self,
        older_than: Instant,
        mut keep: impl FnMut(&[VersionId]) -> Result<Vec<VersionId>, E>,
    ) -> Result<Swept, E> {
        let mut failed = None;
        let swept = self.backend.sweep(older_than, &mut |versions| {
            keep(versions).map_err(|err| failed = Some(err)).ok()
        });
        match failed {
            Some(err) => Err(err),
            None => Ok(swept?),
        }
    }
}
