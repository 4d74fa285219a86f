//! The rules of a value in words: what it may be, beyond its type.

use serde_json::{Value, json};

use super::html::escape;

/// The rules of a schema, a line of HTML each; of a list also those of its items.
pub(super) fn rules(schema: &Value, about: &str) -> Vec<String> {
    let item = if schema["items"].is_object() { &schema["items"] } else { schema };
    let notes = [
        parts(schema, about),
        words(item),
        range(item),
        length(item),
        count(schema),
        default(schema),
        example(schema).or_else(|| example(item)),
    ];
    notes.into_iter().flatten().collect()
}

/// What the schema says of its form, where that is not the meaning of the field itself.
fn parts(schema: &Value, about: &str) -> Option<String> {
    let parts = schema.get("description").filter(|parts| *parts != about)?;
    Some(code(parts))
}

fn words(schema: &Value) -> Option<String> {
    let words: Vec<_> = schema["enum"].as_array()?.iter().map(code).collect();
    Some(format!("one of {}", words.join(" ")))
}

fn range(schema: &Value) -> Option<String> {
    let limit = |(key, words): &(&str, &str)| Some(format!("{words} {}", code(schema.get(*key)?)));
    let limits = [
        ("minimum", "at least"),
        ("exclusiveMinimum", "more than"),
        ("maximum", "at most"),
        ("exclusiveMaximum", "less than"),
    ];
    let limits: Vec<_> = limits.iter().filter_map(limit).collect();
    (!limits.is_empty()).then(|| limits.join(", "))
}

fn length(schema: &Value) -> Option<String> {
    Some(format!("at most {} characters", schema.get("maxLength")?))
}

fn count(schema: &Value) -> Option<String> {
    match (schema.get("minItems"), schema.get("maxItems")) {
        (None, None) => None,
        (None, Some(most)) => Some(format!("at most {most} of them")),
        (Some(least), None) => Some(format!("at least {least} of them")),
        (Some(least), Some(most)) => Some(format!("{least} to {most} of them")),
    }
}

fn default(schema: &Value) -> Option<String> {
    let default = schema.get("default").filter(|default| **default != json!([]))?;
    Some(format!("default {}", code(default)))
}

fn example(schema: &Value) -> Option<String> {
    Some(format!("for example {}", code(schema["examples"].get(0)?)))
}

/// A text without its quotes, anything else as JSON.
fn code(value: &Value) -> String {
    let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    format!("<code>{}</code>", escape(&plain))
}
