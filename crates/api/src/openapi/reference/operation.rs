//! Operations on the page.

use serde_json::Value;

use super::html::{escape, inline, prose};
use super::nav::slug;
use super::schema::{fields_table, row, table, type_of};
use super::{Entry, curl, text};

/// Writes all operations of a group.
pub(super) fn write_group(html: &mut String, document: &Value, tag: &Value, entries: &[Entry<'_>]) {
    let name = escape(text(&tag["name"]));
    html.push_str(&format!(
        "<section class=\"group\" id=\"tag-{}\" data-group>\n<h2>{name}</h2>\n{}",
        slug(&name),
        prose(text(&tag["description"])),
    ));
    for entry in entries {
        write(html, document, entry);
    }
    html.push_str("</section>\n");
}

fn write(html: &mut String, document: &Value, entry: &Entry<'_>) {
    let Entry { verb, path, id, operation } = entry;
    let summary = escape(text(&operation["summary"]));
    html.push_str(&format!(
        "<details class=\"operation\" data-find=\"{id} {verb} {path} {find}\">\n<summary>\
         <span class=\"verb {verb}\">{verb}</span><code class=\"path\">{shown}</code>\
         <span class=\"title\">{summary}</span></summary>\n\
         <div class=\"body\" id=\"{id}\">\n<p class=\"meta\"><code>{id}</code>{needs}</p>\n",
        id = escape(id),
        path = escape(path),
        find = summary.to_lowercase(),
        shown = breakable(path),
        needs = needs(operation),
    ));
    html.push_str(&prose(text(&operation["description"])));
    for (place, title) in [("path", "Path"), ("query", "Query")] {
        write_part(html, title, &parameters(operation, place));
    }
    for (media_type, content) in
        operation["requestBody"]["content"].as_object().into_iter().flatten()
    {
        write_part(
            html,
            &format!("Body <code>{media_type}</code>"),
            &fields_table(&content["schema"]),
        );
    }
    write_part(html, "Answers", &responses(document, operation));
    let command = escape(&curl::command(document, entry));
    write_part(html, "Try it", &format!("<pre><code>{command}</code></pre>\n"));
    html.push_str("</div>\n</details>\n");
}

fn write_part(html: &mut String, title: &str, content: &str) {
    if !content.is_empty() {
        html.push_str(&format!("<h3>{title}</h3>\n{content}"));
    }
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
            actions.iter().map(|action| chip(&format!("needs {}", text(action)))).collect()
        }
        (_, Value::Bool(true)) => chip("needs a first-party session"),
        _ => chip("open to everybody"),
    }
}

fn parameters(operation: &Value, place: &str) -> String {
    let all = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows: String = all
        .iter()
        .filter(|parameter| parameter["in"] == place)
        .map(|parameter| {
            let mut schema = parameter["schema"].clone();
            if parameter["deprecated"] == true {
                schema["deprecated"] = true.into();
            }
            let about = text(&parameter["description"]);
            row("", text(&parameter["name"]), &schema, about, parameter["required"] == true)
        })
        .collect();
    table("Parameter", &rows)
}

fn responses(document: &Value, operation: &Value) -> String {
    let rows: String = operation["responses"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(status, response)| {
            let response = resolved(document, response);
            let content = response["content"].as_object().and_then(|all| all.values().next());
            let model =
                content.map_or_else(|| "nothing".into(), |content| type_of(&content["schema"]));
            let class = if status.starts_with('2') { "good" } else { "bad" };
            format!(
                "<tr><td><span class=\"status {class}\">{status}</span></td>\
                 <td class=\"type\">{model}</td><td>{}</td></tr>\n",
                inline(text(&response["description"])),
            )
        })
        .collect();
    table("Status", &rows)
}

/// The component a `$ref` points to, else the value itself.
fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}
