//! People: `/api/people…` (contract 5).

mod change;
mod list;

use app::Made;
use model::id::PersonKind;
use model::{Action, PersonId, named};

use crate::models::{Page, PersonResponse};
use crate::state::{Api, Cx};
use crate::wire::{Ack, Answer, ApiError, Input, Needs, Operation, Reader, Verb};

use change::{BulkUpdate, Create, Update};

const READ: Needs = Needs::Action(Action::Read);
const WRITE: Needs = Needs::Action(Action::Write);
const DELETE: Needs = Needs::Action(Action::Delete);
const PERSON_ID: &str = "The person.";

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new("list_people", Verb::Get, "/api/people", READ, list)
            .about("List people", list::ABOUT)
            .answers(200, "A page of people.")
            .fails(&[400, 404]),
        Operation::new("create_person", Verb::Post, "/api/people", WRITE, create)
            .about("Create a person", change::ABOUT_CREATE)
            .answers(201, "Created.")
            .answers(200, "They were there already.")
            .fails(&[400, 404, 409]),
        Operation::new("get_person", Verb::Get, "/api/people/{person_id}", READ, get)
            .about("Fetch one person", "Hidden people too.")
            .answers(200, "The person.")
            .fails(&[404]),
        Operation::new("update_person", Verb::Patch, "/api/people/{person_id}", WRITE, update)
            .about("Update a person", change::ABOUT)
            .answers(200, "The person after the change.")
            .fails(&[404, 409]),
        Operation::new("delete_person", Verb::Delete, "/api/people/{person_id}", DELETE, delete)
            .about("Delete a person", "Their faces stay and show nobody.")
            .answers(200, "Done.")
            .fails(&[404]),
        Operation::new(
            "bulk_update_people",
            Verb::Post,
            "/api/people/bulk-update",
            WRITE,
            bulk_update,
        )
        .about("Update many people", change::ABOUT_BULK)
        .answers(200, "All changes are made.")
        .fails(&[404, 409]),
        Operation::new("merge_people", Verb::Post, "/api/people/{person_id}/merge", WRITE, merge)
            .about(
                "Merge people",
                "All faces of the sources come to show the person of the path, who keeps their own \
                 fields. The sources are deleted for good.",
            )
            .answers(200, "The person, with all faces.")
            .answers(204, "Nobody had a name or a face: the person of the path is deleted too.")
            .fails(&[404]),
    ]
    .into_iter()
    .map(|operation| operation.tag("people"))
    .collect()
}

named! {
/// Parts of a person that are sent only when asked for (contract 1.7).
pub enum Include {
    /// How alike their faces are.
    ClusterMetrics = "cluster_metrics",
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

async fn list(
    cx: Cx,
    list::List(wanted): list::List,
) -> Result<Answer<Page<PersonResponse>>, ApiError> {
    let page = cx.state.app.people(cx.viewer.0, wanted).await?;
    Ok(Answer::ok(Page::of(page, |found| PersonResponse::new(found, &cx.state.urls))))
}

async fn create(cx: Cx, input: Create) -> Result<Answer<PersonResponse>, ApiError> {
    Ok(match cx.state.app.create_person(cx.viewer.0, input.library, input.given).await? {
        Made::New(found) => Answer::created(PersonResponse::new(found, &cx.state.urls)),
        Made::Existing(found) => Answer::ok(PersonResponse::new(found, &cx.state.urls)),
    })
}

/// A person, and what of them to send.
struct Get(PersonId);

impl Input for Get {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.path("person_id", PERSON_ID).id();
        include(r).map(|()| Self(id))
    }
}

async fn get(cx: Cx, Get(id): Get) -> Result<Answer<PersonResponse>, ApiError> {
    let found = cx.state.app.person(cx.viewer.0, id).await?;
    Ok(Answer::ok(PersonResponse::new(found, &cx.state.urls)))
}

async fn update(cx: Cx, input: Update) -> Result<Answer<PersonResponse>, ApiError> {
    let found = cx.state.app.update_person(cx.viewer.0, input.id, input.change.0).await?;
    Ok(Answer::ok(PersonResponse::new(found, &cx.state.urls)))
}

async fn bulk_update(cx: Cx, BulkUpdate(updates): BulkUpdate) -> Result<Answer<Ack>, ApiError> {
    let changes = updates.into_iter().map(|item| (item.id, item.change.0)).collect();
    cx.state.app.update_people(cx.viewer.0, changes).await?;
    Ok(Answer::empty())
}

/// A person.
struct One(PersonId);

impl Input for One {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Some(Self(r.path("person_id", PERSON_ID).id()))
    }
}

async fn delete(cx: Cx, One(id): One) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.delete_person(cx.viewer.0, id).await?;
    Ok(Answer::empty())
}

/// Who comes together.
struct Merge {
    primary: PersonId,
    sources: Vec<PersonId>,
}

impl Input for Merge {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let primary = r.path("person_id", "The person who stays.").id();
        let sources = r
            .field("source_person_ids", "The people who are merged into that one, and deleted.")
            .id::<PersonKind>()
            .strict_list(1..=200)
            .required()?;
        if sources.contains(&primary) {
            return r.refuse_field("source_person_ids", "nobody is merged into themselves");
        }
        Some(Self { primary, sources })
    }
}

async fn merge(cx: Cx, input: Merge) -> Result<Answer<PersonResponse>, ApiError> {
    let merged = cx.state.app.merge_people(cx.viewer.0, input.primary, input.sources).await?;
    let send = |found| Answer::ok(PersonResponse::new(found, &cx.state.urls));
    Ok(merged.map_or_else(Answer::no_content, send))
}
