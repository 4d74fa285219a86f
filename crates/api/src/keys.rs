//! `/api/api-keys/…` (contract 14).

use model::id::LibraryKind;
use model::{Action, Actions, ApiKeyId, Name, Scope, named};

use crate::models::{ApiKeyCreateResponse, ApiKeyResponse};
use crate::state::{Api, Cx};
use crate::wire::{Ack, Answer, ApiError, Input, Needs, Operation, Reader, Verb};

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new("list_api_keys", Verb::Get, "/api/api-keys/", Needs::Session, list)
            .about("List API keys", "Newest first, revoked ones included; never their secrets.")
            .answers(200, "The keys."),
        Operation::new("create_api_key", Verb::Post, "/api/api-keys/", Needs::Session, create)
            .about(
                "Create an API key",
                "The secret is shown in this answer and never again. Without `actions` and \
                 `library_scope_mode` the key may do everything everywhere.",
            )
            .answers(201, "Created.")
            .fails(&[404]),
        Operation::new(
            "update_api_key",
            Verb::Patch,
            "/api/api-keys/{key_id}",
            Needs::Session,
            rename,
        )
        .about("Rename an API key", "Nothing else about a key can change.")
        .answers(200, "The key.")
        .fails(&[404]),
        Operation::new(
            "delete_api_key",
            Verb::Delete,
            "/api/api-keys/{key_id}",
            Needs::Session,
            revoke,
        )
        .about("Revoke an API key", "At once and for good; it stays listed as inactive.")
        .answers(200, "Revoked.")
        .fails(&[404]),
    ]
    .into_iter()
    .map(|operation| operation.tag("api keys"))
    .collect()
}

named! {
/// Which libraries a key reaches.
pub enum ScopeMode {
    /// All, also future ones.
    All = "all_libraries",
    /// Those in `library_ids`.
    Selected = "selected_libraries",
}
}

async fn list(cx: Cx, (): ()) -> Result<Answer<Vec<ApiKeyResponse>>, ApiError> {
    let keys = cx.state.app.keys(cx.viewer.0).await?;
    Ok(Answer::ok(keys.into_iter().map(ApiKeyResponse::from).collect()))
}

fn name(r: &mut Reader<'_>) -> Option<Name> {
    r.field("name", "What people call it.")
        .text(usize::MAX)
        .then(|text: String| Name::new(&text))
        .example("Backup script")
        .required()
}

/// A key to be.
struct Create {
    name: Name,
    actions: Actions,
    scope: Scope,
}

impl Input for Create {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let name = name(r);
        let actions = r
            .field("actions", "What it may do; `read` goes with any other.")
            .choice::<Action>()
            .list(1..=4)
            .optional();
        let mode = r.field("library_scope_mode", "Which libraries it reaches.").choice().optional();
        let libraries = r
            .field("library_ids", "The selected libraries.")
            .id::<LibraryKind>()
            .list(1..=200)
            .optional();
        let actions = match actions? {
            None => Actions::ALL,
            Some(actions) if actions.contains(&Action::Read) => actions.into_iter().collect(),
            Some(_) => return r.refuse_field("actions", "read must be among the actions"),
        };
        let scope = match (mode?, libraries?) {
            (None | Some(ScopeMode::All), None) => Scope::All,
            (Some(ScopeMode::Selected), Some(libraries)) => Scope::Selected(libraries),
            (Some(ScopeMode::Selected), None) => {
                return r.refuse_field("library_ids", "selected_libraries needs library_ids");
            }
            (None | Some(ScopeMode::All), Some(_)) => {
                return r.refuse_field("library_ids", "library_ids goes with selected_libraries");
            }
        };
        Some(Self { name: name?, actions, scope })
    }
}

async fn create(cx: Cx, input: Create) -> Result<Answer<ApiKeyCreateResponse>, ApiError> {
    let Create { name, actions, scope } = input;
    let new = cx.state.app.create_key(cx.viewer.0, name, actions, scope).await?;
    Ok(Answer::created(new.into()))
}

/// A key and its new name.
struct Rename {
    id: ApiKeyId,
    name: Name,
}

impl Input for Rename {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.path("key_id", "The key.").id();
        let name = name(r);
        Some(Self { id, name: name? })
    }
}

async fn rename(cx: Cx, input: Rename) -> Result<Answer<ApiKeyResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.rename_key(cx.viewer.0, input.id, input.name).await?.into()))
}

/// A key.
struct One(ApiKeyId);

impl Input for One {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Some(Self(r.path("key_id", "The key.").id()))
    }
}

async fn revoke(cx: Cx, One(id): One) -> Result<Answer<Ack>, ApiError> {
    cx.state.app.revoke_key(cx.viewer.0, id).await?;
    Ok(Answer::empty())
}
