//! Examples of requests, made from their schemas.

use serde_json::{Map, Value, json};

/// A value that fits `schema`: its own example where it has one. Of an object, what is required and
/// what has an example; everything when that is nothing.
pub(super) fn example(schema: &Value) -> Value {
    let declared = [&schema["examples"][0], &schema["default"], &schema["enum"][0]];
    if let Some(declared) = declared.into_iter().find(|value| !value.is_null()) {
        return declared.clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => &kinds[0],
        kind => kind,
    };
    match kind.as_str() {
        Some("object") => object(schema),
        Some("array") => json!([example(&schema["items"])]),
        Some("integer" | "number") => number(schema),
        Some("boolean") => json!(true),
        _ => json!("text"),
    }
}

fn object(schema: &Value) -> Value {
    let Some(properties) = schema["properties"].as_object() else { return json!({}) };
    let required = |name: &str| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|n| n == name))
    };
    let chosen: Map<_, _> = properties
        .iter()
        .filter(|(name, schema)| required(name) || schema.get("examples").is_some())
        .map(|(name, schema)| (name.clone(), example(schema)))
        .collect();
    if chosen.is_empty() {
        return properties.iter().map(|(name, schema)| (name.clone(), example(schema))).collect();
    }
    chosen.into()
}

/// 1, or the nearest end of the range.
fn number(schema: &Value) -> Value {
    let limit = |key: &str| schema[key].as_f64();
    match (limit("minimum"), limit("maximum")) {
        (Some(least), _) if least > 1.0 => schema["minimum"].clone(),
        (_, Some(most)) if most < 1.0 => schema["maximum"].clone(),
        _ => json!(1),
    }
}
