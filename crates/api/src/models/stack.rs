//! `Stack` (contract 17.10).

use app::stacks::Listed;
use model::{Named as _, Stack, named};
use schemars::JsonSchema;
use serde::Serialize;

named! {
/// Parts of a stack that are sent only when asked for (contract 1.7).
pub enum StackInclude {
    /// Its live members.
    AssetIds = "asset_ids",
}
}

/// Shots of one moment, shown as one.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Stack")]
pub(crate) struct StackResponse {
    /// `asset_stack_` and 22 characters.
    id: String,
    /// Live members.
    asset_count: i64,
    /// `auto_burst`: the burst detector made it. `user`: a person made or changed it.
    origin: &'static str,
    /// The cover that a person chose, be it in the trash; null when nobody has.
    primary_asset_id: Option<String>,
    /// Live members by capture time; null unless asked for with `include=asset_ids`.
    asset_ids: Option<Vec<String>>,
    /// When it was made, UTC.
    created_at: String,
    /// When members, cover or origin changed last, UTC.
    updated_at: String,
}

impl From<Stack> for StackResponse {
    fn from(stack: Stack) -> Self {
        Self {
            id: stack.id.to_string(),
            asset_count: stack.asset_count,
            origin: stack.origin.name(),
            primary_asset_id: stack.primary.map(|id| id.to_string()),
            asset_ids: None,
            created_at: stack.created_at.to_string(),
            updated_at: stack.updated_at.to_string(),
        }
    }
}

impl From<Listed> for StackResponse {
    fn from(Listed { stack, members }: Listed) -> Self {
        let asset_ids = members.map(|ids| ids.iter().map(ToString::to_string).collect());
        Self { asset_ids, ..stack.into() }
    }
}
