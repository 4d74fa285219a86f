//! A command line per operation.

use serde_json::Value;

use super::super::example::example;
use super::{Entry, text};

/// The operation as a `curl` command that can be pasted into a shell.
pub(super) fn command(document: &Value, entry: &Entry<'_>) -> String {
    let mut path = entry.path.to_owned();
    let mut query = Vec::new();
    for parameter in entry.operation["parameters"].as_array().into_iter().flatten() {
        let value = match parameter.get("example") {
            Some(value) => plain(value),
            None => plain(&example(&parameter["schema"])),
        };
        let name = text(&parameter["name"]);
        if parameter["in"] == "path" {
            path = path.replace(&format!("{{{name}}}"), &value);
        } else if parameter["required"] == true {
            query.push(format!("{name}={}", encoded(&value)));
        }
    }
    let mark = if query.is_empty() { "" } else { "?" };
    let url = format!("{}{path}{mark}{}", text(&document["servers"][0]["url"]), query.join("&"));
    let mut parts = vec![match entry.verb {
        "get" => format!("curl {}", quoted(&url)),
        verb => format!("curl -X {} {}", verb.to_ascii_uppercase(), quoted(&url)),
    }];
    if entry.operation["security"][0].is_object() {
        parts.push("-H \"Authorization: Bearer $KEY\"".to_owned());
    }
    let content = &entry.operation["requestBody"]["content"];
    if let Some(body) = content["application/json"].get("example") {
        parts.push("-H 'Content-Type: application/json'".to_owned());
        parts.push(format!("-d {}", quoted(&format!("{body:#}"))));
    }
    let fields = &content["multipart/form-data"]["schema"];
    for (name, field) in fields["properties"].as_object().into_iter().flatten() {
        let required =
            fields["required"].as_array().is_some_and(|all| all.iter().any(|n| n == name));
        if field.get("contentMediaType").is_some() {
            parts.push(format!("-F {name}=@photo.jpg"));
        } else if required {
            parts.push(format!("-F {}", quoted(&format!("{name}={}", plain(&example(field))))));
        }
    }
    parts.join(" \\\n  ")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// In single quotes; a single quote inside leaves them for a moment.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
