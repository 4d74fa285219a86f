//! Schemas in words.

use serde_json::Value;

use super::html::{escape, inline, joined};
use super::rules::rules;
use super::text;

/// What stands beside a name: the argument says whether the value must be there.
type Mark = fn(bool) -> &'static str;

/// In a request: which values must be sent.
pub(super) const TO_SEND: Mark =
    |required| if required { " <span class=\"required\">required</span>" } else { "" };

/// In an answer: which values may be missing.
pub(super) const TO_GET: Mark =
    |required| if required { "" } else { " <span class=\"old\">may be missing</span>" };

/// The table of the fields of an object; objects inside it follow with longer names. Empty when
/// there are no fields.
pub(super) fn fields_table(schema: &Value, mark: Mark) -> String {
    let mut rows = String::new();
    write_fields(&mut rows, "", schema, mark);
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

fn write_fields(rows: &mut String, prefix: &str, schema: &Value, mark: Mark) {
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let mark_of_it = mark(required.iter().any(|other| other == name));
        rows.push_str(&row(prefix, name, field, text(&field["description"]), mark_of_it));
        write_fields(rows, &format!("{prefix}{name}."), field, mark);
        write_fields(rows, &format!("{prefix}{name}[]."), &field["items"], mark);
    }
}

/// One named value: what it is, what it may be, what it means.
pub(super) fn row(prefix: &str, name: &str, schema: &Value, about: &str, mark: &str) -> String {
    let old =
        if schema["deprecated"] == true { " <span class=\"old\">older clients</span>" } else { "" };
    let rules = joined(rules(schema, about).iter().map(|rule| format!("<li>{rule}</li>")));
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
        "string" => match schema["x-id-of"].as_str() {
            Some(noun) => format!("{} id", escape(noun)),
            None => "text".to_owned(),
        },
        "integer" => "whole number".to_owned(),
        "object" if schema["additionalProperties"].is_object() => {
            format!("{} by name", type_of(&schema["additionalProperties"]))
        }
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
