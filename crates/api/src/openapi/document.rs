//! The document as a whole.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{About, operation, refusals};
use crate::wire::Operation;

/// The OpenAPI 3.1 document of `operations`.
pub fn document<S>(about: &About, operations: &[Operation<S>]) -> Value {
    let settings = SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let responses = refusals::components(&mut generator);
    let paths = paths(operations, &mut generator);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": about.title,
            "version": about.version,
            "description": about.description,
        },
        "servers": [{ "url": about.server_url }],
        "tags": tags(about, operations),
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "An API key, or the token of a session.",
            } },
            "responses": responses,
            "schemas": schemas(&mut generator),
        },
    })
}

fn paths<S>(operations: &[Operation<S>], generator: &mut SchemaGenerator) -> Value {
    let mut paths = Map::new();
    for operation in operations {
        let described = operation::describe(operation, generator);
        let verb = operation.verb.name().to_ascii_lowercase();
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[verb] = described;
    }
    Value::Object(paths)
}

fn tags<S>(about: &About, operations: &[Operation<S>]) -> Vec<Value> {
    let used = |name: &str| operations.iter().any(|operation| operation.tag == name);
    let mut names: Vec<&str> = Vec::new();
    let mut tags = Vec::new();
    for &(name, description) in about.tags.iter().filter(|(name, _)| used(name)) {
        names.push(name);
        tags.push(json!({ "name": name, "description": description }));
    }
    for operation in operations {
        if !names.contains(&operation.tag) {
            names.push(operation.tag);
            tags.push(json!({ "name": operation.tag }));
        }
    }
    tags
}

/// `components.schemas`, in alphabetical order.
fn schemas(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut schemas = generator.take_definitions(true);
    schemas.sort_keys();
    schemas.values_mut().for_each(strip_titles);
    schemas
}

/// A title repeats the name of the type. A property called `title` is an object, and stays.
fn strip_titles(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("title").is_some_and(Value::is_string) {
                object.shift_remove("title");
            }
            object.values_mut().for_each(strip_titles);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_titles),
        _ => {}
    }
}
