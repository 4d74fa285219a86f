//! `GET /api/assets/geo-clusters`: assets on a map (contract 3.9).

use app::assets::ClusterAssets;
use model::id::LibraryKind;
use model::{AssetFilter, Grid};

use super::filter;
use super::list::LIBRARY_ID;
use crate::models::AssetClusterByGeoResponse;
use crate::state::Cx;
use crate::wire::{Answer, ApiError, Input, Place, Reader};

pub(super) const ABOUT: &str = "\
The assets in a box, one entry for each square cell that has any: how many, their mean place and \
the one captured last. Cells are laid out from 180° west and 90° south. Filters are those of \
`list_assets`, and both agree. At most 1000 cells have assets, or the answer is 422: choose larger \
cells then, or a smaller box.

Without filters other than `state`, an answer takes about the same time however large the library \
is. With filters it takes as long as it takes to look at the assets that pass them.";

/// The query.
pub(super) struct Map(ClusterAssets);

impl Input for Map {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let view = filter::view(r);
        let size = r
            .query("cell_size", "A side of a cell in degrees.")
            .number(Grid::SMALLEST..)
            .example(10.0)
            .required();
        let (state, filter) = (filter::state(r), filter::shared(r, Place::Query));
        Some(Self(ClusterAssets {
            library: library?,
            filter: AssetFilter { state: state?, ..filter? },
            view: view?,
            grid: Grid::of(size?),
        }))
    }
}

pub(super) async fn cluster(
    cx: Cx,
    Map(wanted): Map,
) -> Result<Answer<AssetClusterByGeoResponse>, ApiError> {
    let clusters = cx.state.app.asset_clusters(cx.viewer.0, wanted).await?;
    Ok(Answer::ok(AssetClusterByGeoResponse::from(clusters)))
}
