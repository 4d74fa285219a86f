//! Which assets are in which albums (contract 4).

use app::albums::{LinkFilter, ListLinks};
use model::id::{AlbumAssetKind, AlbumKind, AssetKind, LibraryKind};
use model::{AlbumAssetId, AlbumId, AssetId};

use super::{ALBUM_ID, READ, WRITE};
use crate::assets::LIBRARY_ID;
use crate::models::{AlbumAssetResponse, AssetsAssociationAddResponse, Page};
use crate::state::{Api, Cx};
use crate::wire::{Ack, Answer, ApiError, Input, Operation, Reader, Verb};

const MEMBERS: &str = "/api/albums/{album_id}/assets";
const LINK: &str = "/api/album-assets/{album_asset_id}";

pub(super) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new("add_assets_to_album", Verb::Post, MEMBERS, WRITE, add)
            .about(
                "Put assets into an album",
                "Each asset is in exactly one list of the answer, in the order of the request. \
                 Assets in the trash may be added; they show when they are restored.",
            )
            .answers(200, "What became of each.")
            .fails(&[404]),
        Operation::new("remove_assets_from_album", Verb::Delete, MEMBERS, WRITE, remove)
            .about("Take assets out of an album", "Those that are not in it are skipped.")
            .answers(200, "Done.")
            .fails(&[404]),
        Operation::new("list_album_assets", Verb::Get, "/api/album-assets", READ, list)
            .about(
                "List memberships in albums",
                "The newest first. Those of assets in the trash are hidden.",
            )
            .answers(200, "A page of memberships.")
            .fails(&[400, 404]),
        Operation::new("get_album_asset", Verb::Get, LINK, READ, get)
            .about("Fetch one membership", "That of an asset in the trash is hidden.")
            .answers(200, "The membership.")
            .fails(&[404]),
    ]
}

/// Assets, and the album they are to come into or to leave.
struct Members {
    id: AlbumId,
    assets: Vec<AssetId>,
}

impl Input for Members {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.path("album_id", ALBUM_ID).id();
        let assets = r.field("asset_ids", "The assets.").id::<AssetKind>().list(1..=200).required();
        Some(Self { id, assets: assets? })
    }
}

async fn add(cx: Cx, input: Members) -> Result<Answer<AssetsAssociationAddResponse>, ApiError> {
    let came = cx.state.app.add_to_album(cx.viewer.0, input.id, input.assets).await?;
    Ok(Answer::ok(came.into()))
}

async fn remove(cx: Cx, input: Members) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.remove_from_album(cx.viewer.0, input.id, input.assets).await?;
    Ok(Answer::empty())
}

/// The query of a list.
struct List(ListLinks);

impl Input for List {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let limit = r.query("limit", "Memberships per page.").integer(1..=200).default(20);
        let after = r
            .query("starting_after_id", "The last membership of the page before.")
            .id::<AlbumAssetKind>()
            .optional();
        let ids = r
            .query("ids", "Only these. Unknown ones are silently missing.")
            .id::<AlbumAssetKind>()
            .list(0..=200)
            .optional();
        let album = r.query("album_id", "Only of this album.").id::<AlbumKind>().optional();
        let asset = r.query("asset_id", "Only of this asset.").id::<AssetKind>().optional();
        Some(Self(ListLinks {
            library: library?,
            filter: LinkFilter { ids: ids?, album: album?, asset: asset? },
            after: after?,
            limit: limit?,
        }))
    }
}

async fn list(cx: Cx, List(wanted): List) -> Result<Answer<Page<AlbumAssetResponse>>, ApiError> {
    let page = cx.state.app.album_assets(cx.viewer.0, wanted).await?;
    Ok(Answer::ok(Page::of(page, AlbumAssetResponse::from)))
}

/// A membership.
struct One(AlbumAssetId);

impl Input for One {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let about = "The membership. Obtain from `list_album_assets`.";
        Some(Self(r.path("album_asset_id", about).id()))
    }
}

async fn get(cx: Cx, One(id): One) -> Result<Answer<AlbumAssetResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.album_asset(cx.viewer.0, id).await?.into()))
}
