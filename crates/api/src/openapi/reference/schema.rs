//! Schemas in words.

use serde_json::Value;

use super::html::{escape, inline};
use super::text;

/// The table of the fields of an object; objects inside it follow with longer names. Empty when
/// there are no fields.
pub(super) fn fields_table(schema: &Value) -> String {
    let mut rows = String::new();
    write_fields(&mut rows, "", schema);
    table("Field", &rows)
}

/// A table with rows made by [`row`].
pub(super) fn table(first: &str, rows: &str) -> String {
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "<div class=\"scroll\"><table>\n<thead><tr><th>{first}</th><th>Type</th>\
         <th>Meaning</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}

fn write_fields(rows: &mut String, prefix: &str, schema: &Value) {
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let is_required = required.iter().any(|other| other == name);
        rows.push_str(&row(prefix, name, field, text(&field["description"]), is_required));
        write_fields(rows, &format!("{prefix}{name}."), field);
        write_fields(rows, &format!("{prefix}{name}[]."), &field["items"]);
    }
}

/// One named value: what it is, what it may be, what it means.
pub(super) fn row(
    prefix: &str,
    name: &str,
    schema: &Value,
    about: &str,
    is_required: bool,
) -> String {
    let mark = if is_required { " <span class=\"required\">required</span>" } else { "" };
    let old =
        if schema["deprecated"] == true { " <span class=\"old\">older clients</span>" } else { "" };
    let rules: String = rules(schema).iter().map(|rule| format!("<li>{rule}</li>")).collect();
    let rules = if rules.is_empty() { rules } else { format!("<ul class=\"rules\">{rules}</ul>") };
    format!(
        "<tr><td><code><span class=\"within\">{}</span>{}</code>{mark}{old}</td>\
         <td class=\"type\">{}</td><td>{}{rules}</td></tr>\n",
        escape(prefix),
        escape(name),
        type_of(schema),
        inline(about),
    )
}

/// `text`, `list of Asset`, `whole number or null`; names of models are links.
pub(super) fn type_of(schema: &Value) -> String {
    if let Some(name) = referenced(schema) {
        return format!("<a href=\"#model-{name}\">{name}</a>", name = escape(name));
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(choices) = schema[key].as_array() {
            let words: Vec<_> = choices.iter().map(type_of).collect();
            return words.join(" or ");
        }
    }
    let word = |kind: &str| match kind {
        "array" => format!("list of {}", type_of(&schema["items"])),
        "string" if schema["format"] == "date-time" => "date and time".to_owned(),
        "string" if schema.get("contentMediaType").is_some() => "file".to_owned(),
        "string" if schema["contentEncoding"] == "base64" => "base64".to_owned(),
        "string" => "text".to_owned(),
        "integer" => "whole number".to_owned(),
        "boolean" => "true or false".to_owned(),
        other => escape(other),
    };
    match &schema["type"] {
        Value::String(kind) => word(kind),
        Value::Array(kinds) => {
            let words: Vec<_> = kinds.iter().map(|kind| word(text(kind))).collect();
            words.join(" or ")
        }
        _ => "anything".to_owned(),
    }
}

/// The name of the model a schema refers to.
fn referenced(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// What the value may be, beyond its type.
fn rules(schema: &Value) -> Vec<String> {
    let code = |value: &Value| format!("<code>{}</code>", escape(&plain(value)));
    let mut rules = Vec::new();
    let allowed = schema["enum"].as_array().or_else(|| schema["items"]["enum"].as_array());
    if let Some(words) = allowed {
        let words: Vec<_> = words.iter().map(code).collect();
        rules.push(format!("one of {}", words.join(" ")));
    }
    let limits = [
        ("minimum", "at least"),
        ("exclusiveMinimum", "more than"),
        ("maximum", "at most"),
        ("exclusiveMaximum", "less than"),
    ];
    let range: Vec<_> = limits
        .iter()
        .filter_map(|(key, words)| Some(format!("{words} {}", code(schema.get(*key)?))))
        .collect();
    if !range.is_empty() {
        rules.push(range.join(", "));
    }
    if let Some(most) = schema.get("maxLength") {
        rules.push(format!("at most {most} characters"));
    }
    match (&schema["minItems"], &schema["maxItems"]) {
        (Value::Null, Value::Null) => {}
        (Value::Null, most) => rules.push(format!("at most {most}")),
        (least, Value::Null) => rules.push(format!("at least {least}")),
        (least, most) => rules.push(format!("{least} to {most} of them")),
    }
    if let Some(default) =
        schema.get("default").filter(|default| **default != serde_json::json!([]))
    {
        rules.push(format!("default {}", code(default)));
    }
    if let Some(example) = schema["examples"].get(0) {
        rules.push(format!("for example {}", code(example)));
    }
    rules
}

/// A text without its quotes, anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
