//! Faces: `/api/faces…` (contract 6).

use app::faces::{FaceFilter, ListFaces, NewFace};
use model::id::{AssetKind, FaceKind, LibraryKind, PersonKind};
use model::{Action, BoundingBox, FaceId, LibraryId, Patch, PersonId, named};

use crate::assets::LIBRARY_ID;
use crate::models::{FaceResponse, Page};
use crate::state::{Api, Cx};
use crate::wire::{Ack, Answer, ApiError, Input, Needs, Operation, Reader, Verb};

const READ: Needs = Needs::Action(Action::Read);
const WRITE: Needs = Needs::Action(Action::Write);
const DELETE: Needs = Needs::Action(Action::Delete);
const FACE_ID: &str = "The face.";
const PERSON_ID: &str = "Whom it shows.";

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new("list_faces", Verb::Get, "/api/faces", READ, list)
            .about("List faces", "Newest first. Faces of assets in the trash are left out.")
            .answers(200, "A page of faces."),
        Operation::new("create_face", Verb::Post, "/api/faces", WRITE, create)
            .about(
                "Add a face to an image",
                "The box is in display pixels of the asset, from its top left corner, and must fit.",
            )
            .answers(201, "Created."),
        Operation::new("get_face", Verb::Get, "/api/faces/{face_id}", READ, get)
            .about("Fetch one face", "Faces of assets in the trash too.")
            .answers(200, "The face."),
        Operation::new("update_face", Verb::Patch, "/api/faces/{face_id}", WRITE, update)
            .about(
                "Say whom a face shows",
                "`null` takes the face away from the person; nothing is deleted.",
            )
            .answers(200, "The face after the change."),
        Operation::new("delete_face", Verb::Delete, "/api/faces/{face_id}", DELETE, delete)
            .about("Delete a face", "Asset and person stay.")
            .answers(200, "Done."),
    ]
    .into_iter()
    .map(|operation| operation.tag("faces").fails(&[400, 404]))
    .collect()
}

named! {
/// Parts of a face that are sent only when asked for (contract 1.7).
pub enum Include {
    /// Whom it may show, by likeness.
    ClusterAssignment = "cluster_assignment",
}
}

/// Nothing compares faces as yet, so the part is null with the token as without it.
fn include(r: &mut Reader<'_>) -> Option<()> {
    r.query("include", "Parts to send beside the lean form.")
        .choice::<Include>()
        .list(0..=200)
        .optional()
        .map(drop)
}

/// The query of a list.
struct List(ListFaces);

impl Input for List {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let limit = r.query("limit", "Faces per page.").integer(1..=200).default(20);
        let after = r
            .query("starting_after_id", "The last face of the page before.")
            .id::<FaceKind>()
            .optional();
        let ids = r
            .query("ids", "Only these. Unknown ones are silently missing.")
            .id::<FaceKind>()
            .list(0..=200)
            .optional();
        let asset = r.query("asset_id", "In this asset.").id::<AssetKind>().optional();
        let person = r.query("person_id", "Of this person.").id::<PersonKind>().optional();
        let include = include(r);
        let filter = FaceFilter { ids: ids?, asset: asset?, person: person? };
        include?;
        Some(Self(ListFaces { library: library?, filter, after: after?, limit: limit? }))
    }
}

async fn list(cx: Cx, List(wanted): List) -> Result<Answer<Page<FaceResponse>>, ApiError> {
    let page = cx.state.app.faces(cx.viewer.0, wanted).await?;
    Ok(Answer::ok(Page::of(page, |face| FaceResponse::new(&face, &cx.state.urls))))
}

/// Where in a picture.
struct Drawn(BoundingBox);

impl Input for Drawn {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        // Any number beyond a picture's size is refused with the box, whatever it is.
        let most = i64::from(i32::MAX);
        let left = r.field("x", "From the left edge.").integer(0..=most).required();
        let top = r.field("y", "From the top edge.").integer(0..=most).required();
        let width = r.field("w", "Width.").integer(1..=most).required();
        let height = r.field("h", "Height.").integer(1..=most).required();
        Some(Self(BoundingBox { x: left?, y: top?, w: width?, h: height? }))
    }
}

/// A face to be.
struct Create(NewFace);

impl Input for Create {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.field("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let asset = r.field("asset_id", "The image it is in.").id::<AssetKind>().required();
        let drawn =
            r.field("bounding_box", "Where: display pixels of the asset.").object::<Drawn>();
        let person = r.field("person_id", PERSON_ID).id::<PersonKind>().optional();
        let (asset, Drawn(bounding_box)) = (asset?, drawn?);
        Some(Self(NewFace { library: library?, asset, bounding_box, person: person? }))
    }
}

async fn create(cx: Cx, Create(new): Create) -> Result<Answer<FaceResponse>, ApiError> {
    let face = cx.state.app.create_face(cx.viewer.0, new).await?;
    Ok(Answer::created(FaceResponse::new(&face, &cx.state.urls)))
}

/// A face of a library.
struct One {
    library: Option<LibraryId>,
    id: FaceId,
}

impl Input for One {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.path("face_id", FACE_ID).id();
        let library = r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        Some(Self { library: library?, id })
    }
}

/// A face, and what of it to send.
struct Get(One);

impl Input for Get {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let one = One::read(r);
        include(r)?;
        one.map(Self)
    }
}

async fn get(cx: Cx, Get(One { library, id }): Get) -> Result<Answer<FaceResponse>, ApiError> {
    let face = cx.state.app.face(cx.viewer.0, library, id).await?;
    Ok(Answer::ok(FaceResponse::new(&face, &cx.state.urls)))
}

/// A face, and whom it shows.
struct Update {
    one: One,
    person: Patch<PersonId>,
}

impl Input for Update {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let one = One::read(r);
        let person = r.field("person_id", PERSON_ID).id::<PersonKind>().patch();
        Some(Self { one: one?, person: person? })
    }
}

async fn update(cx: Cx, input: Update) -> Result<Answer<FaceResponse>, ApiError> {
    let Update { one: One { library, id }, person } = input;
    let face = cx.state.app.update_face(cx.viewer.0, library, id, person).await?;
    Ok(Answer::ok(FaceResponse::new(&face, &cx.state.urls)))
}

async fn delete(cx: Cx, One { library, id }: One) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.delete_face(cx.viewer.0, library, id).await?;
    Ok(Answer::empty())
}
