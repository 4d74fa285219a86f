//! One operation of the document.

use model::Named;
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use super::example::example;
use super::refusals;
use crate::wire::{Described, Needs, Operation, Place, Presence};

/// The "operation object".
pub(super) fn describe<S>(operation: &Operation<S>, generator: &mut SchemaGenerator) -> Value {
    let mut described = Map::new();
    let mut set = |key: &str, value: Value| described.insert(key.into(), value);
    set("operationId", operation.id.into());
    set("tags", json!([operation.tag]));
    set("summary", operation.summary.into());
    if !operation.about.is_empty() {
        set("description", operation.about.into());
    }
    let parameters: Vec<_> = operation.input.values.iter().filter_map(parameter).collect();
    if !parameters.is_empty() {
        set("parameters", parameters.into());
    }
    if let Some(body) = request_body(operation) {
        set("requestBody", body);
    }
    set("responses", responses(operation, generator).into());
    match &operation.needs {
        None => set("security", json!([])),
        Some(needs) => {
            match (needs, needs.actions()) {
                (Needs::Session, _) => set("x-required-session", true.into()),
                (_, [action]) => set("x-required-action", action.name().into()),
                (_, actions) => {
                    set("x-required-action", actions.iter().map(|a| a.name()).collect())
                }
            };
            set("security", json!([{ "bearer": [] }]))
        }
    };
    Value::Object(described)
}

fn parameter(value: &Described) -> Option<Value> {
    if !matches!(value.place, Place::Path | Place::Query) {
        return None;
    }
    let mut schema = value.schema.clone();
    let deprecated = schema.shift_remove("deprecated").is_some();
    let first_example = schema.get("examples").and_then(|examples| examples.get(0)).cloned();
    let mut parameter = Map::new();
    let mut set = |key: &str, value: Value| parameter.insert(key.into(), value);
    set("name", value.name.into());
    set("in", value.place.name().into());
    set("required", (value.presence == Presence::Required).into());
    // A blank value counts as not given (contract 1.1).
    if value.place == Place::Query && value.presence != Presence::Required {
        set("allowEmptyValue", true.into());
    }
    if !value.about.is_empty() {
        set("description", value.about.into());
    }
    if deprecated {
        set("deprecated", true.into());
    }
    if let Some(example) = first_example {
        set("example", example);
    }
    set("schema", schema.into());
    Some(parameter.into())
}

fn request_body<S>(operation: &Operation<S>) -> Option<Value> {
    let input = &operation.input;
    let (media_type, schema, required) = match &operation.form {
        Some(form) => ("multipart/form-data", form.object_schema(Place::Form)?, true),
        None => ("application/json", input.object_schema(Place::Body)?, !input.body_is_optional),
    };
    let mut content = json!({ "schema": schema });
    if operation.form.is_none() {
        content["example"] = example(&content["schema"]);
    }
    Some(json!({ "required": required, "content": { media_type: content } }))
}

fn responses<S>(operation: &Operation<S>, generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut responses = Map::new();
    for &(status, when) in &operation.successes {
        let mut response = json!({ "description": when });
        if status != 204 {
            let schema = (operation.payload)(generator);
            response["content"] = json!({ operation.media_type: { "schema": schema } });
        }
        responses.insert(status.to_string(), response);
    }
    for (status, name) in refusals::of(operation) {
        let reference = format!("#/components/responses/{name}");
        responses.insert(status.to_string(), json!({ "$ref": reference }));
    }
    responses
}
