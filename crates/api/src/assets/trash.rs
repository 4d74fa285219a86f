//! Trash, restore, delete (contract 3.7).

use model::id::{AssetKind, LibraryKind};
use model::{Action, AssetId, LibraryId};

use super::list::LIBRARY_ID;
use super::{ASSET_ID, WRITE};
use crate::state::{Api, Cx};
use crate::wire::{Ack, Answer, ApiError, Input, Needs, Operation, Reader, Verb};

const DELETE: Needs = Needs::Action(Action::Delete);
const PERMANENTLY: Needs = Needs::Action(Action::DeletePermanently);

pub(super) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new("trash_assets", Verb::Post, "/api/assets/trash", DELETE, trash).about(
            "Move assets to the trash",
            "Hidden from lists, still readable by id, restorable. Ids that are unknown or in \
                 the trash already are skipped.",
        ),
        Operation::new("restore_assets", Verb::Post, "/api/assets/restore", WRITE, restore)
            .about("Bring assets back from the trash", "Ids that are unknown or live are skipped."),
        Operation::new("delete_assets", Verb::Delete, "/api/assets", PERMANENTLY, delete_many)
            .about(
                "Delete assets for good",
                "Live or trashed; there is no way back. Unknown ids are skipped. Files are \
                 removed in the background.",
            ),
        Operation::new(
            "empty_trash",
            Verb::Post,
            "/api/assets/empty-trash",
            PERMANENTLY,
            empty_trash,
        )
        .about("Empty the trash", "Deletes for good everything that is in the trash now."),
        Operation::new(
            "delete_asset",
            Verb::Delete,
            "/api/assets/{asset_id}",
            PERMANENTLY,
            delete_one,
        )
        .about("Delete an asset for good", "Live or trashed; there is no way back."),
    ]
    .into_iter()
    .map(|operation| {
        let statuses: &[u16] = if operation.id == "delete_asset" { &[404] } else { &[400, 404] };
        operation.tag("assets").answers(200, "Done.").fails(statuses)
    })
    .collect()
}

/// Several assets of a library.
struct Many {
    library: Option<LibraryId>,
    ids: Vec<AssetId>,
}

impl Input for Many {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let ids = r.field("ids", "The assets.").id::<AssetKind>().list(1..=200).required();
        Some(Self { library: library?, ids: ids? })
    }
}

/// A library.
struct Whole(Option<LibraryId>);

impl Input for Whole {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional().map(Self)
    }
}

/// One asset.
struct One(AssetId);

impl Input for One {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Some(Self(r.path("asset_id", ASSET_ID).id()))
    }
}

async fn trash(cx: Cx, input: Many) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.trash_assets(cx.viewer.0, input.library, input.ids).await?;
    Ok(Answer::empty())
}

async fn restore(cx: Cx, input: Many) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.restore_assets(cx.viewer.0, input.library, input.ids).await?;
    Ok(Answer::empty())
}

async fn delete_many(cx: Cx, input: Many) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.delete_assets(cx.viewer.0, input.library, input.ids).await?;
    Ok(Answer::empty())
}

async fn empty_trash(cx: Cx, Whole(library): Whole) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.empty_trash(cx.viewer.0, library).await?;
    Ok(Answer::empty())
}

async fn delete_one(cx: Cx, One(id): One) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.delete_asset(cx.viewer.0, id).await?;
    Ok(Answer::empty())
}
