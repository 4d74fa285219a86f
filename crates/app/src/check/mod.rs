//! Whether all is there that should be: rows against objects, and objects against rows.

mod mend;
mod objects;

use std::sync::Arc;

use model::{AssetId, VersionId};
use store::blobs::{Blobs, Verdict};
use store::db::Conn;
use store::versions::{self, Expected};

use crate::{App, Result};

/// What to look at, and what to do about it.
#[derive(Default)]
pub struct Check {
    /// Read every original and compare it with its SHA-256; else only its size is compared.
    pub read_data: bool,
    /// Mend what can be mended.
    pub repair: bool,
    /// Objects of a backup, from which damaged originals are put back.
    pub backup: Option<Blobs>,
    /// Told how many originals have been looked at, and how many there are.
    pub progress: Option<Arc<dyn Fn(u64, u64) + Send + Sync>>,
}

/// An original that is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged {
    /// Which.
    pub version: VersionId,
    /// Whose.
    pub asset: AssetId,
    /// In what way.
    pub verdict: Verdict,
    /// Whether it was put back.
    pub is_mended: bool,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Originals that should be there.
    pub originals: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Those that are not as they should be.
    pub damaged: Vec<Damaged>,
    /// Versions among the objects that no row knows: uploads that still run, and what crashes left.
    pub strays: u64,
    /// Of these the ones that were removed.
    pub removed: u64,
    /// Assets whose pictures are not there; they are made when somebody asks.
    pub without_pictures: u64,
    /// What the engine says about its own files, and which assets have no original.
    pub database: Vec<String>,
}

impl Report {
    /// Whether nothing is lost.
    pub fn is_clean(&self) -> bool {
        self.database.is_empty() && self.damaged.iter().all(|damaged| damaged.is_mended)
    }
}

/// Rows fetched at a time.
const PAGE: i64 = 500;

impl App {
    /// Looks at everything. People may go on working meanwhile.
    pub async fn check(&self, check: Check) -> Result<Report> {
        let database = self.read(|conn| {
            let mut wrong = Conn::complaints(conn)?;
            let lacking = versions::lacking(conn)?;
            wrong.extend(lacking.iter().map(|asset| format!("{asset} has no original")));
            Ok(wrong)
        });
        let mut report = Report { database: database.await?, ..Report::default() };
        let listed = self.list_objects(&check, &mut report).await?;
        let all = u64::try_from(self.read(|conn| Ok(versions::count(conn)?)).await?).unwrap_or(0);
        let mut last = VersionId::from_uuid(uuid::Uuid::nil());
        loop {
            let page = self.read(move |conn| Ok(versions::after(conn, last, PAGE)?)).await?;
            for expected in &page {
                let is_whole = listed.binary_search(&expected.id.uuid().as_u128()).is_ok();
                self.check_original(expected, is_whole, &check, &mut report).await?;
                if let Some(progress) = &check.progress {
                    progress(report.originals, all);
                }
            }
            match page.last() {
                Some(expected) => last = expected.id,
                None => return Ok(report),
            }
        }
    }

    /// `is_whole`: the listing had it, with as many bytes as it should have.
    async fn check_original(
        &self,
        expected: &Expected,
        is_whole: bool,
        check: &Check,
        report: &mut Report,
    ) -> Result<()> {
        report.originals += 1;
        report.bytes = report.bytes.saturating_add(expected.bytes);
        if is_whole && !check.read_data {
            return Ok(());
        }
        // What the listing did not have may have come, or gone, since then.
        let verdict = self.look_at(expected).await?;
        if verdict == Verdict::Sound {
            return Ok(());
        }
        let is_mended = self.put_back(expected, check).await?;
        let (version, asset) = (expected.id, expected.asset_id);
        report.damaged.push(Damaged { version, asset, verdict, is_mended });
        Ok(())
    }
}
