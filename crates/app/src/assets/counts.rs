//! How many assets there are, by period (contract 3.8).

use model::{Action, AssetFilter, Direction, LibraryId, Period, PeriodCount, WallClock};
use store::assets;

use crate::{App, Page, Result, Viewer, access};

/// Which assets to count, and how.
#[derive(Debug, Clone, Default)]
pub struct CountAssets {
    /// Where; the only one when not named.
    pub library: Option<LibraryId>,
    /// Which.
    pub filter: AssetFilter,
    /// By which period.
    pub period: Period,
    /// In which order.
    pub direction: Direction,
    /// From which bucket on, itself excluded; the beginning of one.
    pub after: Option<WallClock>,
    /// 1–200.
    pub limit: i64,
}

impl App {
    /// A page of buckets that have assets.
    pub async fn asset_counts(
        &self,
        viewer: Viewer,
        wanted: CountAssets,
    ) -> Result<Page<PeriodCount>> {
        self.read(move |conn| {
            let library = access::chosen_library(conn, &viewer, wanted.library, Action::Read)?.id;
            let CountAssets { filter, period, direction, after, limit, .. } = wanted;
            let found = assets::counts(conn, library, &filter, period, direction, after, limit)?;
            Ok(Page::of(found, limit))
        })
        .await
    }
}
