//! Assets: look at them, list them, correct them.

mod clusters;
mod counts;
mod edit;
mod exist;
mod sidecar;

pub use clusters::ClusterAssets;
pub use counts::CountAssets;
pub(crate) use edit::{edited, later_than};

use model::{Action, AssetFilter, AssetId, Direction, LibraryId};
use store::assets;

pub use store::assets::{Fingerprints, Found, Lite, Parts};

use crate::{App, Error, Page, Result, Viewer, access};

/// Which assets to list.
#[derive(Debug, Clone, Default)]
pub struct ListAssets {
    /// Where; the only one when not named.
    pub library: Option<LibraryId>,
    /// Which.
    pub filter: AssetFilter,
    /// In which order.
    pub direction: Direction,
    /// From which asset on, itself excluded.
    pub after: Option<AssetId>,
    /// 1–200.
    pub limit: i64,
    /// What to read beside the assets.
    pub parts: Parts,
}

impl App {
    /// One asset, live or trashed (contract 3.3).
    pub async fn asset(&self, viewer: Viewer, id: AssetId, parts: Parts) -> Result<Found> {
        self.read(move |conn| {
            access::asset(conn, &viewer, id, Action::Read)?;
            assets::get(conn, id, parts)?.ok_or_else(Error::no_asset)
        })
        .await
    }

    /// A page of assets (contract 3.4).
    pub async fn assets(&self, viewer: Viewer, wanted: ListAssets) -> Result<Page<Found>> {
        self.read(move |conn| {
            let library = access::chosen_library(conn, &viewer, wanted.library, Action::Read)?.id;
            let after = match wanted.after {
                Some(id) => Some(
                    assets::position(conn, library, id, wanted.filter.state)?
                        .ok_or_else(|| Error::no_position(id))?,
                ),
                None => None,
            };
            let limit = wanted.limit;
            let ListAssets { filter, direction, parts, .. } = &wanted;
            // One more than wanted tells whether there is more.
            let found = assets::list(conn, library, filter, *direction, after, limit + 1, *parts)?;
            Ok(Page::of(found, limit))
        })
        .await
    }
}
