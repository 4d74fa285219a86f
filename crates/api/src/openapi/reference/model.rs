//! The models on the page.

use serde_json::Value;

use super::html::{escape, joined, prose};
use super::schema::{TO_GET, fields_table, type_of};
use super::text;

/// Every model of the document.
pub(super) fn section(document: &Value) -> String {
    let models = document["components"]["schemas"].as_object().into_iter().flatten();
    let models = joined(models.map(|(name, schema)| details(name, schema)));
    format!("<section class=\"group\" id=\"models\">\n<h2>Models</h2>\n{models}</section>\n")
}

fn details(name: &str, schema: &Value) -> String {
    let fields = fields_table(schema, TO_GET);
    let content = if fields.is_empty() { plain(schema) } else { fields };
    format!(
        "<details class=\"model\">\n<summary><code>{name}</code></summary>\n\
         <div class=\"body\" id=\"model-{name}\">\n{about}{content}</div>\n</details>\n",
        name = escape(name),
        about = prose(text(&schema["description"])),
    )
}

/// A model without fields: a closed list of words, or a plain value.
fn plain(schema: &Value) -> String {
    let code = |word: &Value| format!("<code>{}</code>", escape(text(word)));
    match schema["enum"].as_array() {
        Some(words) => {
            let words: Vec<_> = words.iter().map(code).collect();
            format!("<p>One of {}.</p>\n", words.join(" "))
        }
        None if schema["type"] == "object" => "<p>An object without fields.</p>\n".to_owned(),
        None => format!("<p>{}</p>\n", type_of(schema)),
    }
}
