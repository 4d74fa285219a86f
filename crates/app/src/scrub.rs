//! Reading every original again and again, slowly, so that damage is known while there is still a
//! backup without it.

use std::sync::atomic::Ordering;

use model::VersionId;
use store::blobs::Verdict;
use store::versions::{self, Expected};
use store::{damage, jobs};
use uuid::Uuid;

use crate::pictures::off_thread;
use crate::{App, Error, Result};

/// How often a part of the originals is read, in seconds.
pub(crate) const PAUSE: i64 = 10 * 60;
/// How many rows are fetched at a time.
const PAGE: i64 = 100;

impl App {
    /// Reads the part of the originals whose turn it is, and moves on. Each comes once in
    /// `Limits::scrub_days`.
    pub(crate) async fn scrub(
        &self,
        job: &'static str,
        me: Uuid,
        reached: Option<Uuid>,
    ) -> Result<()> {
        let Some(days) = self.inner.limits.scrub_days else { return Ok(()) };
        let all = self.read(|conn| Ok(versions::count(conn)?)).await?;
        let mut left = share(all, days);
        let mut reached = reached;
        while left > 0 {
            let after = VersionId::from_uuid(reached.unwrap_or_default());
            let limit = left.min(PAGE);
            let page = self.read(move |conn| Ok(versions::after(conn, after, limit)?)).await?;
            let is_last = i64::try_from(page.len()).is_ok_and(|found| found < limit);
            for expected in &page {
                self.look_at(expected).await?;
            }
            reached = page.last().filter(|_| !is_last).map(|last| last.id.uuid());
            self.write(move |tx| Ok(jobs::reach(tx, job, me, reached)?)).await?;
            if is_last {
                tracing::info!("every original has been read and compared; beginning anew");
                break;
            }
            left -= limit;
        }
        Ok(())
    }

    /// Reads one original and notes what became of it.
    pub(crate) async fn look_at(&self, expected: &Expected) -> Result<Verdict> {
        let mut verdict = self.verify(expected).await?;
        if verdict != Verdict::Sound {
            // Somebody may have mended it since.
            verdict = self.verify(expected).await?;
        }
        self.inner.scrubbed.fetch_add(1, Ordering::Relaxed);
        let (id, now) = (expected.id, self.now());
        let what = match verdict {
            Verdict::Sound => {
                self.write(move |tx| Ok(damage::clear(tx, id)?)).await?;
                return Ok(verdict);
            }
            Verdict::Missing => "missing",
            Verdict::Changed => "changed",
            Verdict::Unreadable => "unreadable",
        };
        if self.read(move |conn| Ok(versions::get(conn, id)?.is_none())).await? {
            // Deleted meanwhile.
            return Ok(Verdict::Sound);
        }
        tracing::error!(
            version = %id, asset = %expected.asset_id,
            "an original is {what}: see heliograph admin check --help"
        );
        self.write(move |tx| Ok(damage::note(tx, id, what, now)?)).await?;
        Ok(verdict)
    }

    async fn verify(&self, expected: &Expected) -> Result<Verdict> {
        let (blobs, original) = (self.blobs().clone(), expected.clone());
        off_thread(move || {
            Ok::<_, Error>(blobs.verify(original.id, &original.checksum, original.bytes)?)
        })
        .await
    }
}

/// How many of `all` originals have their turn in one pause, for all to have had it in so many days.
fn share(all: i64, days: u32) -> i64 {
    let pauses = (i64::from(days) * 24 * 60 * 60 / PAUSE).max(1);
    (all + pauses - 1) / pauses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_have_their_turn_in_time() {
        assert_eq!(share(0, 30), 0);
        assert_eq!(share(1, 30), 1);
        assert_eq!(share(1_000_000, 30), 232);
        assert!(share(1_000_000, 30) * 30 * 144 >= 1_000_000);
        assert_eq!(share(1_000, 0), 1_000);
    }
}
