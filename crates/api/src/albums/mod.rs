//! Albums: `/api/albums…`, `/api/album-assets…` (contract 4).

mod change;
mod members;

use app::Made;
use app::albums::{Filter, ListAlbums};
use model::id::{AlbumKind, AssetKind, LibraryKind};
use model::{Action, AlbumId, Name};

use crate::assets::LIBRARY_ID;
use crate::models::{AlbumResponse, Page};
use crate::state::{Api, Cx};
use crate::wire::{Ack, Answer, ApiError, Input, Needs, Operation, Reader, Verb};

const READ: Needs = Needs::Action(Action::Read);
const WRITE: Needs = Needs::Action(Action::Write);
const DELETE: Needs = Needs::Action(Action::Delete);
const ALBUM_ID: &str = "The album. Obtain from `list_albums`.";

pub(crate) fn operations() -> Vec<Operation<Api>> {
    let mut operations = vec![
        Operation::new("list_albums", Verb::Get, "/api/albums", READ, list)
            .about("List albums", "Albums of one library, newest first. Filters narrow by AND.")
            .answers(200, "A page of albums.")
            .fails(&[400, 404]),
        Operation::new("create_album", Verb::Post, "/api/albums", WRITE, create)
            .about("Create an album", change::ABOUT_CREATE)
            .answers(201, "Created.")
            .answers(200, "It was there already.")
            .fails(&[400, 404, 409]),
        Operation::new("get_album", Verb::Get, "/api/albums/{album_id}", READ, get)
            .about("Fetch one album", "Counts, dates and cover are those of its live members.")
            .answers(200, "The album.")
            .fails(&[404]),
        Operation::new("update_album", Verb::Patch, "/api/albums/{album_id}", WRITE, update)
            .about("Update an album", change::ABOUT_UPDATE)
            .answers(200, "The album after the change.")
            .fails(&[404, 409]),
        Operation::new("delete_album", Verb::Delete, "/api/albums/{album_id}", DELETE, delete)
            .about("Delete an album", "Its members stay in the library.")
            .answers(200, "Done.")
            .fails(&[404]),
    ];
    operations.extend(members::operations());
    operations.into_iter().map(|operation| operation.tag("albums")).collect()
}

/// The query of a list.
struct List(ListAlbums);

impl Input for List {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let limit = r.query("limit", "Albums per page.").integer(1..=200).default(20);
        let after = r
            .query("starting_after_id", "The last album of the page before.")
            .id::<AlbumKind>()
            .optional();
        let ids = r
            .query("ids", "Only these. Unknown ones are silently missing.")
            .id::<AlbumKind>()
            .list(0..=200)
            .optional();
        let asset = r
            .query("asset_id", "Only albums that this live asset is a member of.")
            .id::<AssetKind>()
            .optional();
        let name = r
            .query("name", "Only names that contain this, in whatever case.")
            .text(Name::MAX_CHARS)
            .example("été")
            .optional();
        let name = name?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Some(Self(ListAlbums {
            library: library?,
            filter: Filter { ids: ids?, asset: asset?, name },
            after: after?,
            limit: limit?,
        }))
    }
}

async fn list(cx: Cx, List(wanted): List) -> Result<Answer<Page<AlbumResponse>>, ApiError> {
    let page = cx.state.app.albums(cx.viewer.0, wanted).await?;
    Ok(Answer::ok(Page::of(page, |found| AlbumResponse::new(found, &cx.state.urls))))
}

async fn create(
    cx: Cx,
    change::Create(new): change::Create,
) -> Result<Answer<AlbumResponse>, ApiError> {
    Ok(match cx.state.app.create_album(cx.viewer.0, new).await? {
        Made::New(found) => Answer::created(AlbumResponse::new(found, &cx.state.urls)),
        Made::Existing(found) => Answer::ok(AlbumResponse::new(found, &cx.state.urls)),
    })
}

/// An album.
struct One(AlbumId);

impl Input for One {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Some(Self(r.path("album_id", ALBUM_ID).id()))
    }
}

async fn get(cx: Cx, One(id): One) -> Result<Answer<AlbumResponse>, ApiError> {
    let found = cx.state.app.album(cx.viewer.0, id).await?;
    Ok(Answer::ok(AlbumResponse::new(found, &cx.state.urls)))
}

async fn update(cx: Cx, input: change::Update) -> Result<Answer<AlbumResponse>, ApiError> {
    let found = cx.state.app.update_album(cx.viewer.0, input.id, input.patch).await?;
    Ok(Answer::ok(AlbumResponse::new(found, &cx.state.urls)))
}

async fn delete(cx: Cx, One(id): One) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.delete_album(cx.viewer.0, id).await?;
    Ok(Answer::empty())
}
