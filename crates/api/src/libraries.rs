//! `/api/libraries…` (contract 11).

use app::Made;
use model::{Action, LibraryId, Name, TrashState};

use crate::models::LibraryResponse;
use crate::state::{Api, Cx};
use crate::wire::{Ack, Answer, ApiError, Input, Needs, Operation, Reader, Verb};

const READ: Needs = Needs::Action(Action::Read);
const WRITE: Needs = Needs::Action(Action::Write);
/// Longest description, in characters.
pub(crate) const MOST_DESCRIPTION: usize = 65_536;
const NAME: &str =
    "At most 255 characters, not blank; unique among the owner's libraries, ignoring case.";

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new("list_libraries", Verb::Get, "/api/libraries", READ, list)
            .about("List libraries", "Live ones newest first; trashed ones by latest trash time.")
            .answers(200, "The libraries."),
        Operation::new("create_library", Verb::Post, "/api/libraries", WRITE, create)
            .about(
                "Create a library",
                "A name in use gives the existing library when nothing else that was given \
                 differs, and 409 otherwise.",
            )
            .answers(201, "Created.")
            .answers(200, "It was there already.")
            .fails(&[409]),
        Operation::new("get_library", Verb::Get, "/api/libraries/{library_id}", READ, get)
            .about("Fetch one library", "Its owner sees it in the trash too.")
            .answers(200, "The library.")
            .fails(&[404]),
        Operation::new("update_library", Verb::Patch, "/api/libraries/{library_id}", WRITE, update)
            .about(
                "Rename or describe a library",
                "What is absent or null stays; an empty description clears it.",
            )
            .answers(200, "The library after the change.")
            .fails(&[404, 409]),
    ]
    .into_iter()
    .chain(comings_and_goings())
    .map(|operation| operation.tag("libraries"))
    .collect()
}

fn comings_and_goings() -> Vec<Operation<Api>> {
    vec![
        Operation::new(
            "trash_library",
            Verb::Post,
            "/api/libraries/{library_id}/trash",
            Needs::Action(Action::Delete),
            trash,
        )
        .about(
            "Move a library to the trash",
            "With all that is in it. It can be restored until its time in the trash is over (90 \
             days, unless the server says otherwise). The last live library of an account stays: \
             409.",
        )
        .answers(200, "It is in the trash.")
        .fails(&[404, 409]),
        Operation::new(
            "restore_library",
            Verb::Post,
            "/api/libraries/{library_id}/restore",
            WRITE,
            restore,
        )
        .about(
            "Bring a library back from the trash",
            "Also while it is being removed; then what is left of it comes back.",
        )
        .answers(200, "The library, live.")
        .fails(&[404]),
        Operation::new(
            "delete_library",
            Verb::Delete,
            "/api/libraries/{library_id}",
            Needs::Action(Action::DeletePermanently),
            delete,
        )
        .about(
            "Delete a trashed library for good",
            "Ends its time in the trash; it is removed in the background soon. A library that is \
             not in the trash gives 409.",
        )
        .answers(200, "It will be removed.")
        .fails(&[404, 409]),
    ]
}

/// Which libraries.
struct List(TrashState);

impl Input for List {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let state = r.query("state", "In or out of the trash.").choice().default(TrashState::Live);
        state.map(Self)
    }
}

async fn list(cx: Cx, List(state): List) -> Result<Answer<Vec<LibraryResponse>>, ApiError> {
    let libraries = cx.state.app.libraries(cx.viewer.0, state).await?;
    Ok(Answer::ok(libraries.into_iter().map(LibraryResponse::from).collect()))
}

/// A library to be.
struct Create {
    name: Name,
    description: Option<String>,
}

impl Input for Create {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let name = r
            .field("name", NAME)
            .text(usize::MAX)
            .then(|text: String| Name::new(&text))
            .example("Family")
            .required();
        let description =
            r.field("description", "More about it.").text(MOST_DESCRIPTION).optional();
        Some(Self { name: name?, description: description? })
    }
}

async fn create(cx: Cx, input: Create) -> Result<Answer<LibraryResponse>, ApiError> {
    let made = cx.state.app.create_library(cx.viewer.0, input.name, input.description).await?;
    Ok(match made {
        Made::New(library) => Answer::created(library.into()),
        Made::Existing(library) => Answer::ok(library.into()),
    })
}

/// A library.
struct One(LibraryId);

impl Input for One {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Some(Self(r.path("library_id", "The library.").id()))
    }
}

async fn get(cx: Cx, One(id): One) -> Result<Answer<LibraryResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.library(cx.viewer.0, id).await?.into()))
}

/// What to change of a library.
struct Update {
    id: LibraryId,
    name: Option<Name>,
    description: Option<String>,
}

impl Input for Update {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.path("library_id", "The library.").id();
        let name =
            r.field("name", NAME).text(usize::MAX).then(|text: String| Name::new(&text)).patch();
        let description = r.field("description", "More about it.").text(MOST_DESCRIPTION).patch();
        // Null leaves a field of a library as it is (OP-20).
        Some(Self { id, name: name?.set(), description: description?.set() })
    }
}

async fn update(cx: Cx, input: Update) -> Result<Answer<LibraryResponse>, ApiError> {
    let Update { id, name, description } = input;
    let library = cx.state.app.update_library(cx.viewer.0, id, name, description).await?;
    Ok(Answer::ok(library.into()))
}

async fn trash(cx: Cx, One(id): One) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.trash_library(cx.viewer.0, id).await?;
    Ok(Answer::empty())
}

async fn restore(cx: Cx, One(id): One) -> Result<Answer<LibraryResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.restore_library(cx.viewer.0, id).await?.into()))
}

async fn delete(cx: Cx, One(id): One) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.delete_library(cx.viewer.0, id).await?;
    Ok(Answer::empty())
}
