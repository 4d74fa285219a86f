//! Operations on the page.

use serde_json::Value;

use super::html::{escape, inline, joined, prose};
use super::nav::{find, slug};
use super::schema::{TO_SEND, fields_table, row, table, type_of};
use super::{Entry, Group, curl, text};

/// All operations of a group.
pub(super) fn section(document: &Value, Group { tag, entries }: &Group<'_>) -> String {
    let name = escape(text(&tag["name"]));
    format!(
        "<section class=\"group\" id=\"tag-{slug}\" data-group>\n<h2>{name}</h2>\n{about}{all}</section>\n",
        slug = slug(&name),
        about = prose(text(&tag["description"])),
        all = joined(entries.iter().map(|entry| details(document, entry))),
    )
}

fn details(document: &Value, entry: &Entry<'_>) -> String {
    let Entry { verb, path, id, operation } = entry;
    format!(
        "<details class=\"operation\" data-find=\"{find}\">\n<summary>\
         <span class=\"verb {verb}\">{verb}</span><code class=\"path\">{path}</code>\
         <span class=\"title\">{summary}</span></summary>\n\
         <div class=\"body\" id=\"{id}\">\n<p class=\"meta\"><code>{id}</code>{needs}</p>\n\
         {about}{parts}</div>\n</details>\n",
        find = find(entry),
        path = breakable(path),
        summary = escape(text(&operation["summary"])),
        id = escape(id),
        needs = needs(operation),
        about = prose(text(&operation["description"])),
        parts = parts(document, entry),
    )
}

fn parts(document: &Value, entry: &Entry<'_>) -> String {
    let operation = entry.operation;
    let body = operation["requestBody"]["content"].as_object().into_iter().flatten();
    let body = body.map(|(media_type, content)| {
        part(&format!("Body <code>{media_type}</code>"), &fields_table(&content["schema"], TO_SEND))
    });
    let command = escape(&curl::command(document, entry));
    part("Path", &parameters(operation, "path"))
        + &part("Query", &parameters(operation, "query"))
        + &joined(body)
        + &part("Answers", &responses(document, operation))
        + &part("Try it", &format!("<pre><code>{command}</code></pre>\n"))
}

fn part(title: &str, content: &str) -> String {
    if content.is_empty() { String::new() } else { format!("<h3>{title}</h3>\n{content}") }
}

/// A path that may be broken after each slash, with its parameters marked.
fn breakable(path: &str) -> String {
    let part = |part: &str| match part.strip_prefix('{') {
        Some(_) => format!("<em>{}</em>", escape(part)),
        None => escape(part),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/<wbr>")
}

fn needs(operation: &Value) -> String {
    let chip = |words: &str| format!(" <span class=\"chip\">{}</span>", escape(words));
    match (&operation["x-required-action"], &operation["x-required-session"]) {
        (Value::String(action), _) => chip(&format!("needs {action}")),
        (Value::Array(actions), _) => {
            joined(actions.iter().map(|action| chip(&format!("needs {}", text(action)))))
        }
        (_, Value::Bool(true)) => chip("needs a first-party session"),
        _ => chip("open to everybody"),
    }
}

fn parameters(operation: &Value, place: &str) -> String {
    let all = operation["parameters"].as_array().into_iter().flatten();
    let rows = all.filter(|parameter| parameter["in"] == place).map(|parameter| {
        let mut schema = parameter["schema"].clone();
        if parameter["deprecated"] == true {
            schema["deprecated"] = true.into();
        }
        let about = text(&parameter["description"]);
        row("", text(&parameter["name"]), &schema, about, TO_SEND(parameter["required"] == true))
    });
    table("Parameter", &joined(rows))
}

fn responses(document: &Value, operation: &Value) -> String {
    let all = operation["responses"].as_object().into_iter().flatten();
    let rows = all.map(|(status, response)| {
        let response = resolved(document, response);
        let content = response["content"].as_object().and_then(|all| all.values().next());
        let model = content.map_or_else(|| "nothing".into(), |content| type_of(&content["schema"]));
        let class = if status.starts_with('2') { "good" } else { "bad" };
        format!(
            "<tr><td><span class=\"status {class}\">{status}</span></td>\
             <td class=\"type\">{model}</td><td>{}</td></tr>\n",
            inline(text(&response["description"])),
        )
    });
    table("Status", &joined(rows))
}

/// The component a `$ref` points to, else the value itself.
fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}
