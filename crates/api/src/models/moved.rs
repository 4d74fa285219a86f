//! `AssetMoveResponse` (contract 17.6).

use app::moving::Moved;
use model::{AssetId, MoveOutcome, Named as _};
use schemars::JsonSchema;
use serde::Serialize;

/// What became of assets that were to move.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AssetMoveResponse {
    /// One result per asset, in the order asked for.
    data: Vec<AssetMoveResult>,
}

/// What became of one asset.
#[derive(Debug, Serialize, JsonSchema)]
struct AssetMoveResult {
    /// The asset.
    asset_id: String,
    /// `moved`: it is in the destination now. `already_in_destination`: it was there before, which
    /// is a success. `failed`: it is where it was, and `failure` says why.
    outcome: &'static str,
    /// `unavailable`: unknown, in the trash, or not accessible. `changed_source`: no longer in the
    /// source. `duplicate`: the destination holds the same original, be it in its trash. `quota`:
    /// the destination has no room for it. Null unless the move failed.
    failure: Option<&'static str>,
}

impl From<Moved> for AssetMoveResponse {
    fn from(moved: Moved) -> Self {
        Self { data: moved.into_iter().map(AssetMoveResult::from).collect() }
    }
}

impl From<(AssetId, MoveOutcome)> for AssetMoveResult {
    fn from((asset, outcome): (AssetId, MoveOutcome)) -> Self {
        let (outcome, failure) = match outcome {
            MoveOutcome::Moved => ("moved", None),
            MoveOutcome::AlreadyThere => ("already_in_destination", None),
            MoveOutcome::Failed(failure) => ("failed", Some(failure.name())),
        };
        Self { asset_id: asset.to_string(), outcome, failure }
    }
}
