//! The refusals every operation can share, as components of the document.

use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use crate::wire::{ErrorBody, Operation, Place, ValidationErrorBody};

/// Status, name of the component, and when. One row per status the API can refuse with.
const TABLE: [(u16, &str, &str); 13] = [
    (
        400,
        "BadRequest",
        "Understood, but it cannot be done as it is; `detail` says what is missing.",
    ),
    (401, "Unauthorized", "No valid credential."),
    (403, "Forbidden", "The credential lacks an action, a role or a first-party session."),
    (404, "NotFound", "Unknown, or not accessible to this credential."),
    (405, "MethodNotAllowed", "The path exists, the verb does not."),
    (
        409,
        "Conflict",
        "The state of things is in the way. `x-should-retry: false` when a repeat does not help, else `Retry-After`.",
    ),
    (416, "RangeNotSatisfiable", "No such bytes."),
    (
        422,
        "Invalid",
        "Something is wrong with the request; `detail` lists everything, with its place.",
    ),
    (429, "TooManyRequests", "Too fast. `Retry-After` says when to come back."),
    (500, "InternalServerError", "The server's fault."),
    (502, "BadGateway", "The storage has trouble; try again after `Retry-After` seconds."),
    (503, "Unavailable", "Not now; try again after `Retry-After` seconds."),
    (507, "StorageFull", "The storage limit is reached; a repeat does not help."),
];

/// `components.responses`.
pub(super) fn components(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let plain = generator.subschema_for::<ErrorBody>();
    let list = generator.subschema_for::<ValidationErrorBody>();
    let component = |&(status, name, when): &(u16, &str, &str)| {
        let schema = if status == 422 { &list } else { &plain };
        let content = json!({ "application/json": { "schema": schema } });
        (name.to_owned(), json!({ "description": when, "content": content }))
    };
    TABLE.iter().map(component).collect()
}

/// The refusals of one operation: those it declares and those that follow from its declaration.
pub(super) fn of<S>(operation: &Operation<S>) -> Vec<(u16, &'static str)> {
    let reads_something =
        operation.form.is_some() || operation.input.values.iter().any(|v| v.place != Place::Path);
    let follows = |status: u16| match status {
        401 | 403 | 429 => operation.needs.is_some(),
        422 => reads_something,
        500 => true,
        _ => false,
    };
    let applies = |status| follows(status) || operation.failures.contains(&status);
    TABLE.iter().filter(|row| applies(row.0)).map(|&(status, name, _)| (status, name)).collect()
}
