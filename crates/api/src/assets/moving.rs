//! `POST /api/assets/move` (contract 3.10).

use model::id::{AssetKind, LibraryKind};
use model::{Action, AssetId, LibraryId};

use crate::models::AssetMoveResponse;
use crate::state::{Api, Cx};
use crate::wire::{Answer, ApiError, Input, Needs, Operation, Reader, Verb};

/// They are gone for everybody else in the source, and new in the destination.
const NEEDS: Needs = Needs::Actions(&[Action::DeletePermanently, Action::Write]);

const ABOUT: &str = "\
Ids, stored files, layers and faces go along. Albums and stacks of the source are left, and faces \
show nobody any more. The bytes of all versions count in the destination, and for its owner.

Each asset moves or stays by itself; the answer says what became of it. Asking again is safe: an \
asset that is in the destination already is a success.

The caller must own the source, and own the destination or be a collaborator there. A credential \
for selected libraries must reach both.";

pub(super) fn operation() -> Operation<Api> {
    Operation::new("move_assets", Verb::Post, "/api/assets/move", NEEDS, perform)
        .tag("assets")
        .about("Move assets to another library", ABOUT)
        .answers(200, "One result per asset, in the order asked for, also when some have failed.")
        .fails(&[404, 409, 503])
}

/// Assets, where they are, and where they are to go.
struct Move {
    source: LibraryId,
    destination: LibraryId,
    assets: Vec<AssetId>,
}

impl Input for Move {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let assets = r.field("asset_ids", "The assets.").id::<AssetKind>().list(1..=200).required();
        let source = r
            .field("source_library_id", "Where they are. The caller must own it.")
            .id::<LibraryKind>()
            .required();
        let destination = r
            .field(
                "destination_library_id",
                "Where they are to go: another library, which the caller owns or collaborates in.",
            )
            .id::<LibraryKind>()
            .required();
        Some(Self { assets: assets?, source: source?, destination: destination? })
    }
}

async fn perform(cx: Cx, input: Move) -> Result<Answer<AssetMoveResponse>, ApiError> {
    let Move { source, destination, assets } = input;
    let moved = cx.state.app.move_assets(cx.viewer.0, source, destination, assets).await?;
    Ok(Answer::ok(moved.into()))
}
