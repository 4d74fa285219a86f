//! Putting back what a backup still has.

use store::blobs::Verdict;
use store::versions::Expected;

use super::Check;
use crate::backup::copy;
use crate::pictures::off_thread;
use crate::{App, Error, Result};

impl App {
    /// Puts an original back from the backup, if that has it as it should be. Gives whether it is
    /// sound now.
    pub(super) async fn put_back(&self, expected: &Expected, check: &Check) -> Result<bool> {
        let Some(backup) = check.backup.clone().filter(|_| check.repair) else { return Ok(false) };
        let (blobs, original) = (self.blobs().clone(), expected.clone());
        let is_put_back = off_thread(move || {
            Ok::<_, Error>(copy(&backup, &blobs, &original, || Ok(()))?.is_some())
        })
        .await;
        let is_put_back = match is_put_back {
            Err(Error::StorageTrouble(cause)) => {
                // The others may have better luck.
                tracing::warn!(version = %expected.id, "could not put an original back: {cause:?}");
                false
            }
            is_put_back => is_put_back?,
        };
        Ok(is_put_back && self.look_at(expected).await? == Verdict::Sound)
    }
}
