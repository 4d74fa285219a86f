//! `AssetClusterByGeoResponse` (contract 17.6).

use model::Cluster;
use schemars::JsonSchema;
use serde::Serialize;

/// The assets in view, cell by cell.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AssetClusterByGeoResponse {
    /// Cells with assets, those with the most first.
    data: Vec<GeoCluster>,
}

/// The assets of one cell.
#[derive(Debug, Serialize, JsonSchema)]
struct GeoCluster {
    /// How many assets.
    count: i64,
    /// Mean latitude of the assets.
    latitude: f64,
    /// Mean longitude of the assets.
    longitude: f64,
    /// The one captured last; of several the one with the largest id.
    representative_asset_id: String,
}

impl From<Vec<Cluster>> for AssetClusterByGeoResponse {
    fn from(clusters: Vec<Cluster>) -> Self {
        Self { data: clusters.into_iter().map(GeoCluster::from).collect() }
    }
}

impl From<Cluster> for GeoCluster {
    fn from(cluster: Cluster) -> Self {
        let Cluster { count, latitude, longitude, representative } = cluster;
        let representative_asset_id = representative.to_string();
        Self { count, latitude, longitude, representative_asset_id }
    }
}
