//! Assets: `/api/assets…` (contract 3).

mod change;
mod clusters;
mod counts;
mod exist;
pub(crate) mod filter;
mod list;
mod moving;
mod trash;
mod upload;
mod versions;

use app::assets::Found;
use model::{Action, AssetId, MetadataPatch};

use crate::models::{AssetResponse, Include, Page, Shape};
use crate::state::{Api, Cx};
use crate::wire::{Ack, Answer, ApiError, Input, Needs, Operation, Reader, Verb};

pub(crate) use list::LIBRARY_ID;

use change::Update;

const ASSET_ID: &str =
    "The asset. Obtain from `list_assets`, `search_assets` or `list_album_assets`.";
pub(crate) const INCLUDE: &str = "Parts to send beside the lean form.";
const INCLUDE_LESS: &str = "Everything is sent unless this narrows it.";
const READ: Needs = Needs::Action(Action::Read);
const WRITE: Needs = Needs::Action(Action::Write);

pub(crate) fn operations() -> Vec<Operation<Api>> {
    let mut operations = vec![
        Operation::new("list_assets", Verb::Get, "/api/assets", READ, list)
            .tag("assets")
            .about("List assets", list::ABOUT)
            .answers(200, "A page of assets.")
            .fails(&[400, 404]),
        Operation::new("count_assets", Verb::Get, "/api/assets/counts", READ, counts::count)
            .tag("assets")
            .about("Count assets by period", counts::ABOUT)
            .answers(200, "A page of periods.")
            .fails(&[400, 404]),
        Operation::new(
            "cluster_assets_by_geo",
            Verb::Get,
            "/api/assets/geo-clusters",
            READ,
            clusters::cluster,
        )
        .tag("assets")
        .about("Cluster assets on a map", clusters::ABOUT)
        .answers(200, "The cells that have assets.")
        .fails(&[400, 404]),
        Operation::upload::<upload::Fields, _, _, _, _>(
            "create_asset",
            Verb::Post,
            "/api/assets",
            WRITE,
            upload::create,
        )
        .tag("assets")
        .about("Upload a photo or video", upload::ABOUT)
        .answers(201, "Stored.")
        .answers(200, "The library holds these bytes already; the existing asset.")
        .fails(&[400, 404, 502, 507]),
        Operation::new("get_asset", Verb::Get, "/api/assets/{asset_id}", READ, get)
            .tag("assets")
            .about(
                "Fetch one asset",
                "Trashed assets are returned too, with `trashed_at` set. The lean form has one \
                 URL; ask for more with `include`.",
            )
            .answers(200, "The asset.")
            .fails(&[404]),
        Operation::new("update_asset", Verb::Patch, "/api/assets/{asset_id}", WRITE, update)
            .tag("assets")
            .about("Update an asset", change::ABOUT)
            .answers(200, "The asset after the change, in full.")
            .fails(&[404, 503]),
        Operation::new(
            "bulk_update_assets",
            Verb::Post,
            "/api/assets/bulk-update",
            WRITE,
            bulk_update,
        )
        .tag("assets")
        .about("Update many assets", change::ABOUT_BULK)
        .answers(200, "All changes are made.")
        .fails(&[404, 503]),
        Operation::new(
            "check_asset_existence",
            Verb::Post,
            "/api/assets/exist",
            READ,
            exist::check,
        )
        .tag("assets")
        .about("Which files are here already?", exist::ABOUT)
        .answers(200, "The matches; what is not here is left out.")
        .fails(&[400, 404]),
    ];
    operations.push(moving::operation());
    operations.extend(trash::operations());
    operations.extend(versions::operations());
    operations
}

/// The asset named by the path, and what of it to send.
struct Get {
    id: AssetId,
    include: Option<Vec<Include>>,
}

impl Input for Get {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.path("asset_id", ASSET_ID).id();
        let include = include(r, INCLUDE);
        Some(Self { id, include: include? })
    }
}

#[expect(clippy::option_option, reason = "outside: was it refused; inside: was it there")]
pub(crate) fn include(r: &mut Reader<'_>, about: &'static str) -> Option<Option<Vec<Include>>> {
    r.query("include", about).choice::<Include>().list(0..=200).example("metadata").optional()
}

async fn get(cx: Cx, input: Get) -> Result<Answer<AssetResponse>, ApiError> {
    let shape = Shape::lean(input.include);
    let found = cx.state.app.asset(cx.viewer.0, input.id, shape.parts()).await?;
    Ok(Answer::ok(AssetResponse::new(found, &shape, &cx.state.urls)))
}

async fn list(cx: Cx, input: list::List) -> Result<Answer<Page<AssetResponse>>, ApiError> {
    let list::List { wanted, shape } = input;
    let page = cx.state.app.assets(cx.viewer.0, wanted).await?;
    let send = |found| AssetResponse::new(found, &shape, &cx.state.urls);
    Ok(Answer::ok(Page::of(page, send)))
}

async fn update(cx: Cx, input: Update) -> Result<Answer<AssetResponse>, ApiError> {
    let found: Found = cx.state.app.update_asset(cx.viewer.0, input.id, input.change.patch).await?;
    let shape = Shape::full(input.include);
    Ok(Answer::ok(AssetResponse::new(found, &shape, &cx.state.urls)))
}

async fn bulk_update(cx: Cx, input: change::BulkUpdate) -> Result<Answer<Ack>, ApiError> {
    let changes: Vec<(AssetId, MetadataPatch)> =
        input.updates.into_iter().map(|item| (item.id, item.change.patch)).collect();
    cx.state.app.update_assets(cx.viewer.0, changes).await?;
    Ok(Answer::empty())
}
