//! `/api/stacks…` (contract 8).

use app::stacks::ListStacks;
use model::id::{AssetKind, LibraryKind, StackKind};
use model::{Action, AssetId, LibraryId, Origin, StackId};

use crate::assets::LIBRARY_ID;
use crate::models::{Page, StackInclude, StackResponse};
use crate::state::{Api, Cx};
use crate::wire::{Ack, Answer, ApiError, Input, Needs, Operation, Reader, Verb};

const READ: Needs = Needs::Action(Action::Read);
const WRITE: Needs = Needs::Action(Action::Write);
const DELETE: Needs = Needs::Action(Action::Delete);
const ALL: &str = "/api/stacks";
const ONE: &str = "/api/stacks/{stack_id}";
const MEMBERS: &str = "/api/stacks/{stack_id}/assets";
const STACK_ID: &str = "The stack. Obtain from `list_stacks`, or from `stack_id` of an asset.";

const ABOUT_CREATE: &str = "\
An asset that is in another stack leaves it. When it was the cover of that stack, the whole stack \
comes along; a stack that is left with fewer than two assets is dissolved. Assets in the trash \
count for that.

A stack that a person made or changed is never touched by the burst detector.";

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new("list_stacks", Verb::Get, ALL, READ, list)
            .about(
                "List stacks",
                "Ordered by id: stable, not by time. Page with `starting_after_id`. The assets of \
                 a stack are listed by `list_assets` with `stack_id`.",
            )
            .answers(200, "A page of stacks.")
            .fails(&[400, 404]),
        Operation::new("create_stack", Verb::Post, ALL, WRITE, create)
            .about("Group assets", ABOUT_CREATE)
            .answers(201, "The new stack.")
            .fails(&[400, 404]),
        Operation::new("get_stack", Verb::Get, ONE, READ, get)
            .about("Fetch one stack", "Without its assets.")
            .answers(200, "The stack.")
            .fails(&[404]),
        Operation::new("set_stack_cover", Verb::Patch, ONE, WRITE, set_cover)
            .about(
                "Choose the cover of a stack",
                "One of its live assets. It stays the cover in the trash, until it leaves the \
                 stack or is deleted for good.",
            )
            .answers(200, "The stack.")
            .fails(&[404, 409]),
        Operation::new("delete_stack", Verb::Delete, ONE, DELETE, delete)
            .about("Dissolve a stack", "Its assets stay.")
            .answers(200, "Done.")
            .fails(&[404, 409]),
        Operation::new("add_assets_to_stack", Verb::Post, MEMBERS, WRITE, add)
            .about(
                "Add assets to a stack",
                "Those in other stacks leave them as with `create_stack`; those in this stack are \
                 skipped.",
            )
            .answers(200, "The stack.")
            .fails(&[404, 409]),
        Operation::new("remove_assets_from_stack", Verb::Delete, MEMBERS, WRITE, remove)
            .about(
                "Take assets out of a stack",
                "Those that are not in it are skipped. When fewer than two are left, the stack is \
                 dissolved.",
            )
            .answers(200, "Done.")
            .fails(&[404, 409]),
    ]
    .into_iter()
    .map(|operation| operation.tag("stacks"))
    .collect()
}

/// Which stacks.
struct List(ListStacks);

impl Input for List {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let limit = r.query("limit", "Stacks per page.").integer(1..=200).default(20);
        let after = r
            .query("starting_after_id", "The last stack of the page before.")
            .id::<StackKind>()
            .optional();
        let ids = r
            .query("ids", "Only these. Unknown ones are silently missing.")
            .id::<StackKind>()
            .list(0..=200)
            .optional();
        let origin = r.query("origin", "Who decides about it.").choice::<Origin>().optional();
        let primary = r
            .query("primary_asset_id", "The stack whose cover this asset is.")
            .id::<AssetKind>()
            .optional();
        let include = r
            .query("include", "Parts to send beside the lean form.")
            .choice::<StackInclude>()
            .list(0..=200)
            .optional();
        Some(Self(ListStacks {
            library: library?,
            limit: limit?,
            after: after?,
            ids: ids?,
            origin: origin?,
            primary: primary?,
            with_members: include?.is_some_and(|parts| parts.contains(&StackInclude::AssetIds)),
        }))
    }
}

async fn list(cx: Cx, List(wanted): List) -> Result<Answer<Page<StackResponse>>, ApiError> {
    let page = cx.state.app.stacks(cx.viewer.0, wanted).await?;
    Ok(Answer::ok(Page::of(page, StackResponse::from)))
}

/// A stack to be.
struct Create {
    library: Option<LibraryId>,
    assets: Vec<AssetId>,
    primary: Option<AssetId>,
}

impl Input for Create {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.field("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let assets = r
            .field("asset_ids", "The assets, all in one library.")
            .id::<AssetKind>()
            .list(2..=200)
            .required();
        let primary =
            r.field("primary_asset_id", "Its cover, one of them.").id::<AssetKind>().optional();
        let (assets, primary) = (assets?, primary?);
        if primary.is_some_and(|primary| !assets.contains(&primary)) {
            return r.refuse_field("primary_asset_id", "the cover must be one of asset_ids");
        }
        Some(Self { library: library?, assets, primary })
    }
}

async fn create(cx: Cx, input: Create) -> Result<Answer<StackResponse>, ApiError> {
    let Create { library, assets, primary } = input;
    let stack = cx.state.app.create_stack(cx.viewer.0, library, assets, primary).await?;
    Ok(Answer::created(stack.into()))
}

/// A stack.
struct One(StackId);

impl Input for One {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Some(Self(r.path("stack_id", STACK_ID).id()))
    }
}

async fn get(cx: Cx, One(id): One) -> Result<Answer<StackResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.stack(cx.viewer.0, id).await?.into()))
}

async fn delete(cx: Cx, One(id): One) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.delete_stack(cx.viewer.0, id).await?;
    Ok(Answer::empty())
}

/// A stack and its cover.
struct Cover {
    stack: StackId,
    primary: AssetId,
}

impl Input for Cover {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let stack = r.path("stack_id", STACK_ID).id();
        let primary = r.field("primary_asset_id", "The cover.").id::<AssetKind>().required();
        Some(Self { stack, primary: primary? })
    }
}

async fn set_cover(cx: Cx, input: Cover) -> Result<Answer<StackResponse>, ApiError> {
    let stack = cx.state.app.set_stack_cover(cx.viewer.0, input.stack, input.primary).await?;
    Ok(Answer::ok(stack.into()))
}

/// A stack and some assets.
struct Members {
    stack: StackId,
    assets: Vec<AssetId>,
}

impl Input for Members {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let stack = r.path("stack_id", STACK_ID).id();
        let assets = r.field("asset_ids", "The assets.").id::<AssetKind>().list(1..=200).required();
        Some(Self { stack, assets: assets? })
    }
}

async fn add(cx: Cx, input: Members) -> Result<Answer<StackResponse>, ApiError> {
    let stack = cx.state.app.add_to_stack(cx.viewer.0, input.stack, input.assets).await?;
    Ok(Answer::ok(stack.into()))
}

async fn remove(cx: Cx, input: Members) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.remove_from_stack(cx.viewer.0, input.stack, input.assets).await?;
    Ok(Answer::empty())
}
