//! Assets on a map (contract 3.9).

use model::{Action, AssetFilter, Cluster, Clusters, Grid, LibraryId, View};
use store::assets;

use crate::{App, Error, Result, Viewer, access};

/// How many assets are put into their tiles in one transaction.
const ROUND: i64 = 500;

/// Which assets to cluster, and how.
#[derive(Debug, Clone)]
pub struct ClusterAssets {
    /// Where; the only one when not named.
    pub library: Option<LibraryId>,
    /// Which; without an area.
    pub filter: AssetFilter,
    /// The part of the globe.
    pub view: View,
    /// The cells.
    pub grid: Grid,
}

impl App {
    /// The cells that have assets in view, those with the most assets first.
    pub async fn asset_clusters(
        &self,
        viewer: Viewer,
        wanted: ClusterAssets,
    ) -> Result<Vec<Cluster>> {
        self.read(move |conn| {
            let library = access::chosen_library(conn, &viewer, wanted.library, Action::Read)?.id;
            let ClusterAssets { filter, view, grid, .. } = wanted;
            assets::clusters(conn, library, &filter, view, grid)?.ok_or_else(too_many)
        })
        .await
    }

    /// Puts assets that were here before there were tiles into theirs.
    pub(crate) async fn catch_up_with_tiles(&self) -> Result<()> {
        while self.write(|tx| Ok(assets::catch_up(tx, ROUND)?)).await? > 0 {}
        Ok(())
    }
}

fn too_many() -> Error {
    let most = Clusters::MOST;
    Error::TooMuch(
        "cell_size",
        format!("more than {most} cells have assets: choose larger cells, or a smaller bbox"),
    )
}
