//! `SearchResponse` (contract 17.10).

use schemars::JsonSchema;
use serde::Serialize;

use super::AssetResponse;

/// An asset that was found.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SearchHit {
    /// The asset.
    asset: AssetResponse,
    /// How far its picture is from what was asked, 0–1; null when it was found by words or filters
    /// alone.
    distance: Option<f64>,
}

impl SearchHit {
    /// Found by words or filters alone.
    pub(crate) const fn by_words(asset: AssetResponse) -> Self {
        Self { asset, distance: None }
    }
}
